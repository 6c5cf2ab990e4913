// The narration of a run so far, kept line by line as its facts come in.

import { countBelow } from '../../timeline/fact-index.ts';
import type { Run } from '../../timeline/run.ts';
import type { Observation } from '../../world/observation.ts';
import type { NarrationLine } from '../frame.ts';
import { narrate } from './narration.ts';

export interface Telling {
  lines: NarrationLine[];
  /** Which of all facts of the run each line's fact is, counted from 0. */
  positions: number[];
  /** How many facts have been gone through; the run does not hold all of them for ever. */
  told: number;
}

export const createTelling = (): Telling => ({ lines: [], positions: [], told: 0 });

/** Goes through the facts that are new. */
export function tellFacts(telling: Telling, run: Run, guest: string): void {
  const { base, facts } = run;
  for (telling.told = Math.max(telling.told, base); telling.told < base + facts.length; telling.told++) {
    const fact = facts[telling.told - base] as Observation;
    const line = narrate(fact, guest);
    if (line === undefined) continue;
    telling.lines.push({ index: telling.lines.length, at: fact.at, ...line });
    telling.positions.push(telling.told);
  }
}

/** From this fact on the run is another one. */
export function forgetFrom(telling: Telling, position: number): void {
  const kept = countBelow(telling.positions, (at) => at < position);
  telling.lines.length = kept;
  telling.positions.length = kept;
  telling.told = Math.min(telling.told, position);
}

/** The narration of a run that goes its own way from this fact on. */
export const forkTelling = (telling: Telling, position: number): Telling => {
  const fork = { ...telling, lines: [...telling.lines], positions: [...telling.positions] };
  forgetFrom(fork, position);
  return fork;
};

/** The lines of the first `seen` facts. */
export function linesUpTo(telling: Telling, seen: number): NarrationLine[] {
  return telling.lines.slice(
    0,
    countBelow(telling.positions, (position) => position < seen),
  );
}
