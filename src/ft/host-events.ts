// The way in for what becomes of the host itself, and for whoever decides where a VM runs.

import type { SimTime } from '../sim/time.ts';
import { beginEpochs } from './checkpointing.ts';
import type { Effect } from './effects.ts';
import { startWatching } from './failure-detection.ts';
import { forgetIncoming, type Purpose, startTransfer } from './ft-vmotion.ts';
import { own } from './own.ts';
import { type EndConfig, type EndView, isActing } from './pair-end.ts';
import { createReplica } from './replica.ts';

/** The run begins: the two of a pair watch each other, and switches hear where the VM is. */
export function begin(view: EndView, { protocol }: EndConfig): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  if (end.peer !== null) startWatching(end.replica, protocol, out);
  if (isActing(end)) out.push({ kind: 'announceMac' });
  beginEpochs(end, protocol, out);
  return out;
}

/** This host's VM is to be cloned to `target` (§3.1), or moved there (§3.3). */
export function sendVmTo(
  view: EndView,
  config: EndConfig,
  purpose: Purpose,
  target: string,
  now: SimTime,
): Effect[] {
  const out: Effect[] = [];
  startTransfer(own(view), config, purpose, target, now, out);
  return out;
}

/** The host has lost power: whatever was on its way here or from here is over. */
export function lostPower(view: EndView): void {
  const end = own(view);
  end.transfer = null;
  forgetIncoming(end);
}

/** The host has power again, and is empty. */
export function repaired(view: EndView, { protocol }: EndConfig, now: SimTime): void {
  const end = own(view);
  end.replica = createReplica('spare', 0, protocol, now);
  end.peer = null;
}
