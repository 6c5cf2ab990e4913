// Ours, not the paper's: what a backup does whose replay does not meet its log. It halts, or with the rule off it runs on.
//
// Run on, it is a machine of its own, of which nobody else knows that it is another one: its clock, timer and entropy are its
// host's, what comes from outside enters as soon as the log tells of it, and all else in the log is about another machine.
// Its outputs are dropped, as a backup's are, until it goes live.

import { awaitsOwnIo, finishIo } from './disk-io.ts';
import type { Effect } from './effects.ts';
import type { LogEntry } from './entry.ts';
import { halt } from './halt.ts';
import { drop } from './output-rule.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/**
 * A replay that does not meet its log can't be put right: the backup halts, and the primary will notice its silence.
 * @param next the entry that it should have met
 * @param asks a value that its machine stands still for
 * @returns whether it runs on all the same
 */
export function diverge(
  replica: Replica,
  { rules }: ProtocolConfig,
  next: LogEntry | undefined,
  found: string,
  out: Effect[],
  asks: 'clock' | 'entropy' | null = null,
): boolean {
  const { sequence, kind: expected } = next ?? { sequence: 0, kind: 'nothing' as const };
  out.push({ kind: 'note', note: { kind: 'diverged', sequence, expected, found } });
  if (rules.haltDiverged) {
    halt(replica, 'diverged', out);
    return false;
  }
  replica.hasDiverged = true;
  for (const held of replica.reproduced.splice(0)) drop(replica, held, out);
  if (asks !== null) out.push({ kind: 'awaitValue', value: asks });
  out.push({ kind: 'takeOverClock' });
  return true;
}

/**
 * Without exact delivery a machine may be at any distance from its log. That it never comes to an entry shows only by what
 * piles up: a primary that waits for room would wait for ever.
 */
export const isAstray = (
  { receiver: { held, limit }, hasDiverged }: Replica,
  { mode, rules }: ProtocolConfig,
): boolean =>
  mode === 'ft' && !rules.exactDelivery && !rules.haltDiverged && !hasDiverged && held > limit / 2;

/** Applies an entry to a machine that has diverged: nothing has to wait for such a machine. */
export function applyDiverged(
  replica: Replica,
  config: ProtocolConfig,
  entry: LogEntry,
  out: Effect[],
): void {
  const injection = fromOutside(replica, config, entry);
  if (injection?.kind === 'diskCompletion') finishIo(replica, config, injection, out);
  out.push({ kind: 'replay', entry, injection });
}

/** What the entry has from outside. All else is the machine's own, also what its own disk does. */
function fromOutside(
  replica: Replica,
  config: ProtocolConfig,
  entry: LogEntry,
): Extract<LogEntry, { kind: 'packet' | 'console' | 'diskCompletion' }> | undefined {
  const isWord = entry.kind === 'packet' || entry.kind === 'console';
  const isDone = entry.kind === 'diskCompletion' && !awaitsOwnIo(replica, config, entry.request);
  return isWord || isDone ? entry : undefined;
}
