// What a timeline draws of a stretch of a run, however many events there are: what is counted and measured in each of its equal parts.

import { countBelow } from './fact-index.ts';
import type { EventKey } from './fact-row.ts';
import { type Chunk, countBelowIn, type Levels, lengthOf, levelsAt, type TraceIndex } from './trace-index.ts';

/** A stretch of time, from one instant up to another, in so many equal parts. Nanoseconds. */
export interface Parts {
  from: number;
  to: number;
  count: number;
}

/** In which part an instant is; below 0 or from `count` on where it is outside. */
const partOf = ({ from, to, count }: Parts, instant: number): number =>
  Math.floor(((instant - from) * count) / (to - from));

/** The chunk in which the last event before an instant is; the first one if there is none. */
const chunkBefore = ({ chunks }: TraceIndex, instant: number): number =>
  Math.max(0, countBelow(chunks, ({ at }) => at < instant) - 1);

/** The last instant that events of a chunk may have. */
const endOf = ({ chunks, last }: TraceIndex, at: number): number => chunks[at + 1]?.at ?? last;

/**
 * How many events there are in each part: a row for each of `rows`, which say what keys are meant. Where columns have been let go,
 * events are taken to be spread evenly over their chunk: sums over several parts come out right all the same.
 */
export function countParts(
  index: TraceIndex,
  rows: readonly ((key: EventKey) => boolean)[],
  parts: Parts,
): Uint32Array<ArrayBuffer>[] {
  const counts = rows.map(() => new Uint32Array(parts.count));
  const wanted = rows.map((isMeant) => [...index.keys.keys()].filter((key) => isMeant(index.keys[key]!)));
  const rowsOf = index.keys.map((key) => rows.flatMap((isMeant, row) => (isMeant(key) ? [row] : [])));
  const counting: Counting = {
    counts,
    first: Int32Array.from(rowsOf, ([row]) => row ?? -1),
    others: rowsOf.map((list) => list.slice(1)),
    isSimple: rowsOf.every((list) => list.length < 2),
    sums: new Uint32Array(rows.length),
  };
  const { chunks } = index;
  for (let at = chunkBefore(index, parts.from); at < chunks.length; at++) {
    const chunk = chunks[at] as Chunk;
    if (chunk.at >= parts.to) break;
    const part = partOf(parts, chunk.at);
    const isInOne = part >= 0 && partOf(parts, endOf(index, at)) === part;
    if (!isInOne && chunk.columns !== null) {
      countEvents(chunk.columns, lengthOf(index, at), counting, parts);
      continue;
    }
    for (const [row, keys] of wanted.entries()) {
      const sum = keys.reduce((total, key) => total + countIn(index, at, key), 0);
      if (sum === 0) continue;
      if (isInOne) counts[row]![part]! += sum;
      else spread(counts[row]!, sum, chunk.at, endOf(index, at), parts);
    }
  }
  return counts;
}

function countIn({ chunks, counts }: TraceIndex, at: number, key: number): number {
  const next = chunks[at + 1];
  const after = next === undefined ? (counts[key] as number) : (next.before[key] ?? 0);
  return after - (chunks[at]!.before[key] ?? 0);
}

/** The number of the first event, from number `from` on, that is in no part up to this one. */
function endOfPart(at: Float64Array, from: number, length: number, part: number, parts: Parts): number {
  const edge = (part + 1) * (parts.to - parts.from);
  let low = from;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (((at[middle] as number) - parts.from) * parts.count < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows that are being counted: by key its first row, -1 without one, and its others, which are rare. `sums`: of the part at hand. */
interface Counting {
  counts: readonly Uint32Array[];
  first: Int32Array;
  others: readonly (readonly number[])[];
  isSimple: boolean;
  sums: Uint32Array;
}

/** Part by part, so that of an event only its key is looked at: there may be a million for a frame. */
function countEvents(
  { at, key }: NonNullable<Chunk['columns']>,
  length: number,
  { counts, first, others, isSimple, sums }: Counting,
  parts: Parts,
): void {
  for (let i = countBelowIn(at.subarray(0, length), parts.from); i < length; ) {
    const part = partOf(parts, at[i] as number);
    if (part >= parts.count) return;
    const end = endOfPart(at, i, length, part, parts);
    sums.fill(0);
    for (; i < end; i++) {
      const row = first[key[i] as number] as number;
      if (row >= 0) sums[row]!++;
      if (isSimple || row < 0) continue;
      for (const other of others[key[i] as number] as number[]) sums[other]!++;
    }
    for (let row = 0; row < sums.length; row++) (counts[row] as Uint32Array)[part]! += sums[row] as number;
  }
}

/** So many events from one instant to another, wherever exactly. */
function spread(row: Uint32Array, sum: number, from: number, to: number, parts: Parts): void {
  const width = (parts.to - parts.from) / parts.count;
  const before = (instant: number): number =>
    Math.floor(sum * Math.min(1, Math.max(0, to <= from ? 1 : (instant - from) / (to - from))));
  const first = Math.max(0, partOf(parts, from));
  const last = Math.min(parts.count - 1, partOf(parts, to));
  for (let part = first; part <= last; part++) {
    const [begin, end] = [parts.from + part * width, parts.from + (part + 1) * width];
    row[part]! += (end > to ? sum : before(end)) - before(begin);
  }
}

/** The most that each gauge said in each part. */
export interface Curves {
  fill: Float64Array<ArrayBuffer>;
  held: Float64Array<ArrayBuffer>;
  lag: Float64Array<ArrayBuffer>;
}

/** On the way through a stretch: the part that is being measured, and what gauges say. */
interface Measuring extends Levels {
  part: number;
  /** The most in this part so far. */
  most: Levels;
}

/** What gauges said from one instant up to another, in equal parts; where columns have been let go, the most of a whole chunk. */
export function measureParts(index: TraceIndex, parts: Parts): Curves {
  const { from, to, count } = parts;
  const curves: Curves = {
    fill: new Float64Array(count),
    held: new Float64Array(count),
    lag: new Float64Array(count),
  };
  const { chunks } = index;
  let at = chunkBefore(index, from);
  const begin = chunks[at]?.begin ?? index.levels;
  const measuring: Measuring = { part: 0, ...begin, most: { ...begin } };
  for (; at < chunks.length && measuring.part < count; at++) {
    const chunk = chunks[at] as Chunk;
    if (chunk.at >= to) break;
    const end = endOf(index, at);
    const isInside = chunk.at > from && chunk.at > from + ((to - from) * partOf(parts, chunk.at)) / count;
    if (chunk.columns !== null && !(isInside && partOf(parts, chunk.at) === partOf(parts, end)))
      measureEvents(curves, measuring, chunk.columns, lengthOf(index, at), parts);
    else measureChunk(curves, measuring, chunk, end, chunks[at + 1]?.begin ?? index.levels, parts);
  }
  while (measuring.part < count) closePart(curves, measuring, 0);
  return curves;
}

/** Writes down what the present part had, and goes to the next one. `lag`: at its end, if it grew up to there. */
function closePart(curves: Curves, measuring: Measuring, lag: number): void {
  const { part, most } = measuring;
  curves.fill[part] = most.fill;
  curves.held[part] = most.held;
  curves.lag[part] = Math.max(most.lag, lag);
  measuring.part++;
  most.fill = measuring.fill;
  most.held = measuring.held;
  most.lag = measuring.lag;
}

/** Of a chunk that is in one part, or of which no more is known than the most. */
function measureChunk(
  curves: Curves,
  measuring: Measuring,
  chunk: Chunk,
  end: number,
  after: Levels,
  { from, to, count }: Parts,
): void {
  const { most } = measuring;
  const raise = (): void => {
    most.fill = Math.max(most.fill, chunk.most.fill);
    most.held = Math.max(most.held, chunk.most.held);
    most.lag = Math.max(most.lag, chunk.most.lag);
  };
  const isPast = (instant: number): boolean => (instant - from) * count >= (measuring.part + 1) * (to - from);
  while (measuring.part < count && isPast(chunk.at)) closePart(curves, measuring, 0);
  raise();
  while (measuring.part < count && isPast(end)) {
    closePart(curves, measuring, 0);
    raise();
  }
  Object.assign(measuring, after);
}

/** Of a chunk whose events can be gone through, part by part. What is so at the beginning of a part is what is so behind its first instant. */
function measureEvents(
  curves: Curves,
  measuring: Measuring,
  columns: NonNullable<Chunk['columns']>,
  length: number,
  parts: Parts,
): void {
  const { at, lagBefore } = columns;
  const { from, to, count } = parts;
  const width = (to - from) / count;
  for (let i = 0; i < length; ) {
    const instant = at[i] as number;
    while ((instant - from) * count >= (measuring.part + 1) * (to - from)) {
      const edge = from + width * (measuring.part + 1);
      closePart(curves, measuring, (lagBefore[i] as number) - (instant - edge));
      if (measuring.part >= count) return;
    }
    const end = endOfPart(at, i, length, measuring.part, parts);
    i = skipBegin(measuring, columns, i, end, parts);
    if (i < end) raiseMost(measuring.most, columns, i, end);
    Object.assign(measuring, levelsAt(columns, end - 1));
    i = end;
  }
}

/** What happened up to a part's first instant is over: what is so behind it counts. @returns the number of the first event after that */
function skipBegin(
  measuring: Measuring,
  columns: NonNullable<Chunk['columns']>,
  from: number,
  end: number,
  parts: Parts,
): number {
  const begin = measuring.part * (parts.to - parts.from);
  let i = from;
  while (i < end && ((columns.at[i] as number) - parts.from) * parts.count <= begin) i++;
  if (i > from) measuring.most = levelsAt(columns, i - 1);
  return i;
}

/** In a loop for each column, for that is what a processor is quickest at. */
function raiseMost(most: Levels, columns: NonNullable<Chunk['columns']>, from: number, end: number): void {
  const { fill, held, lag, lagBefore } = columns;
  let mostFill = most.fill;
  for (let i = from; i < end; i++) if ((fill[i] as number) > mostFill) mostFill = fill[i] as number;
  let mostHeld = most.held;
  for (let i = from; i < end; i++) if ((held[i] as number) > mostHeld) mostHeld = held[i] as number;
  let mostLag = most.lag;
  for (let i = from; i < end; i++) if ((lag[i] as number) > mostLag) mostLag = lag[i] as number;
  for (let i = from; i < end; i++) if ((lagBefore[i] as number) > mostLag) mostLag = lagBefore[i] as number;
  most.fill = mostFill;
  most.held = mostHeld;
  most.lag = mostLag;
}

/** Whether all events from one instant to another have their columns. */
export function isFine(index: TraceIndex, from: number, to: number): boolean {
  const { chunks } = index;
  for (let at = chunkBefore(index, from); at < chunks.length && chunks[at]!.at <= to; at++)
    if (chunks[at]!.columns === null) return false;
  return true;
}

/** About how many events there are from one instant to another: exactly where they have their columns. */
export function countAbout(index: TraceIndex, from: number, to: number): number {
  const [row] = countParts(index, [() => true], { from, to, count: 1 });
  return row?.[0] ?? 0;
}
