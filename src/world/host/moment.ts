// What a host says of the moment at which it comes through a door of ft.

import type { Moment } from '../../ft/pair-end.ts';
import { changedSince } from '../state/changed-pages.ts';
import { type Host, instructionOf, type World } from '../state/world.ts';

/** @param asks a value that its machine stands still for, if that is not known already */
export const momentOf = (world: World, host: Host, asks: Moment['asks'] = host.isReading): Moment => ({
  now: world.now,
  instruction: instructionOf(host),
  isAsleep: host.isIdle,
  asks,
  changes: () => changedSince(host),
});
