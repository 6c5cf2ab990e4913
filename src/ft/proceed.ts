// What follows from anything that came through a door of ft: a decided clone, a power-off that may be finished, entries that are due.

import type { Effect } from './effects.ts';
import type { End, EndConfig, Moment } from './end.ts';
import { endDecidedClone } from './ft-vmotion.ts';
import { finishPowerOff } from './power-off.ts';
import { replay } from './replaying.ts';

export function proceed(end: End, config: EndConfig, moment: Moment, out: Effect[]): void {
  endDecidedClone(end, out);
  finishPowerOff(end, config, out);
  if (end.replica.role === 'backup') replay(end, config, moment, out);
}
