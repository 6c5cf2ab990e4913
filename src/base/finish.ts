// Work in parts, done to its end in one go.

/** What a generator comes to that yields nothing but chances to stop. */
export function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
}
