// A computation in slices, run to its end in one go.

/** What a generator comes to that yields nothing but chances to stop. */
export function runToCompletion<T>(slices: Generator<void, T>): T {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value as T;
  }
}
