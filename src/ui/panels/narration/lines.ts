// Which lines of the narration are shown.
import type { NarrationLine } from '../../../worker/frame.ts';

/** 1 the turning points, 2 what the protocol does too, 3 everything. */
export type Detail = NarrationLine['weight'];

/** More than these nobody reads; earlier ones are an instant's jump away. */
const SHOWN = 120;

/** The latest lines that matter enough. */
export function linesToShow(narration: readonly NarrationLine[], detail: Detail): NarrationLine[] {
  return narration.filter(({ weight }) => weight <= detail).slice(-SHOWN);
}
