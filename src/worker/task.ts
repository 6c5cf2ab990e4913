// Tasks: computations in slices, so that whoever asked for one learns how far it is, and can have it stopped.

/** What a task is told between two slices. */
export type Signal = 'continue' | 'stop';

/** Yields the share that is done, 0 to 1, after every few milliseconds. Told to stop it ends at once, and everything is whole. */
export type Task<T> = Generator<number, T, Signal>;

/** How a request is worked on. */
export interface TaskRunner {
  /** Whether the answer is due: running on stops then, wherever it is. */
  isTimeUp(): boolean;
  /** Runs a task to its end, or until it is stopped. */
  run<T>(task: Task<T>): Promise<T>;
}

/** All of it in one go. */
export function runTask<T>(task: Task<T>): T {
  for (;;) {
    const { done, value } = task.next('continue');
    if (done) return value;
  }
}

/** What is done of a way from one number to another. */
export function shareOf(from: number, to: number, now: number): number {
  if (to === from) return 1;
  return Math.min(1, Math.max(0, (now - from) / (to - from)));
}

/** So that `undefined` can mean that it was stopped. */
export function* boxed<T>(slices: Generator<void, T>): Generator<void, { value: T }> {
  return { value: yield* slices };
}

/** A task that cannot say how far it is. @returns undefined when it was stopped */
export function* asTask<T>(slices: Generator<void, T>): Task<T | undefined> {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value as T;
    if ((yield 0) === 'stop') return undefined;
  }
}
