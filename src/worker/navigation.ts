// Moving in the run that is open: to an instant, by a unit, to the end, to a breakpoint. In slices; stopped, the run stands where it has come.

import { instantAt, type SimTime } from '../sim/time.ts';
import type { Breakpoint, Hit } from '../timeline/breakpoints/breakpoints.ts';
import { beginSearch, type Direction, positionIn, searchSome } from '../timeline/breakpoints/search.ts';
import { findEntry } from '../timeline/explain/inspect/find-entry.ts';
import { stopsOf } from '../timeline/facts/fact-row.ts';
import { beginMachineStep, beginPlaceSeek } from '../timeline/run/machine-step.ts';
import { comparePlaces, type Position, placeOf } from '../timeline/run/position.ts';
import { advanceSlice, sliceEnd } from '../timeline/run/progress.ts';
import { positionOf, type Run } from '../timeline/run/run.ts';
import { abandonSeek, beginSeek, beginSeekTo, continueSeek, type Seek } from '../timeline/run/seek.ts';
import { beginFactStep, continueStep, type Step } from '../timeline/run/step.ts';
import { isFinished } from '../world/advance.ts';
import type { Destination, StepUnit } from './protocol.ts';
import { asTask, shareOf, type Task } from './task.ts';
import type { PositionView } from './time-views.ts';

/** Instructions between two chances to stop; a fact counts as some thousand. */
const SLICE = 40_000;

/** A search traces, which takes longer. */
const SEARCH_SLICE = 20_000;

/** A position that the page names. */
export const positionFrom = ({ at, step }: PositionView): Position => ({
  at: instantAt(at),
  ...(step === undefined ? {} : { step }),
});

/** Goes to an instant, earlier or later. */
export const goTo = (run: Run, at: SimTime): Task<void> => goToPosition(run, { at });

/** Goes to a position, earlier or later. */
export const goToPosition = (run: Run, position: Position): Task<void> =>
  goOnSeeking(run, beginSeekTo(run, position));

/** Goes to where a fact is seen, by its number in the run. */
export const goToFact = (run: Run, { at, number }: { at: number; number: number }): Task<void> =>
  goOnSeeking(run, beginSeek(run, instantAt(at), { fact: number }));

function* goOnSeeking(run: Run, seek: Seek): Task<void> {
  const from = run.world.now;
  while (!continueSeek(run, seek, SLICE)) {
    if ((yield shareOf(from, seek.time, run.world.now)) === 'stop') {
      abandonSeek(run, seek);
      return;
    }
  }
}

/** One unit on or back; of instructions, those of a host. @returns false, and stays, when there is none within a second of simulated time */
export function* stepBy(
  run: Run,
  unit: StepUnit,
  direction: 1 | -1,
  host: string | undefined,
): Task<boolean> {
  return yield* goOnWith(run, beginStep(run, unit, direction, host));
}

/** A step to its end, or until it is stopped. @returns false when there was nothing to step to */
function* goOnWith(run: Run, step: Step | undefined): Task<boolean> {
  if (step === undefined) return true;
  while (!continueStep(run, step, SLICE)) {
    if ((yield 0) === 'stop') {
      if (step.seek !== null) abandonSeek(run, step.seek);
      return true;
    }
  }
  return step.unit === 'instruction' || !step.isNone;
}

/** To where a host's machine comes to a place, or an entry enters it. Where it never gets there, the run stays. */
export function* goToDestination(run: Run, place: Destination): Task<boolean> {
  const from = positionOf(run);
  if ('instruction' in place) {
    const index = run.world.computers.findIndex(({ id }) => id === place.host);
    if (index < 0) return false;
    const { instruction, changes = 0 } = place;
    yield* goOnWith(run, beginPlaceSeek(run, index, { instruction, changes }));
    const came = placeOf(run.world.computers[index] as Run['world']['computers'][number]);
    if (comparePlaces(came, { instruction, changes }) >= 0) return true;
    yield* goToPosition(run, from);
    return false;
  }
  const found = yield* asTask(findEntry(run, place));
  if (found !== undefined) yield* goToFact(run, found);
  return found !== undefined;
}

function beginStep(run: Run, unit: StepUnit, direction: 1 | -1, host: string | undefined): Step | undefined {
  if (unit !== 'instruction') return beginFactStep(run, stopsOf(unit), direction);
  const index = run.world.computers.findIndex(({ id }) => id === host);
  return beginMachineStep(run, Math.max(0, index), direction);
}

/** Runs on until nothing more happens, or to a bound. */
export function* runToEnd(run: Run, until: SimTime): Task<void> {
  const from = run.world.now;
  while (run.world.now < until && !isFinished(run.world)) {
    advanceSlice(run, sliceEnd(run, until));
    if ((yield shareOf(from, until, run.world.now)) === 'stop') break;
  }
  yield* goTo(run, run.world.now);
}

/** Runs on to an instant, or as far as there is time. `goTo` tells then what the machines did last. */
export function runOn(run: Run, until: SimTime, isTimeUp: () => boolean): void {
  while (run.world.now < until && !isFinished(run.world) && !isTimeUp()) {
    advanceSlice(run, sliceEnd(run, until));
  }
}

/** Goes to the next breakpoint, or back to the last; without one, or stopped, the run stays where it is. */
export function* goToBreakpoint(
  run: Run,
  breakpoints: readonly Breakpoint[],
  direction: Direction,
  limit: SimTime,
): Task<Hit | 'none' | 'stopped'> {
  const search = beginSearch(run, breakpoints, direction, limit);
  const { now } = run.world;
  const stretches = search.stretches.length;
  while (!searchSome(search, SEARCH_SLICE)) {
    const { diversion } = search;
    if (
      direction === 'forward' &&
      diversion !== null &&
      isFinished(diversion.world) &&
      search.candidate === null
    )
      return 'none';
    const share =
      direction === 'forward'
        ? shareOf(now, limit, diversion?.world.now ?? now)
        : 1 - (search.stretches.length + 1) / (stretches + 1);
    if ((yield share) === 'stop') return 'stopped';
  }
  const { outcome } = search;
  if (typeof outcome === 'string') return 'none';
  yield* goToPosition(run, positionIn(outcome));
  return outcome;
}
