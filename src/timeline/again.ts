// Stretches of a run gone through again, for facts that are no longer held. The run is left as it was.

import { type SimTime, START } from '../sim/time.ts';
import { advance } from '../world/advance.ts';
import type { Observation } from '../world/observation.ts';
import { copyPlain } from '../world/snapshot.ts';
import { latestSnapshot, type RunSnapshot } from './history.ts';
import { capture, conclude, putWorldBack, type Run } from './progress.ts';

/** Shows every fact behind a snapshot, up to and with an instant, together with its number in the run. */
export function again(
  run: Run,
  from: RunSnapshot,
  to: SimTime,
  visit: (fact: Observation, number: number) => void,
): void {
  const present = capture(run);
  const properties = copyPlain(from.properties);
  let number = from.seen;
  putWorldBack(run, from);
  advance(run.world, to, (fact) => {
    visit(fact, number++);
    for (const concluded of conclude(properties, fact)) visit(concluded, number++);
  });
  putWorldBack(run, present);
}

/** Shows every fact of the run up to now. */
export function eachFact(run: Run, visit: (fact: Observation, number: number) => void): void {
  if (run.base === 0) {
    run.facts.slice(0, run.seen).forEach(visit);
    return;
  }
  run.opening.forEach(visit);
  again(run, run.snapshots[0] as RunSnapshot, run.world.now, visit);
}

/** Whether all facts from one instant to another are held. */
function isHeld({ facts, base, reached, seen, world }: Run, from: SimTime, to: SimTime): boolean {
  const [first, last] = [facts[0], facts.at(-1)];
  const begins = base === 0 || (first !== undefined && first.at < from);
  // Behind the last that is held there may be more, but not before the cursor; of one instant all are held, or none.
  const end = seen === facts.length ? world.now : (last?.at ?? START);
  return begins && Math.min(to, reached) <= end;
}

/** The facts from one instant to another, both included, as far as the run has come: looked up, or derived again. */
export function factsBetween(run: Run, from: SimTime, to: SimTime): Observation[] {
  const end = Math.min(to, run.reached) as SimTime;
  if (isHeld(run, from, end)) return run.facts.filter(({ at }) => at >= from && at <= end);
  const facts: Observation[] = [];
  const add = (fact: Observation): void => {
    if (fact.at >= from && fact.at <= end) facts.push(fact);
  };
  const before = latestSnapshot(run, (from - 1) as SimTime);
  if (before === undefined) run.opening.forEach(add);
  again(run, before ?? (run.snapshots[0] as RunSnapshot), end, add);
  return facts;
}
