// What a timeline draws of a stretch of a run, however many events there are: what is counted and measured in each of its equal parts.

import { countBelow } from './fact-index.ts';
import {
  type Chunk,
  countBelowIn,
  type EventKey,
  type Levels,
  lengthOf,
  levelsAt,
  type TraceIndex,
} from './trace-index.ts';

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

function countEvents(
  { at, key }: NonNullable<Chunk['columns']>,
  length: number,
  rowsOf: readonly Uint32Array[][],
  parts: Parts,
): void {
  for (let i = countBelowIn(at.subarray(0, length), parts.from); i < length; i++) {
    const part = partOf(parts, at[i] as number);
    if (part >= parts.count) return;
    for (const row of rowsOf[key[i] as number] as Uint32Array[]) row[part]!++;
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

/** What gauges said from one instant up to another, in equal parts; where columns have been let go, the most of a whole chunk. */
export function measureParts(index: TraceIndex, parts: Parts): Curves {
  const { count } = parts;
  const curves: Curves = {
    fill: new Float64Array(count),
    held: new Float64Array(count),
    lag: new Float64Array(count),
  };
  const { chunks } = index;
  let level: Levels = chunks[0]?.begin ?? index.levels;
  /** From when on it is so. */
  let since = Number.NEGATIVE_INFINITY;
  for (let at = chunkBefore(index, parts.from); at < chunks.length; at++) {
    const chunk = chunks[at] as Chunk;
    if (chunk.at >= parts.to) break;
    level = chunk.begin;
    const part = partOf(parts, chunk.at);
    const end = endOf(index, at);
    if (chunk.columns === null || (part >= 0 && partOf(parts, end) === part)) {
      raise(curves, parts, since, chunk.at, level);
      raise(curves, parts, chunk.at, end, chunk.most);
      level = chunks[at + 1]?.begin ?? index.levels;
      since = end;
    } else {
      const { columns } = chunk;
      const length = lengthOf(index, at);
      for (let i = 0; i < length && since < parts.to; i++) {
        const instant = columns.at[i] as number;
        if (instant > parts.from && instant > since) {
          raise(curves, parts, since, instant, level);
          raiseLag(curves, parts, since, instant, columns.lagBefore[i] as number);
        }
        level = levelsAt(columns, i);
        since = instant;
      }
    }
  }
  raise(curves, parts, since, parts.to, level);
  return curves;
}

/** It was so from one instant up to another. */
function raise({ fill, held, lag }: Curves, parts: Parts, from: number, to: number, level: Levels): void {
  const width = (parts.to - parts.from) / parts.count;
  const first = Math.max(0, partOf(parts, from));
  for (let part = first; part < parts.count && (part === first || parts.from + part * width < to); part++) {
    if (level.fill > fill[part]!) fill[part] = level.fill;
    if (level.held > held[part]!) held[part] = level.held;
    if (level.lag > lag[part]!) lag[part] = level.lag;
  }
}

/** The lag grows up to an instant, at the rate of time. */
function raiseLag({ lag }: Curves, parts: Parts, from: number, to: number, most: number): void {
  const width = (parts.to - parts.from) / parts.count;
  const first = Math.max(0, partOf(parts, from));
  for (let part = first; part < parts.count && (part === first || parts.from + part * width < to); part++) {
    const value = most - Math.max(0, to - (parts.from + (part + 1) * width));
    if (value > lag[part]!) lag[part] = value;
  }
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
