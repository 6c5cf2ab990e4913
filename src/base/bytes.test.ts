// Text forms round-trip, agree with Node's and refuse what is damaged.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64url,
  fromHex,
  toBase64,
  toBase64url,
  toHex,
} from './bytes.ts';

test('hex, base64 and base64url agree with Node and round-trip', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual({ ok: true, value: bytes });
      expect(fromHex(toHex(bytes).toUpperCase())).toEqual({ ok: true, value: bytes });
      expect(fromBase64url(toBase64url(bytes))).toEqual({ ok: true, value: bytes });
    }),
  );
});

test('every text is either refused or the one spelling of its bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('A', 'B', 'Q', 'g', 'w', '_', '-'), maxLength: 9 }),
      (text) => {
        const bytes = fromBase64url(text);
        if (bytes.ok) expect(toBase64url(bytes.value)).toBe(text);
      },
    ),
  );
});

test.each([
  [fromHex('12x4'), 'Character 3 of the hex text, "x", is not a hex digit.'],
  [fromHex('123'), 'The hex text has 3 digits; a whole byte needs two.'],
  [fromBase64url('ab+c'), 'Character 3 of the base64url text, "+", is not one of its digits.'],
  [fromBase64url('abcde'), 'The base64url text is cut off: 5 digits are no whole number of bytes.'],
  [fromBase64url('AB'), 'Its base64url text breaks off in the middle of a byte.'],
])('damage is named %#', (result, error) => {
  expect(result).toEqual({ ok: false, error });
});

test('concatBytes joins in order, equalBytes compares length and content', () => {
  expect(concatBytes()).toEqual(new Uint8Array(0));
  expect(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(
    Uint8Array.of(1, 2, 3),
  );
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});

test.each(['A', 'AAA', 'AA=', 'AB==', '=AAA', 'A-A=', 'AA A'])('%j is no base64', (text) => {
  expect(fromBase64(text).ok).toBe(false);
});
