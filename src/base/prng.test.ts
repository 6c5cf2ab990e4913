// The generator against the reference implementation's values; its streams and its fairness.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { below, chance, namedStream, nextUint32, type PrngState } from './prng.ts';

const take = (state: PrngState, count: number) => Array.from({ length: count }, () => nextUint32(state));

test("the reference implementation's values from the state 1, 2, 3, 4", () => {
  expect(take([1, 2, 3, 4], 10)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

test('the stream "disk" of the seed 42 never changes: links depend on it', () => {
  expect(namedStream('disk', 42)).toEqual([2470308411, 1825387732, 3880334771, 2631573485]);
  expect(take(namedStream('disk', 42), 4)).toEqual([153395856, 1462736933, 243225373, 88764098]);
});

test('any name and seed make a state of four words, and a copy of it goes the same way', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 0xffffffff }), (name, seed) => {
      const state = namedStream(name, seed);
      const copy: PrngState = [...state];
      expect(take(copy, 5)).toEqual(take(state, 5));
      expect(state.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff)).toBe(true);
    }),
  );
});

test('names and seeds separate streams', () => {
  const starts = ['disk', 'lan', 'client/1', 'client/2'].flatMap((name) =>
    [0, 1, 2, 0xffffffff].map((seed) => nextUint32(namedStream(name, seed))),
  );
  expect(new Set(starts).size).toBe(starts.length);
});

test('below stays below and reaches every value about equally often', () => {
  const state = namedStream('fairness', 7);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i++) {
    const value = below(state, 6);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  expect(counts.every((count) => count > 9_600 && count < 10_400)).toBe(true);
  expect(below(state, 1)).toBe(0);
});

test('below throws away what would favour small results', () => {
  // With the bound 3 * 2^30 a quarter of all draws is rejected; taken modulo, the lowest third would come up half of the time.
  const bound = 3 * 2 ** 30;
  const state = namedStream('bias', 1);
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (below(state, bound) < bound / 3) low++;
  expect(low).toBeGreaterThan(9_600);
  expect(low).toBeLessThan(10_400);
});

test('chance is its ratio, and surely never or always at the ends', () => {
  const state = namedStream('chance', 3);
  let hits = 0;
  for (let i = 0; i < 40_000; i++) if (chance(state, 1, 4)) hits++;
  expect(hits).toBeGreaterThan(9_600);
  expect(hits).toBeLessThan(10_400);
  expect(take(state, 9).some(() => chance(state, 0, 5))).toBe(false);
  expect(take(state, 9).every(() => chance(state, 5, 5))).toBe(true);
});

test('a bound or seed out of range is named', () => {
  expect(() => below([1, 2, 3, 4], 0)).toThrow('the bound 0 is not from 1 to 2^32');
  expect(() => namedStream('x', 1.5)).toThrow('the seed 1.5 is not an unsigned 32-bit integer');
});
