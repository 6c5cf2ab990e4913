// §2.1: the primary writes down everything that is not a function of the guest's state, at the instruction where it enters.

import { hashInto } from '../base/hash.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import type { Command } from './commands.ts';
import type { EntryBody, LogEntry, Output } from './entry.ts';
import { append, flush } from './logging-channel.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/**
 * Logs what has just been applied to the machine, whose instruction count is now `instruction`, and sends it.
 * @returns the entry; nothing when there is no backup to tell
 */
export function record(
  replica: Replica,
  config: ProtocolConfig,
  body: EntryBody,
  instruction: InstructionCount,
  out: Command[],
): LogEntry | undefined {
  if (replica.role !== 'primary') return undefined;
  const entry: LogEntry = { ...body, sequence: replica.sender.nextSequence++, instruction };
  append(replica.sender, entry, out);
  flush(replica, config, out);
  return entry;
}

/** What makes two outputs the same: their kind, length and bytes (and the block for a disk write). */
export function outputEntry(output: Output): Extract<EntryBody, { kind: 'output' }> {
  const bytes = output.kind === 'console' ? Uint8Array.of(output.byte) : output.bytes;
  const words = new Uint32Array(4);
  hashInto(words, 0, bytes, output.kind === 'diskWrite' ? output.sector : 0);
  return { kind: 'output', output: output.kind, length: bytes.length, digest: words[0] as number };
}
