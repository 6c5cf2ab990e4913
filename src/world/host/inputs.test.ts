// What enters a guest and what has to wait, with bounce buffers (§3.4) and without.

import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import type { Arrival } from '../../ft/effects.ts';
import { decodeEntries, type LogEntry } from '../../ft/entry.ts';
import { own } from '../../ft/own.ts';
import type { PendingIo, Role } from '../../ft/replica.ts';
import {
  BUFFERS,
  bootWithDevice,
  interrupts,
  NET,
  offer,
  usedBuffers,
} from '../../machine/testing/test-driver.ts';
import type { WorldConfig } from '../base/config.ts';
import { hostOf } from '../state/world.ts';
import { going } from '../testing/going.ts';
import { worldConfig } from '../testing/worlds.ts';
import { beginDma, isDmaOf, raiseDmaInterrupt } from './bounce-buffers.ts';
import { canBeInjected, deliver, goOn } from './inputs.ts';

const bytes = new Uint8Array(60);
const packet = { kind: 'packet', bytes } as const;
const completion = (request: number): Arrival => ({ kind: 'diskCompletion', request, ok: true, bytes });
const reading = (request: number): PendingIo => ({
  operation: { kind: 'diskRead', request, sector: 7, sectors: 1, memory: [] },
  isGated: false,
  issued: true,
});

function fixture(said: Partial<WorldConfig> = {}) {
  const made = going(worldConfig({ clients: [], ...said }));
  const { world, see } = made;
  const a = hostOf(world, 'A');
  const { sender } = own(a).replica;
  return {
    ...made,
    a,
    b: hostOf(world, 'B'),
    enter: (...arrivals: Arrival[]) => {
      for (const arrival of arrivals) deliver(world, a, arrival, see);
    },
    /** The machine stands still for want of room in the log; it goes on. */
    stand: () => {
      sender.limit = -1;
    },
    resume: () => {
      sender.limit = 65_536;
      goOn(world, a, [], see);
    },
    logged: (): LogEntry[] => decodeEntries(concatBytes(...sender.entries.map((entry) => entry.bytes))),
  };
}

const kinds = (entries: readonly { kind: string }[]): string[] => entries.map(({ kind }) => kind);

describe('a machine takes what comes', () => {
  test.each<[Role, boolean]>([
    ['primary', true],
    ['solo', true],
    ['backup', false],
    ['halted', false],
    ['spare', false],
  ])('as %s: %s', (role, does) => {
    const { world, a } = fixture();
    own(a).replica.role = role;
    expect(canBeInjected(world, a)).toBe(does);
  });

  test('as a backup that runs by itself, and while it has power and has not ended', () => {
    const { world, a, b } = fixture();
    own(b).replica.hasDiverged = true;
    expect(canBeInjected(world, b)).toBe(true);
    own(b).replica.role = 'halted';
    expect(canBeInjected(world, b)).toBe(false);
    a.isAlive = false;
    expect(canBeInjected(world, a)).toBe(false);
    a.isAlive = true;
    a.machine.ending = { kind: 'exit', code: 0 };
    expect(canBeInjected(world, a)).toBe(false);
  });
});

describe('a guest that stands still', () => {
  test('has what came in its order once it goes on, each logged with its instant or data', () => {
    const { world, a, enter, stand, resume, logged } = fixture();
    own(a).replica.pendingIo.push(reading(1));
    stand();
    enter({ kind: 'timer' }, packet, completion(1), { kind: 'console', byte: 65 });
    expect([kinds(a.deferred), logged()]).toEqual([['timer', 'packet', 'diskCompletion', 'console'], []]);
    world.now = (world.now + 500) as typeof world.now;
    resume();
    expect(a.deferred).toEqual([]);
    expect(logged()).toMatchObject([
      { kind: 'timer', time: 5 },
      { kind: 'packet', bytes },
      { kind: 'diskCompletion', request: 1, bytes },
      { kind: 'console', byte: 65 },
    ]);
  });

  test('has a second answer of the disk not at all, and nothing once it acts no more', () => {
    const { a, enter, stand, resume, logged } = fixture();
    own(a).replica.pendingIo.push(reading(1), reading(2));
    stand();
    enter(completion(1), completion(1), completion(9), completion(2));
    expect(kinds(a.deferred)).toHaveLength(3);
    resume();
    expect(logged()).toMatchObject([{ request: 1 }, { request: 2 }]);
    stand();
    enter(packet);
    own(a).replica.role = 'halted';
    a.isIdle = true;
    resume();
    expect([a.deferred, a.isIdle]).toEqual([[], true]);
  });
});

test('what enters wakes a guest; what is done to its VM does not', () => {
  const { a, enter } = fixture();
  a.isIdle = true;
  enter({ kind: 'control', operation: 'share', value: 50 });
  expect([a.isIdle, a.vmPercent]).toEqual([true, 50]);
  enter(packet);
  expect(a.isIdle).toBe(false);
});

describe('without bounce buffers', () => {
  const { protocol } = worldConfig();
  const bare = () =>
    fixture({ protocol: { ...protocol, rules: { ...protocol.rules, bounceBuffers: false } } });

  test('packets and what a read has brought are put into running memory, and no more', () => {
    const [{ world }, { world: buffered }] = [bare(), fixture()];
    const done: Arrival = { kind: 'diskCompletion', request: 1, ok: true };
    const grouped: Arrival = { ...packet, interrupt: false };
    const rows: [Arrival, boolean][] = [
      [packet, true],
      [completion(1), true],
      [done, false],
      [grouped, false],
      [{ kind: 'timer' }, false],
    ];
    for (const [arrival, isDma] of rows)
      expect([isDmaOf(world, arrival), isDmaOf(buffered, arrival)]).toEqual([isDma, false]);
  });

  test('a packet is in the guest’s buffer before the device interrupts', () => {
    const { world, a, see } = bare();
    a.machine = bootWithDevice(NET);
    offer(a.machine, 0, 0, [{ address: BUFFERS, length: 100, writable: true }]);
    a.isIdle = true;
    beginDma(world, a, packet, see);
    expect([usedBuffers(a.machine, 0).length, interrupts(a.machine, NET), a.isIdle]).toEqual([
      1,
      false,
      true,
    ]);
    raiseDmaInterrupt(a, packet);
    expect([usedBuffers(a.machine, 0).length, interrupts(a.machine, NET), a.isIdle]).toEqual([
      1,
      true,
      false,
    ]);
  });

  test('data are in memory 20 µs before the device interrupts, and only then logged', () => {
    const { world, a, facts, enter, to, logged } = bare();
    own(a).replica.pendingIo.push(reading(1));
    to(1_000);
    a.isIdle = true;
    enter(packet, completion(1));
    const changed = { at: world.now, kind: 'memoryChanged', host: 'A', instruction: 0 };
    expect(facts.filter(({ kind }) => kind === 'memoryChanged')).toMatchObject([
      { kind: 'memoryChanged', host: 'A', device: 'network' },
      { ...changed, instruction: a.machine.cpu.instructions, device: 'disk' },
    ]);
    to(20_999);
    expect([logged(), a.isIdle]).toEqual([[], true]);
    to(21_000);
    expect(kinds(logged())).toEqual(['packet', 'diskCompletion']);
    expect(a.replica.pendingIo).toEqual([]);
  });

  test('the interrupt of data that have come waits for a guest that stands still, and they come once', () => {
    const { a, facts, enter, stand, resume, to, logged } = bare();
    own(a).replica.pendingIo.push(reading(1));
    enter(packet, completion(1), completion(1));
    stand();
    to(20_000);
    expect(logged()).toEqual([]);
    resume();
    expect(kinds(logged())).toEqual(['packet', 'diskCompletion']);
    expect(facts.filter(({ kind }) => kind === 'memoryChanged')).toHaveLength(3);
    expect([a.deferred, a.isIdle]).toEqual([[], false]);
  });

  test('what a former life of the host had under way is void', () => {
    const { a, enter, to, logged } = bare();
    enter(packet);
    a.power++;
    to(20_000);
    expect(logged()).toEqual([]);
  });
});
