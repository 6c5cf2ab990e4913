// §3.3: what an administrator does to the VM is done at the primary, by a control entry, and its backup follows: above all a power-off.

import type { SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { ControlOperation, EntryBody } from './entry.ts';
import { backupIsQuiet } from './ft-vmotion.ts';
import type { End, EndConfig } from './pair-end.ts';
import { beginEnd, followEnd } from './vm-end.ts';

type Control = Extract<EntryBody, { kind: 'control' }>;

/** On the primary, or on who is alone: the log has it, if there is one, so now it is done. */
export function carryOutControl(
  end: End,
  config: EndConfig,
  { operation, value }: { operation: ControlOperation; value: number },
  out: Effect[],
): void {
  if (operation === 'powerOff') beginEnd(end, config, { reason: 'poweredOff' }, out);
  if (operation === 'share') setShare(end, value, out);
}

/** On the backup: what the log says was done to the VM. */
export function followControl(
  end: End,
  config: EndConfig,
  { operation, value }: Control,
  now: SimTime,
  out: Effect[],
): void {
  switch (operation) {
    case 'powerOff':
      followEnd(end, config, { reason: 'poweredOff' }, out);
      break;
    case 'share':
      setShare(end, value, out);
      break;
    case 'quiesce':
      backupIsQuiet(end, config, now, out);
      break;
    case 'end':
      followEnd(end, config, end.replica.guestEnd ?? { reason: 'guestExit', code: value }, out);
      break;
  }
}

function setShare(end: End, percent: number, out: Effect[]): void {
  end.vmPercent = percent;
  out.push({ kind: 'changePace' });
  out.push({ kind: 'note', note: { kind: 'resourcesChanged', percent } });
}
