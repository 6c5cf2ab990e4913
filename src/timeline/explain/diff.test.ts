// Comparisons find exactly what differs, and where it began.
import { expect, test } from 'vitest';
import { runToCompletion } from '../../base/run-to-completion.ts';
import { configOf, MANY_RUNS } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { instructionOf } from '../../world/state/world.ts';
import { createRun, runOn } from '../run/run.ts';
import { comparePair, comparePlays, compareStates, firstDivergence } from './diff.ts';
import { isSame } from './difference.ts';

const END = 12_000_000 as SimTime;
const ADDRESS = 0x8000_3000;

function ran(commands: string[] = [], more: Record<string, unknown> = {}) {
  const run = createRun(configOf({ commands, ...more }));
  runOn(run, END);
  return run;
}

test('a pair in step is the same at every instruction number that both have passed', {
  timeout: MANY_RUNS,
}, () => {
  const run = ran();
  const before = hashWorld(run.world);
  const passed = Math.min(...run.world.hosts.map(instructionOf));
  expect(passed).toBeGreaterThan(5000);
  for (const instruction of [0, 1, 17, 3370, 4321, passed]) {
    const difference = runToCompletion(comparePair(run, ['A', 'B'], instruction));
    expect(difference && isSame(difference), `${instruction}`).toBe(true);
  }
  expect(runToCompletion(comparePair(run, ['A', 'B'], 1_000_000))).toBeUndefined();
  expect(runToCompletion(firstDivergence(run))).toBeUndefined();
  expect(hashWorld(run.world)).toBe(before);
});

test('a flipped bit is one byte that differs, from the next entry on', { timeout: MANY_RUNS }, () => {
  const run = ran([`flip B 0x${ADDRESS.toString(16)}.3 @ 4ms`]);
  const divergence = runToCompletion(firstDivergence(run));
  expect(divergence).toMatchObject({
    hosts: ['A', 'B'],
    generation: 1,
    difference: { registers: [], memory: [{ address: ADDRESS, length: 1 }], bytes: 1, devices: [] },
  });
  expect(divergence?.first).toBeUndefined();
  expect(divergence!.equalAt).toBeLessThan(divergence!.unequalAt);
  const at = divergence!.unequalAt;
  // At the equal number itself the bit has flipped already: the backup waited there.
  expect(isSame(runToCompletion(comparePair(run, ['A', 'B'], divergence!.equalAt - 1))!)).toBe(true);
  expect(runToCompletion(comparePair(run, ['A', 'B'], at))!.bytes).toBe(1);
});

test('values that are not logged: the first instruction that leaves another value behind', {
  timeout: MANY_RUNS,
}, () => {
  const run = ran([], { rules: { loggedValues: false } });
  const divergence = runToCompletion(firstDivergence(run));
  expect(divergence?.sequence).toBeGreaterThan(0);
  expect(divergence?.difference?.registers.length).toBeGreaterThan(0);
  // The very instruction that reads the clock: it is the last before its entry.
  expect(divergence?.difference?.registers[0]?.left).not.toBe(divergence?.difference?.registers[0]?.right);
});

test('two instants differ in what was stored between them', { timeout: MANY_RUNS }, () => {
  const run = ran([`flip A 0x${ADDRESS.toString(16)}.0 @ 4ms`]);
  const [a, b] = runToCompletion(
    compareStates(run, { at: 3_999_999 as SimTime }, { at: 4_000_000 as SimTime }),
  );
  expect(a?.difference.memory.some(({ address }) => address === ADDRESS)).toBe(true);
  expect(b?.difference.memory.some(({ address }) => address === ADDRESS)).toBe(false);
});

test('two runs are played until they part', { timeout: MANY_RUNS }, () => {
  const [run, same] = [ran(), ran()];
  expect(runToCompletion(comparePlays(run, same, END))).toBeUndefined();
  const crashed = ran(['crash A @ 5ms']);
  const parting = runToCompletion(comparePlays(run, crashed, END));
  expect(parting?.at).toBeGreaterThanOrEqual(5_000_000);
  expect(parting?.right).toMatchObject({ kind: 'hostCrashed', at: 5_000_000 });
  const flipped = ran([`flip A 0x${ADDRESS.toString(16)}.0 @ 5ms`]);
  const other = runToCompletion(comparePlays(run, flipped, END, 4_000_000 as SimTime));
  expect(other?.right).toMatchObject({ kind: 'bitFlipped' });
  expect(other?.hosts).toMatchObject([
    { host: 'A', difference: { memory: [{ address: ADDRESS, length: 1 }], bytes: 1 } },
  ]);
});
