// What a machine on its way weighs: what it really is, and no figure that somebody has thought of.

import { expect, test } from 'vitest';
import type { CheckpointMessage } from '../../ft/messages.ts';
import { besideRamBytes, snapshotMachine, stateBesideRam } from '../../machine/machine.ts';
import { createWorld, type Host } from '../state/world.ts';
import { worldConfig } from '../testing/worlds.ts';
import { answers, isSameRequest, lengthOf, type Message, type StorageRequest } from './messages.ts';

const checkpoint = (registers: unknown): Message => {
  const message: CheckpointMessage = {
    kind: 'checkpoint',
    generation: 1,
    epoch: 1,
    pages: [],
    blocks: [],
    registers,
    guestTicks: 0,
    pendingIo: [],
    console: [],
  };
  return { kind: 'checkpoint', message };
};

test('registers and devices weigh what they are, in a checkpoint and in a handover', () => {
  const [host] = createWorld(worldConfig()).hosts as [Host];
  const registers = stateBesideRam(snapshotMachine(host.machine));
  const received = { kind: 'checkpointReceived' as const, generation: 1, epoch: 1 };
  const without = lengthOf({ kind: 'checkpoint', message: received });
  expect(lengthOf(checkpoint(registers)) - without).toBe(besideRamBytes(registers));
  const state = {
    purpose: 'clone' as const,
    generation: 2,
    peer: 'A',
    registers,
    guestTicks: 0,
    vmPercent: 100,
    replica: null,
    pendingIo: [],
    console: [],
  };
  const handover = { kind: 'state' as const, number: 1, pages: [], blocks: [], state };
  const ready = lengthOf({ kind: 'transfer', message: { kind: 'ready', number: 1 } });
  expect(lengthOf({ kind: 'transfer', message: handover }) - ready).toBe(besideRamBytes(registers));
});

const read = { kind: 'read', host: 'A', request: 3, generation: 1, block: 0, blocks: 1 } as const;
const write = { ...read, kind: 'write', bytes: new Uint8Array(512) } as const;
const flush = { kind: 'flush', host: 'A', request: 3 } as const;
const flag = { kind: 'testAndSet', host: 'A', generation: 1 } as const;

test('a request is the same one again by its host, its number and its generation', () => {
  const all: StorageRequest[] = [read, write, flush, flag];
  for (const one of all)
    for (const other of all) expect(isSameRequest(one, { ...other })).toBe(one === other);
  for (const one of all) expect(isSameRequest(one, { ...one, host: 'B' })).toBe(false);
  for (const one of [read, write, flush]) expect(isSameRequest(one, { ...one, request: 4 })).toBe(false);
  for (const one of [read, write, flag]) expect(isSameRequest(one, { ...one, generation: 2 })).toBe(false);
});

test('a reply belongs to the operation with its number, or to the question for the flag of its generation', () => {
  const done = { kind: 'done', request: 3, ok: true } as const;
  const told = { kind: 'flag', generation: 1, won: true } as const;
  for (const one of [read, write, flush])
    expect([answers(done, one), answers(told, one)]).toEqual([true, false]);
  expect([answers(done, flag), answers(told, flag)]).toEqual([false, true]);
  expect([answers({ ...done, request: 4 }, read), answers({ ...told, generation: 2 }, flag)]).toEqual([
    false,
    false,
  ]);
});
