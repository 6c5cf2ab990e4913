// §3.1, §3.3: a transfer at its source, step by step; when the last round is, and what the messages weigh.

import { describe, expect, test } from 'vitest';
import { instantAt, milliseconds, START } from '../sim/time.ts';
import { receive } from './ack-on-receipt.ts';
import type { Effect } from './effects.ts';
import { encodeEntry } from './entry.ts';
import { isLastRound, type Transfer } from './ft-vmotion.ts';
import { sendVmTo } from './host-events.ts';
import { append } from './logging-channel.ts';
import { entered, stopped } from './machine-events.ts';
import {
  type CheckpointMessage,
  checkpointLength,
  type MachineHandover,
  type TransferMessage,
  transferLength,
} from './messages.ts';
import type { End } from './pair-end.ts';
import { type ProtocolMessage, receiveMessage } from './receive-message.ts';
import { receiveTimer } from './receive-timer.ts';
import type { Role } from './replica.ts';
import {
  backup,
  endConfig,
  endOf,
  entry,
  heldOutput,
  kinds,
  momentAt,
  notes,
  CONFIG as PROTOCOL,
  packet,
  primary,
  read,
  sized,
  transferOf,
} from './testing/replicas.ts';

test('the last round comes when little has changed, or when there were enough', () => {
  const config = { rounds: 3, finalPages: 8 };
  const isLast = (round: number, pages: number) =>
    isLastRound(config, { ...transferOf('clone', 'copying'), round }, pages);
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
  append(source.sender, PROTOCOL, sized(1, 100), START, []);
  receive(target.receiver, encodeEntry(entry(1)), []);
  expect(weightWith(null)).toBe(24 + CONTENT + 1024);
  expect(weightWith(source)).toBe(weightWith(null) + 100);
  expect(weightWith(target)).toBe(weightWith(null) + 28);
});

const CONFIG = endConfig();
const NOW = instantAt(7000);
const of = (number: number, message: object): ProtocolMessage =>
  ({ kind: 'transfer', message: { number, ...message } }) as ProtocolMessage;
/** A machine of a role, on its way to host C, with a read that its storage has or has not answered. */
function source(
  role: Role,
  purpose: Transfer['purpose'],
  stage: Transfer['stage'] = 'copying',
  isBusy = false,
): End {
  const end = endOf({ ...primary(), role });
  end.transfer = transferOf(purpose, stage);
  end.replica.pendingIo.push({ operation: read(4), isGated: false, issued: isBusy });
  return end;
}
/** The target has a round, after which so much has changed. */
const roundDone = (end: End, changed: number): Effect[] =>
  receiveMessage(end, CONFIG, 'C', of(1, { kind: 'roundReceived', round: 1 }), {
    ...momentAt(60, NOW),
    changes: () => changed,
  });
const hears = (end: End, message: ProtocolMessage, from = 'A'): Effect[] =>
  receiveMessage(end, CONFIG, from, message, momentAt(60, NOW));
const timedOut = (end: End, number: number): Effect[] =>
  receiveTimer(end, CONFIG, { timer: 'transfer', number }, momentAt(60, NOW));
const completes = (end: End): Effect[] =>
  entered(end, CONFIG, { kind: 'diskCompletion', request: 4, ok: true }, momentAt(61, NOW));
const withoutSetting = (out: Effect[]): string[] =>
  kinds(out).filter((kind) => !/^setTimer|setTransferTimer|^send entries|recorded$/.test(kind));
const messages = (out: Effect[]) =>
  out.flatMap((effect) => (effect.kind === 'sendTransfer' ? [[effect.to, effect.message.kind]] : []));
const wait = milliseconds(20);

describe('a transfer', () => {
  test.each([
    ['clone', 2, ['forgetCopied', 'copyRound', 'setTransferTimer', 'note cloneStarted']],
    ['movePrimary', 1, ['forgetCopied', 'copyRound', 'setTransferTimer']],
  ] as const)('begins with a round of everything: %s', (purpose, generation, expected) => {
    const end = endOf(primary());
    const out = sendVmTo(end, CONFIG, purpose, 'C', NOW);
    expect(kinds(out)).toEqual(expected);
    expect(out[1]).toEqual({ kind: 'copyRound', target: 'C', purpose, number: 1, round: 1 });
    expect(out[2]).toEqual({ kind: 'setTransferTimer', number: 1, wait, onceSentTo: 'C' });
    expect(end.transfer).toMatchObject({ generation, stage: 'copying' });
  });

  test('goes on with another round while much has changed', () => {
    const end = source('primary', 'movePrimary');
    expect(roundDone(end, 9).slice(0, 2)).toMatchObject([
      { kind: 'copyRound', round: 2 },
      { wait, onceSentTo: 'C' },
    ]);
    expect(end.transfer).toMatchObject({ stage: 'copying', round: 2 });
  });

  test('of a VM that has halted meanwhile is given up, and nobody asks for another', () => {
    const end = source('halted', 'clone');
    const out = roundDone(end, 9);
    expect(withoutSetting(out)).toEqual(['forgetCopied', 'note cloneAbandoned', 'sendTransfer']);
    expect(messages(out)).toEqual([['C', 'cancel']]);
    expect(end.transfer).toBeNull();
  });

  test('hands the rest over once little has changed: of a clone without the protocol’s state', () => {
    const end = source('solo', 'clone', 'copying', true);
    end.transfer = { ...transferOf('clone', 'copying'), generation: 2 };
    const { pendingIo } = end.replica;
    const out = roundDone(end, 8);
    const state = { purpose: 'clone', generation: 2, peer: 'B', vmPercent: 100, replica: null, pendingIo };
    expect(out).toContainEqual({ kind: 'sendState', target: 'C', number: 1, state });
    expect(out).toContainEqual({ kind: 'setTransferTimer', number: 1, wait, onceSentTo: 'C' });
    // The silence of a target that still receives the rest is no silence.
    expect(out).toContainEqual({
      kind: 'setTimer',
      timer: 'silence',
      wait: milliseconds(10),
      onceSent: true,
    });
    expect(end).toMatchObject({ peer: 'C', transfer: { stage: 'paused', pausedAt: NOW } });
    expect(end.replica).toMatchObject({ role: 'primary', generation: 2, pendingIo });
    expect(end.replica.sender.last).toEqual({ instruction: 60, at: NOW });
  });
});

describe('a primary that is to be moved', () => {
  test('waits for its disk, begins nothing there, and hands over with all that it knows', () => {
    const end = source('primary', 'movePrimary', 'copying', true);
    end.replica.pendingIo.push({ operation: read(5, 30, 0x8000_9000), isGated: false, issued: false });
    expect(withoutSetting(roundDone(end, 0))).toEqual([]);
    expect(end.transfer?.stage).toBe('quiescing');
    const out = completes(end);
    expect(withoutSetting(out)).toEqual(['note ioCompleted', 'note ioQuiesced', 'sendState']);
    const { replica } = end;
    const state = { purpose: 'movePrimary', generation: 1, peer: 'A', vmPercent: 100, replica };
    expect(out).toContainEqual({
      kind: 'sendState',
      target: 'C',
      number: 1,
      state: { ...state, pendingIo: replica.pendingIo },
    });
    expect(end.transfer).toMatchObject({ stage: 'paused', pausedAt: NOW });
  });

  test('does so at once if its disk is quiet, also if it is alone', () => {
    for (const peer of ['A', null]) {
      const end = source('primary', 'movePrimary');
      end.peer = peer;
      const out = roundDone(end, 0);
      expect(withoutSetting(out)).toEqual(['note ioQuiesced', 'sendState']);
      expect(out).toContainEqual(
        expect.objectContaining({ state: expect.objectContaining({ peer: peer ?? '' }) }),
      );
    }
  });

  test('stays if it asks for the flag by then: whoever may go live decides that where it is', () => {
    const end = source('primary', 'movePrimary');
    end.replica.arbitration = 'asking';
    expect(withoutSetting(roundDone(end, 0))).not.toContain('sendState');
    expect(end).toMatchObject({ transfer: null, replica: { isQuiescing: false } });
    const clone = source('solo', 'clone');
    clone.replica.arbitration = 'asking';
    expect(withoutSetting(roundDone(clone, 0))).toContain('sendState');
  });

  test('does not move because a disk operation completes, before that is what it waits for', () => {
    for (const [purpose, stage] of [
      ['movePrimary', 'copying'],
      ['movePrimary', 'paused'],
      ['clone', 'copying'],
      ['moveBackup', 'quiescing'],
    ] as const) {
      const end = source(purpose === 'moveBackup' ? 'backup' : 'primary', purpose, stage, true);
      expect(withoutSetting(completes(end))).not.toContain('sendState');
    }
  });
});

describe('a backup that is to be moved', () => {
  test('asks its primary for quiet disks, and hands over where the log says that they are', () => {
    const end = source('backup', 'moveBackup', 'copying', true);
    const out = roundDone(end, 0);
    expect(messages(out)).toEqual([['A', 'quiesce']]);
    expect(out).toContainEqual({ kind: 'setTransferTimer', number: 1, wait, onceSentTo: 'C' });
    expect(end).toMatchObject({ transfer: { stage: 'quiescing' }, replica: { isQuiescing: false } });
    end.replica.receiver.entries.push(entry(6, { kind: 'control', operation: 'quiesce', value: 0 }));
    expect(withoutSetting(stopped(end, CONFIG, momentAt(60, NOW)))).toEqual(['replay', 'sendState']);
  });

  test.each<[string, Transfer | null]>([
    ['is not to be moved', null],
    ['is still being copied', transferOf('moveBackup', 'copying')],
  ])('goes on there if it %s', (_, moving) => {
    const end = { ...endOf(backup()), transfer: moving };
    end.replica.receiver.entries.push(entry(6, { kind: 'control', operation: 'quiesce', value: 0 }));
    expect(withoutSetting(stopped(end, CONFIG, momentAt(60, NOW)))).toEqual(['replay']);
  });
});

describe('the primary of a backup that is to be moved', () => {
  const quiesce = { kind: 'transfer', message: { kind: 'quiesce', generation: 1 } } as const;
  const resume = { kind: 'transfer', message: { kind: 'resumeIo', generation: 1 } } as const;
  const QUIET = { kind: 'enter', arrival: { kind: 'control', operation: 'quiesce', value: 0 } };
  const busy = (): End => {
    const end = source('primary', 'clone', 'copying', true);
    end.transfer = null;
    return end;
  };

  test('says in the log when its disk is quiet, once', () => {
    const end = busy();
    expect(hears(end, quiesce)).toEqual([]);
    const out = completes(end);
    expect(withoutSetting(out)).toEqual(['note ioCompleted', 'note ioQuiesced', 'enter']);
    expect(out).toContainEqual(QUIET);
    const packetIn = { kind: 'packet', bytes: new Uint8Array(3) } as const;
    expect(withoutSetting(entered(end, CONFIG, packetIn, momentAt(62)))).toEqual([]);
    const idle = endOf(primary());
    expect(withoutSetting(hears(idle, quiesce))).toEqual(['note ioQuiesced', 'enter']);
  });

  test('goes on with what has waited when it hears that this is over', () => {
    const end = busy();
    hears(end, quiesce);
    end.replica.pendingIo.push({ operation: read(5, 30, 0x8000_9000), isGated: false, issued: false });
    expect(hears(end, resume)).toMatchObject([{ kind: 'issueIo', io: { operation: { request: 5 } } }]);
    expect(completes(end).some(({ kind }) => kind === 'enter')).toBe(false);
  });

  test('does not say so while it is on its way itself', () => {
    const end = source('primary', 'movePrimary', 'quiescing', true);
    expect(withoutSetting(hears(end, quiesce))).toEqual([]);
    expect(withoutSetting(completes(end))).not.toContain('enter');
  });

  test('is alone once its backup is gone, and nobody waits for quiet disks; but for a move of its own', () => {
    for (const [moving, isQuiescing] of [
      [null, false],
      [transferOf('movePrimary', 'quiescing'), true],
    ] as const) {
      const end = busy();
      Object.assign(end, { transfer: moving });
      Object.assign(end.replica, { role: 'solo', isQuiescing: true });
      end.replica.pendingIo.push({ operation: read(5, 30, 0x8000_9000), isGated: false, issued: false });
      expect(kinds(stopped(end, CONFIG, momentAt(60))).includes('issueIo')).toBe(!isQuiescing);
      expect(end.replica.isQuiescing).toBe(isQuiescing);
    }
  });

  test('is the only one to be asked', () => {
    for (const role of ['backup', 'solo', 'spare'] as const) {
      const end = endOf({ ...primary(), role });
      expect(hears(end, quiesce)).toEqual([]);
      expect(end.replica.isQuiescing).toBe(false);
    }
  });
});

describe('a target that is ready', () => {
  const ready = of(1, { kind: 'ready' });

  test('ends a clone: the VM goes on, and the pause is told', () => {
    const end = source('primary', 'clone', 'paused');
    const out = hears(end, ready, 'C');
    expect(withoutSetting(out)).toEqual(['forgetCopied', 'note cloneFinished', 'announceMac', 'issueIo']);
    expect(notes(out)).toEqual([{ kind: 'cloneFinished', target: 'C', pause: 7000 }]);
    expect(end).toMatchObject({ transfer: null, peer: 'A', replica: { role: 'primary' } });
  });

  test('may begin with a machine that is moved, of which nothing is left here but the disk', () => {
    const end = source('primary', 'movePrimary', 'paused');
    expect(hears(end, ready, 'C')).toEqual([
      { kind: 'forgetCopied' },
      { kind: 'sendGo', target: 'C', number: 1 },
      { kind: 'clearMachine', disk: false },
    ]);
    expect(end).toMatchObject({ transfer: null, peer: null, replica: { role: 'spare' } });
  });
});

describe('a transfer without an answer', () => {
  const given = ['forgetCopied', 'note cloneAbandoned', 'sendTransfer'];

  test.each<[string, End, string[], string[]]>([
    ['of a clone', source('primary', 'clone'), [...given, 'issueIo'], ['cancel']],
    ['of a clone of a VM that is alone', source('solo', 'clone'), [...given, 'requestBackup'], ['cancel']],
    ['of a primary', source('primary', 'movePrimary', 'paused'), [...given, 'issueIo'], ['cancel']],
    [
      'of a backup',
      source('backup', 'moveBackup', 'quiescing'),
      [...given, 'sendTransfer'],
      ['cancel', 'resumeIo'],
    ],
    [
      'of a machine that stands still for a clone already',
      source('primary', 'clone', 'paused'),
      ['issueIo'],
      [],
    ],
  ])('%s', (_, end, expected, told) => {
    if (end.replica.role === 'primary') end.replica.isQuiescing = end.transfer?.purpose === 'movePrimary';
    expect(timedOut(structuredClone(end), 2).filter(({ kind }) => kind !== 'issueIo')).toEqual([]);
    const out = timedOut(end, 1);
    expect(withoutSetting(out)).toEqual(expected);
    expect(messages(out).map(([, kind]) => kind)).toEqual(told);
    expect(end.transfer === null).toBe(told.length > 0);
    expect(end.replica.isQuiescing).toBe(false);
  });

  test('that came here is forgotten with all that came of it, and another is not', () => {
    const end = endOf({ ...primary(), role: 'spare' });
    end.incoming = { purpose: 'movePrimary', from: 'C', number: 3, pages: 2 };
    end.handover = {} as End['handover'];
    const before = structuredClone(end);
    expect(timedOut(end, 4)).toEqual([]);
    expect(end).toEqual(before);
    expect(timedOut(end, 3)).toEqual([]);
    expect(end).toMatchObject({ incoming: null, handover: null });
  });

  test('of a VM that ends asks for no new backup', () => {
    const end = source('solo', 'clone');
    end.replica.ending = { reason: 'poweredOff' };
    end.replica.gate.push(heldOutput(packet(1), 1));
    expect(withoutSetting(timedOut(end, 1))).not.toContain('requestBackup');
  });
});

describe('a clone that the VM stands still for', () => {
  const decide = (won: boolean, purpose: Transfer['purpose'], stage: Transfer['stage']): [End, Effect[]] => {
    const end = source('primary', purpose, stage);
    end.replica.arbitration = 'asking';
    return [end, hears(end, { kind: 'flag', generation: 1, won }, 'disk')];
  };

  test.each([true, false])('comes to nothing once the flag has decided (won: %s)', (won) => {
    const [end, out] = decide(won, 'clone', 'paused');
    expect(notes(out)).toContainEqual({ kind: 'cloneAbandoned', target: 'C' });
    expect(kinds(out)).toContain('forgetCopied');
    expect(end.transfer).toBeNull();
  });

  test.each([
    ['clone', 'copying'],
    ['movePrimary', 'paused'],
  ] as const)('is not one that the VM does not stand still for, nor a move (%s, %s)', (purpose, stage) => {
    const [end, out] = decide(true, purpose, stage);
    expect(kinds(out)).not.toContain('note cloneAbandoned');
    expect(end.transfer).not.toBeNull();
  });
});
