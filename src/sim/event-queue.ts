// The pending events of a world: plain records, taken in the order of (at, rank, order). No callback is ever queued.

import { NEVER, type SimTime } from './time.ts';

export interface Pending<E> {
  at: SimTime;
  /** Among events of one instant, lower ranks go first, whenever they were scheduled. */
  rank: number;
  /** Among events of one instant and rank, the one scheduled first goes first. */
  order: number;
  event: E;
}

/** A binary heap: the parent of `heap[i]` is `heap[(i - 1) >> 1]`. */
export interface EventQueue<E> {
  heap: Pending<E>[];
  nextOrder: number;
}

export function createQueue<E>(): EventQueue<E> {
  return { heap: [], nextOrder: 0 };
}

function precedes<E>(a: Pending<E>, b: Pending<E>): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.order < b.order;
}

export function schedule<E>(queue: EventQueue<E>, at: SimTime, event: E, rank = 0): void {
  const pending = { at, rank, order: queue.nextOrder++, event };
  queue.heap.push(pending);
  rise(queue.heap, queue.heap.length - 1, pending);
}

/** Puts an event into the hole at `hole` of the heap, or above. */
function rise<E>(heap: Pending<E>[], hole: number, pending: Pending<E>): void {
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = heap[parent] as Pending<E>;
    if (!precedes(pending, above)) break;
    heap[hole] = above;
    hole = parent;
  }
  heap[hole] = pending;
}

/** Puts an event into the hole at `hole` of the heap, or below. */
function sink<E>(heap: Pending<E>[], hole: number, pending: Pending<E>): void {
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && precedes(heap[child + 1] as Pending<E>, heap[child] as Pending<E>))
      child++;
    if (!precedes(heap[child] as Pending<E>, pending)) break;
    heap[hole] = heap[child] as Pending<E>;
    hole = child;
  }
  heap[hole] = pending;
}

/** When the next event is due; `NEVER` when none is pending. */
export function nextAt<E>(queue: EventQueue<E>): SimTime {
  return queue.heap[0]?.at ?? NEVER;
}

/** Removes and returns the next event. */
export function take<E>(queue: EventQueue<E>): Pending<E> | undefined {
  const first = queue.heap[0];
  if (first !== undefined) removeAt(queue.heap, 0);
  return first;
}

/** The last event fills the hole. */
function removeAt<E>(heap: Pending<E>[], hole: number): void {
  const last = heap.pop() as Pending<E>;
  if (hole === heap.length) return;
  const isAbove = hole > 0 && precedes(last, heap[(hole - 1) >> 1] as Pending<E>);
  if (isAbove) rise(heap, hole, last);
  else sink(heap, hole, last);
}

/** All pending events in the order in which they will be taken, for views. */
export function inOrder<E>(queue: EventQueue<E>): Pending<E>[] {
  return queue.heap.toSorted((a, b) => (precedes(a, b) ? -1 : 1));
}

/** Drops the event that is no longer wanted, of which there is one at most. What was put off for long stands far behind. */
export function dropOne<E>({ heap }: EventQueue<E>, isUnwanted: (event: E) => boolean): void {
  let i = heap.length - 1;
  while (i >= 0 && !isUnwanted((heap[i] as Pending<E>).event)) i--;
  if (i >= 0) removeAt(heap, i);
}

/** Drops the events that are no longer wanted. */
export function dropWhere<E>({ heap }: EventQueue<E>, isUnwanted: (event: E) => boolean): void {
  for (let i = 0; i < heap.length; ) {
    if (!isUnwanted((heap[i] as Pending<E>).event)) {
      i++;
      continue;
    }
    removeAt(heap, i);
    i = 0;
  }
}
