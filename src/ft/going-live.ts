// §2.3: how a backup takes over, step by step: work off the log, leave replay, announce the MAC, issue pending I/O again.

import type { Command } from './commands.ts';
import { reissuePendingIo } from './disk-io.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** The flag is won. First every entry received has to be consumed, for the world may have seen what followed from it. */
export function beginGoingLive(replica: Replica, config: ProtocolConfig, out: Command[]): void {
  const { receiver } = replica;
  out.push({ kind: 'note', note: { kind: 'draining', entries: receiver.entries.length } });
  if (config.rules.drainBeforeLive) return;
  receiver.entries = [];
  receiver.held = 0;
}

export const isDraining = (replica: Replica): boolean =>
  replica.role === 'backup' && replica.arbitration === 'won';

/** The last entry is consumed: the machine leaves replay and answers the world. */
export function goLive(replica: Replica, config: ProtocolConfig, out: Command[]): void {
  replica.role = 'solo';
  out.push({ kind: 'takeOverClock' });
  out.push({ kind: 'note', note: { kind: 'wentLive' } });
  out.push({ kind: 'announceMac' });
  releaseReproduced(replica, out);
  reissuePendingIo(replica, config, out);
  out.push({ kind: 'requestBackup' });
}

/** Outputs that replay produced at the last instruction, whose entries never came: nobody else will send them. */
function releaseReproduced(replica: Replica, out: Command[]): void {
  for (const held of replica.reproduced.splice(0)) {
    if (held.output.kind !== 'diskWrite') out.push({ kind: 'releaseOutput', held });
  }
}
