// §2.1: the backup takes the entries of the log in order, each at exactly its instruction, and drops what it produces.

import { type Injection, type InstructionCount, UNBOUNDED } from '../machine/boundary.ts';
import type { Effect } from './effects.ts';
import type { EntryBody, LogEntry } from './entry.ts';
import { drop } from './output-rule.ts';
import { outputEntry } from './recording.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/**
 * How far the backup's machine may run: to the next entry's instruction and never past it, because what happens there
 * is in that entry and nowhere else. Without an entry it waits.
 */
export function replayLimit(replica: Replica, config: ProtocolConfig): InstructionCount | undefined {
  if (!isExact(config)) return UNBOUNDED;
  return replica.receiver.entries[0]?.instruction;
}

/** Whether what enters the backup's machine enters at the primary's instruction. Operations are only in the same order. */
export const isExact = ({ rules, mode }: ProtocolConfig): boolean => rules.exactDelivery && mode === 'ft';

/**
 * The entry that the backup's machine takes now, if any. With exact delivery it is the first, once the machine is at its
 * instruction. With the rule off whatever comes from outside goes in as soon as it is here; only values that the machine
 * asks for, and outputs that it makes, wait for the machine.
 */
export function entryDue(
  replica: Replica,
  config: ProtocolConfig,
  instruction: InstructionCount,
): LogEntry | undefined {
  const { entries } = replica.receiver;
  if (isExact(config)) return entries[0]?.instruction === instruction ? entries[0] : undefined;
  return entries.find(({ kind }) =>
    kind === 'output' ? replica.reproduced.length > 0 : kind !== 'clock' && kind !== 'entropy',
  );
}

/** The entry with the value that the backup's machine asks for: the next, which has to be at this very place. */
export function valueDue(
  replica: Replica,
  config: ProtocolConfig,
  kind: 'clock' | 'entropy',
  instruction: InstructionCount,
): LogEntry | undefined {
  const { entries } = replica.receiver;
  if (!isExact(config)) return entries.find((entry) => entry.kind === kind);
  return entries[0]?.kind === kind && entries[0].instruction === instruction + 1 ? entries[0] : undefined;
}

/** The entry's injection, if it enters the machine. An output entry doesn't: it is the machine that made the output. */
export function injectionOf(entry: LogEntry): Injection | undefined {
  switch (entry.kind) {
    case 'output':
    case 'control':
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
  config: ProtocolConfig,
  entry: Extract<LogEntry, { kind: 'output' }>,
  out: Effect[],
): boolean {
  const found = replica.reproduced.shift();
  if (found === undefined || !isSameOutput(entry, outputEntry(found.output))) return false;
  if (isExact(config) && found.instruction !== entry.instruction) return false;
  const held = { ...found, sequence: entry.sequence };
  replica.lastDropped = held;
  drop(replica, held, out);
  return true;
}

/** A replay that does not meet its log can't be put right: the backup halts, and the primary will notice its silence. */
export function diverge(
  replica: Replica,
  sequence: number,
  expected: LogEntry['kind'] | 'nothing',
  found: string,
  out: Effect[],
): void {
  replica.role = 'halted';
  replica.haltReason = 'diverged';
  out.push({ kind: 'note', note: { kind: 'diverged', sequence, expected, found } });
  out.push({ kind: 'note', note: { kind: 'halted', reason: 'diverged' } });
}
