// §2.3: how a backup takes over, step by step: work off the log, leave replay, announce the MAC, issue pending I/O again.

import type { Command } from './commands.ts';
import type { Replica } from './replica.ts';

/** The flag is won. First every entry received has to be consumed, for the world may have seen what followed from it. */
export function beginGoingLive(replica: Replica, out: Command[]): void {
  out.push({ kind: 'note', note: { kind: 'draining', entries: replica.receiver.entries.length } });
}

export const isDraining = (replica: Replica): boolean =>
  replica.role === 'backup' && replica.arbitration === 'won';

/** The last entry is consumed: the machine leaves replay and answers the world. */
export function goLive(replica: Replica, out: Command[]): void {
  replica.role = 'solo';
  out.push({ kind: 'takeOverClock' });
  out.push({ kind: 'note', note: { kind: 'wentLive' } });
  out.push({ kind: 'announceMac' });
  releaseReproduced(replica, out);
  reissuePendingIo(replica, out);
}

/** Outputs that replay produced at the last instruction, whose entries never came: nobody else will send them. */
function releaseReproduced(replica: Replica, out: Command[]): void {
  for (const held of replica.reproduced.splice(0)) {
    if (held.output.kind !== 'diskWrite') out.push({ kind: 'releaseOutput', held });
  }
}

/**
 * §3.4: operations that were started and not seen completed. The old primary may or may not have carried them out; each
 * names its blocks and its data, so that doing it again changes nothing.
 */
function reissuePendingIo(replica: Replica, out: Command[]): void {
  const pending = replica.pendingIo.filter((io) => !io.issued);
  if (pending.length === 0) return;
  out.push({ kind: 'note', note: { kind: 'ioReissued', count: pending.length } });
  for (const io of pending) out.push({ kind: 'issueIo', io });
}
