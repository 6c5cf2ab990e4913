// Keeps the run's narration as frames bring it piece by piece, also when the cursor goes back.
import type { Frame, NarrationLine } from '../../worker/frame.ts';

/** More lines than these are not kept on the page. */
const KEPT = 1500;

type Told = Pick<Frame, 'narration' | 'narrationSince' | 'narrationLength'>;

/** The lines up to the frame's instant: those kept that still hold, then the frame's new ones. */
export function mergeNarration(
  kept: readonly NarrationLine[],
  { narration, narrationSince, narrationLength }: Told,
): readonly NarrationLine[] {
  const isGapless = narrationSince <= narrationFrom(kept);
  const last = kept.at(-1)?.index ?? -1;
  if (isGapless && narration.length === 0 && last < narrationLength) return kept;
  // Lines before a gap would read as if nothing had happened between.
  const before = isGapless ? kept.filter((line) => line.index < narrationSince) : [];
  return [...before, ...narration].slice(-KEPT);
}

/** The first fact of which the page has not got the line. */
export function narrationFrom(kept: readonly NarrationLine[]): number {
  const last = kept.at(-1);
  return last === undefined ? 0 : last.index + 1;
}
