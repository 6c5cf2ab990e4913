// What is claimed of the console (I26).
import { describe, expect, test } from 'vitest';
import {
  crashed,
  halted,
  outcome,
  paired,
  released,
  type Told,
  wentLive,
} from '../testing/property-facts.ts';
import { terminalView } from './terminal-view.ts';

const console = (number: number, digest = `${number}`) => ({ kind: 'console', number, digest }) as const;
const shows = (number: number, digest?: string): Told => released(number, console(number, digest));
const holds = (number: number): Told => ({
  kind: 'outputHeld',
  host: 'A',
  output: { instruction: number, sequence: number, ...console(number) },
});
const later: Told = { kind: 'macAnnounced', host: 'B' };

describe('I26, terminal view', () => {
  test.each<[string, string, Told[]]>([
    ['each byte once, in its place', 'holds', [paired(), shows(1), shows(2)]],
    ['the first bytes lost', 'consoleMissing', [paired(), shows(2)]],
    ['a byte lost', 'consoleMissing', [paired(), shows(1), shows(3)]],
    ['the same again', 'holds', [shows(1), shows(2), shows(1), shows(2), shows(3)]],
    ['again, and another', 'consoleDiffers', [shows(1), shows(2), shows(1, 'x')]],
    ['packets', 'nothing to say', [paired(), released(1), released(5)]],
    ['held, and the host dies', 'nothing to say', [paired(), holds(1), crashed('A'), later]],
    ['unknown to who goes live', 'holds', [paired(), holds(1), crashed('A'), wentLive(), later, shows(1)]],
    [
      'known to who goes live, and not given',
      'consoleMissing',
      [paired(), holds(1), crashed('A'), wentLive('B', { received: 1 }), later],
    ],
    [
      'known to who goes live, and given',
      'holds',
      [
        paired(),
        holds(1),
        crashed('A'),
        wentLive('B', { received: 1, at: 4 }),
        { ...shows(1), at: 4 },
        later,
      ],
    ],
    ['held when the guest ends', 'consoleMissing', [paired(), holds(1), halted('A', 'guestExit'), later]],
    ['held when the VM is switched off', 'consoleMissing', [holds(1), halted('A', 'poweredOff'), later]],
    ['gone when the guest ends', 'holds', [holds(1), shows(1), halted('A', 'guestExit'), later]],
    ['held by who has lost', 'nothing to say', [holds(1), halted('A'), later]],
  ])('%s: %s', (_, expected, facts) => {
    expect(outcome(terminalView, facts)).toBe(expected);
  });

  test('does not go through all that is held for each byte that is shown', () => {
    const memory = terminalView.begin({} as never);
    for (let i = 1; i <= 1000; i++) terminalView.check(memory, { ...holds(i), at: i } as never);
    let looks = 0;
    for (const held of memory.held) {
      const { number } = held;
      Object.defineProperty(held, 'number', {
        get() {
          looks++;
          return number;
        },
      });
    }
    for (let i = 1; i <= 1000; i++) terminalView.check(memory, { ...shows(i), at: 1000 + i } as never);
    expect(memory.held).toEqual([]);
    expect(looks).toBeLessThan(5000);
  });

  test('remembers no more than it needs', () => {
    const memory = terminalView.begin({} as never);
    for (let i = 1; i <= 1000; i++)
      for (const fact of [holds(i), shows(i)]) terminalView.check(memory, { ...fact, at: i } as never);
    expect(memory).toMatchObject({ shown: 1000, held: [], bytes: { length: 256 } });
  });
});
