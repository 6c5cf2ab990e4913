// Numbers in base 16.
import { expect, test } from 'vitest';
import { hex, hexDigits, hexWord, wordDigits } from './hex.ts';

test.each([
  [0, '0'],
  [255, 'ff'],
  [-1, 'ffffffff'],
  [0x80000000 | 0, '80000000'],
  [2 ** 32, '100000000'],
  [Number.MAX_SAFE_INTEGER, '1fffffffffffff'],
])('%d is %s', (value, digits) => {
  expect(hexDigits(value)).toBe(digits);
  expect(hex(value)).toBe(`0x${digits}`);
});

test('so many digits at least', () => {
  expect([hexDigits(10, 2), hex(10, 4), hex(0x12345, 4)]).toEqual(['0a', '0x000a', '0x12345']);
  expect([wordDigits(44), hexWord(0x8000002c), hexWord(-2)]).toEqual([
    '0000002c',
    '0x8000002c',
    '0xfffffffe',
  ]);
});
