// The shell on a bare machine, and what its checker makes of a console.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inject } from '../../machine/machine.ts';
import guest from '../../scenario/guests/shell.s?raw';
import type { Fact } from '../state/observation.ts';
import { verdicts } from '../testing/checker.ts';
import { ask, boot, replies, settle, type } from '../testing/guest-host.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { shell } from './shell.ts';

function shown(text: string): string {
  const host = boot(guest);
  type(host, text);
  return host.written;
}

describe('the shell', () => {
  it('shows what is typed, and answers each line', () => {
    expect(shown('echo hello\r')).toBe('echo hello\nhello\n');
    expect(shown('echo a b\n\ncount\ncounting\nechoes\ncount\n')).toBe(
      'echo a b\na b\n\ncount\n2\ncounting\n?\nechoes\n?\ncount\n5\n',
    );
    expect(shown('unfinished')).toBe('unfinished');
  });

  it('knows the time', () => {
    const host = boot(guest);
    type(host, 'time\n');
    expect(host.written).toBe(`time\n${host.clockReads.at(-1)}\n`);
    host.slept += 2 ** 32 - 100_000;
    host.written = '';
    type(host, 'time\n');
    expect(host.written).toBe(`time\n${host.clockReads.at(-1)! % 2 ** 32}\n`);
  });

  it('keeps as much of a line as it has room for', () => {
    const text = 'x'.repeat(100);
    expect(shown(`echo ${text}\ncount\n`)).toBe(`echo ${text}\n${'x'.repeat(58)}\ncount\n2\n`);
  });

  it('takes several bytes at one interrupt', () => {
    const host = boot(guest);
    for (const character of 'count\n')
      inject(host.machine, { kind: 'console', byte: character.charCodeAt(0) });
    settle(host);
    expect(host.written).toBe('count\n1\n');
  });

  it('has nothing for clients', () => {
    const host = boot(guest);
    ask(host, 1, 1, 1);
    expect(replies(host)).toEqual([[1, 1, 1, 0]]);
  });
});

describe('its checker', () => {
  /** Bytes are typed, the first with the given number. */
  const typed = (text: string, from = 1): Fact[] =>
    [...text].map((character, i) => ({
      kind: 'typed',
      host: 'A',
      byte: character.charCodeAt(0),
      number: from + i,
    }));
  /** Bytes appear, the first with the given number. */
  const appears = (text: string, from: number) =>
    [...text].map((character, i): Fact => {
      const number = from + i;
      const output = {
        kind: 'console',
        instruction: number,
        sequence: number,
        digest: `${character.charCodeAt(0)}`,
        number,
      } as const;
      return { kind: 'outputReleased', host: 'A', output, waited: 0, acked: 1, isProtected: true };
    });
  const view = (...facts: Fact[]) => verdicts(shell, facts).filter((verdict) => verdict !== undefined);
  const holds = (...facts: Fact[]) => view(...facts).every((verdict) => verdict === 'holds');

  it('agrees with the guest, whatever is typed', () => {
    const line = fc.oneof(
      fc.constantFrom('count', 'time', 'echo #', 'echo ', 'echo', '', `echo ${'y'.repeat(70)}`),
      fc.string({ maxLength: 80 }).filter((text) => !/[\r\n]/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.constantFrom('\r', '\n'), (lines, end) => {
        const text = lines.map((each) => each + end).join('');
        expect(holds(...typed(text), ...appears(shown(text), 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('finds a byte that is lost, wrong, twice or from nowhere', () => {
    expect(view(...typed('ab'), ...appears('b', 1))).toEqual([
      { key: 'consoleWrong', values: { found: 'b', expected: 'a' } },
    ]);
    expect(holds(...typed('ab'), ...appears('aab', 1))).toBe(false);
    expect(view(...typed('a'), ...appears('aa', 1)).at(-1)).toMatchObject({
      values: { found: 'a', expected: '' },
    });
    expect(view(...typed('a\n'), ...appears('a\n!', 1)).at(-1)).toMatchObject({ values: { expected: '?' } });
    expect(view(...typed('time\n'), ...appears('time\n\n', 1)).at(-1)).toMatchObject({
      values: { found: '\\x0a', expected: '0-9' },
    });
  });

  it('passes over what is typed or appears again with its number', () => {
    expect(holds(...typed('ab'), ...appears('a', 1), ...typed('b', 2), ...appears('ab', 1))).toBe(true);
    expect(holds(...typed('ab'), ...appears('a', 1), ...appears('a', 2))).toBe(false);
    expect(holds(...typed('a'), ...typed('b', 2), ...appears('a', 1), ...appears('b', 2))).toBe(true);
    expect(holds(...typed('a'), ...typed('a', 1), ...appears('a', 1), ...appears('a', 2))).toBe(false);
  });

  it('remembers no more than it needs', () => {
    const memory = shell.begin(worldConfig());
    const text = 'count\n'.repeat(100);
    for (const fact of [...typed(text), ...appears(shown(text), 1)])
      shell.check(memory, { at: at(0), ...fact });
    expect(memory).toMatchObject({ shell: { typed: [], lines: 100 }, typed: 600 });
  });
});
