// Makes documents for property tests: valid ones, with any of their fields left out.
import fc from 'fast-check';
import { hexDigits } from '../../base/hex.ts';
import { ALL_RULES } from '../../ft/rules.ts';

const some = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) =>
  fc.record(fields, { requiredKeys: [] });

const link = some({
  latencyNs: fc.integer({ min: 1_000, max: 200_000 }),
  bitsPerSecond: fc.integer({ min: 10_000, max: 1e12 }),
});

const byte = fc.integer({ min: 0, max: 255 }).map((value) => hexDigits(value, 2));

const host = some({
  speedNoisePpm: fc.integer({ min: 0, max: 500_000 }),
  clockOffsetNs: fc.integer({ min: -3.6e12, max: 3.6e12 }),
  clockDriftPpm: fc.integer({ min: -1_000, max: 1_000 }),
});

const client = some({
  operation: fc.constantFrom('increment', 'read'),
  requests: fc.integer({ min: 0, max: 100_000 }),
  thinkNs: fc.integer({ min: 0, max: 4e9 }),
});

/** A valid document that says anything from nothing to everything. */
export const someDocument: fc.Arbitrary<Record<string, unknown>> = some({
  version: fc.constant(1),
  id: fc.constantFrom('counter', 'my-own-1'),
  title: fc.string({ maxLength: 40, unit: 'binary' }),
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  guest: some({ timerHz: fc.integer({ min: 1, max: 10_000 }) }),
  machine: some({ ramBytes: fc.integer({ min: 16, max: 64 }).map((pages) => pages * 4096) }),
  hosts: fc.tuple(host, host),
  links: some({ lan: link, log: link, storage: link }),
  disk: some({
    contents: fc.dictionary(
      fc.integer({ min: 0, max: 63 }).map(String),
      fc.array(byte, { minLength: 1, maxLength: 40 }).map((bytes) => bytes.join('')),
    ),
    serviceNs: fc.integer({ min: 1_000, max: 10_000_000 }),
    parallel: fc.integer({ min: 1, max: 16 }),
    serviceNoisePpm: fc.integer({ min: 0, max: 500_000 }),
    shared: fc.boolean(),
  }),
  rules: some(Object.fromEntries(Object.keys(ALL_RULES).map((name) => [name, fc.boolean()]))),
  clients: fc.array(client, { maxLength: 8 }),
  commands: fc.array(fc.constantFrom('crash A @ 12ms', 'cut log @ 5ns', 'mend lan-B @ 1.5s'), {
    maxLength: 5,
  }),
  untilNs: fc.integer({ min: 0, max: 3.6e12 }),
  engine: fc.constant('0.1.0'),
  view: fc.record({ cursorNs: fc.integer({ min: 0, max: 3.6e12 }) }),
});
