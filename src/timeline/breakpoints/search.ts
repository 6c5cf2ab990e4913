// Runs to a breakpoint, forward or backward, a slice at a time: what comes first after the present, or last before it.
// An instant with a hit in it is found at full speed first, and then gone through step by step: so a hit has its position.

import { after, earlier, instantAt, justBefore, type SimTime, START, shorter } from '../../sim/time.ts';
import { isHost } from '../../world/state/world.ts';
import {
  advanceDiversion,
  type Diversion,
  divertAt,
  divertHere,
  type FrozenDiversion,
  freeze,
  retired,
  strideOf,
  thaw,
} from '../run/diversion.ts';
import { FACT_WORK } from '../run/history.ts';
import { comparePlaces, comparePositions, type Position, placeOf } from '../run/position.ts';
import { positionOf, type Run, seekPosition } from '../run/run.ts';
import { mayHaveWritten, type Stretch, stretchesBefore } from '../run/stretches.ts';
import type { Breakpoint, Hit } from './breakpoints.ts';
import { advanceProbe, createProbe, isTracing, type Probe, stepThrough, strideMax } from './probe.ts';

export type Direction = 'forward' | 'backward';

/** How many instructions a diversion goes at a time: a few milliseconds of work. */
const TRACED_STRIDE = 2_500;

const STRIDE = 200_000;

/** To look at an instruction takes as long as so many others. */
const TRACED_WEIGHT = 8;

/** Nothing moves and time passes: this much of it counts as one instruction. */
const IDLE_STRIDES = 1000;

/** Forward, after so much of it the place to go back to is a later one. */
const BASE_WORK = 20_000_000;

/** A search under way. The run must not be moved before it ends. */
export interface Search {
  readonly run: Run;
  readonly breakpoints: readonly Breakpoint[];
  readonly direction: Direction;
  /** Where the run is, and whether what is hit there counts too. */
  readonly from: Position;
  readonly isInclusive: boolean;
  /** Backward: what has not been searched, ascending. */
  readonly stretches: Stretch[];
  stretch: Stretch | null;
  /** The end of what is being searched. */
  end: SimTime;
  diversion: Diversion | null;
  probe: Probe | null;
  /** Forward: where the diversion was some time ago, and how much work it has done since. */
  base: FrozenDiversion | null;
  baseWork: number;
  /** Forward the first, backward the last instant so far with a hit in it. */
  candidate: SimTime | null;
  /** Backward, where it is enough to know of the last hit, and of a machine's own breakpoints: it, as far as that is known. */
  readonly isPositionWanted: boolean;
  lastHit: Hit | null;
  /** On the way to the candidate, which is to be gone through step by step. */
  isGoingThere: boolean;
  outcome: 'searching' | 'none' | Hit;
}

/**
 * Begins a search from where the run stands. Forward it gives up at `limit`, in nanoseconds; backward at the first instant, where
 * nothing is looked for. `isInclusive`: backward, what has happened at the present position counts too. Without `isPositionWanted` the
 * hit says no step of its instant, and is found in half the time: backward, and for breakpoints of one host's machine, which come in order.
 */
export function beginSearch(
  run: Run,
  breakpoints: readonly Breakpoint[],
  direction: Direction,
  limit: SimTime,
  { isInclusive = false, isPositionWanted = true } = {},
): Search {
  const search: Search = {
    run,
    breakpoints,
    direction,
    from: positionOf(run),
    isInclusive,
    stretches: [],
    stretch: null,
    end: limit,
    diversion: null,
    probe: null,
    base: null,
    baseWork: 0,
    candidate: null,
    isPositionWanted,
    lastHit: null,
    isGoingThere: false,
    outcome: 'searching',
  };
  if (direction === 'backward') {
    search.stretches.push(...stretchesBefore(run).filter((each) => mayHit(run, breakpoints, each)));
    return search;
  }
  search.diversion = divertHere(run);
  search.probe = createProbe(search.diversion, breakpoints);
  if (run.step !== null) lookThrough(search, search.probe, run.world.now, run.step);
  if (search.outcome === 'searching') search.base = freeze(search.diversion);
  return search;
}

/** Where only stores are looked for, most stretches need not be gone through again: their snapshots tell. */
function mayHit({ world }: Run, breakpoints: readonly Breakpoint[], stretch: Stretch): boolean {
  return breakpoints.some((each) => {
    if (each.kind !== 'memory' || each.access !== 'write') return true;
    return world.computers.some(
      (computer, i) =>
        (each.of === computer.id || (each.of === 'acting' && isHost(computer))) &&
        mayHaveWritten(stretch, i, each),
    );
  });
}

/**
 * Goes on with a search for about so many instructions.
 * @returns whether it has ended; `search.outcome` says how
 */
export function searchSome(search: Search, instructions: number): boolean {
  for (let left = instructions; left > 0 && search.outcome === 'searching'; ) {
    if (search.isGoingThere) left -= goThere(search, search.diversion as Diversion, left);
    else if (search.probe !== null) left -= searchStride(search, search.probe, left);
    else if (!nextStretch(search)) search.outcome = 'none';
  }
  return search.outcome !== 'searching';
}

/** Whether the stretch that is searched ends in the instant at which the run stands. */
const isLast = ({ direction, stretch, from }: Search): boolean =>
  direction === 'backward' && stretch?.end === from.at;

function nextStretch(search: Search): boolean {
  search.stretch = search.stretches.pop() ?? null;
  if (search.stretch === null) return false;
  search.end = search.stretch.end;
  if (isLast(search)) search.end = justBefore(search.end);
  beginStretch(search, search.stretch);
  return true;
}

function beginStretch(search: Search, { snapshot }: Stretch): void {
  search.diversion = divertAt(search.run, snapshot, search.diversion ?? undefined);
  search.probe = createProbe(search.diversion, search.breakpoints);
  search.candidate = null;
  search.lastHit = null;
}

/** One stride further. @returns what it has cost, in instructions */
function searchStride(search: Search, probe: Probe, most: number): number {
  const { world } = probe.diversion;
  const weight = isTracing(probe) ? TRACED_WEIGHT : 1;
  const length = Math.min(Math.ceil(most / weight), weight > 1 ? TRACED_STRIDE : STRIDE);
  const stride = shorter(strideOf(world, length), strideMax(probe));
  const before = retired(world);
  const isLeft = world.now < search.end;
  const happened = isLeft ? advanceProbe(probe, earlier(after(world.now, stride), search.end)) : 0;
  note(search, probe.hits.splice(0));
  const cost = Math.max((retired(world) - before) * weight + happened * FACT_WORK, IDLE_STRIDES);
  search.baseWork += cost;
  if (search.direction === 'forward' && search.candidate !== null) goBack(search);
  else if (world.now >= search.end) endStretch(search, probe);
  else if (search.direction === 'forward' && search.baseWork > BASE_WORK) {
    search.base = freeze(probe.diversion);
    search.baseWork = 0;
  }
  return cost;
}

/** What was hit in a stride. Machines run ahead of each other within it, so the first found is not the first that happened. */
function note(search: Search, hits: readonly Hit[]): void {
  const isForward = search.direction === 'forward';
  for (const hit of hits) {
    const { at } = hit;
    if (at <= (isForward ? search.from.at : 0) || at > search.end) continue;
    const { candidate } = search;
    if (candidate === null || (isForward ? at < candidate : at > candidate)) search.candidate = instantAt(at);
    if (at === search.candidate) search.lastHit = hit;
  }
}

function endStretch(search: Search, probe: Probe): void {
  if (search.direction === 'forward') {
    search.outcome = 'none';
    return;
  }
  if (isLast(search)) lookThrough(search, probe, search.from.at, 0);
  if (search.outcome !== 'searching') return;
  if (search.candidate === null) search.probe = null;
  else if (search.isPositionWanted || search.lastHit === null) goBack(search);
  else search.outcome = search.lastHit;
}

/** Back to before the candidate, from where one knows nothing but that. */
function goBack(search: Search): void {
  const { base, stretch, diversion, run } = search;
  if (base !== null) thaw(diversion as Diversion, base);
  else search.diversion = divertAt(run, (stretch as Stretch).snapshot, diversion ?? undefined);
  search.probe = null;
  search.isGoingThere = true;
}

/** On to just before the candidate, and through it. @returns what it has cost, in instructions */
function goThere(search: Search, diversion: Diversion, most: number): number {
  const { world } = diversion;
  const candidate = search.candidate ?? START;
  const end = justBefore(candidate);
  const before = retired(world);
  if (world.now < end) {
    const next = earlier(after(world.now, strideOf(world, Math.min(most, STRIDE))), end);
    const happened = advanceDiversion(diversion, next, () => {});
    return Math.max(retired(world) - before + happened * FACT_WORK, IDLE_STRIDES);
  }
  search.isGoingThere = false;
  search.candidate = null;
  search.probe = createProbe(diversion, search.breakpoints);
  lookThrough(search, search.probe, candidate, 0);
  if (search.outcome === 'searching') passOver(search, candidate);
  return IDLE_STRIDES;
}

/** Nothing is hit there after all. Forward one goes on behind it; backward one looks before it. */
function passOver(search: Search, candidate: SimTime): void {
  if (search.direction === 'forward') {
    search.base = freeze(search.diversion as Diversion);
    return;
  }
  search.end = justBefore(candidate);
  beginStretch(search, search.stretch as Stretch);
}

/** Goes through an instant step by step, and takes the hit that is nearest to where the run stands, if there is one. */
function lookThrough(search: Search, probe: Probe, instant: SimTime, made: number): void {
  const { run, direction, from, isInclusive } = search;
  const { hits, steps } = stepThrough(probe, instant, made);
  let best: Hit | undefined;
  for (const { step, isNext, hit } of hits) {
    // Where it stands already it does not stop again.
    if (direction === 'forward' && isNext && standsAt(run, hit)) continue;
    const position = named(instant, step, steps);
    const order = comparePositions(position, from);
    if (direction === 'forward' ? order <= 0 : isInclusive ? order > 0 : order >= 0) continue;
    // Of several at one position the first counts, whichever way one comes.
    if (best !== undefined && (direction === 'forward' || comparePositions(position, positionIn(best)) === 0))
      continue;
    best = { ...hit, ...position };
  }
  if (best !== undefined) search.outcome = best;
}

/** Whether the hit's machine, where the run is, has the very state of the hit. */
function standsAt({ world }: Run, { host: id, instruction = 0, changes = 0 }: Hit): boolean {
  const host = world.computers.find((each) => each.id === id);
  return host !== undefined && comparePlaces(placeOf(host), { instruction, changes }) === 0;
}

/** After no step it is still the instant before, and after the last one it is over. */
function named(instant: SimTime, step: number, steps: number): Position {
  if (step === 0) return { at: justBefore(instant) };
  return step === steps ? { at: instant } : { at: instant, step };
}

/** Where the run stands at a hit. */
export const positionIn = ({ at, step }: Hit): Position => ({
  at: instantAt(at),
  ...(step === undefined ? {} : { step }),
});

/**
 * Runs to the next breakpoint, or back to the last: the run stands there, exactly. Without one it stays where it was.
 * @param limit how far forward to look, in nanoseconds
 */
export function runToBreakpoint(
  run: Run,
  breakpoints: readonly Breakpoint[],
  direction: Direction,
  limit: SimTime,
): Hit | undefined {
  const search = beginSearch(run, breakpoints, direction, limit);
  while (!searchSome(search, 10_000_000));
  const { outcome } = search;
  if (typeof outcome === 'string') return undefined;
  seekPosition(run, positionIn(outcome));
  return outcome;
}
