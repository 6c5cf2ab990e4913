// §2.1: the primary writes down everything that is not a function of the guest's state, at the instruction where it enters.

import { hashInto } from '../base/hash.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { EntryBody, LogEntry, Output } from './entry.ts';
import { append, flush } from './logging-channel.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** The log of the baselines (§6): checkpoints need none, and shipping operations is about clients' requests alone. */
function isLogged({ mode }: ProtocolConfig, body: EntryBody): boolean {
  return mode === 'ft' || (mode === 'operations' && (body.kind === 'packet' || body.kind === 'control'));
}

/**
 * Logs what has just been applied to the machine, whose instruction count is now `instruction`, and sends it.
 * @returns the entry; nothing when there is no backup to tell
 */
export function record(
  replica: Replica,
  config: ProtocolConfig,
  body: EntryBody,
  instruction: InstructionCount,
  now: SimTime,
  out: Effect[],
): LogEntry | undefined {
  if (replica.role !== 'primary' || !isLogged(config, body)) return undefined;
  const entry: LogEntry = { ...body, sequence: replica.sender.nextSequence++, instruction };
  out.push({ kind: 'note', note: { kind: 'recorded', entry } });
  append(replica.sender, config, entry, now, out);
  const mayWait = config.flushDelay > 0 && !(body.kind === 'output' && config.flushOutputs);
  if (!mayWait) flush(replica, config, out);
  else if (!replica.sender.isFlushDue) {
    replica.sender.isFlushDue = true;
    out.push({ kind: 'setTimer', timer: 'flush', wait: config.flushDelay });
  }
  return entry;
}

/** The flush timer: entries that waited for others to share a frame with go now. */
export function flushDue(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  replica.sender.isFlushDue = false;
  if (replica.role === 'primary') flush(replica, config, out);
}

/** What makes two outputs the same: their kind, length and bytes (and the block for a disk write). */
export function outputEntry(output: Output): Extract<EntryBody, { kind: 'output' }> {
  const bytes = output.kind === 'console' ? Uint8Array.of(output.byte) : output.bytes;
  const words = new Uint32Array(4);
  hashInto(words, 0, bytes, output.kind === 'diskWrite' ? output.sector : 0);
  return { kind: 'output', output: output.kind, length: bytes.length, digest: words[0] as number };
}
