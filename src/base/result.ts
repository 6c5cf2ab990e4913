// What may fail because of what someone wrote returns its failure; only broken invariants throw (assert.ts).

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** Either a value or the reason that there is none. Narrow it with `if (!result.ok)`. */
export type Result<T, E = string> = Ok<T> | Err<E>;

/** A success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** A failure. An error for people is one sentence that names the line, field or address and says why. */
export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}
