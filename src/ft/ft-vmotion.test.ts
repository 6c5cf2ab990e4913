// §3.1: when the last round is, and what the messages weigh.

import { expect, test } from 'vitest';
import { START } from '../sim/time.ts';
import { receive } from './ack-on-receipt.ts';
import { encodeEntry } from './entry.ts';
import { isLastRound, type Transfer } from './ft-vmotion.ts';
import { append } from './logging-channel.ts';
import {
  type CheckpointMessage,
  checkpointLength,
  type MachineHandover,
  type TransferMessage,
  transferLength,
} from './messages.ts';
import { backup, CONFIG, entry, primary, sized } from './testing/replicas.ts';

const transfer = (round: number): Transfer => ({
  purpose: 'clone',
  target: 'C',
  number: 1,
  generation: 2,
  round,
  stage: 'copying',
  pausedAt: START,
});

test('the last round comes when little has changed, or when there were enough', () => {
  const config = { rounds: 3, finalPages: 8 };
  const isLast = (round: number, pages: number) => isLastRound(config, transfer(round), pages);
  expect([isLast(1, 9), isLast(1, 8), isLast(2, 60), isLast(3, 60)]).toEqual([false, true, false, true]);
});

const pages = [1, 2].map((page) => ({ page, bytes: new Uint8Array(4096) }));
const blocks = [{ block: 7, bytes: new Uint8Array(512) }];
const CONTENT = 2 * 4100 + 516;

test('pages and blocks weigh themselves and their numbers', () => {
  const message = {
    kind: 'pages',
    purpose: 'clone',
    number: 1,
    round: 1,
    before: 0,
    pages,
    blocks,
    endsRound: true,
  } as const;
  expect(transferLength(message, 1024)).toBe(24 + CONTENT);
  expect(transferLength({ kind: 'ready', number: 1 }, 1024)).toBe(24);
  const checkpoint: CheckpointMessage = {
    kind: 'checkpoint',
    generation: 1,
    epoch: 1,
    pages,
    blocks,
    registers: null,
    guestTicks: 0,
    pendingIo: [],
    console: [],
  };
  expect(checkpointLength(checkpoint, 1024)).toBe(24 + CONTENT + 1024);
  expect(checkpointLength({ kind: 'checkpointReceived', generation: 1, epoch: 1 }, 1024)).toBe(24);
});

test('a machine that moves takes its end of the log along', () => {
  const weightWith = (replica: MachineHandover['replica']): number => {
    const state: MachineHandover = {
      purpose: 'movePrimary',
      generation: 1,
      peer: 'B',
      registers: null,
      guestTicks: 0,
      vmPercent: 100,
      replica,
      pendingIo: [],
    };
    const message: TransferMessage = { kind: 'state', number: 1, pages, blocks, state };
    return transferLength(message, 1024);
  };
  const [source, target] = [primary(), backup()];
  append(source.sender, CONFIG, sized(1, 100), START, []);
  receive(target.receiver, encodeEntry(entry(1)), []);
  expect(weightWith(null)).toBe(24 + CONTENT + 1024);
  expect(weightWith(source)).toBe(weightWith(null) + 100);
  expect(weightWith(target)).toBe(weightWith(null) + 28);
});
