// One unit on or back: an instruction of a machine, a log entry, a protocol event. A slice at a time, or at once.

import {
  after,
  earlier,
  instantAt,
  justAfter,
  justBefore,
  milliseconds,
  type SimTime,
  START,
} from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { instantOf } from '../../world/state/pace.ts';
import { type Host, instructionOf, lookahead, nextEventAt } from '../../world/state/world.ts';
import { countBelow } from '../facts/fact-index.ts';
import { type EventKey, keyOf, stopsOf } from '../facts/fact-row.ts';
import { findEvent } from '../facts/trace-find.ts';
import { forgetFrom } from './branches.ts';
import { gatherFacts } from './derive-facts.ts';
import { beginNear, latestSnapshot, type RunSnapshot } from './history.ts';
import { advanceSlice, fastestTime, type Run, restoreSnapshot, sliceEnd, tracingOf } from './progress.ts';
import { beginSeek, continueSeek, type Seek } from './seek.ts';

/** A step that finds nothing within this much of simulated time gives up, and the run stays where it was. */
const PATIENCE = milliseconds(1000);

/** Before the instruction that one steps back to, so many are gone through with snapshots close together, for the next steps back. */
const DENSE_INSTRUCTIONS = 2000;

/** Work between these snapshots. */
const DENSE_SPACING = 1000;

/** Instructions that are traced in one go. */
const TRACED_SLICE = 250;

/** What a slice of looking for facts again is at most, about. */
const FINDING_WORK = 50_000;

/** At which events a step stops. */
type IsStop = (key: EventKey) => boolean;

/** To where a host's machine has retired so many instructions. */
interface InstructionStep {
  unit: 'instruction';
  host: number;
  target: number;
  limit: SimTime;
}

/** To the next fact of certain keys: as far as the run had been, it is known where that is. */
interface FactStep {
  unit: 'fact';
  isStop: IsStop;
  from: SimTime;
  limit: SimTime;
  reached: SimTime;
  /** The number of the first fact that has not been looked at. */
  next: number;
  /** Looks for it among the facts that are known, or derives them again. */
  finding: Generator<void, number | undefined> | null;
  /** There is none before the limit: the run goes back to where it was. */
  isNone: boolean;
}

/** A step under way. `seek`: where it goes is known, or it is there and what the machines did last is to be found out. */
export type Step = (InstructionStep | FactStep) & { seek: Seek | null };

/** Begins to step to when a host's machine has retired one instruction more or less; undefined where there is none to step back to. */
export function beginInstructionStep(run: Run, host: number, direction: 1 | -1): Step | undefined {
  return beginInstructionSeek(run, host, instructionOf(hostAt(run, host)) + direction);
}

/** Begins to go to when a host's machine has retired so many instructions; undefined for less than none. */
export function beginInstructionSeek(run: Run, host: number, target: number): Step | undefined {
  const { now } = run.world;
  if (target < 0) return undefined;
  const isAhead = target > instructionOf(hostAt(run, host));
  const step: Step = {
    unit: 'instruction',
    host,
    target,
    limit: isAhead ? after(now, PATIENCE) : now,
    seek: null,
  };
  if (!isAhead) goBefore(run, step);
  return step;
}

const hostAt = ({ world }: Run, index: number): Host => world.hosts[index] as Host;

/** To the latest snapshot at which the machine had not come so far. */
function goBefore(run: Run, { host, target }: InstructionStep): void {
  const isBefore = ({ instructions }: RunSnapshot): boolean => (instructions[host] as number) < target;
  const before = latestSnapshot(run, run.world.now, isBefore) ?? (run.snapshots[0] as RunSnapshot);
  beginNear(run, before);
  restoreSnapshot(run, before);
}

/** Begins to step to the next or the last instant at which there is such a fact. */
export function beginFactStep(run: Run, isStop: IsStop, direction: 1 | -1): Step {
  const { now } = run.world;
  const { reached } = run;
  const next = run.base + run.seen;
  const finding = direction === -1 ? lastBefore(run, isStop, now) : firstAfter(run, isStop, now);
  const step: FactStep & { seek: Seek | null } = {
    unit: 'fact',
    isStop,
    from: now,
    limit: after(now, PATIENCE),
    reached,
    next,
    finding,
    isNone: false,
    seek: null,
  };
  findSlice(run, step, finding);
  return step;
}

/** One slice of the looking among what is known; the run stays where it is until that has ended. */
function findSlice(
  run: Run,
  step: FactStep & { seek: Seek | null },
  finding: Generator<void, number | undefined>,
): void {
  const { done, value } = finding.next();
  if (!done) return;
  step.finding = null;
  if (value === undefined) goToFrontier(run, step);
  else step.seek = beginSeek(run, instantAt(value));
}

/** Nothing of the kind is known: one looks on from where the run has been. */
function goToFrontier(run: Run, step: FactStep & { seek: Seek | null }): void {
  step.next = run.trace.total;
  if (run.world.now >= run.reached) return;
  const last = run.snapshots.at(-1) as RunSnapshot;
  if (last.at > run.world.now) restoreSnapshot(run, last);
}

/** When the last such fact before an instant, which is not behind the cursor, was; the start without one. Of those held, else by the columns. */
function* lastBefore(run: Run, isStop: IsStop, instant: SimTime): Generator<void, number> {
  for (let i = run.seen - 1; i >= 0; i--) {
    const fact = run.facts[i] as Observation;
    if (fact.at < instant && isStop(keyOf(fact))) return fact.at;
  }
  const found = findEvent(run.trace, { is: isStop }, run.base, -1);
  if (found === undefined || 'number' in found) return found?.at ?? START;
  // Where columns have been let go: stretch by stretch, until there is one.
  for (let to = Math.min(run.facts[0]?.at ?? instant, instant - 1); to >= 0; ) {
    const from = latestSnapshot(run, justBefore(instantAt(to)))?.at ?? -1;
    const facts = yield* gatherFacts(run, instantAt(from + 1), instantAt(to));
    const last = facts.findLast((fact) => fact.at < instant && isStop(keyOf(fact)));
    if (last !== undefined) return last.at;
    to = from;
  }
  return START;
}

/** When the first such fact behind an instant, which is not before the cursor, will be, as far as the run has been. */
function* firstAfter(run: Run, isStop: IsStop, instant: SimTime): Generator<void, number | undefined> {
  const { facts, snapshots } = run;
  for (let i = run.seen; i < facts.length; i++) {
    const fact = facts[i] as Observation;
    if (fact.at > instant && isStop(keyOf(fact))) return fact.at;
  }
  for (let number = run.base + facts.length; ; ) {
    const found = findEvent(run.trace, { is: isStop }, number, 1);
    if (found === undefined) return undefined;
    if ('number' in found) {
      if (found.at > instant) return found.at;
      number = found.number + 1;
      continue;
    }
    for (let from = instant + 1; from <= run.reached; ) {
      const next = snapshots[countBelow(snapshots, ({ at }) => at <= from)];
      const to = next?.at ?? run.reached;
      const facts = yield* gatherFacts(run, instantAt(from), to);
      const first = facts.find((fact) => isStop(keyOf(fact)));
      if (first !== undefined) return first.at;
      from = to + 1;
    }
    return undefined;
  }
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
    } else if (step.unit === 'instruction') instructionSlice(run, step);
    else if (step.finding !== null) {
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
  if (step.unit === 'fact' && run.reached > step.reached && (!step.isNone || step.reached <= step.from))
    forgetBeyond(run);
  return true;
}

/** A run that went further than anybody saw has been no further than here. */
function forgetBeyond(run: Run): void {
  if (run.reached > run.world.now) forgetFrom(run, justAfter(run.world.now));
}

/** Whether the host's machine may ever retire another instruction. */
const canExecute = (host: Host): boolean => host.isAlive && host.replica.role !== 'halted';

/** Nearer to the machine's instruction, and not a nanosecond further. */
function instructionSlice(run: Run, step: InstructionStep & { seek: Seek | null }): void {
  const { world } = run;
  const { target, limit } = step;
  const host = hostAt(run, step.host);
  const left = target - instructionOf(host);
  if (left <= 0 || !canExecute(host) || world.now >= limit) {
    run.nearSpacing = 0;
    step.seek = beginSeek(run, world.now);
    return;
  }
  const isDense = left <= DENSE_INSTRUCTIONS;
  if (isDense && world.now < run.reached) run.nearSpacing = DENSE_SPACING;
  // As far as nothing can change the host's pace unseen.
  const bound = earlier(earlier(after(world.now, lookahead(world)), nextEventAt(world)), limit);
  const due = host.pace.isExecuting
    ? instantOf(host.pace, target as ReturnType<typeof instructionOf>)
    : bound;
  const far = isDense ? TRACED_SLICE : left - DENSE_INSTRUCTIONS;
  const reach = after(world.now, fastestTime(world, Math.max(1, far)));
  const next = earlier(earlier(bound, due), earlier(reach, sliceEnd(run, limit)));
  const end = next > world.now ? next : justAfter(world.now);
  advanceSlice(run, end, isDense ? tracingOf(run) : undefined);
}

/** There is none: the run stays where it was. */
function giveUp(run: Run, step: FactStep & { seek: Seek | null }): void {
  step.isNone = true;
  step.seek = beginSeek(run, step.from);
}

function factSlice(run: Run, step: FactStep & { seek: Seek | null }): void {
  const found = findEvent(run.trace, { is: step.isStop }, step.next, 1);
  if (found !== undefined && 'number' in found && found.at <= step.from) step.next = found.number + 1;
  else if (found !== undefined)
    step.seek = beginSeek(run, instantAt('number' in found ? found.at : found.from));
  else if (run.world.now >= step.limit) giveUp(run, step);
  else {
    step.next = run.trace.total;
    advanceSlice(run, sliceEnd(run, step.limit));
  }
}

function finishStep(run: Run, step: Step | undefined): void {
  while (step !== undefined && !continueStep(run, step, Number.POSITIVE_INFINITY));
}

/** One instruction of a host's machine on, or back to when it had retired one less. */
export const stepInstruction = (run: Run, hostIndex: number, direction: 1 | -1): void =>
  finishStep(run, beginInstructionStep(run, hostIndex, direction));

/** To the next or the last instant at which an entry was recorded or replayed. */
export const stepEntry = (run: Run, direction: 1 | -1): void =>
  finishStep(run, beginFactStep(run, stopsOf('entry'), direction));

/** To the next or the last instant at which something of the protocol happened. */
export const stepEvent = (run: Run, direction: 1 | -1): void =>
  finishStep(run, beginFactStep(run, stopsOf('event'), direction));
