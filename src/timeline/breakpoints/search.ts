// Runs to a breakpoint, forward or backward, a slice at a time: what comes first after the present, or last before it.

import { after, earlier, instantAt, justAfter, type SimTime, shorter } from '../../sim/time.ts';
import { type Diversion, divertAt, divertHere, retired, strideOf } from '../run/diversion.ts';
import { FACT_WORK } from '../run/history.ts';
import { type Run, seekRun } from '../run/run.ts';
import { mayHaveWritten, type Stretch, stretchesBefore } from '../run/stretches.ts';
import type { Breakpoint, Hit } from './breakpoints.ts';
import { advanceProbe, createProbe, isTracing, type Probe, strideMax } from './probe.ts';

export type Direction = 'forward' | 'backward';

/** How many instructions a diversion goes at a time: a few milliseconds of work. */
const TRACED_STRIDE = 2_500;

const STRIDE = 200_000;

/** To look at an instruction takes as long as so many others. */
const TRACED_WEIGHT = 8;

/** Nothing moves and time passes: this much of it counts as one instruction. */
const IDLE_STRIDES = 1000;

/** A search under way. The run must not be moved before it ends. */
export interface Search {
  readonly run: Run;
  readonly breakpoints: readonly Breakpoint[];
  readonly direction: Direction;
  /** Where the run is: what is there is not looked for. */
  readonly from: SimTime;
  /** Backward: what has not been searched, ascending. */
  readonly stretches: Stretch[];
  /** The end of what is being searched. */
  end: SimTime;
  diversion: Diversion | null;
  probe: Probe | null;
  /** Forward the first, backward the last hit so far. */
  best: Hit | null;
  outcome: 'searching' | 'none' | Hit;
}

/**
 * Begins a search from the run's present instant. Forward it gives up at `limit`, in nanoseconds; backward at the first instant, where
 * nothing is looked for. `isInclusive`: backward, what has happened at the present instant counts too.
 */
export function beginSearch(
  run: Run,
  breakpoints: readonly Breakpoint[],
  direction: Direction,
  limit: SimTime,
  isInclusive = false,
): Search {
  const { now } = run.world;
  const from = isInclusive ? justAfter(now) : now;
  const common = { run, breakpoints, direction, from, best: null, outcome: 'searching' as const };
  if (direction === 'backward') {
    const stretches = stretchesBefore(run).filter((stretch) => mayHit(run, breakpoints, stretch));
    return { ...common, stretches, end: now, diversion: null, probe: null };
  }
  const diversion = divertHere(run);
  return { ...common, stretches: [], end: limit, diversion, probe: createProbe(diversion, breakpoints) };
}

/** Where only stores are looked for, most stretches need not be gone through again: their snapshots tell. */
function mayHit({ world }: Run, breakpoints: readonly Breakpoint[], stretch: Stretch): boolean {
  return breakpoints.some((each) => {
    if (each.kind !== 'memory' || each.access !== 'write') return true;
    return world.hosts.some(
      ({ id }, i) => (each.of === 'acting' || each.of === id) && mayHaveWritten(stretch, i, each),
    );
  });
}

/**
 * Goes on with a search for about so many instructions.
 * @returns whether it has ended; `search.outcome` says how
 */
export function searchSome(search: Search, instructions: number): boolean {
  for (let left = instructions; left > 0 && search.outcome === 'searching'; ) {
    if (search.probe === null && !nextStretch(search)) search.outcome = 'none';
    else left -= searchStride(search, search.probe as Probe, left);
  }
  return search.outcome !== 'searching';
}

function nextStretch(search: Search): boolean {
  const stretch = search.stretches.pop();
  if (stretch === undefined) return false;
  search.diversion = divertAt(search.run, stretch.snapshot, search.diversion ?? undefined);
  search.probe = createProbe(search.diversion, search.breakpoints);
  search.end = stretch.end;
  return true;
}

/** One stride further. @returns what it has cost, in instructions */
function searchStride(search: Search, probe: Probe, most: number): number {
  const { world } = probe.diversion;
  const weight = isTracing(probe) ? TRACED_WEIGHT : 1;
  const length = Math.min(Math.ceil(most / weight), weight > 1 ? TRACED_STRIDE : STRIDE);
  const stride = shorter(strideOf(world, length), strideMax(probe));
  const before = retired(world);
  const happened = advanceProbe(probe, earlier(after(world.now, stride), search.end));
  note(search, probe.hits.splice(0));
  if (search.outcome === 'searching' && world.now >= search.end) endStretch(search);
  return Math.max((retired(world) - before) * weight + happened * FACT_WORK, IDLE_STRIDES);
}

/** What was hit in a stride. Machines run ahead of each other within it, so the first found is not the first that happened. */
function note(search: Search, hits: Hit[]): void {
  const { from, direction } = search;
  const isForward = direction === 'forward';
  for (const hit of hits) {
    if (isForward ? hit.at <= from || hit.at > search.end : hit.at >= from) continue;
    const { best } = search;
    if (best === null || (isForward ? hit.at < best.at : hit.at >= best.at)) search.best = hit;
  }
  if (isForward && search.best !== null) search.outcome = search.best;
}

function endStretch(search: Search): void {
  search.probe = null;
  if (search.best !== null) search.outcome = search.best;
  else if (search.direction === 'forward') search.outcome = 'none';
}

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
  seekRun(run, instantAt(outcome.at));
  return outcome;
}
