// §3.1: which host the cluster service picks, and when.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import { milliseconds } from '../../sim/time.ts';
import { advance, start } from '../advance.ts';
import type { Fault } from '../language/faults.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf, type World } from '../state/world.ts';
import { strike } from '../strikes/strike.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { canTakeVm, decide } from './cluster.ts';

const HOSTS = ['A', 'B', 'C', 'D'].map((id) => hostConfig(id));

function made(said: Parameters<typeof worldConfig>[0] = {}): World {
  return createWorld(worldConfig({ hosts: HOSTS, clients: [], ...said }));
}

/** These faults, and B's crash at the end of the first 5 ms. @returns what was told until 60 ms */
function afterCrash(faults: Fault[], said: Parameters<typeof worldConfig>[0] = {}) {
  const world = made(said);
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  for (const fault of faults) strike(world, fault, see);
  advance(world, at(5_000_000), see);
  strike(world, { verb: 'crash', target: 'B' }, see);
  advance(world, at(60_000_000), see);
  const of = <K extends Observation['kind']>(kind: K) =>
    facts.filter((fact): fact is Extract<Observation, { kind: K }> => fact.kind === kind);
  return { world, facts, of, see };
}

test('the first free host is picked, after the time that a decision takes', () => {
  const { of } = afterCrash([]);
  const [requested, chosen] = [of('backupRequested')[0], of('backupChosen')[0]];
  expect(chosen).toMatchObject({ host: 'A', target: 'C' });
  expect((chosen?.at ?? 0) - (requested?.at ?? 0)).toBe(milliseconds(2));
  expect(of('backupRequested')).toHaveLength(1);
});

test('more CPU to spare goes before the order', () => {
  const { of } = afterCrash([{ verb: 'slow', target: 'C', percent: 60 }]);
  expect(of('backupChosen')[0]?.target).toBe('D');
});

test.each<[string, Fault[]]>([
  ['has no power', [{ verb: 'crash', target: 'C' }]],
  ['is paused', [{ verb: 'pause', target: 'C' }]],
  ['does not reach the storage', [{ verb: 'cut', target: 'storage-C' }]],
  ['does not reach the LAN one way', [{ verb: 'cut', target: 'lan-C', way: 'in' }]],
  ['is not reached from the VM', [{ verb: 'cut', target: 'log-C' }]],
])('a host that %s is not picked', (_, faults) => {
  expect(afterCrash(faults).of('backupChosen')[0]?.target).toBe('D');
});

test('when none fits that is told once, and looked at again and again', () => {
  const faults: Fault[] = ['C', 'D'].map((target) => ({ verb: 'crash', target }));
  const { world, of, see } = afterCrash(faults);
  expect(of('noHostFits')).toHaveLength(1);
  strike(world, { verb: 'repair', target: 'D' }, see);
  const before = of('backupChosen').length;
  advance(world, at(75_000_000), see);
  expect([before, of('backupChosen').map(({ target }) => target)]).toEqual([0, ['D']]);
  expect(of('noHostFits')).toHaveLength(1);
});

test('a baseline has no cluster service', () => {
  const replication = { ...worldConfig().replication, mode: 'checkpoint' as const };
  const protocol = { ...worldConfig().protocol, mode: 'checkpoint' as const };
  expect(afterCrash([], { replication, protocol }).of('backupRequested')).toEqual([]);
});

describe('a host can take a VM', () => {
  const [world] = [made()];
  const [a, b, c] = ['A', 'B', 'C'].map((id) => hostOf(world, id)) as [Host, Host, Host];

  test('when it runs none, or has lost its arbitration', () => {
    expect([canTakeVm(world, a, c), canTakeVm(world, a, b), canTakeVm(world, a, a)]).toEqual([
      true,
      false,
      false,
    ]);
    own(b).replica.role = 'halted';
    own(b).replica.haltReason = 'lostArbitration';
    expect(canTakeVm(world, a, b)).toBe(true);
    own(b).replica.haltReason = 'poweredOff';
    expect(canTakeVm(world, a, b)).toBe(false);
  });

  test('unless another is on its way to it', () => {
    own(c).incoming = { purpose: 'clone', from: 'B', number: 1, pages: 0 };
    expect(canTakeVm(world, a, c)).toBe(false);
  });
});

describe('the service', () => {
  test.each<[string, (host: Host) => void, boolean]>([
    ['answers a VM that runs alone', () => {}, true],
    [
      'does not answer a host without power',
      (host) => {
        host.isAlive = false;
      },
      false,
    ],
    [
      'does not answer who has a backup',
      (host) => {
        own(host).replica.role = 'primary';
      },
      false,
    ],
    [
      'does not answer who has asked in another generation',
      (host) => {
        own(host).replica.generation = 2;
      },
      false,
    ],
    [
      'does not answer who is copying its VM already',
      (host) => {
        const number = ++own(host).transfers;
        const stage = { round: 1, stage: 'copying', pausedAt: at(0) } as const;
        own(host).transfer = { purpose: 'clone', target: 'D', number, generation: 2, ...stage };
      },
      false,
    ],
  ])('%s', (_, change, answers) => {
    const world = made();
    const a = hostOf(world, 'A');
    own(a).replica.role = 'solo';
    own(a).peer = null;
    change(a);
    const facts: Observation[] = [];
    decide(world, a, 1, (fact) => facts.push(fact));
    expect(facts.map(({ kind }) => kind).includes('backupChosen')).toBe(answers);
    expect(world.queue.heap.length > 0).toBe(answers);
  });
});
