// From one state of a host's machine to the next or the last, whatever it comes to by: an instruction, a trap, or something put in.

import { countAfter } from '../../machine/boundary.ts';
import { after, earlier, justBefore, milliseconds, type SimTime, START } from '../../sim/time.ts';
import { dueAt } from '../../world/state/pace.ts';
import {
  type Computer,
  instructionOf,
  isHost,
  lookahead,
  nextEventAt,
  type World,
} from '../../world/state/world.ts';
import { beginNear, latestSnapshot, type RunSnapshot } from './history.ts';
import {
  comparePlaces,
  comparePositions,
  type MachinePlace,
  type Position,
  placeBefore,
  placeOf,
} from './position.ts';
import {
  advanceSlice,
  fastestTime,
  positionOf,
  type Run,
  restoreSnapshot,
  sliceEnd,
  stepWithin,
  tracingOf,
} from './progress.ts';
import { beginSeekTo, mayCountAnew, type Seek } from './seek.ts';

/** A step that finds nothing within this much of simulated time gives up. */
export const PATIENCE = milliseconds(1000);

/** Before the place that one steps back to, so many instructions are gone through with snapshots close together, for the next steps back. */
const DENSE_INSTRUCTIONS = 2000;

/** Work between these snapshots. */
const DENSE_SPACING = 1000;

/** From so many instructions before the place on each state is looked at: the one before it may be of the instruction before. */
const LOOKED_AT = 2;

/** Up to so many instructions of the others, while a machine executes none, are traced. */
const TRACED_MOST = 20_000;

/** Instructions that are traced in one go. */
export const TRACED_SLICE = 250;

/** Where a host's machine is to come to. */
type Aim =
  /** The next state that it has, after this one. */
  | { readonly kind: 'next'; readonly from: State }
  /** The first at or behind a place. */
  | { readonly kind: 'place'; readonly place: MachinePlace }
  /** The one before that which it has at this position, at which it has retired so many instructions; its place, where that is sure. */
  | {
      readonly kind: 'last';
      readonly until: Position;
      readonly instruction: number;
      readonly place: MachinePlace | undefined;
    };

export interface MachineStep {
  unit: 'instruction';
  host: number;
  aim: Aim;
  /** No further than to the end of this instant. */
  limit: SimTime;
  state: State;
  /** Where the machine came to this state, and to the one before: as far as that has been seen. */
  came: Position[];
  seek: Seek | null;
}

/** A machine and its place: an exchanged machine is another state. */
interface State extends MachinePlace {
  readonly machine: Computer['machine'];
}

const stateOf = (host: Computer): State => ({ machine: host.machine, ...placeOf(host) });

const isSame = (a: State, b: State): boolean => a.machine === b.machine && comparePlaces(a, b) === 0;

const hostAt = ({ world }: Run, index: number): Computer => world.computers[index] as Computer;

/** Begins to step to the next state of a host's machine, or back to the last; undefined where there is none to step back to. */
export function beginMachineStep(run: Run, host: number, direction: 1 | -1): MachineStep | undefined {
  const { now } = run.world;
  if (direction === 1)
    return begun(run, host, { kind: 'next', from: stateOf(hostAt(run, host)) }, after(now, PATIENCE));
  const until = positionOf(run);
  const { instruction, changes } = placeOf(hostAt(run, host));
  if (instruction + changes === 0) return undefined;
  const before = placeBefore(hostAt(run, host));
  goBefore(run, host, instruction - 1);
  const place = mayCountAnew(run, run.world.now, now) ? undefined : before;
  return begun(run, host, { kind: 'last', until, instruction, place }, now);
}

/**
 * Begins to go to where a host's machine comes to a place, or, if it never does, to the first behind it; undefined for less than none.
 * @param limit how far to look, in nanoseconds; for a second unless told
 */
export function beginPlaceSeek(
  run: Run,
  host: number,
  place: MachinePlace,
  limit = after(run.world.now, PATIENCE),
): MachineStep | undefined {
  if (place.instruction < 0 || place.changes < 0) return undefined;
  const isAhead = comparePlaces(place, placeOf(hostAt(run, host))) > 0;
  const end = isAhead ? limit : run.world.now;
  if (!isAhead) goBefore(run, host, place.instruction);
  return begun(run, host, { kind: 'place', place }, end);
}

const begun = (run: Run, host: number, aim: Aim, limit: SimTime): MachineStep => ({
  unit: 'instruction',
  host,
  aim,
  limit,
  state: stateOf(hostAt(run, host)),
  came: run.world.now === START ? [{ at: START }] : [],
  seek: null,
});

/** To the latest snapshot at which the machine had retired fewer instructions. */
function goBefore(run: Run, host: number, instruction: number): void {
  const isBefore = ({ instructions }: RunSnapshot): boolean => (instructions[host] as number) < instruction;
  const before = latestSnapshot(run, run.world.now, isBefore) ?? (run.snapshots[0] as RunSnapshot);
  beginNear(run, before);
  restoreSnapshot(run, before);
}

/** Whether the machine may ever execute anything more. */
const canExecute = (host: Computer): boolean =>
  host.isAlive && (isHost(host) ? host.replica.role !== 'halted' : host.machine.ending.kind === 'running');

/** A slice nearer to where the step goes, and not beyond. Once it is known where that is, the step has a seek. */
export function machineSlice(run: Run, step: MachineStep): void {
  const host = hostAt(run, step.host);
  const end = endOf(run, step, host);
  if (end !== undefined) {
    run.nearSpacing = 0;
    step.seek = beginSeekTo(run, end);
    return;
  }
  approach(run, step, host);
  const state = stateOf(host);
  if (isSame(state, step.state)) return;
  step.state = state;
  step.came = [...step.came.slice(-1), positionOf(run)];
}

/** Where the step goes, if that is known here. */
function endOf(run: Run, { aim, limit, state, came }: MachineStep, host: Computer): Position | undefined {
  const here = positionOf(run);
  if (aim.kind === 'last') {
    if (comparePositions(here, aim.until) >= 0) return came.at(-2) ?? came[0] ?? here;
    const isThere = aim.place !== undefined && comparePlaces(state, aim.place) === 0;
    return isThere ? here : undefined;
  }
  const isThere = aim.kind === 'next' ? !isSame(state, aim.from) : comparePlaces(state, aim.place) >= 0;
  return isThere || !canExecute(host) || comparePositions(here, { at: limit }) >= 0 ? here : undefined;
}

/** How many instructions the machine has to retire before one has to look closely. */
function farFrom({ aim }: MachineStep, host: Computer): number {
  if (aim.kind === 'next') return 0;
  const target = aim.kind === 'place' ? aim.place.instruction : aim.instruction;
  return target - LOOKED_AT - instructionOf(host);
}

/** On towards the next instant at which the machine may come to another state, and into it. */
function approach(run: Run, step: MachineStep, host: Computer): void {
  const { world } = run;
  const far = farFrom(step, host);
  const isDense = far <= DENSE_INSTRUCTIONS;
  const tracing = isDense ? tracingOf(run) : undefined;
  if (run.step !== null) {
    stepWithin(run, tracing);
    return;
  }
  if (isDense && world.now < run.reached) run.nearSpacing = DENSE_SPACING;
  // A position in the middle of an instant is come to in its steps only.
  const isIntoLimit = step.aim.kind === 'last' && step.aim.until.step !== undefined;
  const limit = isIntoLimit ? justBefore(step.limit) : step.limit;
  // As far as nothing can change the host's pace unseen.
  const bound = earlier(after(world.now, lookahead(world)), limit);
  const change = far > 0 ? farChangeAt(world, host, far) : nextChangeAt(world, host);
  const next = earlier(bound, justBefore(change));
  if (next <= world.now) {
    stepWithin(run, tracing);
    return;
  }
  // A machine that sleeps is waited for at full speed, whatever the others do.
  const isNear = next - world.now <= fastestTime(world, TRACED_MOST);
  const instructions = isNear ? TRACED_SLICE : Math.max(TRACED_MOST, far - DENSE_INSTRUCTIONS);
  const reach = after(world.now, fastestTime(world, instructions));
  const end = earlier(next, earlier(reach, sliceEnd(run, limit)));
  advanceSlice(run, end, isNear ? tracing : undefined);
}

/** When the machine may come to another state, by itself or by an event. */
function nextChangeAt(world: World, host: Computer): SimTime {
  const due = host.stop === null ? dueIn(host, 1) : host.stop.at;
  return due > world.now ? earlier(due, nextEventAt(world)) : nextEventAt(world);
}

/** When something may change how it goes on until it has retired so many more. */
const farChangeAt = (world: World, host: Computer, far: number): SimTime =>
  earlier(dueIn(host, far), nextEventAt(world));

/** When the machine has retired so many more, as far as is known now. */
const dueIn = (host: Computer, instructions: number): SimTime =>
  dueAt(host.pace, countAfter(instructionOf(host), instructions));
