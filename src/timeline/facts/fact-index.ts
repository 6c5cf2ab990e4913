// Where in a run's facts those of one kind (of one host) are, so that a view finds the few it needs among many.

import type { Fact, Observation } from '../../world/state/observation.ts';

/** Positions in the run's facts, ascending: by kind, and by kind and host (`recorded A`). */
export interface FactIndex {
  positions: Record<string, number[]>;
}

export const createIndex = (): FactIndex => ({ positions: {} });

function add(index: FactIndex, key: string, position: number): void {
  index.positions[key] ??= [];
  index.positions[key].push(position);
}

export function addToIndex(index: FactIndex, fact: Observation, position: number): void {
  add(index, fact.kind, position);
  if ('host' in fact) add(index, `${fact.kind} ${fact.host}`, position);
}

/** Forgets all positions from `length` on. */
export function truncateIndex(index: FactIndex, length: number): void {
  for (const list of Object.values(index.positions))
    list.length = countBelow(list, (position) => position < length);
}

/** Forgets the first `count` positions, and counts the others from there. */
export function shiftIndex(index: FactIndex, count: number): void {
  for (const [key, list] of Object.entries(index.positions)) {
    const gone = countBelow(list, (position) => position < count);
    index.positions[key] = list.slice(gone).map((position) => position - count);
  }
}

/** How many of the first elements satisfy what only first elements satisfy. */
export function countBelow<T>(list: readonly T[], isBelow: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NONE: readonly number[] = [];

/** What may be asked for: one kind of fact, of everybody or of one host. */
export type FactQuery<K extends Fact['kind']> = { kind: K; host?: string };

export type FactOf<K extends Fact['kind']> = Extract<Observation, { kind: K }>;

/** The facts that are looked through: those before `seen`, or all that are known. */
export interface FactSource {
  facts: readonly Observation[];
  index: FactIndex;
}

export function positionsOf<K extends Fact['kind']>(
  index: FactIndex,
  query: FactQuery<K>,
): readonly number[] {
  return index.positions[query.host === undefined ? query.kind : `${query.kind} ${query.host}`] ?? NONE;
}

/** The newest facts of a kind among the first `seen` facts, at most `count`, oldest first. */
export function lastFacts<K extends Fact['kind']>(
  { facts, index }: FactSource,
  query: FactQuery<K>,
  seen: number,
  count: number,
): FactOf<K>[] {
  const positions = positionsOf(index, query);
  const end = countBelow(positions, (position) => position < seen);
  return positions.slice(Math.max(0, end - count), end).map((position) => facts[position] as FactOf<K>);
}

/** The facts of a kind from one instant to another, both included. */
export function factsBetween<K extends Fact['kind']>(
  { facts, index }: FactSource,
  query: FactQuery<K>,
  from: number,
  to: number,
): FactOf<K>[] {
  const positions = positionsOf(index, query);
  const at = (position: number): number => (facts[position] as Observation).at;
  const begin = countBelow(positions, (position) => at(position) < from);
  const end = countBelow(positions, (position) => at(position) <= to);
  return positions.slice(begin, end).map((position) => facts[position] as FactOf<K>);
}
