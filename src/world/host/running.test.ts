// How fast a machine executes, when it does, and where it is.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import { type Host, hostOf, instructionOf, type World } from '../state/world.ts';
import { going } from '../testing/going.ts';
import { at, hostConfig, slowReader, worldConfig } from '../testing/worlds.ts';
import { changePace, positionOf, runLimitOf, settle } from './running.ts';

/** A VM that computes all the time, alone, on a host that does 20 instructions a microsecond. */
function computing() {
  const base = worldConfig();
  const made = going(
    worldConfig({
      image: slowReader(),
      hosts: ['A', 'B'].map((id) => hostConfig(id, { speedNoisePpm: 0 })),
      clients: [],
      replication: { ...base.replication, mode: 'none' },
    }),
  );
  const a = hostOf(made.world, 'A');
  /** What it executes in the next so many nanoseconds. */
  const executes = (ns: number): number => {
    const before = instructionOf(a);
    made.to(made.world.now + ns);
    return instructionOf(a) - before;
  };
  return { ...made, a, executes };
}

describe('a machine that computes', () => {
  test.each<[string, (world: World, host: Host) => void]>([
    [
      'its host',
      (_, host) => {
        host.cpuPercent = 25;
      },
    ],
    [
      'the VM’s owner (§3.3)',
      (_, host) => {
        own(host).vmPercent = 25;
      },
    ],
    [
      'its backup (§3.2)',
      (_, host) => {
        own(host).replica.pacingPercent = 25;
      },
    ],
  ])('has the share of the CPU that %s leaves it, from that instant on', (_, change) => {
    const { world, a, executes } = computing();
    expect(executes(100_000)).toBe(2000);
    change(world, a);
    changePace(world, a);
    expect(executes(100_000)).toBe(500);
  });

  test('has all shares of shares, and no more speed by being asked', () => {
    const { world, a, executes } = computing();
    a.cpuPercent = 50;
    own(a).vmPercent = 50;
    changePace(world, a);
    expect(executes(100_000)).toBe(500);
    for (let i = 0; i < 9; i++) {
      settle(world, a);
      world.now = at(world.now + 1);
    }
    expect(a.pace.since).toBe(0);
  });

  test('does not begin while its host has to deal with a stop, nor changes its pace', () => {
    const { world, a } = computing();
    const { since } = a.pace;
    a.stop = { at: at(5_000), stop: { reason: 'budget' } };
    world.now = at(3_000);
    changePace(world, a);
    expect([a.pace.isExecuting, a.pace.since]).toEqual([true, since]);
    settle(world, a);
    expect(a.pace.isExecuting).toBe(false);
    a.stop = null;
    changePace(world, a);
    expect([a.pace.isExecuting, a.pace.since]).toEqual([false, since]);
    settle(world, a);
    expect([a.pace.isExecuting, a.pace.since]).toEqual([true, 3_000]);
  });

  test('is where its pace says, although its state may be ahead; without power it stays where it was', () => {
    const { world, a, executes } = computing();
    executes(100_000);
    world.now = at(50_000);
    expect(positionOf(world, a)).toBe(1000);
    a.isAlive = false;
    expect(positionOf(world, a)).toBe(2000);
    a.isAlive = true;
    a.pace.isExecuting = false;
    world.now = at(200_000);
    expect(positionOf(world, a)).toBe(2000);
  });
});

describe('a machine may run', () => {
  test('only with power, not paused, and not ended', () => {
    const { world, a } = computing();
    expect(runLimitOf(world, a)).toBe(Number.MAX_SAFE_INTEGER);
    a.isPaused = true;
    expect(runLimitOf(world, a)).toBeUndefined();
    a.isPaused = false;
    a.machine.ending = { kind: 'exit', code: 0 };
    expect(runLimitOf(world, a)).toBeUndefined();
  });

  test('by itself, as a backup without exact delivery, until it asks for a value', () => {
    const base = worldConfig();
    const { rules } = base.protocol;
    const { world } = going(
      worldConfig({ protocol: { ...base.protocol, rules: { ...rules, exactDelivery: false } } }),
    );
    const b = hostOf(world, 'B');
    expect(runLimitOf(world, b)).toBe(Number.MAX_SAFE_INTEGER);
    b.isReading = 'clock';
    expect(runLimitOf(world, b)).toBeUndefined();
  });
});
