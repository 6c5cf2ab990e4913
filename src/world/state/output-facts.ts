// What can be told of an output by looking at its bytes, as an observer on the wire would.

import { hashHex } from '../../base/hash.ts';
import type { DeepReadonly } from '../../base/readonly.ts';
import type { HeldOutput } from '../../ft/replica.ts';
import { clientAt, decodeReply, parseUdp } from '../net/ethernet.ts';
import type { OutputFacts } from './observation.ts';
import type { World } from './world.ts';

/** An output's kind, its place in the run, and whom it tells what. */
export function outputFacts(world: World, held: DeepReadonly<HeldOutput>): OutputFacts {
  const { output, instruction, sequence } = held;
  if (output.kind === 'console') {
    return { kind: 'console', instruction, sequence, digest: `${output.byte}`, number: output.number };
  }
  const facts = { kind: output.kind, instruction, sequence, digest: hashHex(output.bytes) };
  if (output.kind === 'diskWrite') return { ...facts, block: output.sector };
  const datagram = parseUdp(output.bytes);
  const reply = datagram && decodeReply(datagram.payload);
  const client = datagram && clientAt(world.clients, datagram.to);
  return {
    ...facts,
    ...(client ? { client } : {}),
    ...(reply ? { request: reply.sequence, value: reply.value } : {}),
  };
}
