// All that happened in a run, in columns: when, what, to whom, some numbers of it, what the gauges said. Old columns are let go, their sums stay.

import type { Observation } from '../../world/state/observation.ts';
import { fnv1a } from './digest.ts';
import { countBelow } from './fact-index.ts';
import { type EventKey, keyOf, numbersOf, weightOf } from './fact-row.ts';
import { type Gauges, heldOutputs, lagAt, updateGauges } from './gauges.ts';

/** What gauges say: bytes in the send buffer, outputs at the gates, the execution lag in nanoseconds. */
export interface Levels {
  fill: number;
  held: number;
  lag: number;
}

interface Columns {
  at: Float64Array<ArrayBuffer>;
  /** Position of its key in `keys`. */
  key: Uint16Array<ArrayBuffer>;
  first: Uint32Array<ArrayBuffer>;
  second: Float64Array<ArrayBuffer>;
  third: Float64Array<ArrayBuffer>;
  digest: Uint32Array<ArrayBuffer>;
  /** Behind the event. */
  fill: Uint32Array<ArrayBuffer>;
  held: Uint16Array<ArrayBuffer>;
  lag: Float32Array<ArrayBuffer>;
  /** Just before the event: between two the lag may grow. */
  lagBefore: Float32Array<ArrayBuffer>;
}

/** A stretch of consecutive events. */
export interface Chunk {
  /** Number of its first event, counted from 0, and when that was. */
  from: number;
  at: number;
  /** How many events of each key came before it. */
  before: Uint32Array<ArrayBuffer>;
  /** Just before its first event; and the most from then on to its last. */
  begin: Levels;
  most: Levels;
  /** Null once they are let go. Those of a full chunk never change, so that branches share them. */
  columns: Columns | null;
}

/** One of the turning points of a run, and its number. */
export interface Turn {
  number: number;
  fact: Observation;
}

export interface TraceIndex {
  keys: EventKey[];
  /** Positions in `keys`, by their names. */
  positions: Record<string, number>;
  chunks: Chunk[];
  /** How many events there are, and of each key. */
  total: number;
  counts: number[];
  /** When the last was, and what the gauges said behind it. */
  last: number;
  levels: Levels;
  /** Facts of weight 1: failures, and what came of them. There are few, so the facts themselves are kept. */
  turns: Turn[];
  /** So many chunks keep their columns, and so many are told apart at all. */
  columnsMax: number;
  chunksMax: number;
}

/** Events in a chunk. */
const CHUNK = 1024;
const CHUNK_BYTES = CHUNK * (8 + 2 + 4 + 8 + 8 + 4 + 4 + 2 + 4 + 4);

/** However little memory there is, the latest events keep their columns. */
const COLUMNS_LEAST = 4;
const CHUNKS_MAX = 16_384;

/** A run that fails and recovers all the time has more turning points than anybody looks at: of too many, the oldest quarter goes. */
const TURNS_MAX = 20_000;
const TURN_BYTES = 400;

const NO_LEVELS: Levels = { fill: 0, held: 0, lag: 0 };

const columnsIn = (bytes: number): number => Math.max(COLUMNS_LEAST, Math.floor(bytes / CHUNK_BYTES));

/** @param bytes of memory that columns may take */
export const createTraceIndex = (bytes: number): TraceIndex => ({
  keys: [],
  positions: {},
  chunks: [],
  total: 0,
  counts: [],
  last: 0,
  levels: NO_LEVELS,
  turns: [],
  columnsMax: columnsIn(bytes),
  chunksMax: CHUNKS_MAX,
});

function positionOf(index: TraceIndex, key: EventKey): number {
  const name = `${key.kind} ${key.who} ${key.what}`;
  const known = index.positions[name];
  if (known !== undefined) return known;
  index.keys.push(key);
  index.counts.push(0);
  index.positions[name] = index.keys.length - 1;
  return index.keys.length - 1;
}

function newChunk({ total, counts, levels }: TraceIndex, at: number): Chunk {
  const columns: Columns = {
    at: new Float64Array(CHUNK),
    key: new Uint16Array(CHUNK),
    first: new Uint32Array(CHUNK),
    second: new Float64Array(CHUNK),
    third: new Float64Array(CHUNK),
    digest: new Uint32Array(CHUNK),
    fill: new Uint32Array(CHUNK),
    held: new Uint16Array(CHUNK),
    lag: new Float32Array(CHUNK),
    lagBefore: new Float32Array(CHUNK),
  };
  return { from: total, at, before: Uint32Array.from(counts), begin: levels, most: levels, columns };
}

/** The run's next fact: the gauges take it into account, and it is added, unless it is known already. */
export function traceFact(index: TraceIndex, gauges: Gauges, fact: Observation, isKnown = false): void {
  const lagBefore = lagAt(gauges, fact.at);
  updateGauges(gauges, fact);
  if (isKnown) return;
  addEvent(index, fact, lagBefore, {
    fill: gauges.fill,
    held: heldOutputs(gauges),
    lag: lagAt(gauges, fact.at),
  });
}

function addEvent(index: TraceIndex, fact: Observation, lagBefore: number, levels: Levels): void {
  const key = keyOf(fact);
  const position = positionOf(index, key);
  let chunk = index.chunks.at(-1);
  if (chunk === undefined || index.total - chunk.from >= CHUNK) {
    chunk = newChunk(index, fact.at);
    index.chunks.push(chunk);
    letGo(index);
  }
  const columns = chunk.columns as Columns;
  const i = index.total - chunk.from;
  const numbers = numbersOf(fact);
  columns.at[i] = fact.at;
  columns.key[i] = position;
  columns.first[i] = numbers[0];
  columns.second[i] = numbers[1];
  columns.third[i] = numbers[2];
  columns.digest[i] = fnv1a(JSON.stringify(fact));
  columns.fill[i] = levels.fill;
  columns.held[i] = levels.held;
  columns.lag[i] = levels.lag;
  columns.lagBefore[i] = lagBefore;
  chunk.most = mostOf(chunk.most, levels, lagBefore);
  if (weightOf(key) === 1) addTurn(index, fact);
  index.total++;
  index.counts[position] = (index.counts[position] as number) + 1;
  index.last = fact.at;
  index.levels = levels;
}

/** The more of both; the same object when that is the first. */
function mostOf(one: Levels, other: Levels, lagBefore = other.lag): Levels {
  const lag = Math.max(other.lag, lagBefore);
  if (one.fill >= other.fill && one.held >= other.held && one.lag >= lag) return one;
  return {
    fill: Math.max(one.fill, other.fill),
    held: Math.max(one.held, other.held),
    lag: Math.max(one.lag, lag),
  };
}

function addTurn({ turns, total }: TraceIndex, fact: Observation): void {
  turns.push({ number: total, fact });
  if (turns.length > TURNS_MAX) turns.splice(0, TURNS_MAX >> 2);
}

/** From now on columns may take so much memory, in bytes: what does not fit any more goes at once. */
export function limitColumns(index: TraceIndex, bytes: number): void {
  index.columnsMax = columnsIn(bytes);
  for (const chunk of index.chunks.slice(0, -index.columnsMax)) chunk.columns = null;
}

/** Old columns go; of too many old chunks every second is joined with the one before. */
function letGo(index: TraceIndex): void {
  const { chunks, columnsMax, chunksMax } = index;
  const old = chunks[chunks.length - 1 - columnsMax];
  if (old !== undefined) old.columns = null;
  if (chunks.length <= chunksMax) return;
  const kept: Chunk[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const before = kept.at(-1);
    if (i % 2 === 0 || chunk.columns !== null || before === undefined) kept.push(chunk);
    else before.most = mostOf(before.most, chunk.most);
  }
  index.chunks = kept;
}

/** Forgets all events from number `total` on. Returns whether it could: of what has lost its columns the counts are not known. */
export function truncateTrace(index: TraceIndex, total: number): boolean {
  if (total >= index.total) return true;
  const at = countBelow(index.chunks, ({ from }) => from <= total) - 1;
  const chunk = index.chunks[at];
  if (chunk === undefined || (chunk.columns === null && chunk.from < total)) return false;
  const counts = countsBefore(index, chunk, total - chunk.from);
  const isEmpty = chunk.from === total;
  const last = total - chunk.from - 1;
  index.last = total === 0 ? 0 : isEmpty ? endBefore(index, at) : (chunk.columns as Columns).at[last]!;
  index.levels = isEmpty ? chunk.begin : levelsAt(chunk.columns as Columns, last);
  index.chunks.length = isEmpty ? at : at + 1;
  index.total = total;
  index.counts = counts;
  index.turns.length = countBelow(index.turns, ({ number }) => number < total);
  if (!isEmpty) recountMost(chunk, total - chunk.from);
  ownLast(index);
  return true;
}

/** When the last event before a chunk was; of one without columns, when the chunk begins. */
function endBefore({ chunks }: TraceIndex, at: number): number {
  const columns = chunks[at - 1]?.columns;
  return columns ? (columns.at[CHUNK - 1] as number) : (chunks[at] as Chunk).at;
}

export const levelsAt = ({ fill, held, lag }: Columns, i: number): Levels => ({
  fill: fill[i] as number,
  held: held[i] as number,
  lag: lag[i] as number,
});

function recountMost(chunk: Chunk, length: number): void {
  const columns = chunk.columns as Columns;
  let most = chunk.begin;
  for (let i = 0; i < length; i++) most = mostOf(most, levelsAt(columns, i), columns.lagBefore[i]);
  chunk.most = most;
}

/** What is added next must not be seen by a branch that shares the last chunk. */
function ownLast({ chunks }: TraceIndex): void {
  const last = chunks.at(-1);
  if (!last?.columns) return;
  const { at, key, first, second, third, digest, fill, held, lag, lagBefore } = last.columns;
  last.columns = {
    at: at.slice(),
    key: key.slice(),
    first: first.slice(),
    second: second.slice(),
    third: third.slice(),
    digest: digest.slice(),
    fill: fill.slice(),
    held: held.slice(),
    lag: lag.slice(),
    lagBefore: lagBefore.slice(),
  };
}

/** A trace that goes its own way from event number `total` on; undefined where that has lost its columns. */
export function forkTrace(index: TraceIndex, total: number): TraceIndex | undefined {
  const fork: TraceIndex = {
    ...index,
    keys: [...index.keys],
    positions: { ...index.positions },
    counts: [...index.counts],
    turns: [...index.turns],
    chunks: index.chunks.map((chunk) => ({ ...chunk })),
  };
  if (!truncateTrace(fork, total)) return undefined;
  ownLast(fork);
  return fork;
}

/** Of each key, how many events come before the n-th of a chunk that has its columns. */
export function countsBefore(index: TraceIndex, chunk: Chunk, n: number): number[] {
  const counts = index.keys.map((_, key) => chunk.before[key] ?? 0);
  const keys = chunk.columns?.key;
  for (let i = 0; i < n && keys !== undefined; i++) counts[keys[i] as number]!++;
  return counts;
}

/** Memory that it takes, in bytes. */
export function traceBytes({ chunks, turns }: TraceIndex): number {
  return chunks.reduce(
    (sum, { before, columns }) => sum + before.byteLength + 300 + (columns === null ? 0 : CHUNK_BYTES),
    turns.length * TURN_BYTES,
  );
}

/** How many events a chunk has. */
export const lengthOf = ({ chunks, total }: TraceIndex, at: number): number =>
  (chunks[at + 1]?.from ?? total) - (chunks[at] as Chunk).from;

/** How many of a chunk's events, which are in their order, are before an instant. */
export function countBelowIn(times: Float64Array, instant: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
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
