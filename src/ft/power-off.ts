// §3.3: what an administrator does to the VM is done at the primary, by a control entry, and its backup follows: above all a power-off.

import type { SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { End, EndConfig } from './end.ts';
import type { ControlOperation, EntryBody } from './entry.ts';
import { abandon, backupIsQuiet } from './ft-vmotion.ts';

type Control = Extract<EntryBody, { kind: 'control' }>;

/** On the primary, or on who is alone: the log has it, if there is one, so now it is done. */
export function carryOutControl(
  end: End,
  config: EndConfig,
  { operation, value }: { operation: ControlOperation; value: number },
  out: Effect[],
): void {
  if (operation === 'powerOff') beginPowerOff(end, config, out);
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
      switchOff(end, config, out);
      break;
    case 'share':
      setShare(end, value, out);
      break;
    case 'quiesce':
      backupIsQuiet(end, config, now, out);
      break;
  }
}

/** From here on the VM executes nothing, and goes nowhere. */
function beginPowerOff(end: End, config: EndConfig, out: Effect[]): void {
  end.isPoweringOff = true;
  abandon(end, config, out);
  finishPowerOff(end, config, out);
}

/** The primary is off once its backup knows; before that it would be taken for dead. */
export function finishPowerOff(end: End, config: EndConfig, out: Effect[]): void {
  const { replica, isPoweringOff } = end;
  if (!isPoweringOff || (replica.role === 'primary' && replica.sender.entries.length > 0)) return;
  switchOff(end, config, out);
}

function switchOff(end: End, config: EndConfig, out: Effect[]): void {
  end.isPoweringOff = false;
  end.replica.role = 'halted';
  end.replica.haltReason = 'poweredOff';
  out.push({ kind: 'note', note: { kind: 'poweredOff' } });
  out.push({ kind: 'note', note: { kind: 'halted', reason: 'poweredOff' } });
  abandon(end, config, out);
}

function setShare(end: End, percent: number, out: Effect[]): void {
  end.vmPercent = percent;
  out.push({ kind: 'changePace' });
  out.push({ kind: 'note', note: { kind: 'resourcesChanged', percent } });
}
