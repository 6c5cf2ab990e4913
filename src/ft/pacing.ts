// §3.2: the primary gets a little less CPU while its backup lags far behind, and gets it back as the backup catches up.

import type { InstructionCount } from '../machine/boundary.ts';
import {
  after,
  between,
  type Duration,
  later,
  longer,
  NO_TIME,
  nanoseconds,
  type SimTime,
} from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { ProtocolConfig, Replica, Sender } from './replica.ts';

/** Less than this a primary never gets. */
const LEAST_PERCENT = 10;

/**
 * How late the backup is, by its last word: for how long it could have executed the oldest entry that it has not. What it
 * may not do without that entry is no fault of its own.
 */
export function latenessOf({ unexecuted }: Sender, now: SimTime): Duration {
  const [oldest] = unexecuted;
  return oldest === undefined ? NO_TIME : longer(NO_TIME, between(oldest.possible, now));
}

/**
 * By when a backup at full speed could have executed an entry that is recorded now: it comes there from the entry before,
 * once it has done that and has this one. Counted from when it was recorded, so what the cable takes is lateness.
 */
export function possibleAt(
  { last, unexecuted }: Sender,
  { pacing }: ProtocolConfig,
  instruction: InstructionCount,
  now: SimTime,
): SimTime {
  const before = unexecuted.at(-1)?.possible ?? now;
  const work = nanoseconds(
    Math.floor(((instruction - last.instruction) * pacing.instructionPicoseconds) / 1000),
  );
  return after(later(before, now), work);
}

/** Nobody has to be waited for any more. */
export function restoreSpeed(replica: Replica, out: Effect[]): void {
  if (replica.pacingPercent === 100) return;
  replica.pacingPercent = 100;
  out.push({ kind: 'changePace' });
}

/** The pacing timer: a slow feedback loop, one step at a time. */
export function pace(replica: Replica, config: ProtocolConfig, now: SimTime, out: Effect[]): void {
  if (replica.role !== 'primary' || replica.arbitration !== 'none') return;
  const { interval, lagThreshold, stepPercent } = config.pacing;
  out.push({ kind: 'setTimer', timer: 'pacing', wait: interval });
  if (!config.rules.pacing) return;
  const lag = latenessOf(replica.sender, now);
  const before = replica.pacingPercent;
  const isLate = lag > lagThreshold;
  const wanted = isLate ? before - stepPercent : before + stepPercent;
  replica.pacingPercent = Math.max(LEAST_PERCENT, Math.min(100, wanted));
  if (!isLate && before === 100) return;
  out.push({ kind: 'note', note: { kind: 'paced', lag, percent: replica.pacingPercent } });
  if (replica.pacingPercent !== before) out.push({ kind: 'changePace' });
}
