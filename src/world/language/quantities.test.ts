// Instants, delays and shares as text: read exactly, and refused with a sentence.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../testing/worlds.ts';
import { formatInstant, formatShare, parseInstant, parseShare } from './quantities.ts';

describe('an instant', () => {
  test.each([
    ['0ms', 0],
    ['3456789ns', 3_456_789],
    ['250us', 250_000],
    ['250µs', 250_000],
    ['12ms', 12_000_000],
    ['1.5s', 1_500_000_000],
    ['0.000000001s', 1],
    [' 2s ', 2_000_000_000],
    ['12.50ms', 12_500_000],
  ])('%s is %i ns', (text, ns) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: ns });
  });

  test.each([
    ['12', '"12" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    ['12 ms', '"12 ms" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    ['-1ms', '"-1ms" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    ['1e3ms', '"1e3ms" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    ['', '"" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    ['0.5ns', '"0.5ns" is finer than a nanosecond'],
    ['1.0000001us', '"1.0000001us" is finer than a nanosecond'],
    ['9999999999s', '"9999999999s" is later than any run lasts'],
  ])('%s is refused', (text, error) => {
    expect(parseInstant(text)).toEqual({ ok: false, error });
  });

  test.each([
    [0, '0ms'],
    [1, '0.000001ms'],
    [1_500, '0.0015ms'],
    [8_200_000, '8.2ms'],
    [40_000_000, '40ms'],
    [2_000_000_000, '2000ms'],
  ])('%i ns is written in milliseconds, exactly', (ns, text) => {
    expect(formatInstant(at(ns))).toBe(text);
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (ns) => {
        expect(parseInstant(formatInstant(at(ns)))).toEqual({ ok: true, value: ns });
      }),
    );
  });
});

describe('a share', () => {
  test.each([
    ['5%', 50_000],
    ['0%', 0],
    ['100%', 1_000_000],
    ['0.0001%', 1],
    ['12.50%', 125_000],
  ])('%s is %i ppm', (text, ppm) => {
    expect(parseShare(text)).toEqual({ ok: true, value: ppm });
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => {
        expect(parseShare(formatShare(ppm))).toEqual({ ok: true, value: ppm });
      }),
    );
  });
});
