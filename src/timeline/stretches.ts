// A run's past as the stretches between its snapshots, each of which a scout can go through again.

import type { SimTime } from '../sim/time.ts';
import { type MachineSnapshot, mayHaveStored } from '../world/look.ts';
import type { RunSnapshot } from './history.ts';
import type { Run } from './progress.ts';
import { machinesNow, machinesOf } from './scout.ts';

/** From a snapshot to the next, or to the present. */
export interface Stretch {
  readonly snapshot: RunSnapshot;
  readonly end: SimTime;
  /** What the machines were at its end. */
  readonly machines: readonly MachineSnapshot[];
}

function snapshotsOf({ snapshots, near }: Run): RunSnapshot[] {
  const extra = near.filter(({ at }) => snapshots.every((snapshot) => snapshot.at !== at));
  return [...snapshots, ...extra].sort((a, b) => a.at - b.at);
}

/** All stretches up to the present, in their order. */
export function stretchesBefore(run: Run): Stretch[] {
  const { now } = run.world;
  const begins = snapshotsOf(run).filter(({ at }) => at < now);
  return begins.map((snapshot, i) => {
    const next = begins[i + 1];
    return next === undefined
      ? { snapshot, end: now, machines: machinesNow(run) }
      : { snapshot, end: next.at, machines: machinesOf(next) };
  });
}

/** Whether bytes of a host's machine may have been stored to in a stretch; where not, that is certain. */
export function mayHaveWritten(
  { snapshot, machines }: Stretch,
  hostIndex: number,
  { address, length }: { address: number; length: number },
): boolean {
  const from = machinesOf(snapshot)[hostIndex] as MachineSnapshot;
  return mayHaveStored(from, machines[hostIndex] as MachineSnapshot, address, length);
}
