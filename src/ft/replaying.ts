// §2.1: the backup takes the entries of the log in order, each at exactly its instruction, and drops what it produces.

import type { Injection, InstructionCount } from '../machine/boundary.ts';
import type { Command } from './commands.ts';
import type { EntryBody, LogEntry } from './entry.ts';
import { outputEntry } from './recording.ts';
import type { Replica } from './replica.ts';

/**
 * How far the backup's machine may run: to the next entry's instruction and never past it, because what happens there
 * is in that entry and nowhere else. Without an entry it waits.
 */
export function replayLimit(replica: Replica): InstructionCount | undefined {
  return replica.receiver.entries[0]?.instruction;
}

/** The entry's injection, if it enters the machine. An output entry doesn't: it is the machine that made the output. */
export function injectionOf(entry: LogEntry): Injection | undefined {
  switch (entry.kind) {
    case 'output':
      return undefined;
    case 'timer':
      return { kind: 'timer' };
    default:
      return entry;
  }
}

function isSameOutput(entry: Extract<EntryBody, { kind: 'output' }>, found: EntryBody): boolean {
  return (
    found.kind === 'output' &&
    found.output === entry.output &&
    found.length === entry.length &&
    found.digest === entry.digest
  );
}

/**
 * The backup is at an output entry: the output that replay produced there is dropped, for the primary's is the one that
 * counts. One that differs means that the machines have diverged.
 * @returns whether it was the same
 */
export function matchOutput(
  replica: Replica,
  entry: Extract<LogEntry, { kind: 'output' }>,
  out: Command[],
): boolean {
  const held = replica.reproduced.shift();
  if (held === undefined || held.instruction !== entry.instruction) return false;
  if (!isSameOutput(entry, outputEntry(held.output))) return false;
  out.push({ kind: 'dropOutput', held: { ...held, sequence: entry.sequence } });
  return true;
}

/** A replay that does not meet its log can't be put right: the backup halts, and the primary will notice its silence. */
export function diverge(
  replica: Replica,
  sequence: number,
  expected: LogEntry['kind'] | 'nothing',
  found: string,
  out: Command[],
): void {
  replica.role = 'halted';
  replica.haltReason = 'diverged';
  out.push({ kind: 'note', note: { kind: 'diverged', sequence, expected, found } });
  out.push({ kind: 'note', note: { kind: 'halted', reason: 'diverged' } });
}
