// §2.1: two machines that started equal and took the same log are equal, bit for bit, at every entry of it.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../world/state/observation.ts';
import { all, configOf, play, type Stage, stage } from '../testing/story.ts';

type Entry = Extract<Observation, { kind: 'recorded' | 'replayed' }>;

const point = ({ sequence, entry, instruction, bytes, state }: Entry) => ({
  sequence,
  entry,
  instruction,
  bytes,
  state,
});

describe('equal states', () => {
  test.each([
    ['a whole run', []],
    ['a run through a failover', ['crash A @ 21ms']],
    ['a run through a cut that was mended', ['cut log @ 8ms', 'mend log @ 11ms']],
    ['a run with a cut that was not', ['cut log @ 21ms']],
  ])('at every entry of %s', (_, commands) => {
    const { facts, report } = play({ commands });
    const recorded = new Map(all(facts, 'recorded').map((fact) => [fact.sequence, point(fact)]));
    const replayed = all(facts, 'replayed');
    expect(replayed.length).toBeGreaterThan(75);
    for (const fact of replayed) expect(point(fact)).toEqual(recorded.get(fact.sequence));
    const states = new Set(replayed.map(({ state }) => state));
    expect(states.size).toBeGreaterThan(replayed.length * 0.8);
    const equal = report.properties.find(({ name }) => name === 'Equal states');
    expect(equal?.holds).toBe(true);
  });

  test('what the backup produces again is what the primary has shown, and dropped', () => {
    const { facts } = play();
    const shown = new Map(all(facts, 'outputReleased').map(({ output }) => [output.sequence, output]));
    const dropped = all(facts, 'outputDropped');
    expect(dropped.length).toBeGreaterThan(35);
    for (const { output } of dropped) {
      if (shown.has(output.sequence)) expect(output).toEqual(shown.get(output.sequence));
    }
  });
});

describe('a machine that is not equal', () => {
  const AT = 9_000_000;

  /** The counter at an instant at which both machines wait, and where in RAM its number stands. */
  function waiting(): { play: Stage; number: number } {
    const config = configOf();
    const play = stage(config);
    play.advanceTo(AT);
    const address = config.image.symbols.get('counter_value') as number;
    return { play, number: address - 0x8000_0000 };
  }

  const bytesOf = (play: Stage, host: number): Uint8Array =>
    play.world.hosts[host]?.machine.ram.bytes as Uint8Array;

  test.each([
    ['the backup', 1],
    ['the primary', 0],
  ])('one wrong bit in the memory of %s is found, by what follows from it', (_, host) => {
    const { play, number } = waiting();
    const bytes = bytesOf(play, host);
    bytes[number] = (bytes[number] as number) ^ 1;
    play.advanceTo(AT + 20_000_000);
    const property = play.properties.find(({ name }) => name === 'Equal states');
    expect(property?.violation?.at).toBeGreaterThan(AT);
    expect(all(play.facts, 'diverged')).toMatchObject([{ host: 'B', expected: 'output' }]);
    expect(all(play.facts, 'halted')).toMatchObject([{ host: 'B', reason: 'diverged' }]);
    const before = all(play.facts, 'replayed').filter(({ at }) => at <= AT);
    expect(before.length).toBeGreaterThan(20);
  });

  test('one wrong bit in a register is found at the next entry', () => {
    const { play } = waiting();
    const x = play.world.hosts[1]?.machine.cpu.x as Int32Array;
    const seen = play.facts.length;
    x[27] = (x[27] as number) ^ 0x40;
    play.advanceTo(AT + 10_000_000);
    const property = play.properties.find(({ name }) => name === 'Equal states');
    const [next] = all(play.facts.slice(seen), 'replayed');
    expect(property?.violation).toMatchObject({
      at: next?.at,
      key: 'statesDiffer',
      values: { sequence: next?.sequence, instruction: next?.instruction },
    });
  });

  test('a backup that diverged falls silent, and the primary goes on alone', () => {
    const { play, number } = waiting();
    const bytes = bytesOf(play, 1);
    bytes[number] = (bytes[number] as number) ^ 1;
    play.advanceTo(AT + 40_000_000);
    expect(all(play.facts, 'wentSolo')).toMatchObject([{ host: 'A' }]);
    const told = all(play.facts, 'answered').map(({ value }) => value);
    expect(told).toEqual(told.map((_, i) => 11 + i));
    expect(told.length).toBeGreaterThan(10);
  });
});
