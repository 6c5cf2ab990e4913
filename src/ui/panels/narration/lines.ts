// Which lines of the narration are shown.
import type { NarrationLine } from '../../../worker/frame.ts';
import { isSame } from '../../store/same.ts';

/** 1 the turning points, 2 what the protocol does too, 3 everything. */
export type Detail = NarrationLine['weight'];

export interface ShownLine {
  line: NarrationLine;
  /** How often the same was told in a row, from this instant on. */
  times: number;
}

/** More than these nobody reads; earlier ones are an instant's jump away. */
const SHOWN = 120;

/** The latest lines that matter enough; what is told again and again is one line. */
export function linesToShow(narration: readonly NarrationLine[], detail: Detail): ShownLine[] {
  const shown: ShownLine[] = [];
  for (const line of narration) {
    if (line.weight > detail) continue;
    const last = shown.at(-1);
    if (last !== undefined && last.line.key === line.key && isSame(last.line.values, line.values))
      last.times++;
    else shown.push({ line, times: 1 });
  }
  return shown.slice(-SHOWN);
}
