// A guest that ends itself, or is stuck: its replica will do the same, for both run the same program, and the log says where.

import { diverge } from './divergence.ts';
import type { Effect } from './effects.ts';
import { type End, type EndConfig, isActing, type Moment } from './pair-end.ts';
import { record } from './recording.ts';
import { isExact } from './replaying.ts';
import { beginEnd, type VmEnd } from './vm-end.ts';

/** The machine here executes nothing more. */
export function endGuest(end: End, config: EndConfig, ending: VmEnd, moment: Moment, out: Effect[]): void {
  const { replica } = end;
  const { protocol } = config;
  replica.guestEnd = ending;
  if (!isActing(end)) return;
  // What ships operations has no log of what the guest does by itself.
  if (protocol.mode === 'ft') {
    const entry = { kind: 'control', operation: 'end', value: ending.code ?? 0 } as const;
    record(replica, protocol, entry, moment.instruction, moment.now, out);
  }
  beginEnd(end, config, ending, out);
}

/**
 * On a backup: where the log says that the guest goes on or ends, and it does not, they are two machines' ones.
 * @returns whether this was found just now, and the backup runs on
 */
export function compareEnd(
  { replica }: End,
  { protocol }: EndConfig,
  moment: Moment,
  out: Effect[],
): boolean {
  const [next] = replica.receiver.entries;
  if (replica.role !== 'backup' || next === undefined || !isExact(replica, protocol)) return false;
  if (replica.guestEnd !== null)
    return (
      next.instruction !== moment.instruction &&
      diverge(replica, protocol, next, 'a guest that has ended', out)
    );
  return (
    next.instruction < moment.instruction && diverge(replica, protocol, next, 'a guest that goes on', out)
  );
}
