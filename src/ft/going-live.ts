// §2.3: how a backup takes over, step by step: work off the log, leave replay, announce the MAC, issue pending I/O again.

import { scaled } from '../sim/time.ts';
import { reissuePendingIo } from './disk-io.ts';
import { letOutAgain } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import { halt } from './halt.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** The flag is won. First every entry received has to be consumed, for the world may have seen what followed from it. */
export function beginGoingLive(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  const { receiver } = replica;
  out.push({ kind: 'note', note: { kind: 'draining', entries: receiver.entries.length } });
  if (config.rules.drainBeforeLive) return;
  receiver.entries = [];
  receiver.held = 0;
}

export const isDraining = (replica: Replica): boolean =>
  replica.role === 'backup' && replica.arbitration === 'won';

/** The last entry is consumed: the machine leaves replay and answers the world. */
export function goLive(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  const { ending } = replica;
  replica.role = 'solo';
  // The VM has ended: what it has put out leaves, and that is all.
  if (ending !== null) {
    out.push({ kind: 'note', note: { kind: 'wentLive' } });
    takeOverOutputs(replica, config, out);
    const { reason, ...how } = ending;
    halt(replica, reason, out, how);
    return;
  }
  out.push({ kind: 'takeOverClock' });
  out.push({ kind: 'takeOverKeyboard' });
  out.push({ kind: 'note', note: { kind: 'wentLive' } });
  announce(config, out);
  takeOverOutputs(replica, config, out);
  if (replica.guestEnd === null) out.push({ kind: 'requestBackup' });
}

/** Outputs that the old primary may not have let out, and disk operations that it may not have carried out. */
function takeOverOutputs(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  letOutAgain(replica, config, out);
  reissuePendingIo(replica, config, out);
}

/** The VM's MAC is announced, now and again every so many timeouts (see `announceAgain`). */
const TIMEOUTS_BETWEEN = 5;

export function announce(config: ProtocolConfig, out: Effect[]): void {
  out.push({ kind: 'announceMac' });
  const wait = scaled(config.silenceTimeout, TIMEOUTS_BETWEEN);
  out.push({ kind: 'setTimer', timer: 'announce', wait });
}

/**
 * The announce timer, on whoever has acted since a failover: an old primary that stood still may wake up and let out what
 * had been acknowledged to it long ago, and the switch would look for the VM there from then on.
 */
export function announceAgain(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  const isActing = replica.role === 'primary' || replica.role === 'solo';
  if (isActing && replica.arbitration !== 'asking') announce(config, out);
}
