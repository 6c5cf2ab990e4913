// How far the VM's machine may run, and whether anything may enter it: a full buffer stops the primary, the last entry the backup.

import { type InstructionCount, UNBOUNDED } from '../machine/boundary.ts';
import { isStopped } from './logging-channel.ts';
import { type EndView, isStill } from './pair-end.ts';
import { replayLimit } from './replaying.ts';
import type { ProtocolConfig } from './replica.ts';

/**
 * §3.2: a primary with a full buffer stops. §2.1: a backup never passes its last entry; in the baselines it stands still
 * (checkpoints) or runs by itself (operations).
 * @param isAsking whether its machine stands still for a value that the log does not have yet
 * @returns the instruction; nothing when it may not run at all
 */
export function runLimit(
  end: EndView,
  config: ProtocolConfig,
  isAsking: boolean,
): InstructionCount | undefined {
  const { replica } = end;
  if (isStill(end)) return undefined;
  switch (replica.role) {
    case 'halted':
    case 'spare':
      return undefined;
    case 'backup':
      if (config.mode === 'checkpoint') return undefined;
      if (config.mode === 'operations') return UNBOUNDED;
      return isAsking ? undefined : replayLimit(replica, config);
    default:
      return isStopped(replica.sender) ? undefined : UNBOUNDED;
  }
}

/** Whether anything may enter the guest now: while its machine stands still it could not be logged. */
export const mayEnter = (end: EndView): boolean => !isStopped(end.replica.sender) && !isStill(end);
