// The bench: everything that is measured, as one document. The same in Node and in a browser's worker.
import { MEMORY } from '../../timeline/run.ts';
import { type LastWriterCosts, measureLastWriter } from './last-writer.ts';
import { type HeldBytes, measureSnapshots, type SnapshotCosts } from './snapshots.ts';
import { FULL, type GuestSpeed, measureSpeed, type Now, QUICK } from './speed.ts';
import { measureTimeTravel, type TimeTravelCosts } from './time-travel.ts';

export interface BenchReport {
  /** Millions of instructions a second, and their ratios. */
  readonly speed: GuestSpeed[];
  readonly snapshots: SnapshotCosts;
  readonly lastWriter: LastWriterCosts;
  readonly timeTravel: TimeTravelCosts;
}

const SNAPSHOTS = 10_000;
const SNAPSHOTS_FEW = 1000;

/** Measures all; takes about a minute, `quick` a tenth. What many snapshots hold is of interest only where it can be told. */
export function measureAll(quick: boolean, now: Now, heldBytes: HeldBytes | null): BenchReport {
  return {
    speed: measureSpeed(quick ? QUICK : FULL, now),
    snapshots: measureSnapshots(quick || heldBytes === null ? SNAPSHOTS_FEW : SNAPSHOTS, now, heldBytes),
    lastWriter: measureLastWriter(quick, now),
    timeTravel: measureTimeTravel(quick, MEMORY, now, heldBytes),
  };
}
