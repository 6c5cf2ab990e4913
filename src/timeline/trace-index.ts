// All that happened in a run, in columns: when, what, to whom, two numbers of it and a digest. Old columns are let go, their counts stay.

import type { Observation } from '../world/observation.ts';
import { fnv1a } from './digest.ts';
import { countBelow } from './fact-index.ts';

/** What an event is: the kind of its fact, and the host, client, link or disk that it is about, '' without one. */
export interface EventKey {
  kind: Observation['kind'];
  who: string;
}

interface Columns {
  at: Float64Array<ArrayBuffer>;
  /** Position of its key in `keys`. */
  key: Uint16Array<ArrayBuffer>;
  first: Float64Array<ArrayBuffer>;
  second: Float64Array<ArrayBuffer>;
  digest: Uint32Array<ArrayBuffer>;
}

/** A stretch of consecutive events. */
interface Chunk {
  /** Number of its first event, counted from 0, and when that was. */
  from: number;
  at: number;
  /** How many events of each key came before it. */
  before: Uint32Array<ArrayBuffer>;
  /** Null once they are let go. Those of a full chunk never change, so that branches share them. */
  columns: Columns | null;
}

export interface TraceIndex {
  keys: EventKey[];
  /** Positions in `keys`, by kind and whom. */
  positions: Record<string, number>;
  chunks: Chunk[];
  /** How many events there are, and of each key. */
  total: number;
  counts: number[];
  /** When the last was. */
  last: number;
  /** So many chunks keep their columns, and so many are told apart at all. */
  columnsMax: number;
  chunksMax: number;
}

/** One event as its columns have it. */
export interface TracedEvent extends EventKey {
  /** Counted from 0: its fact is the run's fact with this number. */
  number: number;
  at: number;
  /** What `numbersOf` says of its fact. */
  first: number;
  second: number;
}

/** Events in a chunk. */
const CHUNK = 1024;
const CHUNK_BYTES = CHUNK * (8 + 2 + 8 + 8 + 4);

/** However little memory there is, the latest events keep their columns. */
const COLUMNS_LEAST = 4;
const CHUNKS_MAX = 16_384;

/** @param bytes of memory that columns may take */
export const createTraceIndex = (bytes: number): TraceIndex => ({
  keys: [],
  positions: {},
  chunks: [],
  total: 0,
  counts: [],
  last: 0,
  columnsMax: Math.max(COLUMNS_LEAST, Math.floor(bytes / CHUNK_BYTES)),
  chunksMax: CHUNKS_MAX,
});

const keyName = ({ kind, who }: EventKey): string => `${kind} ${who}`;

/** Whom a fact is about. */
export function whoOf(fact: Observation): string {
  const { host, client, link, disk } = fact as Partial<Record<'host' | 'client' | 'link' | 'disk', string>>;
  return host ?? client ?? link ?? disk ?? '';
}

/** The two numbers of a fact that say which one of its kind it is. */
export function numbersOf(fact: Observation): [number, number] {
  if ('output' in fact && typeof fact.output === 'object')
    return [fact.output.sequence, fact.output.instruction];
  switch (fact.kind) {
    case 'recorded':
    case 'replayed':
      return [fact.sequence, fact.instruction];
    case 'sent':
    case 'received':
      return [fact.first ?? 0, fact.last ?? 0];
    case 'acked':
      return [fact.through, fact.executed];
    case 'requestSent':
      return [fact.request, fact.tries];
    case 'requestArrived':
      return [fact.request, 0];
    case 'answered':
      return [fact.request, fact.value];
    case 'cloneRound':
      return [fact.round, fact.pages];
    case 'paced':
      return [fact.lag, fact.percent];
    default:
      return [
        'io' in fact ? fact.io : 'generation' in fact ? fact.generation : 0,
        'instruction' in fact ? fact.instruction : 0,
      ];
  }
}

function positionOf(index: TraceIndex, key: EventKey): number {
  const name = keyName(key);
  const known = index.positions[name];
  if (known !== undefined) return known;
  index.keys.push(key);
  index.counts.push(0);
  index.positions[name] = index.keys.length - 1;
  return index.keys.length - 1;
}

function newChunk(index: TraceIndex, at: number): Chunk {
  const columns: Columns = {
    at: new Float64Array(CHUNK),
    key: new Uint16Array(CHUNK),
    first: new Float64Array(CHUNK),
    second: new Float64Array(CHUNK),
    digest: new Uint32Array(CHUNK),
  };
  return { from: index.total, at, before: Uint32Array.from(index.counts), columns };
}

/** Adds the run's next fact. */
export function addEvent(index: TraceIndex, fact: Observation): void {
  const key = positionOf(index, { kind: fact.kind, who: whoOf(fact) });
  let chunk = index.chunks.at(-1);
  if (chunk === undefined || index.total - chunk.from >= CHUNK) {
    chunk = newChunk(index, fact.at);
    index.chunks.push(chunk);
    letGo(index);
  }
  const { at, key: keys, first, second, digest } = chunk.columns as Columns;
  const i = index.total - chunk.from;
  const numbers = numbersOf(fact);
  at[i] = fact.at;
  keys[i] = key;
  first[i] = numbers[0];
  second[i] = numbers[1];
  digest[i] = fnv1a(JSON.stringify(fact));
  index.total++;
  index.counts[key] = (index.counts[key] as number) + 1;
  index.last = fact.at;
}

/** Old columns go; of too many old chunks every second is joined with the one before. */
function letGo(index: TraceIndex): void {
  const { chunks, columnsMax, chunksMax } = index;
  const old = chunks[chunks.length - 1 - columnsMax];
  if (old !== undefined) old.columns = null;
  if (chunks.length <= chunksMax) return;
  index.chunks = chunks.filter((chunk, i) => i % 2 === 0 || chunk.columns !== null);
}

/** Forgets all events from number `total` on. Returns whether it could: of what has lost its columns the counts are not known. */
export function truncateTrace(index: TraceIndex, total: number): boolean {
  if (total >= index.total) return true;
  const at = countBelow(index.chunks, ({ from }) => from <= total) - 1;
  const chunk = index.chunks[at];
  if (chunk === undefined || (chunk.columns === null && chunk.from < total)) return false;
  const counts = countsBefore(index, chunk, total - chunk.from);
  const isEmpty = chunk.from === total;
  index.last =
    total === 0 ? 0 : isEmpty ? chunk.at : ((chunk.columns as Columns).at[total - chunk.from - 1] as number);
  index.chunks.length = isEmpty ? at : at + 1;
  index.total = total;
  index.counts = counts;
  ownLast(index);
  return true;
}

/** What is added next must not be seen by a branch that shares the last chunk. */
function ownLast({ chunks }: TraceIndex): void {
  const last = chunks.at(-1);
  if (!last?.columns) return;
  const { at, key, first, second, digest } = last.columns;
  last.columns = {
    at: at.slice(),
    key: key.slice(),
    first: first.slice(),
    second: second.slice(),
    digest: digest.slice(),
  };
}

/** A trace that goes its own way from event number `total` on; undefined where that has lost its columns. */
export function forkTrace(index: TraceIndex, total: number): TraceIndex | undefined {
  const fork: TraceIndex = {
    ...index,
    keys: [...index.keys],
    positions: { ...index.positions },
    counts: [...index.counts],
    chunks: index.chunks.map((chunk) => ({ ...chunk })),
  };
  if (!truncateTrace(fork, total)) return undefined;
  ownLast(fork);
  return fork;
}

/** Of each key, how many events come before the n-th of a chunk that has its columns. */
function countsBefore(index: TraceIndex, chunk: Chunk, n: number): number[] {
  const counts = index.keys.map((_, key) => chunk.before[key] ?? 0);
  const keys = chunk.columns?.key;
  for (let i = 0; i < n && keys !== undefined; i++) counts[keys[i] as number]!++;
  return counts;
}

/** Memory that it takes, in bytes. */
export function traceBytes({ chunks }: TraceIndex): number {
  return chunks.reduce(
    (sum, { before, columns }) => sum + before.byteLength + 200 + (columns === null ? 0 : CHUNK_BYTES),
    0,
  );
}

const lengthOf = ({ chunks, total }: TraceIndex, at: number): number =>
  (chunks[at + 1]?.from ?? total) - (chunks[at] as Chunk).from;

/**
 * Of each key, how many events come before an instant. Where columns have been let go, events are taken to be spread evenly over
 * their chunk: sums over several stretches come out right all the same.
 */
function countsAt(index: TraceIndex, instant: number): number[] {
  const { chunks } = index;
  const at = countBelow(chunks, (chunk) => chunk.at < instant) - 1;
  const chunk = chunks[at];
  if (chunk === undefined) return index.keys.map(() => 0);
  const length = lengthOf(index, at);
  if (chunk.columns !== null) {
    const times = chunk.columns.at.subarray(0, length);
    return countsBefore(index, chunk, countBelowIn(times, instant));
  }
  const next = chunks[at + 1];
  const end = next?.at ?? index.last;
  const share = end <= chunk.at ? 1 : Math.min(1, (instant - chunk.at) / (end - chunk.at));
  return index.keys.map((_, key) => {
    const before = chunk.before[key] ?? 0;
    const after = next === undefined ? (index.counts[key] as number) : (next.before[key] ?? 0);
    return before + Math.floor((after - before) * share);
  });
}

function countBelowIn(times: Float64Array, instant: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many events of each key fall into each of some equal parts of a stretch of time. */
export interface Density {
  from: number;
  to: number;
  keys: readonly EventKey[];
  /** One row for each key, with a number for each part. */
  counts: Uint32Array<ArrayBuffer>[];
}

/** What a timeline draws of the events from one instant up to another, however many there are. */
export function indexBetween(index: TraceIndex, from: number, to: number, buckets: number): Density {
  const counts = index.keys.map(() => new Uint32Array(buckets));
  let known = countsAt(index, from);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const next = countsAt(index, from + ((to - from) * (bucket + 1)) / buckets);
    for (let key = 0; key < counts.length; key++)
      (counts[key] as Uint32Array)[bucket] = (next[key] as number) - (known[key] as number);
    known = next;
  }
  return { from, to, keys: index.keys, counts };
}

/** Which events are meant: of any of these kinds, about whom; without either, all. */
export interface EventQuery {
  kinds?: ReadonlySet<Observation['kind']>;
  who?: string;
}

const meant = ({ keys }: TraceIndex, { kinds, who }: EventQuery): boolean[] =>
  keys.map((key) => (kinds?.has(key.kind) ?? true) && (who === undefined || key.who === who));

function eventIn(index: TraceIndex, chunk: Chunk, i: number): TracedEvent {
  const { at, key, first, second } = chunk.columns as Columns;
  const { kind, who } = index.keys[key[i] as number] as EventKey;
  return {
    number: chunk.from + i,
    at: at[i] as number,
    kind,
    who,
    first: first[i] as number,
    second: second[i] as number,
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
}

/** The first such event from number `start` on, or the last one before it: it, or the stretch in which it is. */
export function findEvent(
  index: TraceIndex,
  query: EventQuery,
  start: number,
  direction: 1 | -1,
): TracedEvent | CoarseStretch | undefined {
  const isMeant = meant(index, query);
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
    if (chunk.columns === null) return { from: chunk.at, to: chunks[at + 1]?.at ?? index.last };
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
  const isMeant = meant(index, query);
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

/** The number of the first event that is not the same in both; undefined where they are the same as far as both go, or not known. */
export function firstDifference(a: TraceIndex, b: TraceIndex): number | undefined {
  const end = Math.min(a.total, b.total);
  for (let n = 0; n < end; ) {
    const [one, other] = [chunkOf(a, n), chunkOf(b, n)];
    const next = Math.min(end, one.until, other.until);
    if (one.columns === other.columns && one.columns !== null) n = next;
    else if (one.columns === null || other.columns === null) return undefined;
    for (; n < next; n++)
      if (one.columns?.digest[n - one.from] !== other.columns?.digest[n - other.from]) return n;
  }
  return undefined;
}

function chunkOf(index: TraceIndex, number: number) {
  const at = countBelow(index.chunks, ({ from }) => from <= number) - 1;
  const chunk = index.chunks[at] as Chunk;
  return { ...chunk, until: chunk.from + lengthOf(index, at) };
}
