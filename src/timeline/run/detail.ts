// The columns of a stretch of the run's past once more, where they have been let go: one such stretch is held, for who looks at it closely.

import { earlier, justBefore, later, type SimTime, START } from '../../sim/time.ts';
import { copyPlain } from '../../world/state/snapshot.ts';
import { createGauges } from '../facts/gauges.ts';
import { createTraceIndex, type TraceIndex, traceBytes, traceFact } from '../facts/trace-index.ts';
import { countAbout, isFine } from '../facts/trace-parts.ts';
import { deriveFacts } from './derive-facts.ts';
import { latestSnapshot, type RunSnapshot } from './history.ts';
import type { Run } from './progress.ts';

export interface Detail {
  /** All events from one instant to another, both included; their numbers are its own. */
  trace: TraceIndex;
  from: number;
  to: number;
  /** The trace that it is a part of: of another branch it tells nothing. */
  of: TraceIndex;
}

/** A stretch with more events than this is drawn as densities anyway. */
const EVENTS_MAX = 60_000;

/** Memory that it takes, in bytes. */
export const detailBytes = ({ detail }: Run): number => (detail === null ? 0 : traceBytes(detail.trace));

const isDetailOf = (run: Run, from: number, to: number): boolean =>
  run.detail !== null && run.detail.of === run.trace && run.detail.from <= from && run.detail.to >= to;

/** The trace that knows most of a stretch of the run. */
export function traceFor(run: Run, from: number, to: number): TraceIndex {
  const end = Math.min(to, run.reached);
  if (run.detail === null || isFine(run.trace, from, end)) return run.trace;
  return isDetailOf(run, from, end) ? run.detail.trace : run.trace;
}

/** Whether columns of a stretch have been let go that are worth deriving again. */
export function lacksDetail(run: Run, from: number, to: number): boolean {
  const end = Math.min(to, run.reached);
  if (end < from || isFine(run.trace, from, end) || isDetailOf(run, from, end)) return false;
  return countAbout(run.trace, from, end) <= EVENTS_MAX;
}

/**
 * Derives the columns of a stretch again and holds them instead of those that were. The run stays where it is and must not be moved
 * meanwhile; yields now and then, and who stops it there has changed nothing.
 */
export function* deriveDetail(run: Run, from: SimTime, to: SimTime): Generator<void, void> {
  const end = earlier(to, run.reached);
  const before = latestSnapshot(run, later(START, justBefore(from))) ?? (run.snapshots[0] as RunSnapshot);
  const trace = createTraceIndex(Number.POSITIVE_INFINITY);
  const gauges = before.at === START ? createGauges(run.world.config) : copyPlain(before.gauges);
  if (before.at === START) for (const fact of run.opening) traceFact(trace, gauges, fact);
  yield* deriveFacts(run, before, end, (fact) => traceFact(trace, gauges, fact));
  run.detail = { trace, from: before.at === START ? 0 : before.at + 1, to: end, of: run.trace };
}
