// What a host is like without power, after a repair, paused, and slow.
import { describe, expect, test } from 'vitest';
import { advance, start } from '../advance.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf, type World } from '../state/world.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { crashComputer, pauseComputer, repairComputer, resumeComputer, slowComputer } from './host-power.ts';

interface Fixture {
  world: World;
  facts: Observation[];
  see: (fact: Observation) => void;
  a: Host;
  b: Host;
  to(ns: number): void;
}

function fixture(): Fixture {
  const world = createWorld(worldConfig({ hosts: ['A', 'B', 'C'].map((id) => hostConfig(id)), clients: [] }));
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  const to = (ns: number) => advance(world, at(ns), see);
  to(3_000_000);
  return { world, facts, see, a: hostOf(world, 'A'), b: hostOf(world, 'B'), to };
}

const told = (facts: Observation[], host: string) =>
  facts.flatMap((fact) => ('host' in fact && fact.host === host ? [fact.kind] : []));

test('a host without power does nothing', () => {
  const { world, facts, see, a, to } = fixture();
  crashComputer(world, a, see);
  const before = told(facts, 'A').length;
  to(30_000_000);
  expect(told(facts, 'A')).toHaveLength(before);
  expect(a.lastOutage).toEqual({ from: 3_000_000, to: Number.MAX_SAFE_INTEGER });
});

test('a crash ends a pause, and forgets what had piled up', () => {
  const { world, see, a, to } = fixture();
  pauseComputer(world, a, see);
  to(5_000_000);
  expect(a.stalled.length).toBeGreaterThan(0);
  crashComputer(world, a, see);
  expect([a.isPaused, a.stalled]).toEqual([false, []]);
});

test('a repaired host is empty and spare; what its former life had under way is void', () => {
  const { world, facts, see, a, to } = fixture();
  const { timersSet, power } = structuredClone({ timersSet: a.timersSet, power: a.power });
  crashComputer(world, a, see);
  to(4_000_000);
  repairComputer(world, a, see);
  expect(a).toMatchObject({
    isAlive: true,
    peer: null,
    power: power + 1,
    replica: { role: 'spare', generation: 0 },
  });
  expect(a.lastOutage).toEqual({ from: 3_000_000, to: 4_000_000 });
  expect(a.machine.cpu.instructions).toBe(0);
  for (const timer of Object.keys(timersSet) as (keyof typeof timersSet)[])
    expect(a.timersSet[timer]).toBeGreaterThan(timersSet[timer]);
  const before = told(facts, 'A').length;
  to(12_000_000);
  expect(told(facts, 'A')).toHaveLength(before);
});

test('a paused host hears everything later, in its order, and nothing twice', () => {
  const { world, facts, see, b, to } = fixture();
  pauseComputer(world, b, see);
  const before = told(facts, 'B').length;
  to(8_000_000);
  expect(told(facts, 'B')).toHaveLength(before);
  expect(b.stalled.length).toBeGreaterThan(3);
  resumeComputer(world, b, see);
  expect(b.stalled).toEqual([]);
  to(8_000_000);
  expect(b.replica.lastHeard).toBe(8_000_000);
  to(40_000_000);
  expect(facts.filter(({ kind }) => kind === 'suspected')).toEqual([]);
});

test('a host that was paused for too long finds that it has been replaced', () => {
  const { world, facts, see, a, b, to } = fixture();
  pauseComputer(world, a, see);
  to(40_000_000);
  expect(b.replica.role).not.toBe('backup');
  resumeComputer(world, a, see);
  to(80_000_000);
  expect(facts).toContainEqual(
    expect.objectContaining({ kind: 'halted', host: 'A', reason: 'lostArbitration' }),
  );
});

test('a slow host’s share is told, and 100 is all of it again', () => {
  const { world, facts, see, a } = fixture();
  slowComputer(world, a, 25, see);
  expect(a.cpuPercent).toBe(25);
  slowComputer(world, a, 100, see);
  expect(a.cpuPercent).toBe(100);
  expect(facts.flatMap((fact) => (fact.kind === 'hostSlowed' ? [fact.percent] : []))).toEqual([25, 100]);
});

describe('a stop that a paused host has not dealt with', () => {
  const stopAt = (ns: number) => ({ at: at(ns), stop: { reason: 'budget' as const } });

  test('is dealt with when it goes on, or later where it lies ahead', () => {
    const { world, see, a } = fixture();
    for (const [stopped, found] of [
      [2_000_000, 3_000_000],
      [3_000_000, 3_000_000],
      [3_000_005, 3_000_005],
    ] as const) {
      pauseComputer(world, a, see);
      a.stop = stopAt(stopped);
      resumeComputer(world, a, see);
      expect(a.stop).toEqual(stopAt(found));
    }
  });

  test('is gone with its power', () => {
    const { world, see, a } = fixture();
    a.stop = stopAt(3_000_005);
    crashComputer(world, a, see);
    expect(a.stop).toBeNull();
  });
});

test('packets that wait for others are gone with the power; a host’s own disk comes back empty', () => {
  const { disk } = worldConfig();
  const world = createWorld(worldConfig({ clients: [], disk: { ...disk, isShared: false } }));
  const a = hostOf(world, 'A');
  const own = a.disk as NonNullable<Host['disk']>;
  own.freeAt[0] = at(9_000_000);
  a.group.push(new Uint8Array(60));
  const { groupSet } = a;
  crashComputer(world, a, () => {});
  expect([own.freeAt[0], own.epoch, Object.keys(own.blocks)]).toEqual([0, 1, ['7']]);
  repairComputer(world, a, () => {});
  expect([a.disk?.epoch, a.disk?.blocks, a.group, a.groupSet]).toEqual([1, {}, [], groupSet + 1]);
});
