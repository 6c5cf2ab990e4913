// A run's past as the stretches between its snapshots, each of which a diversion can go through again.

import { isOnLines } from '../../machine/machine.ts';
import type { SimTime } from '../../sim/time.ts';
import { joinStored, type RunSnapshot, type Stored } from './history.ts';
import { type Run, storedNow } from './progress.ts';

/** From a snapshot to the next, or to the present. */
export interface Stretch {
  readonly snapshot: RunSnapshot;
  readonly end: SimTime;
  /** What had been stored to at its end. */
  readonly stored: Stored;
}

function snapshotsOf({ snapshots, near }: Run): RunSnapshot[] {
  const extra = near.filter(({ at }) => snapshots.every((snapshot) => snapshot.at !== at));
  return [...snapshots, ...extra].sort((a, b) => a.at - b.at);
}

/** All stretches up to the present, in their order. */
export function stretchesBefore(run: Run): Stretch[] {
  const { now } = run.world;
  const snapshots = snapshotsOf(run).filter(({ at }) => at <= now);
  return snapshots
    .filter(({ at }) => at < now)
    .map((snapshot, i) => {
      const next = snapshots[i + 1];
      if (next === undefined) return { snapshot, end: now, stored: storedNow(run) };
      // One may have been taken right here.
      const stored = next.at < now ? next.stored : joinStored(next.stored, storedNow(run));
      return { snapshot, end: next.at, stored };
    });
}

/** Whether bytes of a host's machine may have been stored to in a stretch; where not, that is certain. */
export function mayHaveWritten(
  { snapshot, stored }: Stretch,
  hostIndex: number,
  { address, length }: { address: number; length: number },
): boolean {
  const isKnown = stored.since <= snapshot.at;
  return !isKnown || isOnLines(stored.lines[hostIndex] ?? null, address, length);
}
