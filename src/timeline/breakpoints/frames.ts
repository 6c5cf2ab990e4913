// Frames that are on their way, as a capture on the cables would show them.

import { clientAt, decodeReply, decodeRequest, parseUdp, VM_ENDPOINT } from '../../world/net/ethernet.ts';
import type { World } from '../../world/state/world.ts';
import type { Breakpoint } from './breakpoints.ts';

type PacketPattern = Extract<Breakpoint, { kind: 'packet' }>;

/** When frames that fit the pattern were put on a cable by a client or a host after `since`: those that have not arrived yet. */
export function framesSent(world: World, pattern: PacketPattern, since: number): number[] {
  const sent: number[] = [];
  for (const { event } of world.queue.heap) {
    if (event.kind !== 'arrival' || event.message.kind !== 'ethernet') continue;
    if (event.sentAt <= since || event.from === 'switch' || sent.includes(event.sentAt)) continue;
    if (fits(world, pattern, event.message.bytes)) sent.push(event.sentAt);
  }
  return sent.sort((a, b) => a - b);
}

function fits(world: World, pattern: PacketPattern, frame: Uint8Array<ArrayBuffer>): boolean {
  const { client, request, bytes, offset = 0 } = pattern;
  if (bytes?.some((byte, i) => frame[offset + i] !== byte)) return false;
  if (client === undefined && request === undefined) return true;
  const datagram = parseUdp(frame);
  if (datagram === undefined) return false;
  const isReply = datagram.from.port === VM_ENDPOINT.port;
  const who = clientAt(world.clients, isReply ? datagram.to : datagram.from);
  const number = (isReply ? decodeReply : decodeRequest)(datagram.payload)?.sequence;
  return (client === undefined || client === who) && (request === undefined || request === number);
}
