// Which hosts the present generation's pair runs on, and which two hosts the picture is about.

import { countBelow, type FactOf, positionsOf } from '../../timeline/fact-index.ts';
import type { Run } from '../../timeline/run.ts';
import { type Host, hostOf } from '../../world/world.ts';

export interface Pair {
  generation: number;
  primary: Host;
  /** A host of its own even where there is no backup: the one that would be beside the primary. */
  backup: Host;
}

/** What changes who the pair is, in order, as far as the run has come. */
function changesOf(run: Run): FactOf<'paired' | 'migrationFinished'>[] {
  const kinds = ['paired', 'migrationFinished'] as const;
  return kinds
    .flatMap((kind) => positionsOf(run.index, { kind }))
    .filter((position) => position < run.seen)
    .sort((a, b) => a - b)
    .map((position) => run.facts[position] as FactOf<'paired' | 'migrationFinished'>);
}

/** The pair of the latest generation, dead or alive. */
export function pairOf(run: Run): Pair {
  const { hosts } = run.world;
  const pair = { generation: 1, primary: hosts[0] as Host, backup: (hosts[1] ?? hosts[0]) as Host };
  for (const fact of changesOf(run)) {
    if (fact.kind === 'migrationFinished') pair[fact.machine] = hostOf(run.world, fact.to);
    else {
      pair.generation = fact.generation;
      pair.primary = hostOf(run.world, fact.primary);
      pair.backup = hostOf(run.world, fact.backup);
    }
  }
  return pair;
}

/** The two hosts of the picture, left and right. Whoever is new takes the place of who is gone, so that nobody else moves. */
export function stageOf(run: Run): string[] {
  const stage = run.world.hosts.slice(0, 2).map(({ id }) => id);
  for (const fact of changesOf(run)) {
    if (fact.kind === 'migrationFinished') replace(stage, fact.from, fact.to);
    else {
      const { primary, backup } = fact;
      const gone = stage.find((id) => id !== primary && id !== backup);
      const come = [primary, backup].find((id) => !stage.includes(id));
      if (gone !== undefined && come !== undefined) replace(stage, gone, come);
    }
  }
  return stage;
}

function replace(stage: string[], gone: string, come: string): void {
  if (!stage.includes(come) && stage.includes(gone)) stage[stage.indexOf(gone)] = come;
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
