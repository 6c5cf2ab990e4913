// Where a run stands, as the page says it: an instant, or so many steps of it.

import type { ViewFrame } from '../../worker/frame.ts';
import type { PositionView } from '../../worker/time-views.ts';

export const positionOf = ({ time, step }: Pick<ViewFrame, 'time' | 'step'>): PositionView => ({
  at: time,
  ...(step === undefined ? {} : { step }),
});

/** Less than zero when `a` comes before `b`: an instant's steps come before its end. */
export const comparePositions = (a: PositionView, b: PositionView): number =>
  a.at - b.at ||
  (a.step === b.step ? 0 : (a.step ?? Number.POSITIVE_INFINITY) - (b.step ?? Number.POSITIVE_INFINITY));
