// What a timeline draws of a stretch of a run, however many events there are: what is counted and measured in each of its equal parts.

import type { EventKey } from './event-key.ts';
import { countBelow } from './fact-index.ts';
import { type Chunk, countBelowIn, type Levels, lengthOf, type TraceIndex } from './trace-index.ts';

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
  const rowsOf = index.keys.map((key) => counts.filter((_, row) => rows[row]!(key)));
  const { chunks } = index;
  for (let at = chunkBefore(index, parts.from); at < chunks.length; at++) {
    const chunk = chunks[at] as Chunk;
    if (chunk.at >= parts.to) break;
    const part = partOf(parts, chunk.at);
    const isInOne = part >= 0 && partOf(parts, endOf(index, at)) === part;
    if (!isInOne && chunk.columns !== null) {
      countEvents(chunk.columns, lengthOf(index, at), rowsOf, parts);
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

/** In the order of the events, so that nothing is divided. */
function countEvents(
  { at, key }: NonNullable<Chunk['columns']>,
  length: number,
  rowsOf: readonly Uint32Array[][],
  { from, to, count }: Parts,
): void {
  const span = to - from;
  let i = countBelowIn(at.subarray(0, length), from);
  for (let part = i < length ? partOf({ from, to, count }, at[i] as number) : count; i < length; i++) {
    const along = ((at[i] as number) - from) * count;
    while (along >= (part + 1) * span) part++;
    if (part >= count) return;
    const rows = rowsOf[key[i] as number] as Uint32Array[];
    for (let n = 0; n < rows.length; n++) (rows[n] as Uint32Array)[part]!++;
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

/** Of a chunk whose events can be gone through. What is so at the beginning of a part is what is so behind its first instant. */
function measureEvents(
  curves: Curves,
  measuring: Measuring,
  { at, fill, held, lag, lagBefore }: NonNullable<Chunk['columns']>,
  length: number,
  { from, to, count }: Parts,
): void {
  const span = to - from;
  // In variables of their own: this loop may go through a million events for a frame.
  let { part } = measuring;
  let { fill: mostFill, held: mostHeld, lag: mostLag } = measuring.most;
  let begin = part * span;
  let end = begin + span;
  for (let i = 0; i < length; i++) {
    const instant = at[i] as number;
    const along = (instant - from) * count;
    const before = lagBefore[i] as number;
    if (along >= end) {
      measuring.most = { fill: mostFill, held: mostHeld, lag: mostLag };
      while (along >= (measuring.part + 1) * span) {
        closePart(curves, measuring, before - (instant - (from + (span * (measuring.part + 1)) / count)));
        if (measuring.part >= count) return;
      }
      ({ part } = measuring);
      ({ fill: mostFill, held: mostHeld, lag: mostLag } = measuring.most);
      begin = part * span;
      end = begin + span;
    }
    measuring.fill = fill[i] as number;
    measuring.held = held[i] as number;
    measuring.lag = lag[i] as number;
    const isBegin = along <= begin;
    if (isBegin || measuring.fill > mostFill) mostFill = measuring.fill;
    if (isBegin || measuring.held > mostHeld) mostHeld = measuring.held;
    if (isBegin || measuring.lag > mostLag) mostLag = measuring.lag;
    if (!isBegin && before > mostLag) mostLag = before;
  }
  measuring.most = { fill: mostFill, held: mostHeld, lag: mostLag };
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
