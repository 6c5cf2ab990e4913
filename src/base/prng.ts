// Seeded pseudo-random integers: xoshiro128** 1.1 (Blackman and Vigna, public domain), one named stream for each consumer.
//
// Its bits are part of the link format, so they never change. From the state [1, 2, 3, 4] it gives
// 11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804.
// The stream "disk" of the seed 42 starts from [2470308411, 1825387732, 3880334771, 2631573485] and gives 153395856,
// 1462736933, 243225373, 88764098.
import { assert } from './assert.ts';
import { hashInto } from './hash.ts';

/** Four 32-bit words, not all zero. Plain data: copying it copies the generator. */
export type PrngState = [number, number, number, number];

/**
 * The generator of one consumer: its state is MurmurHash3 x86 128 of "understudy/prng/" and the consumer's name (UTF-8)
 * under the run's seed, a 32-bit unsigned integer. Adding a consumer leaves all others as they were. The prefix fills
 * one block of the hash: without it a name of four letters or fewer would give three equal words.
 */
export function namedStream(name: string, seed: number): PrngState {
  assert(seed >>> 0 === seed, `the seed ${seed} is not an unsigned 32-bit integer`);
  const words = new Uint32Array(4);
  hashInto(words, 0, new TextEncoder().encode(`understudy/prng/${name}`), seed);
  const [a = 0, b = 0, c = 0, d = 0] = words;
  assert((a | b | c | d) !== 0, `the stream "${name}" of the seed ${seed} would give zeros for ever`);
  return [a, b, c, d];
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** The next integer from 0 to 2^32 - 1; advances `state`. */
export function nextUint32(state: PrngState): number {
  const [s0, s1, s2, s3] = state;
  const x2 = s2 ^ s0;
  const x3 = s3 ^ s1;
  state[0] = (s0 ^ x3) >>> 0;
  state[1] = (s1 ^ x2) >>> 0;
  state[2] = (x2 ^ (s1 << 9)) >>> 0;
  state[3] = rotateLeft(x3, 11) >>> 0;
  return Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
}

/** A uniform integer from 0 to `bound - 1`, for a bound from 1 to 2^32; advances `state` at least once. */
export function below(state: PrngState, bound: number): number {
  assert(
    Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 32,
    `the bound ${bound} is not from 1 to 2^32`,
  );
  // Values from the last, incomplete multiple of `bound` are thrown away: they would favour small results.
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let value = nextUint32(state);
  while (value >= limit) value = nextUint32(state);
  return value % bound;
}

/** True in `numerator` of `denominator` cases: a ratio of integers, so that nothing rounds; advances `state`. */
export function chance(state: PrngState, numerator: number, denominator: number): boolean {
  return below(state, denominator) < numerator;
}
