// §3.3: a VM that ends, switched off or by its guest, ends on both hosts; nothing that it has put out is lost.
//
// The primary waits until its backup knows, or its silence would be taken for a crash, and until its gate is empty. The
// backup waits until it hears that this is so: should the primary die before, the backup lets out what is left.

import type { Effect, GuestEnd } from './effects.ts';
import { abandon } from './ft-vmotion.ts';
import { halt } from './halt.ts';
import { type End, type EndConfig, isActing } from './pair-end.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** Why a VM has ended, and of a guest how. */
export type VmEnd = { reason: 'poweredOff' | 'guestExit' | 'guestStuck' } & GuestEnd;

/** On whoever acts for the VM: it executes nothing more, and goes nowhere. */
export function beginEnd(end: End, config: EndConfig, ending: VmEnd, out: Effect[]): void {
  end.replica.ending = ending;
  abandon(end, config, out);
  finishEnd(end, out);
}

/** On whoever acts for the VM: it is over once the backup knows and everything is out. */
export function finishEnd(end: End, out: Effect[]): void {
  const { replica } = end;
  const { ending, role, sender, gate, generation } = replica;
  if (ending === null || !isActing(end) || sender.entries.length > 0 || gate.length > 0) return;
  if (role === 'primary') out.push({ kind: 'send', message: { kind: 'ended', generation, ending } });
  over(replica, ending, out);
}

/** Who acts for the VM now has a guest that had ended before. */
export function endAsItWas(end: End, config: EndConfig, out: Effect[]): void {
  const { guestEnd } = end.replica;
  if (isActing(end) && guestEnd !== null) beginEnd(end, config, guestEnd, out);
}

/** On the backup: its log says that the VM has ended. */
export function followEnd(end: End, config: EndConfig, ending: VmEnd, out: Effect[]): void {
  end.replica.ending = ending;
  abandon(end, config, out);
  if (end.replica.isPeerDone) over(end.replica, ending, out);
}

/** The backup hears that everything is out. It may have to execute up to the end yet; in the baselines it has no log of that. */
export function peerEnded(replica: Replica, config: ProtocolConfig, ending: VmEnd, out: Effect[]): void {
  if (replica.role !== 'backup' || replica.arbitration === 'won') return;
  replica.arbitration = 'none';
  replica.isPeerDone = true;
  if (replica.ending !== null || config.mode !== 'ft') over(replica, ending, out);
}

const over = (replica: Replica, { reason, ...how }: VmEnd, out: Effect[]): void =>
  halt(replica, reason, out, how);
