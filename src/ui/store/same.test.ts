// Equality of frame data.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSame } from './same.ts';

test('a copy says the same', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isSame(value, structuredClone(value))));
});

test.each([
  [1, 2],
  [null, {}],
  [[], {}],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }],
])('%j and %j differ', (a, b) => {
  expect(isSame(a, b)).toBe(false);
});
