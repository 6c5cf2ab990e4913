// What is kept between two visits: written and read, bounded, and never a reason to fail.
import { expect, test } from 'vitest';
import { isMissed, type KeptRun, readKept, writeKept } from './keeping.ts';

const branch = (name: string, parent: number | null, document: Record<string, unknown> = {}) => ({
  name,
  parent,
  at: 0,
  document: { version: 1, id: 'counter', ...document },
});
const run = (more: Partial<KeptRun> = {}): KeptRun => ({
  title: 'A counter',
  branches: [branch('', null)],
  on: 0,
  time: 5,
  stops: [],
  ...more,
});

function shelfOf(room = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new Error('full');
      kept.set(key, value);
    },
  };
}

test('a run comes back as it was stored', () => {
  const shelf = shelfOf();
  const kept = run({ branches: [branch('', null), branch('crash A', 0)], on: 1 });
  expect(writeKept(shelf, kept)).toBe(true);
  expect(readKept(shelf)).toEqual(kept);
});

test('of too much the oldest branches go, never the one that is on', () => {
  const long = { note: 'x'.repeat(700_000) };
  const shelf = shelfOf();
  const branches = [
    branch('', null, long),
    branch('two', 0, long),
    branch('three', 1, long),
    branch('four', 1),
  ];
  expect(writeKept(shelf, run({ branches, on: 1 }))).toBe(true);
  const back = readKept(shelf);
  expect(back?.branches.map(({ name, parent }) => [name, parent])).toEqual([
    ['two', null],
    ['three', 0],
    ['four', 0],
  ]);
  expect(back?.on).toBe(0);
});

test('a store that is full, forbidden or holds nonsense changes nothing', () => {
  expect(writeKept(shelfOf(10), run())).toBe(false);
  expect(writeKept(null, run())).toBe(false);
  expect(readKept(null)).toBe(null);
  expect(readKept({ getItem: () => '{"branches":[]}', setItem: () => {} })).toBe(null);
  expect(
    readKept({
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {},
    }),
  ).toBe(null);
});

test('a counter that nobody touched is not missed; what somebody did is', () => {
  expect(isMissed(run())).toBe(false);
  expect(isMissed(run({ branches: [branch('', null, { commands: ['crash A @ 1ms'] })] }))).toBe(true);
  expect(isMissed(run({ branches: [branch('', null, { guest: { source: 'nop' } })] }))).toBe(true);
  expect(isMissed(run({ branches: [branch('', null), branch('b', 0)] }))).toBe(true);
});
