// Time as a host has it: its own clock, the guest's made from it, and how many instructions fit into it. All exact.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedStream } from '../../base/prng.ts';
import type { InstructionCount } from '../../machine/boundary.ts';
import { beginExecuting, createPace, instantOf, instructionAt } from '../state/pace.ts';
import { createWorld, type Host } from '../state/world.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { followGuestClock, guestTicks, hostTicks, instantOfTicks, startGuestClock } from './host-clock.ts';

const HOUR = 3_600_000_000_000;

const anyHost = fc
  .record({
    clockOffsetNs: fc.integer({ min: -HOUR, max: HOUR }),
    clockDriftPpm: fc.integer({ min: -1000, max: 1000 }),
    instructionPicoseconds: fc.integer({ min: 250, max: 1_000_000_000 }),
    speedNoisePpm: fc.integer({ min: 0, max: 500_000 }),
  })
  .map((said) => hostConfig('A', said));
const instant = fc.integer({ min: 0, max: HOUR }).map(at);

describe('a host’s clock', () => {
  test('shows its offset, and drifts', () => {
    const config = hostConfig('B', { clockOffsetNs: 3_700_000, clockDriftPpm: -12 });
    expect(hostTicks(config, at(0))).toBe(37_000);
    expect(hostTicks(config, at(1_000_000_000))).toBe(37_000 + 10_000_000 - 120);
    expect(hostTicks(hostConfig('A', { clockDriftPpm: 8 }), at(1_000_000_000))).toBe(10_000_080);
  });

  test('never goes back', () => {
    fc.assert(
      fc.property(anyHost, instant, fc.nat(2000), (config, now, wait) => {
        expect(hostTicks(config, at(now + wait))).toBeGreaterThanOrEqual(hostTicks(config, now));
      }),
    );
  });

  test('says when it will show something: the first instant of it, neither a nanosecond late nor early', () => {
    fc.assert(
      fc.property(anyHost, instant, fc.integer({ min: -10, max: 100_000_000 }), (config, now, ahead) => {
        const ticks = hostTicks(config, now) + ahead;
        const due = instantOfTicks(config, ticks, now);
        expect(due).toBeGreaterThanOrEqual(now);
        expect(hostTicks(config, due)).toBeGreaterThanOrEqual(ticks);
        if (due > now) expect(hostTicks(config, at(due - 1))).toBeLessThan(ticks);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the guest’s clock', () => {
  const world = createWorld(
    worldConfig({
      hosts: [hostConfig('A', { clockOffsetNs: 5_000 }), hostConfig('B', { clockOffsetNs: -900_000 })],
    }),
  );
  const [, b] = world.hosts as [Host, Host];

  test('begins at zero on every host, follows the log on the backup, and never goes back', () => {
    for (const host of world.hosts) {
      startGuestClock(world, host);
      expect(guestTicks(world, host)).toBe(0);
    }
    world.now = at(1_000_000);
    expect(guestTicks(world, b)).toBe(10_000);
    followGuestClock(world, b, 10_500);
    expect(guestTicks(world, b)).toBe(10_500);
    followGuestClock(world, b, 9_000);
    expect(guestTicks(world, b)).toBe(10_500);
    world.now = at(1_100_000);
    expect(guestTicks(world, b)).toBe(11_500);
  });
});

describe('the pace of a machine', () => {
  const executing = (config: ReturnType<typeof hostConfig>, seed: number, now: number, from: number) => {
    const pace = createPace(config, namedStream('pace', seed));
    beginExecuting(pace, config, 100, at(now), from as InstructionCount);
    return pace;
  };
  const seed = fc.integer({ min: 0, max: 1000 });
  const many = fc.integer({ min: 0, max: 10_000_000 });

  test('instructionAt and instantOf are inverse: an instruction is retired at its instant and not before', () => {
    fc.assert(
      fc.property(anyHost, seed, many, many, many, (config, seed, now, from, n) => {
        const pace = executing(config, seed, now, from);
        const target = (from + n) as InstructionCount;
        const done = instantOf(pace, target);
        expect(instructionAt(pace, done)).toBeGreaterThanOrEqual(target);
        if (done > now) expect(instructionAt(pace, at(done - 1))).toBeLessThan(target);
      }),
    );
  });

  test('stays within its noise, and differs from stretch to stretch', () => {
    fc.assert(
      fc.property(anyHost, seed, (config, seed) => {
        const { picoseconds } = executing(config, seed, 0, 0);
        const spread = Math.floor((config.instructionPicoseconds * config.speedNoisePpm) / 1e6);
        expect(Math.abs(picoseconds - config.instructionPicoseconds)).toBeLessThanOrEqual(spread);
        expect(picoseconds).toBeGreaterThan(0);
      }),
    );
    const config = hostConfig('A');
    const pace = createPace(config, namedStream('pace', 1));
    const paces = Array.from({ length: 20 }, () => {
      beginExecuting(pace, config, 100, at(0), 0 as InstructionCount);
      return pace.picoseconds;
    });
    expect(new Set(paces).size).toBeGreaterThan(10);
  });

  test('with half of the CPU an instruction takes twice as long', () => {
    const [whole, half] = [100, 50].map((percent) => {
      const pace = createPace(hostConfig('A'), namedStream('pace', 1));
      beginExecuting(pace, hostConfig('A'), percent, at(0), 0 as InstructionCount);
      return pace.picoseconds;
    });
    expect(Math.abs((half as number) - 2 * (whole as number))).toBeLessThanOrEqual(1);
  });
});
