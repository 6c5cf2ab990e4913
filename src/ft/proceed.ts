// What follows from anything that came through a door of ft: a decided clone, disks that nobody wants quiet any more, outputs that may leave, an end that may be finished, entries that are due.

import type { Effect } from './effects.ts';
import { endDecidedClone, endOrphanedQuiescing } from './ft-vmotion.ts';
import { compareEnd } from './guest-end.ts';
import { releaseAcknowledged } from './output-rule.ts';
import type { End, EndConfig, Moment } from './pair-end.ts';
import { replay } from './replaying.ts';
import { endAsItWas, finishEnd } from './vm-end.ts';

export function proceed(end: End, config: EndConfig, moment: Moment, out: Effect[]): void {
  endDecidedClone(end, out);
  endOrphanedQuiescing(end, config, out);
  if (end.replica.role === 'primary') releaseAcknowledged(end.replica, config.protocol, out);
  finishEnd(end, out);
  if (end.replica.role === 'backup') replay(end, config, moment, out);
  if (compareEnd(end, config, moment, out)) replay(end, config, moment, out);
  endAsItWas(end, config, out);
}
