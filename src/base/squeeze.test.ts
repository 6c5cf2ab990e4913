// Bytes squeezed come back as they were, and take less room where they repeat.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { squeeze, unsqueeze } from './squeeze.ts';

const runs = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 60 })), {
    maxLength: 20,
  })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, times]) =>
        Array(times)
          .fill([...bytes])
          .flat(),
      ),
    ),
  );

test('come back as they were', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), runs), (bytes) => {
      expect(unsqueeze(squeeze(bytes))).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});

test('come back with what came before', () => {
  fc.assert(
    fc.property(runs, runs, (before, bytes) => {
      expect(unsqueeze(squeeze(bytes, before), before)).toEqual(bytes);
    }),
    { numRuns: 300 },
  );
  const noise = Uint8Array.from({ length: 256 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
  expect(squeeze(noise, noise).length).toBeLessThan(32);
});

test('come back when they are many', () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i >> 4, 0x9e3779b1) >>> 24);
  expect(unsqueeze(squeeze(bytes))).toEqual(bytes);
});

test('take little room where they repeat, and hardly more where they do not', () => {
  const zeros = new Uint8Array(4096);
  expect(squeeze(zeros).length).toBeLessThan(16);
  const noise = Uint8Array.from({ length: 4096 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
  expect(squeeze(noise).length).toBeLessThan(4096 * 1.02);
});
