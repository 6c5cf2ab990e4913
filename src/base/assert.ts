// Invariants of our own code. What a person can get wrong is not asserted: it returns a Result.

/** Throws when `condition` does not hold; afterwards the compiler knows that it does. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`);
}

/** The default branch of an exhaustive switch: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
