// Older versions become the newest one step at a time.
import { expect, test } from 'vitest';
import { type Upgrader, upgrade } from './upgrade.ts';

/** As if `noise` had been renamed in version 2 and given a unit in version 3. */
const upgraders: Upgrader[] = [
  ({ noise, ...rest }) => ({ ...rest, speedNoise: noise }),
  ({ speedNoise, ...rest }) => ({ ...rest, speedNoisePpm: Number(speedNoise) * 1e6 }),
];

test.each([
  [
    { noise: 0.5, seed: 1 },
    { version: 3, seed: 1, speedNoisePpm: 500_000 },
  ],
  [
    { version: 1, noise: 0.5 },
    { version: 3, speedNoisePpm: 500_000 },
  ],
  [
    { version: 2, speedNoise: 0.5 },
    { version: 3, speedNoisePpm: 500_000 },
  ],
  [
    { version: 3, speedNoisePpm: 7 },
    { version: 3, speedNoisePpm: 7 },
  ],
])('%j is brought up', (document, upgraded) => {
  expect(upgrade(document, upgraders)).toEqual({ ok: true, value: upgraded });
});

test('a newer one is refused with both versions', () => {
  const result = upgrade({ version: 4 }, upgraders);
  expect(result.ok ? '' : result.error.message).toBe(
    'version is 4: this was made by a newer Understudy, and this one reads versions up to 3.',
  );
});

test('a version in the prototype is none', () => {
  const document = Object.create({ version: 9 }) as Record<string, unknown>;
  expect(upgrade(document, upgraders).ok).toBe(true);
});
