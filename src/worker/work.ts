// Work that may take long: done in slices, so that whoever asked for it learns how far it is, and can have it stopped.

/** What the worker says between two slices. */
export type Word = 'on' | 'stop';

/** Yields the share that is done, 0 to 1, after every few milliseconds of work. Told to stop it ends at once, and everything is whole. */
export type Work<T> = Generator<number, T, Word>;

/** How a request is worked on. */
export interface Turn {
  /** Whether the answer is due: running on stops then, wherever it is. */
  isTimeUp(): boolean;
  /** Does a piece of work to its end, or until it is stopped. */
  drive<T>(work: Work<T>): Promise<T>;
}

/** All of it in one go. */
export function finishWork<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next('on');
    if (done) return value;
  }
}

/** What is done of a way from one number to another. */
export function shareOf(from: number, to: number, now: number): number {
  if (to === from) return 1;
  return Math.min(1, Math.max(0, (now - from) / (to - from)));
}

/** So that `undefined` can mean that it was stopped. */
export function* wrapped<T>(asking: Generator<void, T>): Generator<void, { value: T }> {
  return { value: yield* asking };
}

/** Work that cannot tell how far it is. @returns undefined when it was stopped */
export function* untold<T>(asking: Generator<void, T>): Work<T | undefined> {
  for (;;) {
    const { done, value } = asking.next();
    if (done) return value as T;
    if ((yield 0) === 'stop') return undefined;
  }
}
