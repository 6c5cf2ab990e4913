// Which hosts the present generation's pair runs on, and where its entries are among the facts.

import { countBelow, type FactOf, positionsOf } from '../../timeline/facts/fact-index.ts';
import type { Run } from '../../timeline/run/run.ts';
import { type Host, hostOf } from '../../world/state/world.ts';

export interface Pair {
  generation: number;
  primary: Host;
  /** A host of its own even where there is no backup: the one that would be beside the primary. */
  backup: Host;
}

/** The pair of the latest generation, dead or alive. */
export function pairOf({ world, gauges: { generation, primary, backup } }: Run): Pair {
  return { generation, primary: hostOf(world, primary), backup: hostOf(world, backup) };
}

/** Where in the run's facts an entry was recorded, or undefined as long as it is not. */
export function recordedAt(run: Run, generation: number, sequence: number): number | undefined {
  const positions = positionsOf(run.index, { kind: 'recorded' });
  const isBefore = (position: number): boolean => {
    const fact = run.facts[position] as FactOf<'recorded'>;
    return fact.generation < generation || (fact.generation === generation && fact.sequence < sequence);
  };
  const position = positions[countBelow(positions, isBefore)];
  if (position === undefined) return undefined;
  const fact = run.facts[position] as FactOf<'recorded'>;
  return fact.generation === generation && fact.sequence === sequence ? position : undefined;
}
