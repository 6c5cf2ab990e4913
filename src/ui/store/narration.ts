// Keeps the run's narration as frames bring it piece by piece, also when the cursor goes back.
import type { Frame, NarrationLine } from '../../worker/frame.ts';

/** More lines than these are not kept on the page; the worker has them all. */
const KEPT = 1500;

type Told = Pick<Frame, 'narration' | 'narrationLength'>;

/** The lines up to the frame's instant: those kept that still hold, then the frame's new ones. */
export function mergeNarration(
  kept: readonly NarrationLine[],
  { narration, narrationLength }: Told,
): readonly NarrationLine[] {
  const firstNew = narration[0]?.index ?? narrationLength;
  const last = kept.at(-1);
  const unchanged = narration.length === 0 && (last === undefined || last.index < narrationLength);
  if (unchanged) return kept;
  const joined = [...kept.filter((line) => line.index < firstNew), ...narration];
  const gapless = dropBeforeGap(joined);
  return gapless.length > KEPT ? gapless.slice(-KEPT) : gapless;
}

/** Lines before a gap would read as if nothing had happened between. */
function dropBeforeGap(lines: NarrationLine[]): NarrationLine[] {
  for (let i = lines.length - 1; i > 0; i--) {
    if (lines[i]!.index !== lines[i - 1]!.index + 1) return lines.slice(i);
  }
  return lines;
}

/** The first line the page has not got. */
export function narrationFrom(kept: readonly NarrationLine[]): number {
  const last = kept.at(-1);
  return last === undefined ? 0 : last.index + 1;
}
