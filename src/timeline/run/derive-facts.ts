// Stretches of a run gone through again, for facts that are no longer held. A diversion does it, so the run stays as it is, however far one gets.

import { earlier, justBefore, type SimTime, START } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { countBelow } from '../facts/fact-index.ts';
import { advanceDiversion, divertAt } from './diversion.ts';
import { latestSnapshot, type RunSnapshot } from './history.ts';
import { type Run, sliceEnd } from './progress.ts';

/** A fact, and its number in the run. */
export type Visit = (fact: Observation, number: number) => void;

/** Held facts are looked at in one go up to so many. */
const HELD_MAX = 2000;

/** Shows every fact behind a snapshot, up to and with an instant. Yields after every slice. */
export function* deriveFacts(run: Run, from: RunSnapshot, to: SimTime, visit: Visit): Generator<void, void> {
  yield;
  const diversion = divertAt(run, from);
  let number = from.seen;
  while (diversion.world.now < to) {
    advanceDiversion(diversion, sliceEnd(diversion, to), (fact) => visit(fact, number++));
    yield;
  }
}

/** How many facts the run had seen where it stands. */
export const seenSoFar = ({ base, seen }: Run): number => base + seen;

/** Shows every fact of the run up to where it stands. The run must not be moved before it ends. */
export function* eachFact(run: Run, visit: Visit): Generator<void, void> {
  const { opening, base, facts, seen, snapshots, world } = run;
  if (base > 0) {
    const end = seenSoFar(run);
    opening.forEach(visit);
    yield* deriveFacts(run, snapshots[0] as RunSnapshot, world.now, (fact, number) => {
      if (number < end) visit(fact, number);
    });
    return;
  }
  for (let number = 0; number < seen; number++) {
    visit(facts[number] as Observation, number);
    if (number % HELD_MAX === HELD_MAX - 1) yield;
  }
}

/** Whether all facts from one instant to another are held. */
function isHeld({ facts, base, reached, seen, world, step }: Run, from: SimTime, to: SimTime): boolean {
  const [first, last] = [facts[0], facts.at(-1)];
  const begins = base === 0 || (first !== undefined && first.at < from);
  // Behind the last that is held there may be more, but not before the cursor; of one instant all are held, or none.
  const known = step === null ? world.now : justBefore(world.now);
  const end = seen === facts.length ? known : (last?.at ?? START);
  return begins && Math.min(to, reached) <= end;
}

/**
 * The facts from one instant to another, both included, as far as the run has come: looked up, or derived again a slice at a time. The
 * run must not be moved before it ends.
 */
export function* gatherFacts(run: Run, from: SimTime, to: SimTime): Generator<void, Observation[]> {
  const facts = yield* gatherNumbered(run, from, to);
  return facts.map(({ fact }) => fact);
}

/** The facts from an instant up to where the run stands, as `gatherFacts` has them. */
export function* gatherSeen(run: Run, from: SimTime): Generator<void, Observation[]> {
  const end = seenSoFar(run);
  const facts = yield* gatherNumbered(run, from, run.world.now);
  return facts.filter(({ number }) => number < end).map(({ fact }) => fact);
}

/** A fact, and its number in the run. */
export interface NumberedFact {
  readonly fact: Observation;
  readonly number: number;
}

/** `gatherFacts`, and the number of each in the run. */
export function* gatherNumbered(run: Run, from: SimTime, to: SimTime): Generator<void, NumberedFact[]> {
  const end = earlier(to, run.reached);
  if (isHeld(run, from, end)) {
    const begin = firstFrom(run, from);
    const held = run.facts.slice(begin, firstFrom(run, end + 1));
    return held.map((fact, i) => ({ fact, number: run.base + begin + i }));
  }
  const facts: NumberedFact[] = [];
  const add = (fact: Observation, number: number): void => {
    if (fact.at >= from && fact.at <= end) facts.push({ fact, number });
  };
  const before = latestSnapshot(run, justBefore(from));
  if (before === undefined) run.opening.forEach(add);
  yield* deriveFacts(run, before ?? (run.snapshots[0] as RunSnapshot), end, add);
  return facts;
}

/** Position among the held facts of the first that is not before an instant. */
const firstFrom = ({ facts }: Run, instant: number): number => countBelow(facts, ({ at }) => at < instant);
