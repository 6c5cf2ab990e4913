// Ours, not the paper's: now and then an entry that only says "the primary has come to here", so that its backup may run that far.
//
// §2.1 lets the backup run to its next entry and no further. A guest that computes for long without an input or output
// would leave it behind by all of that, a failover would go back to the last entry, and pacing would punish the primary
// for what the backup could not have done.

import type { Effect } from './effects.ts';
import { isStopped } from './logging-channel.ts';
import { type End, isStill, type Moment } from './pair-end.ts';
import { record } from './recording.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

const isTold = ({ role }: Replica, { mode, progressInterval }: ProtocolConfig): boolean =>
  role === 'primary' && mode === 'ft' && progressInterval > 0;

/** The timer is set on a primary, where these entries are wanted. */
export function beginProgress(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  if (!isTold(replica, config)) return;
  out.push({ kind: 'setTimer', timer: 'progress', wait: config.progressInterval });
}

/** The progress timer: a guest that is awake and has come further since, with no other entry for a whole interval. */
export function tellProgress(
  end: End,
  config: ProtocolConfig,
  { now, instruction, isAsleep }: Moment,
  out: Effect[],
): void {
  const { replica } = end;
  if (!isTold(replica, config) || replica.arbitration !== 'none') return;
  beginProgress(replica, config, out);
  const { last } = replica.sender;
  const isKnown = instruction <= last.instruction || now - last.at < config.progressInterval;
  if (isKnown || isAsleep || isStopped(replica.sender) || isStill(end)) return;
  record(replica, config, { kind: 'progress' }, instruction, now, out);
}
