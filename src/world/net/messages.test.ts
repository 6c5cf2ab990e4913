// What a machine on its way weighs: what it really is, and no figure that somebody has thought of.

import { expect, test } from 'vitest';
import type { CheckpointMessage } from '../../ft/messages.ts';
import { besideRamBytes, snapshotMachine, stateBesideRam } from '../../machine/machine.ts';
import { createWorld, type Host } from '../state/world.ts';
import { worldConfig } from '../testing/worlds.ts';
import { lengthOf, type Message } from './messages.ts';

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
