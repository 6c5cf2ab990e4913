// Keeps the run's narration as frames bring it piece by piece, also when the cursor goes back.
import type { NarrationLine, ViewFrame } from '../../worker/frame.ts';

/** More lines than these are not kept on the page. */
const KEPT = 1500;
const TURNS = 200;

type Told = Pick<ViewFrame, 'narration' | 'narrationSince' | 'narrationLength'>;

/** The lines up to the frame's instant: those kept that still hold, then the frame's new ones. */
export function mergeNarration(
  kept: readonly NarrationLine[],
  { narration, narrationSince, narrationLength }: Told,
): readonly NarrationLine[] {
  const isGapless = narrationSince <= narrationFrom(kept);
  const last = kept.at(-1)?.index ?? -1;
  if (isGapless && narration.length === 0 && last < narrationLength) return kept;
  // Of what comes before a gap only turning points stay: the rest would read as if nothing had happened between.
  const first = Math.min(narrationSince, narration[0]?.index ?? narrationSince);
  const before = kept.filter(({ index, weight }) => index < first && (isGapless || weight === 1));
  // A gap that was known of is not closed by lines from behind it, unless these go back to the beginning.
  const hadGap = narrationSince > 0 && kept.some(({ index, isAfterGap }) => isAfterGap && index >= first);
  return trimmed([...before, ...(isGapless && !hadGap ? narration : withGap(narration, narrationSince))]);
}

/** Of too many lines the latest, and turning points from before. */
function trimmed(lines: NarrationLine[]): NarrationLine[] {
  if (lines.length <= KEPT + TURNS) return lines;
  const latest = lines.slice(-KEPT);
  const turns = lines.slice(0, -KEPT).filter(({ weight }) => weight === 1);
  return [...turns.slice(-TURNS), ...withGap(latest, latest[0]?.index ?? 0)];
}

/** The first line that is told of all that happened is marked where some before it were left out. */
const withGap = (narration: readonly NarrationLine[], since: number): NarrationLine[] => {
  const at = narration.findIndex(({ index }) => index >= since);
  return narration.map((line, i) => (i === at ? { ...line, isAfterGap: true } : line));
};

/** The first fact of which the page has not got the line. */
export function narrationFrom(kept: readonly NarrationLine[]): number {
  const last = kept.at(-1);
  return last === undefined ? 0 : last.index + 1;
}
