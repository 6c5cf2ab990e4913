// One unit on or back: a state of a machine, a log entry, a protocol event. A slice at a time, or at once.

import { after, instantAt, justAfter, justBefore, type SimTime, START } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { countBelow } from '../facts/fact-index.ts';
import { type EventKey, keyOf, stopsOf } from '../facts/fact-row.ts';
import { findEvent } from '../facts/trace-find.ts';
import { forgetFrom } from './branches.ts';
import { gatherNumbered } from './derive-facts.ts';
import { latestSnapshot, type RunSnapshot } from './history.ts';
import {
  beginMachineStep,
  beginPlaceSeek,
  type MachineStep,
  machineSlice,
  PATIENCE,
  TRACED_SLICE,
} from './machine-step.ts';
import { comparePositions, type MachinePlace, type Position } from './position.ts';
import { advanceSlice, positionOf, type Run, restoreSnapshot, sliceEnd } from './progress.ts';
import { beginSeek, beginSeekTo, continueSeek, type Seek } from './seek.ts';

/** What a slice of looking for facts again is at most, about. */
const FINDING_WORK = 50_000;

/** At which events a step stops. */
type IsStop = (key: EventKey) => boolean;

/** To the next fact of certain keys: as far as the run had been, it is known where that is. */
interface FactStep {
  unit: 'fact';
  isStop: IsStop;
  direction: 1 | -1;
  from: Position;
  limit: SimTime;
  reached: SimTime;
  /** The number of the first fact that has not been looked at; backward, of the first that is not before the present. */
  next: number;
  /** Which of the facts of this instant are before the present is found out by going to the last of them. */
  parting: Seek | null;
  /** Looks for it among the facts that are known, or derives them again. */
  finding: Generator<void, FoundFact | undefined> | null;
  /** There is none before the limit: the run goes back to where it was. */
  isNone: boolean;
  seek: Seek | null;
}

/** When a fact is, and its number in the run; of the start, which no fact stands for, none. */
interface FoundFact {
  at: SimTime;
  number?: number;
}

/** A step under way. `seek`: where it goes is known, or it is there and what the machines did last is to be found out. */
export type Step = MachineStep | FactStep;

/** Begins to step to where the next fact of one of these keys is seen, or back to where the last one was. */
export function beginFactStep(run: Run, isStop: IsStop, direction: 1 | -1): Step {
  const { now } = run.world;
  const step: FactStep = {
    unit: 'fact',
    isStop,
    direction,
    from: positionOf(run),
    limit: after(now, PATIENCE),
    reached: run.reached,
    next: run.base + run.seen,
    parting: null,
    finding: null,
    isNone: false,
    seek: null,
  };
  if (direction === -1 && now > START && isAnyHere(run, isStop)) {
    if (run.seenBefore === null) step.parting = beginSeek(run, now, { fact: step.next - 1 });
    else step.next = run.seenBefore;
  }
  if (step.parting === null) beginFinding(run, step);
  return step;
}

/** Whether one of these facts has been seen at the present instant. */
function isAnyHere({ facts, seen, base, trace, world: { now } }: Run, isStop: IsStop): boolean {
  for (let i = seen - 1; i >= 0; i--) {
    const fact = facts[i] as Observation;
    if (fact.at < now) return false;
    if (isStop(keyOf(fact))) return true;
  }
  const last = findEvent(trace, { is: isStop }, base, -1);
  return last !== undefined && 'number' in last && last.at === now;
}

/** The run stands at the last fact that it had seen: the facts that came with it are before where it was, or are there. */
function part(run: Run, step: FactStep): void {
  step.parting = null;
  if (comparePositions(positionOf(run), step.from) >= 0) step.next = run.seenBefore ?? step.next;
  beginFinding(run, step);
}

function beginFinding(run: Run, step: FactStep): void {
  const { isStop, direction, next } = step;
  step.finding = direction === -1 ? lastBefore(run, isStop, next) : firstFrom(run, isStop, next);
  findSlice(run, step, step.finding);
}

/** One slice of the looking among what is known; the run stays where it is until that has ended. */
function findSlice(run: Run, step: FactStep, finding: Generator<void, FoundFact | undefined>): void {
  const { done, value } = finding.next();
  if (!done) return;
  step.finding = null;
  if (value === undefined) goToFrontier(run, step);
  else step.seek = seekFact(run, value as FoundFact);
}

const seekFact = (run: Run, { at, number }: FoundFact): Seek =>
  beginSeek(run, at, number === undefined ? null : { fact: number });

/** Nothing of the kind is known: one looks on from where the run has been. */
function goToFrontier(run: Run, step: FactStep): void {
  step.next = run.trace.total;
  if (run.world.now >= run.reached) return;
  const last = run.snapshots.at(-1) as RunSnapshot;
  if (last.at > run.world.now) restoreSnapshot(run, last);
}

/** The last such fact before a number, of what has been seen; the start without one. Of those held, else by the columns. */
function* lastBefore(run: Run, isStop: IsStop, number: number): Generator<void, FoundFact> {
  for (let i = number - run.base - 1; i >= 0; i--) {
    const fact = run.facts[i] as Observation;
    if (isStop(keyOf(fact))) return { at: fact.at, number: run.base + i };
  }
  const end = Math.min(number, run.base);
  const found = findEvent(run.trace, { is: isStop }, end, -1);
  if (found === undefined) return { at: START };
  if ('number' in found) return { at: instantAt(found.at), number: found.number };
  // Where columns have been let go: stretch by stretch, until there is one.
  for (let to = run.facts[0]?.at ?? run.world.now; to >= 0; ) {
    const from = latestSnapshot(run, justBefore(to))?.at ?? -1;
    const facts = yield* gatherNumbered(run, instantAt(from + 1), to);
    const last = facts.findLast((each) => each.number < end && isStop(keyOf(each.fact)));
    if (last !== undefined) return { at: last.fact.at, number: last.number };
    to = instantAt(from);
  }
  return { at: START };
}

/** The first such fact from a number on, which is the next to be seen, as far as the run has been. */
function* firstFrom(run: Run, isStop: IsStop, next: number): Generator<void, FoundFact | undefined> {
  const { facts, snapshots } = run;
  for (let i = next - run.base; i < facts.length; i++) {
    const fact = facts[i] as Observation;
    if (isStop(keyOf(fact))) return { at: fact.at, number: run.base + i };
  }
  const found = findEvent(run.trace, { is: isStop }, run.base + facts.length, 1);
  if (found === undefined) return undefined;
  if ('number' in found) return { at: instantAt(found.at), number: found.number };
  for (let from: number = run.world.now; from <= run.reached; ) {
    const snapshot = snapshots[countBelow(snapshots, ({ at }) => at <= from)];
    const to = snapshot?.at ?? run.reached;
    const stretch = yield* gatherNumbered(run, instantAt(from), to);
    const first = stretch.find((each) => each.number >= next && isStop(keyOf(each.fact)));
    if (first !== undefined) return { at: first.fact.at, number: first.number };
    from = to + 1;
  }
  return undefined;
}

/**
 * Goes on with a step for about so much work.
 * @returns whether it is done
 */
export function continueStep(run: Run, step: Step, work: number): boolean {
  for (let left = work; left > 0; ) {
    const before = run.work;
    if (step.seek !== null) {
      if (continueSeek(run, step.seek, left)) return finish(run, step);
    } else if (step.unit === 'instruction') machineSlice(run, step);
    else if (step.parting !== null) {
      if (continueSeek(run, step.parting, left)) part(run, step);
    } else if (step.finding !== null) {
      findSlice(run, step, step.finding);
      left -= FINDING_WORK;
    } else factSlice(run, step);
    left -= Math.max(TRACED_SLICE, Math.abs(run.work - before));
  }
  return false;
}

/** What was looked at only to find the next fact has not been reached. */
function finish(run: Run, step: Step): boolean {
  // Of a step that found none what was known before stays.
  if (step.unit === 'fact' && run.reached > step.reached && (!step.isNone || step.reached <= step.from.at))
    forgetBeyond(run);
  return true;
}

/** A run that went further than anybody saw has been no further than here. */
function forgetBeyond(run: Run): void {
  if (run.reached > run.world.now) forgetFrom(run, justAfter(run.world.now));
}

/** There is none: the run stays where it was. */
function giveUp(run: Run, step: FactStep): void {
  step.isNone = true;
  step.seek = beginSeekTo(run, step.from);
}

function factSlice(run: Run, step: FactStep): void {
  const found = findEvent(run.trace, { is: step.isStop }, step.next, 1);
  if (found !== undefined)
    step.seek =
      'number' in found
        ? seekFact(run, { at: instantAt(found.at), number: found.number })
        : beginSeek(run, instantAt(found.from));
  else if (run.world.now >= step.limit) giveUp(run, step);
  else {
    step.next = run.trace.total;
    advanceSlice(run, sliceEnd(run, step.limit));
  }
}

function finishStep(run: Run, step: Step | undefined): void {
  while (step !== undefined && !continueStep(run, step, Number.POSITIVE_INFINITY));
}

/** On to the next state of a host's machine, or back to the last: an instruction, a trap, or what was put in. */
export const stepInstruction = (run: Run, hostIndex: number, direction: 1 | -1): void =>
  finishStep(run, beginMachineStep(run, hostIndex, direction));

/** To where the next or the last time an entry was recorded or replayed. */
export const stepEntry = (run: Run, direction: 1 | -1): void =>
  finishStep(run, beginFactStep(run, stopsOf('entry'), direction));

/** To where the next or the last time something of the protocol happened. */
export const stepEvent = (run: Run, direction: 1 | -1): void =>
  finishStep(run, beginFactStep(run, stopsOf('event'), direction));

/** To where a host's machine comes to a place, as far as that is before a limit, in nanoseconds. */
export const seekPlace = (run: Run, hostIndex: number, place: MachinePlace, limit: SimTime): void =>
  finishStep(run, beginPlaceSeek(run, hostIndex, place, limit));
