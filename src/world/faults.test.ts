// Commands and instants as text: read, written, and refused with a sentence that says what is wrong.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from './bench.ts';
import { formatCommand, formatInstant, parseCommand, parseInstant, type TimedCommand } from './faults.ts';

const TARGETS = { hosts: ['A', 'B'], links: ['log', 'lan-A', 'storage-B'] };

const message = (result: { ok: boolean; error?: string }): string | undefined => result.error;

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

describe('a command', () => {
  const anyCommand: fc.Arbitrary<TimedCommand> = fc.oneof(
    fc.record({
      verb: fc.constant('crash' as const),
      target: fc.constantFrom(...TARGETS.hosts),
      at: fc.maxSafeNat().map(at),
    }),
    fc.record({
      verb: fc.constantFrom('cut' as const, 'mend' as const),
      target: fc.constantFrom(...TARGETS.links),
      at: fc.maxSafeNat().map(at),
    }),
  );

  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(parseCommand(formatCommand(command), TARGETS)).toEqual({ ok: true, value: command });
      }),
    );
  });

  test('may be written with any space, and without an instant where there is a present', () => {
    expect(parseCommand('  crash   A@12ms ', TARGETS)).toEqual({
      ok: true,
      value: { verb: 'crash', target: 'A', at: 12_000_000 },
    });
    expect(parseCommand('cut log', TARGETS, at(7))).toEqual({
      ok: true,
      value: { verb: 'cut', target: 'log', at: 7 },
    });
    expect(parseCommand('cut log @ 9ns', TARGETS, at(7))).toMatchObject({ value: { at: 9 } });
  });

  test.each([
    ['kill A @ 1ms', '"kill A @ 1ms": there is no command "kill"; there are crash, cut, mend'],
    ['crash C @ 1ms', '"crash C @ 1ms": there is no host "C"; there are A, B'],
    ['crash log @ 1ms', '"crash log @ 1ms": there is no host "log"; there are A, B'],
    ['cut A @ 1ms', '"cut A @ 1ms": there is no link "A"; there are log, lan-A, storage-B'],
    ['crash @ 1ms', '"crash @ 1ms": there is no host ""; there are A, B'],
    ['', '"": there is no command ""; there are crash, cut, mend'],
    ['crash A', '"crash A" does not say when: add @ and an instant'],
    ['crash A B @ 1ms', '"crash A B @ 1ms" is not a command: write VERB TARGET @ INSTANT'],
    ['crash A @ 1ms @ 2ms', '"crash A @ 1ms @ 2ms" is not a command: write VERB TARGET @ INSTANT'],
    [
      'crash A @ soon',
      '"crash A @ soon": " soon" is not an instant: write a number and ns, us, ms or s, such as 12ms',
    ],
  ])('%s is refused', (text, error) => {
    expect(message(parseCommand(text, TARGETS))).toBe(error);
  });
});
