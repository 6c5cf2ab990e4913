// A guest that computes for long without an input or output: its backup follows closely, and costs it nothing.
import { describe, expect, test } from 'vitest';
import { all, configOf, stage } from '../testing/story.ts';

/** An endless loop that prints a dot after every 50 ms of work, at the default speed. No timer, no clock, no client. */
const DOTS = `
        .globl _start
_start: li   s0, 0x10000000
dot:    li   t0, 500000
work:   addi t0, t0, -1
        bnez t0, work
        li   t1, '.'
        sb   t1, 0(s0)
        j    dot
`;
const SECOND = 1_000_000_000;
/** Else the one that happens to be slower lags behind, and is waited for with reason. */
const EQUAL = [
  { id: 'A', speedNoisePpm: 0 },
  { id: 'B', speedNoisePpm: 0 },
];

function run(said: Record<string, unknown>) {
  const scene = stage(configOf({ guest: { source: DOTS }, clients: [], hosts: EQUAL, ...said }));
  scene.advanceTo(SECOND);
  const broken = scene.properties.filter(({ violation }) => violation).map(({ name }) => name);
  const dots = all(scene.facts, 'outputReleased').length;
  return { ...scene, broken, dots };
}

describe('an endless loop that prints now and then', () => {
  const alone = run({ replication: { mode: 'none' } }).dots;

  test('prints as much with a backup as without', () => {
    const { dots, broken, facts } = run({});
    expect(alone).toBeGreaterThan(15);
    expect(dots).toBeGreaterThanOrEqual(alone - 1);
    expect(broken).toEqual([]);
    expect(all(facts, 'paced')).toEqual([]);
  });

  test('is not slowed down for what its backup could not have done, without the entries that tell of progress', () => {
    const { dots, broken, facts } = run({ log: { progressNs: 0 } });
    expect(all(facts, 'recorded').filter(({ entry }) => entry !== 'output')).toEqual([]);
    expect(dots).toBeGreaterThanOrEqual(alone - 2);
    expect(broken).toEqual([]);
  });

  test.each([
    [1_000_000, 3_000_000],
    [20_000_000, 45_000_000],
  ])('has a backup that follows within what progressNs %i allows', (progressNs, behind) => {
    const { facts } = run({ log: { progressNs } });
    const recorded = new Map(all(facts, 'recorded').map(({ sequence, at }) => [sequence, at]));
    const lags = all(facts, 'replayed').map(({ sequence, at }) => at - (recorded.get(sequence) ?? at));
    expect(Math.max(...lags)).toBeLessThan(behind);
  });

  test.each([1_000_000, 0])('goes on near where it was when its host dies (progressNs %i)', (progressNs) => {
    const { facts, dots, broken } = run({ log: { progressNs }, commands: ['crash A @ 475ms'] });
    const [live] = all(facts, 'wentLive');
    const before = all(facts, 'outputHeld').findLast(({ at }) => at < 475_000_000);
    // Half of the next dot's work is done by then: with entries of progress it is not done again.
    const again = (live?.instruction ?? 0) - (before?.output.instruction ?? 0);
    if (progressNs > 0) expect(again).toBeGreaterThan(350_000);
    else expect(again).toBe(0);
    expect(dots).toBeGreaterThanOrEqual(alone - 3);
    expect(broken).toEqual([]);
  });
});

test('a guest that sleeps, or has other entries, gets none', () => {
  const scene = stage(configOf());
  scene.advanceTo(100_000_000);
  const entries = all(scene.facts, 'recorded').map(({ entry }) => entry);
  expect(entries).toContain('timer');
  expect(entries).not.toContain('progress');
});
