// The facts that a run holds: all of a short one, else a stretch around the cursor. The others come back by running it again.

import type { Observation } from '../../world/state/observation.ts';
import { addToIndex, createIndex, type FactIndex, shiftIndex, truncateIndex } from './fact-index.ts';

export interface FactWindow {
  /** In order, without a gap; those behind `seen` lie in the future of the cursor. */
  facts: Observation[];
  /** How many facts of the run come before those held. */
  base: number;
  /** How many of those held have happened by now. */
  seen: number;
  /** Where those of a kind are among those held. */
  index: FactIndex;
  /** So many are held at most. */
  factsMax: number;
  /** The facts of the first instant, which come before the first snapshot. */
  opening: Observation[];
}

/** About what a fact takes, with its index: some ten fields, two digests. */
const FACT_BYTES = 400;

const FACTS_LEAST = 64;

/** How many facts there is room for. */
export const factsIn = (bytes: number): number => Math.max(FACTS_LEAST, Math.floor(bytes / FACT_BYTES));

/** @param bytes of memory that facts may take */
export const createWindow = (bytes: number): FactWindow => ({
  facts: [],
  base: 0,
  seen: 0,
  index: createIndex(),
  factsMax: factsIn(bytes),
  opening: [],
});

/** The next fact at the cursor. Too many: the oldest quarter goes. */
export function keepFact(window: FactWindow, fact: Observation): void {
  const { facts, index, seen, factsMax } = window;
  window.seen++;
  if (seen < facts.length) return;
  addToIndex(index, fact, facts.length);
  facts.push(fact);
  if (facts.length <= factsMax) return;
  const gone = factsMax >> 2;
  facts.splice(0, gone);
  shiftIndex(index, gone);
  window.base += gone;
  window.seen -= gone;
}

/** The cursor goes to where so many facts of the run have happened. If that is outside of what is held, holding begins anew there. */
export function moveWindow(window: FactWindow, seen: number): void {
  window.seen = seen - window.base;
  if (window.seen >= 0 && window.seen <= window.facts.length) return;
  window.facts = [];
  window.index = createIndex();
  window.base = seen;
  window.seen = 0;
  if (seen > window.opening.length) return;
  window.base = 0;
  for (const fact of window.opening) keepFact(window, fact);
  window.seen = seen;
}

/** Facts that come directly before those held, in order; as many as there is room for. */
export function putBefore(window: FactWindow, facts: readonly Observation[]): void {
  const room = Math.max(0, window.factsMax - window.facts.length);
  const added = room === 0 ? [] : facts.slice(-room);
  window.facts = [...added, ...window.facts];
  window.index = createIndex();
  for (const [position, fact] of window.facts.entries()) addToIndex(window.index, fact, position);
  window.base -= added.length;
  window.seen += added.length;
}

/** Forgets what lies in the future of the cursor. */
export function forgetFuture(window: FactWindow): void {
  window.facts.length = window.seen;
  truncateIndex(window.index, window.seen);
}

/** Estimated memory that it takes, in bytes. */
export const windowBytes = ({ facts }: FactWindow): number => facts.length * FACT_BYTES;
