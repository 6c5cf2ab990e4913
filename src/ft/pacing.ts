// §3.2: the primary gets a little less CPU while its backup lags far behind, and gets it back as the backup catches up.

import { between, type Duration, NO_TIME, type SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { ProtocolConfig, Replica, Sender } from './replica.ts';

/** Less than this a primary never gets. */
const LEAST_PERCENT = 10;

/** How long ago the first entry was recorded that the backup, by its last word, has not executed. */
export function lagOf(sender: Sender, now: SimTime): Duration {
  const [oldest] = sender.unexecuted;
  return oldest === undefined ? NO_TIME : between(oldest.at, now);
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
  const lag = lagOf(replica.sender, now);
  const before = replica.pacingPercent;
  const isLate = lag > lagThreshold;
  const wanted = isLate ? before - stepPercent : before + stepPercent;
  replica.pacingPercent = Math.max(LEAST_PERCENT, Math.min(100, wanted));
  if (!isLate && before === 100) return;
  out.push({ kind: 'note', note: { kind: 'paced', lag, percent: replica.pacingPercent } });
  if (replica.pacingPercent !== before) out.push({ kind: 'changePace' });
}
