// The bench: everything that is measured, as one document. The same in Node and in a browser's worker.
import { MEMORY } from '../../timeline/run/run.ts';
import { type LastWriterCosts, measureLastWriter } from './last-writer.ts';
import { type HeldBytes, measureSnapshots, type SnapshotCosts } from './snapshots.ts';
import { FULL, type GuestSpeed, measureSpeed, type Now, QUICK } from './speed.ts';
import { measureTimeTravel, type TimeTravelCosts } from './time-travel.ts';
import { measureTimeline, type TimelineCosts } from './timeline.ts';

export interface BenchReport {
  /** Millions of instructions a second, and their ratios. */
  readonly speed: GuestSpeed[];
  readonly snapshots: SnapshotCosts;
  readonly lastWriter: LastWriterCosts;
  readonly timeline: TimelineCosts;
  readonly timeTravel: TimeTravelCosts;
}

/** How much is measured. `long`: only time travel, in a history ten times as long as otherwise. */
export type Extent = 'quick' | 'full' | 'long';

const SNAPSHOTS = 10_000;
const SNAPSHOTS_FEW = 1000;

/** Measures what belongs to an extent. */
export const measure = (
  extent: Extent,
  now: Now,
  heldBytes: HeldBytes | null,
): BenchReport | Pick<BenchReport, 'timeTravel'> =>
  extent === 'long'
    ? { timeTravel: measureTimeTravel('long', MEMORY, now, heldBytes) }
    : measureAll(extent === 'quick', now, heldBytes);

/** Measures all; takes about a minute, `quick` a tenth. What many snapshots hold is of interest only where it can be told. */
function measureAll(quick: boolean, now: Now, heldBytes: HeldBytes | null): BenchReport {
  return {
    speed: measureSpeed(quick ? QUICK : FULL, now),
    snapshots: measureSnapshots(quick || heldBytes === null ? SNAPSHOTS_FEW : SNAPSHOTS, now, heldBytes),
    lastWriter: measureLastWriter(quick, now),
    timeline: measureTimeline(quick, now),
    timeTravel: measureTimeTravel(quick ? 'quick' : 'full', MEMORY, now, heldBytes),
  };
}
