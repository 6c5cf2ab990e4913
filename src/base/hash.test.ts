// The hash against published values, and against the check that its author ships with it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashHex, hashInto } from './hash.ts';

const text = (value: string) => new TextEncoder().encode(value);

test.each([
  [text(''), 0, '00000000000000000000000000000000'],
  [text(''), 1, '88c4adec54d201b954d201b954d201b9'],
  [text("I will not buy this tobacconist's, it is scratched."), 0, '9b5b7ba2ef3f7866889adeaf00f3f98e'],
])('published value %#', (bytes, seed, hex) => {
  expect(hashHex(bytes, seed)).toBe(hex);
});

test("SMHasher's verification value for MurmurHash3_x86_128 is 0xB3ECE62A", () => {
  const hashes = new Uint32Array(4 * 256);
  const key = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let length = 0; length < 256; length++) {
    hashInto(hashes, 4 * length, key.subarray(0, length), 256 - length);
  }
  expect(hashHex(new Uint8Array(hashes.buffer)).slice(0, 8)).toBe('b3ece62a');
});

test('where the bytes lie in memory does not matter', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(7), (bytes, offset) => {
      const moved = new Uint8Array(bytes.length + 16).fill(0xff);
      moved.set(bytes, offset);
      expect(hashHex(moved.subarray(offset, offset + bytes.length))).toBe(hashHex(bytes));
    }),
  );
});

test('any flipped bit changes the hash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, at) => {
      const bit = at % (8 * bytes.length);
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(hashHex(flipped)).not.toBe(hashHex(bytes));
    }),
  );
});
