// §6, the baseline with checkpoints: what travels, what waits for it, what is undone.

import { expect, test } from 'vitest';
import type { CheckpointMessage } from '../../ft/messages.ts';
import { own } from '../../ft/own.ts';
import { flipBit, hashMachine } from '../../machine/machine.ts';
import { impairLink, mendLink } from '../../sim/link.ts';
import { logCable } from '../base/cables.ts';
import { linkOf } from '../net/cables.ts';
import type { Observation } from '../state/observation.ts';
import type { Host } from '../state/world.ts';
import { going } from '../testing/going.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { crashComputer } from '../vm/host-power.ts';
import { receiveAtHost } from './receiving.ts';

function fixture() {
  const base = worldConfig();
  const config = worldConfig({
    clients: [],
    replication: { ...base.replication, mode: 'checkpoint' },
    protocol: { ...base.protocol, mode: 'checkpoint' },
  });
  const { world, facts, see, to } = going(config);
  const [a, b] = world.hosts as [Host, Host];
  const of = <K extends Observation['kind']>(kind: K) =>
    facts.filter((fact): fact is Extract<Observation, { kind: K }> => fact.kind === kind);
  return { world, facts, see, a, b, to, of };
}

/** The guest has written somewhere. */
const poke = ({ machine }: Host, offset: number): boolean => flipBit(machine, 0x8000_0000 + offset, 0);

test('each epoch’s changes are copied aside and sent; the backup is what the primary was then', () => {
  const { a, b, to, of } = fixture();
  to(1_000_000);
  poke(a, 0x6000);
  poke(a, 0x9000);
  to(5_000_000);
  expect(of('checkpointTaken')).toMatchObject([{ host: 'A', epoch: 1, pages: 2, pause: 4_000 }]);
  expect(a.isCopying).toBe(true);
  const then = hashMachine(a.machine);
  to(5_004_000);
  expect(a.isCopying).toBe(false);
  poke(a, 0x6000);
  to(7_000_000);
  expect(of('checkpointReceived')).toMatchObject([{ host: 'B', epoch: 1 }]);
  expect(hashMachine(b.machine)).toBe(then);
  to(10_100_000);
  expect(of('checkpointTaken').map(({ epoch, pages }) => [epoch, pages])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test('a checkpoint that is lost is sent again, and the next is taken only once it is there', () => {
  const { world, a, b, to, of } = fixture();
  const cable = linkOf(world, logCable('A', 'B'));
  poke(a, 0x6000);
  to(4_500_000);
  impairLink(cable, { loss: 1_000_000 });
  to(5_000_000);
  const then = hashMachine(a.machine);
  poke(a, 0x9000);
  // The second epoch has lasted long enough at 10 ms.
  to(11_000_000);
  expect(of('checkpointTaken')).toHaveLength(1);
  mendLink(cable);
  to(12_000_000);
  expect(of('checkpointReceived')).toMatchObject([{ epoch: 1 }]);
  expect(hashMachine(b.machine)).toBe(then);
  to(14_000_000);
  expect(of('checkpointTaken').map(({ epoch, pages }) => [epoch, pages])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(hashMachine(b.machine)).toBe(hashMachine(a.machine));
});

test('a checkpoint that comes twice gives its outputs once', () => {
  const { world, a, b, see, to, of } = fixture();
  own(a).replica.gate.push({
    sequence: 1,
    instruction: 0 as never,
    output: { kind: 'console', byte: 65, number: 1 },
    producedAt: at(0),
  });
  to(5_000_000);
  const message = a.replica.checkpoint?.message;
  to(6_000_000);
  expect(of('checkpointReceived')).toHaveLength(1);
  expect(a.replica.checkpoint).toBeUndefined();
  receiveAtHost(world, b, 'A', { kind: 'checkpoint', message: message as CheckpointMessage }, see);
  expect(of('checkpointReceived')).toHaveLength(2);
  expect(b.replica.console.kept).toHaveLength(1);
});

test('an output waits for the checkpoint that ends its epoch', () => {
  const { a, to, of } = fixture();
  const held = {
    sequence: 2,
    instruction: 0 as never,
    output: { kind: 'console', byte: 65, number: 1 } as const,
    producedAt: at(0),
  };
  own(a).replica.gate.push(held);
  to(9_900_000);
  expect(of('outputReleased')).toEqual([]);
  to(12_000_000);
  expect(of('outputReleased')).toHaveLength(1);
  expect(a.replica.gate).toEqual([]);
});

test('a backup goes live from the last whole epoch, and says so', () => {
  const { world, a, b, see, to, of } = fixture();
  to(12_000_000);
  const then = hashMachine(b.machine);
  crashComputer(world, a, see);
  to(30_000_000);
  expect(of('rolledBack')).toMatchObject([{ host: 'B', epoch: 2 }]);
  expect(of('wentLive')).toHaveLength(1);
  expect(hashMachine(b.machine)).toBe(then);
  expect(of('checkpointTaken').every(({ host }) => host === 'A')).toBe(true);
});

test('a checkpoint that comes too late, of another generation or from a stranger is not taken', () => {
  const { world, b, see, to, of } = fixture();
  to(1_000_000);
  const checkpoint = (generation: number) => ({
    kind: 'checkpoint' as const,
    generation,
    epoch: 9,
    pages: [{ page: 0, bytes: new Uint8Array(4096).fill(7) }],
    blocks: [],
    registers: null,
    guestTicks: 0,
    pendingIo: [],
    console: [],
  });
  const receive = (from: string, generation: number) =>
    receiveAtHost(world, b, from, { kind: 'checkpoint', message: checkpoint(generation) }, see);
  const before = hashMachine(b.machine);
  receive('A', 2);
  receive('C', 1);
  own(b).replica.arbitration = 'asking';
  receive('A', 1);
  expect(hashMachine(b.machine)).toBe(before);
  expect(of('checkpointReceived')).toEqual([]);
});
