// §6, the baseline with checkpoints: when one is taken, what it takes along, and what its arrival lets go.
import { describe, expect, test } from 'vitest';
import type { Effect } from './effects.ts';
import { begin } from './host-events.ts';
import { checkpointTaken } from './machine-events.ts';
import type { Checkpoint } from './messages.ts';
import type { End } from './pair-end.ts';
import { type ProtocolMessage, receiveMessage } from './receive-message.ts';
import { type DueTimer, receiveTimer } from './receive-timer.ts';
import type { ReplicationMode, Role } from './replica.ts';
import {
  backup,
  diskWrite,
  endConfig,
  endOf,
  heldOutput,
  kinds,
  momentAt,
  packet,
  primary,
  read,
} from './testing/replicas.ts';

const CONFIG = endConfig({ mode: 'checkpoint' });
const due = (end: End, timer: DueTimer['timer']): Effect[] =>
  receiveTimer(end, CONFIG, { timer } as DueTimer, momentAt(0));
const hears = (end: End, message: Extract<ProtocolMessage, { kind: 'checkpoint' }>['message']): Effect[] =>
  receiveMessage(end, CONFIG, 'A', { kind: 'checkpoint', message }, momentAt(0));
const byte = (number: number) => ({ kind: 'console', byte: 64 + number, number }) as const;

const checkpoint = (epoch: number): Checkpoint => ({
  kind: 'checkpoint',
  generation: 1,
  epoch,
  pages: [],
  blocks: [],
  registers: null,
  guestTicks: 0,
  pendingIo: [{ operation: read(4), isGated: false, issued: true, issue: 2 }],
  console: [heldOutput(byte(1), epoch)],
});
const arrived = (epoch: number) => ({ kind: 'checkpointReceived', generation: 1, epoch }) as const;
/** A primary in its second epoch, whose first is on its way to the backup. */
function sending(): End {
  const end = endOf(primary());
  due(end, 'epoch');
  checkpointTaken(end, CONFIG, checkpoint(1));
  due(end, 'epochCopied');
  return end;
}

test.each<[ReplicationMode, Role, boolean]>([
  ['checkpoint', 'primary', true],
  ['checkpoint', 'backup', false],
  ['checkpoint', 'spare', false],
  ['ft', 'primary', false],
  ['operations', 'primary', false],
])('with %s epochs begin on a %s: %s', (mode, role, does) => {
  const out = kinds(begin(endOf({ ...primary(), role }), endConfig({ mode })));
  expect([out.includes('markCopied'), out.includes('setEpochTimer')]).toEqual([does, does]);
});

describe('an epoch that ends', () => {
  test('is a checkpoint with what it has sent to the console, and the VM stands still until it is copied', () => {
    const end = endOf(primary());
    end.replica.pendingIo.push({ operation: read(4), isGated: false, issued: true });
    end.replica.gate.push(heldOutput(packet(1), 1), heldOutput(byte(1), 1), heldOutput(diskWrite(2), 1));
    expect(due(end, 'epoch')).toEqual([
      {
        kind: 'takeCheckpoint',
        generation: 1,
        epoch: 1,
        pendingIo: end.replica.pendingIo,
        console: [heldOutput(byte(1), 1)],
      },
    ]);
    expect(end).toMatchObject({ isCopying: true, replica: { epoch: 2 } });
    expect(kinds(due(end, 'epochCopied'))).toEqual(['setEpochTimer']);
    expect(end.isCopying).toBe(false);
  });

  test.each<[string, Role, 'none' | 'asking' | 'won']>([
    ['asks for the flag', 'primary', 'asking'],
    ['is alone', 'solo', 'won'],
    ['is alone from the beginning', 'solo', 'none'],
    ['has halted', 'halted', 'none'],
  ])('is none for a host that %s', (_, role, arbitration) => {
    const end = endOf({ ...primary(), role, arbitration });
    expect(kinds(due(end, 'epoch'))).toEqual([]);
    expect(end).toMatchObject({ isCopying: false, replica: { epoch: 1 } });
  });

  test('goes on while the checkpoint before is under way, and ends when that has arrived', () => {
    const end = sending();
    expect(due(end, 'epoch')).toEqual([]);
    expect(kinds(hears(end, arrived(1)))).toContain('takeCheckpoint');
    const early = sending();
    expect(kinds(hears(early, arrived(1)))).not.toContain('takeCheckpoint');
    expect(kinds(due(early, 'epoch'))).toEqual(['takeCheckpoint']);
  });

  test('begins no other when its host is alone by the time that it is copied', () => {
    const end = endOf(primary());
    due(end, 'epoch');
    end.replica.role = 'solo';
    expect(due(end, 'epochCopied')).toEqual([]);
    expect(end.isCopying).toBe(false);
  });
});

describe('a checkpoint', () => {
  test('is sent again until it has arrived, and by nobody who is no primary any more', () => {
    const end = endOf(primary());
    expect(due(end, 'retransmit')).toEqual([]);
    const sent = [
      { kind: 'sendCheckpoint', message: checkpoint(1) },
      { timer: 'retransmit', wait: 3_000_000, onceSent: true },
    ];
    expect(checkpointTaken(end, CONFIG, checkpoint(1))).toMatchObject(sent);
    expect(due(end, 'retransmit')).toMatchObject(sent);
    const halted = structuredClone(end);
    halted.replica.role = 'halted';
    expect(due(halted, 'retransmit')).toEqual([]);
    hears(end, arrived(1));
    expect(due(end, 'retransmit')).toEqual([]);
  });

  test('that has arrived lets out what its epoch has produced, and only on a primary', () => {
    for (const [role, out] of [
      ['primary', ['setTimer silence', 'releaseOutput']],
      ['backup', ['setTimer silence']],
      ['halted', []],
    ] as const) {
      const end = endOf({ ...primary(), role });
      end.replica.gate.push(heldOutput(packet(1), 1), heldOutput(packet(2), 2));
      expect(kinds(hears(end, arrived(1)))).toEqual(out);
    }
  });

  test('before the one under way is no news of that', () => {
    const end = sending();
    hears(end, arrived(0));
    expect(kinds(due(end, 'retransmit'))).toContain('sendCheckpoint');
  });

  test('makes the backup what the primary was, with the operations that it had under way and nobody has issued here', () => {
    const end = endOf(backup());
    const out = hears(end, checkpoint(5));
    expect(out.slice(1)).toEqual([
      { kind: 'installCheckpoint', checkpoint: checkpoint(5) },
      { kind: 'sendCheckpoint', message: arrived(5) },
    ]);
    const [io] = checkpoint(5).pendingIo;
    expect(end.replica).toMatchObject({ epoch: 5, pendingIo: [{ ...io, issued: false }] });
    expect(end.replica.console.kept).toHaveLength(1);
  });

  test.each<[string, Role, 'none' | 'asking' | 'won']>([
    ['asks for the flag', 'backup', 'asking'],
    ['acts for the VM', 'solo', 'won'],
    ['is a primary', 'primary', 'none'],
    ['runs no VM', 'spare', 'none'],
  ])('is nothing to one who %s', (_, role, arbitration) => {
    const end = endOf({ ...backup(), role, arbitration });
    expect(kinds(hears(end, checkpoint(5))).filter((kind) => kind !== 'setTimer silence')).toEqual([]);
    expect(end.replica.epoch).toBe(1);
  });
});
