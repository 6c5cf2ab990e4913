// Looking for a fact by what it says, near the cursor first, also where the facts themselves are no longer held.

import type { SimTime } from '../sim/time.ts';
import type { Observation } from '../world/observation.ts';
import { factsBetween } from './again.ts';
import { countBelow } from './fact-index.ts';
import type { Run } from './progress.ts';

/** A search under way: what is still to be looked through, as far as the run has been. */
export interface FactSearch {
  /** Small letters; a fact is meant when one of its words or numbers has it in it. */
  text: string;
  direction: 1 | -1;
  /** From one instant to the other, both included; forward it begins at `from`, backward at `to`. */
  from: number;
  to: number;
}

/** Looks behind an instant, or before it. */
export function beginFactSearch(run: Run, text: string, instant: SimTime, direction: 1 | -1): FactSearch {
  const all = { text: text.toLowerCase(), direction };
  return direction === 1
    ? { ...all, from: instant + 1, to: run.reached }
    : { ...all, from: 0, to: instant - 1 };
}

/**
 * Looks through one stretch between two snapshots.
 * @returns the fact that is closest; undefined when there is none in this stretch; null when all has been looked through
 */
export function continueFactSearch(run: Run, search: FactSearch): Observation | undefined | null {
  const { from, to, direction } = search;
  if (from > to) return null;
  const { snapshots } = run;
  const edge = direction === 1 ? from : to;
  const at = countBelow(snapshots, (snapshot) => snapshot.at < edge);
  const begin = direction === 1 ? from : Math.max(from, (snapshots[at - 1]?.at ?? -1) + 1);
  const end = direction === 1 ? Math.min(to, snapshots[at]?.at ?? to) : to;
  const facts = factsBetween(run, begin as SimTime, end as SimTime);
  const is = (fact: Observation): boolean => says(fact, search.text);
  const found = direction === 1 ? facts.find(is) : facts.findLast(is);
  if (direction === 1) search.from = (found?.at ?? end) + 1;
  else search.to = (found?.at ?? begin) - 1;
  return found;
}

/** Whether a word or number of it has the text in it: its kind, whom it is about, digests, values. */
function says(value: unknown, text: string): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((part) => says(part, text));
  return String(value).toLowerCase().includes(text);
}
