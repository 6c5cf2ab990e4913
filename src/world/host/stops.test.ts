// What a host does when its machine stops: a guest that ends or is stuck, sectors that are not there, its timer, its sleep.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import type { Image } from '../../isa/image.ts';
import type { Stop } from '../../machine/boundary.ts';
import { inOrder } from '../../sim/event-queue.ts';
import type { WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf } from '../state/world.ts';
import { going } from '../testing/going.ts';
import { program, worldConfig } from '../testing/worlds.ts';
import { handleStop } from './stops.ts';

describe('a guest', () => {
  const halted = (image: Image): Observation[] => {
    const { facts, to } = going(worldConfig({ image, clients: [] }));
    to(30_000_000);
    return facts.filter(({ kind }) => kind === 'halted' || kind === 'suspected');
  };

  test('that ends says so by its code, and nobody takes over', () => {
    // `li t0, 0x73333; lui t1, 0x100; sw t0, 0(t1)`: the finisher, with code 7.
    const ends = halted(program(0x0007_32b7, 0x3332_8293, 0x0010_0337, 0x0053_2023));
    expect(ends).toMatchObject(
      ['A', 'B'].map((host) => ({ kind: 'halted', host, reason: 'guestExit', code: 7 })),
    );
  });

  test('that can only trap is told of by where it is, and by the trap that led there', () => {
    const stuck = { kind: 'halted', reason: 'guestStuck', address: 0, cause: 2, trappedAt: 0x8000_0000 };
    expect(halted(program(0xffff_ffff))).toMatchObject(['A', 'B'].map((host) => ({ ...stuck, host })));
  });
});

/** A pair that has not begun. */
function fixture(said: Partial<WorldConfig> = {}) {
  const world = createWorld(worldConfig({ clients: [], ...said }));
  const facts: Observation[] = [];
  return {
    world,
    facts,
    a: hostOf(world, 'A'),
    b: hostOf(world, 'B'),
    stop: (host: Host, stop: Stop) => handleStop(world, host, stop, (fact) => facts.push(fact)),
    timers: () =>
      inOrder(world.queue).flatMap(({ at, event }) =>
        event.kind === 'guestTimer' ? [`${event.host} ${at}`] : [],
      ),
  };
}

test('sectors that are not there are told of once, of the disk that has them not', () => {
  const stop: Stop = { reason: 'emission', emissions: [{ kind: 'diskRefused', sector: 20 }] };
  const failed = { at: 0, kind: 'diskFailed', block: 20, host: 'A', reason: 'range' };
  const shared = fixture();
  shared.stop(shared.a, { reason: 'emission', emissions: [{ kind: 'diskFlush', request: 1 }] });
  expect(shared.facts.filter(({ kind }) => kind === 'diskFailed')).toEqual([]);
  shared.stop(shared.b, stop);
  shared.stop(shared.a, stop);
  expect(shared.facts.filter(({ kind }) => kind === 'diskFailed')).toEqual([{ ...failed, disk: 'disk' }]);
  const each = fixture({ disk: { ...worldConfig().disk, isShared: false } });
  each.stop(each.a, stop);
  expect(each.facts).toEqual([{ ...failed, disk: 'disk-A' }]);
});

test('the guest’s timer is the host’s only where the machine runs by itself', () => {
  const { a, b, stop, timers } = fixture();
  for (const host of [a, b]) {
    Object.assign(host.machine.clint, { mtimecmpLow: 20_000, timerPending: false });
    stop(host, { reason: 'timerSet' });
  }
  expect(timers()).toEqual(['A 2000000']);
  own(b).replica.hasDiverged = true;
  stop(b, { reason: 'timerSet' });
  expect(timers()).toEqual(['A 2000000', 'B 2000000']);
});

test('a backup whose guest sleeps is not asleep: the log says when it goes on, unless delivery is not exact', () => {
  const exact = fixture();
  exact.stop(exact.b, { reason: 'waiting' });
  expect(exact.b.isIdle).toBe(false);
  const { protocol } = worldConfig();
  const loose = fixture({ protocol: { ...protocol, rules: { ...protocol.rules, exactDelivery: false } } });
  loose.stop(loose.b, { reason: 'waiting' });
  expect(loose.b.isIdle).toBe(true);
});
