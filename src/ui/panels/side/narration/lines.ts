// Which lines of the narration are shown.

import { isSamePlain } from '../../../../base/plain.ts';
import type { NarrationLine } from '../../../../worker/frame.ts';

/** 1 the turning points, 2 what the protocol does too, 3 everything. */
export type Detail = NarrationLine['weight'];

export interface ShownLine {
  line: NarrationLine;
  /** How often the same was told in a row, from this instant on. */
  times: number;
  /** Others before it have been left out. */
  isAfterGap: boolean;
}

/** More than these nobody reads; earlier ones are an instant's jump away. */
const SHOWN = 120;

/** The latest lines that matter enough; what is told again and again is one line. */
export function linesToShow(narration: readonly NarrationLine[], detail: Detail): ShownLine[] {
  const shown: ShownLine[] = [];
  let isAfterGap = false;
  for (const line of narration) {
    isAfterGap ||= line.isAfterGap === true;
    if (line.weight > detail) continue;
    const last = shown.at(-1);
    if (
      !isAfterGap &&
      last !== undefined &&
      last.line.key === line.key &&
      isSamePlain(last.line.values, line.values)
    )
      last.times++;
    else shown.push({ line, times: 1, isAfterGap: isAfterGap && detail > 1 && shown.length > 0 });
    isAfterGap = false;
  }
  return shown.slice(-SHOWN);
}
