// Where the words come from that go with a request: a description that a client's program carries out.

/** `drawn`: `from` + `step` * a number from 0 to `count` - 1. */
export type WordSource =
  | { kind: 'constant'; value: number }
  | { kind: 'drawn'; from: number; step: number; count: number }
  /** So many words of 32 random bits. */
  | { kind: 'random'; count: number }
  /** The client's number, from 1. */
  | { kind: 'client' }
  /** A number that no other request of the run has: the client's in the upper 8 bits, the request's in the others. */
  | { kind: 'tag' }
  | { kind: 'oneOf'; values: readonly number[] };

export const drawn = (count: number, from = 0, step = 1): WordSource => ({
  kind: 'drawn',
  from,
  step,
  count,
});
