// Events of a trace by what they are and whom they are about: the next, the last, those of a stretch. Chunks without any are passed over.

import type { Observation } from '../../world/state/observation.ts';
import { countBelow } from './fact-index.ts';
import type { EventKey } from './fact-row.ts';
import { type Chunk, countBelowIn, lengthOf, type TraceIndex } from './trace-index.ts';

/** One event as its columns have it. */
export interface TracedEvent extends EventKey {
  /** Counted from 0: its fact is the run's fact with this number. */
  number: number;
  at: number;
  /** What `numbersOf` says of its fact. */
  first: number;
  second: number;
  third: number;
}

/** Which events are meant: of any of these kinds, about whom, of keys that are so; without any, all. */
export interface EventQuery {
  is?: (key: EventKey) => boolean;
  kinds?: ReadonlySet<Observation['kind']>;
  who?: string;
}

export const isMeantBy = ({ kinds, who, is }: EventQuery, key: EventKey): boolean =>
  (kinds?.has(key.kind) ?? true) && (who === undefined || key.who === who) && (is?.(key) ?? true);

function eventIn(index: TraceIndex, chunk: Chunk, i: number): TracedEvent {
  const { at, key, first, second, third } = chunk.columns as NonNullable<Chunk['columns']>;
  const { kind, who, what } = index.keys[key[i] as number] as EventKey;
  return {
    number: chunk.from + i,
    at: at[i] as number,
    kind,
    who,
    what,
    first: first[i] as number,
    second: second[i] as number,
    third: third[i] as number,
  };
}

/** The event with this number; undefined where there is none, or its columns have been let go. */
export function eventNumbered(index: TraceIndex, number: number): TracedEvent | undefined {
  if (number < 0 || number >= index.total) return undefined;
  const chunk = index.chunks[countBelow(index.chunks, ({ from }) => from <= number) - 1];
  return chunk?.columns ? eventIn(index, chunk, number - chunk.from) : undefined;
}

/** A stretch in which there is such an event, but whose columns have been let go: its facts have to be derived again. */
export interface CoarseStretch {
  from: number;
  to: number;
  /** The number of its first event, and of the first behind it. */
  first: number;
  next: number;
}

/** The first such event from number `start` on, or the last one before it: it, or the stretch in which it is. */
export function findEvent(
  index: TraceIndex,
  query: EventQuery,
  start: number,
  direction: 1 | -1,
): TracedEvent | CoarseStretch | undefined {
  const isMeant = index.keys.map((key) => isMeantBy(query, key));
  const { chunks, total } = index;
  const from = direction === 1 ? start : Math.min(start, total) - 1;
  for (
    let at = countBelow(chunks, (chunk) => chunk.from <= from) - 1;
    at >= 0 && at < chunks.length;
    at += direction
  ) {
    const chunk = chunks[at] as Chunk;
    if (!hasAny(index, at, isMeant)) continue;
    const length = lengthOf(index, at);
    if (chunk.columns === null) {
      const next = chunks[at + 1];
      return { from: chunk.at, to: next?.at ?? index.last, first: chunk.from, next: next?.from ?? total };
    }
    const keys = chunk.columns.key;
    const begin = direction === 1 ? Math.max(0, from - chunk.from) : Math.min(length - 1, from - chunk.from);
    for (let i = begin; i >= 0 && i < length; i += direction)
      if (isMeant[keys[i] as number]) return eventIn(index, chunk, i);
  }
  return undefined;
}

function hasAny(index: TraceIndex, at: number, isMeant: readonly boolean[]): boolean {
  const { before } = index.chunks[at] as Chunk;
  const next = index.chunks[at + 1];
  return isMeant.some(
    (wanted, key) =>
      wanted &&
      (next === undefined ? (index.counts[key] as number) : (next.before[key] ?? 0)) > (before[key] ?? 0),
  );
}

/** The events from one instant to another, both included, at most `limit`; undefined where columns have been let go. */
export function eventsBetween(
  index: TraceIndex,
  query: EventQuery,
  from: number,
  to: number,
  limit: number,
): TracedEvent[] | undefined {
  const isMeant = index.keys.map((key) => isMeantBy(query, key));
  const { chunks } = index;
  const events: TracedEvent[] = [];
  for (let at = Math.max(0, countBelow(chunks, (chunk) => chunk.at < from) - 1); at < chunks.length; at++) {
    const chunk = chunks[at] as Chunk;
    if (chunk.at > to) break;
    if (chunk.columns === null) return undefined;
    const { at: times, key } = chunk.columns;
    const length = lengthOf(index, at);
    for (
      let i = countBelowIn(times.subarray(0, length), from);
      i < length && (times[i] as number) <= to;
      i++
    ) {
      if (!isMeant[key[i] as number]) continue;
      events.push(eventIn(index, chunk, i));
      if (events.length >= limit) return events;
    }
  }
  return events;
}
