// Seeks and steps in slices: each does little, none may hang, and what is given up leaves the run at some instant of itself.
import { describe, expect, test } from 'vitest';
import { clients, configOf, stage } from '../../scenario/testing/story.ts';
import { microseconds, type SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { instructionOf } from '../../world/state/world.ts';
import { hostConfig, sleeper, worldConfig } from '../../world/testing/worlds.ts';
import { keyOf, stopsOf } from '../facts/fact-row.ts';
import { FACT_WORK } from './history.ts';
import { tracedPc } from './instruction-trace.ts';
import { beginMachineStep } from './machine-step.ts';
import { createRun, type Run, runOn, seekRun } from './run.ts';
import { abandonSeek, beginSeek, continueSeek } from './seek.ts';
import { beginFactStep, continueStep } from './step.ts';

const at = (ns: number): SimTime => ns as SimTime;

/** `j .`, with interrupts off from the start, on hosts that do four thousand million instructions a second. */
function endlessLoop(): Run {
  const image = { ...sleeper(), bytes: Uint8Array.of(0x6f, 0, 0, 0) };
  const fast = { instructionPicoseconds: 250 };
  return createRun(worldConfig({ image, hosts: [hostConfig('A', fast), hostConfig('B', fast)] }));
}

/** What is done in one call, beyond what was asked for, is at most a slice. */
const SLICE = 20 * FACT_WORK + 2 * 25_000;

describe('a slice', () => {
  test('ends soon in a guest that loops for ever', () => {
    const run = endlessLoop();
    const seek = beginSeek(run, at(2_000_000));
    let slices = 0;
    for (let before = run.work, isThere = false; !isThere; before = run.work, slices++) {
      isThere = continueSeek(run, seek, 50_000);
      // Going back to a snapshot, to trace what the machines did last, is no work.
      if (seek.stage === 'going') expect(run.work - before).toBeLessThan(50_000 + SLICE);
    }
    expect(slices).toBeGreaterThan(100);
    expect(run.world.now).toBe(2_000_000);
    expect(instructionOf(run.world.hosts[0] as Run['world']['hosts'][number])).toBeGreaterThan(7_000_000);
  });

  test('of a step that finds nothing ends soon too, and the step can be given up', () => {
    const run = endlessLoop();
    runOn(run, at(300_000));
    const step = beginFactStep(run, ({ kind }) => kind === 'halted', 1);
    for (let slice = 0; slice < 20; slice++) {
      const before = run.work;
      expect(continueStep(run, step, 10_000)).toBe(false);
      expect(run.work - before).toBeLessThan(10_000 + SLICE);
    }
    const straight = stage(run.world.config);
    straight.advanceTo(run.world.now);
    expect(hashWorld(run.world)).toBe(hashWorld(straight.world));
  });
});

describe('a seek', () => {
  test('in the smallest slices comes to the same as at once', () => {
    const [one, other] = [createRun(configOf()), createRun(configOf())];
    for (const ns of [9_000_000, 2_122_059, 8_400_000, 100]) {
      seekRun(one, at(ns));
      const seek = beginSeek(other, at(ns));
      while (!continueSeek(other, seek, 1));
      expect(hashWorld(other.world)).toBe(hashWorld(one.world));
      expect(other.traces.map(({ to }) => to)).toEqual(one.traces.map(({ to }) => to));
    }
  });

  test('that is given up while the machines are traced is there', () => {
    const run = createRun(configOf());
    runOn(run, at(9_000_000));
    const seek = beginSeek(run, at(8_300_000));
    while (seek.stage === 'going') continueSeek(run, seek, 1);
    continueSeek(run, seek, 1);
    abandonSeek(run, seek);
    expect(run.world.now).toBe(8_300_000);
  });

  test('jumps over what is known', () => {
    const run = createRun(configOf({ clients: clients(200) }));
    runOn(run, at(400_000_000));
    seekRun(run, at(0));
    const seek = beginSeek(run, at(399_000_000));
    expect(run.world.now).toBeGreaterThan(300_000_000);
    while (!continueSeek(run, seek, 1_000_000));
    expect(run.world.now).toBe(399_000_000);
  });
});

describe('a step back', () => {
  test('after the first one has little to do', () => {
    const run = createRun(configOf({ guest: { program: 'compute' }, clients: [] }));
    runOn(run, at(60_000_000));
    seekRun(run, at(50_000_000));
    const workOf = (): number => {
      const step = beginMachineStep(run, 0, -1);
      let work = 0;
      for (let isDone = step === undefined; !isDone && step; ) {
        const before = run.work;
        isDone = continueStep(run, step, 1);
        work += Math.abs(run.work - before);
      }
      return work;
    };
    workOf();
    for (let n = 0; n < 50; n++) expect(workOf()).toBeLessThan(4000);
    const [host] = run.world.hosts;
    const done = host ? instructionOf(host) : 0;
    for (const n of [done, done - 500])
      expect(tracedPc(run.traces[0] as Run['traces'][number], n)).toBeDefined();
  });

  test('to an entry looks no further than the facts that are known', () => {
    const run = createRun(configOf());
    runOn(run, at(9_000_000));
    const known = run.facts.findLast((fact) => fact.at < 9_000_000 && stopsOf('entry')(keyOf(fact)));
    const step = beginFactStep(run, stopsOf('entry'), -1);
    expect(step.seek?.time).toBe((known?.at as number) - 1);
    while (!continueStep(run, step, microseconds(1)));
    expect(run.world.now).toBe(known?.at);
  });
});
