// Equality of plain data against Node's own, where two pieces differ, and fields whose names mean something to objects.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOf, isRecord, isSamePlain, plainDifferences, setField } from './plain.ts';

const anything = fc.anything({
  maxDepth: 3,
  key: fc.constantFrom('a', 'b', '0', '1', 'length', '__proto__', 'constructor'),
  values: [fc.constantFrom(0, -0, 1, Number.NaN, '', '0', true, null, undefined), fc.double()],
  withTypedArray: true,
});

describe('two pieces of plain data', () => {
  test('are the same if Node says so', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        expect(isSamePlain(a, b)).toBe(isDeepStrictEqual(a, b));
        expect(isSamePlain(a, structuredClone(a))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[unknown, unknown]>([
    [1, 2],
    [0, -0],
    [0, ''],
    [0, null],
    [null, undefined],
    [null, {}],
    [[], {}],
    [[], new Uint8Array(0)],
    [{}, new Uint8Array(0)],
    [{}, new Map()],
    [new Map(), new Map()],
    [new Map([[1, 2]]), new Map()],
    [['a'], { 0: 'a' }],
    [{ length: 0 }, []],
    [{}, Object.create(null)],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: undefined }, { b: undefined }],
    [{ a: undefined }, { b: 1 }],
    [{}, { a: undefined }],
    [[undefined], []],
    [[0], [-0]],
    [new Float64Array([0]), new Float64Array([-0])],
    [new Float64Array([Number.NaN]), new Float64Array([0])],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]), new Uint8Array([1, 0])],
    [new Uint8Array([1]), new Uint32Array([1])],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Uint8Array([1]), [1]],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }],
    [{ constructor: Object }, {}],
    [{ toString: 1 }, {}],
  ])('%o and %o differ, whichever comes first', (a, b) => {
    expect(isSamePlain(a, b)).toBe(false);
    expect(isSamePlain(b, a)).toBe(false);
  });

  test.each<[unknown, unknown]>([
    [Number.NaN, Number.NaN],
    [
      [Number.NaN, undefined],
      [Number.NaN, undefined],
    ],
    [new Float64Array([Number.NaN, -0]), new Float64Array([Number.NaN, -0])],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [{ a: undefined }, { a: undefined }],
    [new Uint8Array([1, 2]), new Uint8Array([9, 1, 2]).subarray(1)],
  ])('%o and %o are the same', (a, b) => {
    expect(isSamePlain(a, b)).toBe(true);
  });
});

describe('where two pieces differ', () => {
  test('is nowhere, exactly if they are the same', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        expect(plainDifferences(a, b).length === 0).toBe(isSamePlain(a, b));
      }),
    );
  });

  test('is said by the path of each place', () => {
    expect(plainDifferences({ a: { b: [1, 2] }, c: 1, d: -0 }, { a: { b: [1, 3, 4] }, e: 1, d: 0 })).toEqual([
      { path: 'a.b.1', one: 2, other: 3 },
      { path: 'a.b.2', one: undefined, other: 4 },
      { path: 'c', one: 1, other: undefined },
      { path: 'd', one: -0, other: 0 },
      { path: 'e', one: undefined, other: 1 },
    ]);
    expect(plainDifferences({ a: [] }, { a: {} })).toEqual([{ path: 'a', one: [], other: {} }]);
    expect(plainDifferences({ a: undefined }, {})).toEqual([{ path: 'a', one: undefined, other: undefined }]);
    expect(plainDifferences(1, '1')).toEqual([{ path: '', one: 1, other: '1' }]);
  });
});

test('a field may have any name', () => {
  const record: Record<string, unknown> = {};
  for (const name of ['a', '__proto__', 'constructor']) setField(record, name, [name]);
  expect(Object.keys(record)).toEqual(['a', '__proto__', 'constructor']);
  expect(fieldOf(record, '__proto__')).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  for (const name of ['a', '__proto__', 'constructor']) expect(fieldOf({}, name)).toBeUndefined();
});

test('a record is neither a list nor of a class', () => {
  expect([{}, Object.create(null)].map(isRecord)).toEqual([true, true]);
  const others = [[], new Uint8Array(0), new Map(), new Date(0), null, undefined, 1, 'a', () => {}];
  expect(others.map(isRecord)).toEqual(others.map(() => false));
});
