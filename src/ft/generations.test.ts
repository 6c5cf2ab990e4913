// Messages of another generation, older or newer, are not for this end; and what a generation has queued ends with it.

import { describe, expect, test } from 'vitest';
import { NO_INSTRUCTIONS } from '../machine/boundary.ts';
import { milliseconds, START } from '../sim/time.ts';
import { askForFlag } from './arbitration.ts';
import type { Effect } from './effects.ts';
import { encodeEntry } from './entry.ts';
import { endDecidedClone, type Transfer } from './ft-vmotion.ts';
import { emitted } from './machine-events.ts';
import type { MachineHandover, TransferMessage } from './messages.ts';
import type { End } from './pair-end.ts';
import { type ProtocolMessage, receiveMessage } from './receive-message.ts';
import { createReplica, type HeldOutput, type Replica, type Role } from './replica.ts';
import {
  count,
  diskWrite,
  endConfig,
  endOf,
  entry,
  heldOutput,
  kinds,
  momentAt,
  packet,
  read,
} from './testing/replicas.ts';

const GENERATION = 3;
const CONFIG = endConfig();
const { protocol } = CONFIG;

const inGeneration = (role: Role): End => endOf(createReplica(role, GENERATION, protocol, START));

const hears = (end: End, message: ProtocolMessage, from = 'A'): Effect[] =>
  receiveMessage(end, CONFIG, from, message, momentAt(0));

const held = (sequence: number): HeldOutput => heldOutput(packet(sequence), sequence);

describe('of another generation', () => {
  const withGate = (): End => {
    const end = inGeneration('primary');
    end.replica.gate.push(held(1));
    end.replica.sender.nextSequence = 2;
    end.replica.sender.unexecuted.push({ sequence: 1, at: START, possible: START });
    return end;
  };
  const asking = (role: Role) => (): End => {
    const end = inGeneration(role);
    askForFlag(end.replica, protocol, []);
    return end;
  };
  const quiescing = (): End => {
    const end = inGeneration('primary');
    end.replica.isQuiescing = true;
    return end;
  };
  const kept = (): End => {
    const end = inGeneration('backup');
    const output = { kind: 'console', byte: 65, number: 1 } as const;
    end.replica.console.kept.push({ ...held(1), output });
    return end;
  };
  const checkpoint = (generation: number): ProtocolMessage => ({
    kind: 'checkpoint',
    message: {
      kind: 'checkpoint',
      generation,
      epoch: 7,
      pages: [],
      blocks: [],
      registers: null,
      guestTicks: 0,
      pendingIo: [],
      console: [],
    },
  });

  test.each<[string, () => End, (generation: number) => ProtocolMessage]>([
    [
      'entries',
      () => inGeneration('backup'),
      (generation) => ({
        kind: 'channel',
        message: { kind: 'entries', generation, first: 1, last: 1, bytes: encodeEntry(entry(1)) },
      }),
    ],
    [
      'an acknowledgement',
      withGate,
      (generation) => ({
        kind: 'channel',
        message: { kind: 'ack', generation, through: 1, executed: 1, window: 500 },
      }),
    ],
    [
      'a backup’s heartbeat',
      withGate,
      (generation) => ({
        kind: 'channel',
        message: { kind: 'heartbeat', generation, executed: 1, released: 0 },
      }),
    ],
    [
      'a primary’s heartbeat',
      kept,
      (generation) => ({
        kind: 'channel',
        message: { kind: 'heartbeat', generation, executed: 0, released: 1 },
      }),
    ],
    [
      'the word that the VM has ended',
      () => inGeneration('backup'),
      (generation) => ({
        kind: 'channel',
        message: { kind: 'ended', generation, ending: { reason: 'guestExit', code: 0 } },
      }),
    ],
    ['a checkpoint', () => inGeneration('backup'), checkpoint],
    [
      'the word that a checkpoint has arrived',
      withGate,
      (generation) => ({
        kind: 'checkpoint',
        message: { kind: 'checkpointReceived', generation, epoch: 1 },
      }),
    ],
    ['a flag that is won', asking('primary'), (generation) => ({ kind: 'flag', generation, won: true })],
    ['a flag that is lost', asking('backup'), (generation) => ({ kind: 'flag', generation, won: false })],
    [
      'the word that the other machine has moved',
      () => inGeneration('primary'),
      (generation) => ({ kind: 'transfer', message: { kind: 'moved', generation } }),
    ],
    [
      'a wish for quiet disks',
      () => inGeneration('primary'),
      (generation) => ({ kind: 'transfer', message: { kind: 'quiesce', generation } }),
    ],
    [
      'the end of that wish',
      quiescing,
      (generation) => ({ kind: 'transfer', message: { kind: 'resumeIo', generation } }),
    ],
  ])('%s changes nothing', (_, make, message) => {
    // The new place of a machine that has moved is another host than before.
    const isMove = message(0).kind === 'transfer';
    for (const generation of [GENERATION - 2, GENERATION - 1, GENERATION + 1]) {
      const end = make();
      expect(hears(end, message(generation), isMove ? 'C' : 'A')).toEqual([]);
      expect(end).toEqual(make());
    }
    const end = make();
    hears(end, message(GENERATION), isMove ? 'C' : 'A');
    expect(end).not.toEqual(make());
  });

  test('nothing is told, and from a stranger nothing is taken', () => {
    for (const [role, message] of [
      [
        'backup',
        { kind: 'entries', generation: GENERATION, first: 1, last: 1, bytes: encodeEntry(entry(1)) },
      ],
      ['primary', { kind: 'ack', generation: GENERATION, through: 1, executed: 1, window: 5 }],
    ] as const) {
      const end = inGeneration(role);
      expect(hears(end, { kind: 'channel', message }, 'C')).toEqual([]);
      expect(end).toEqual(inGeneration(role));
    }
    const end = inGeneration('backup');
    expect(hears(end, checkpoint(GENERATION), 'C')).toEqual([]);
    expect(end).toEqual(inGeneration('backup'));
  });
});

describe('of another transfer, earlier or later', () => {
  const NUMBER = 5;
  const transfer = (said: Partial<Transfer>): Transfer => ({
    purpose: 'movePrimary',
    target: 'C',
    number: NUMBER,
    generation: GENERATION,
    round: 1,
    stage: 'copying',
    pausedAt: START,
    ...said,
  });
  const source =
    (said: Partial<Transfer> = {}) =>
    (): End => {
      const end = inGeneration('primary');
      end.transfer = transfer(said);
      return end;
    };
  const handover = (): MachineHandover => ({
    purpose: 'movePrimary',
    generation: GENERATION,
    peer: 'A',
    registers: { cpu: { instructions: NO_INSTRUCTIONS } },
    guestTicks: 0,
    vmPercent: 50,
    replica: createReplica('primary', GENERATION, protocol, START),
    pendingIo: [],
  });
  const target = (isComplete: boolean) => (): End => {
    const end = inGeneration('spare');
    end.incoming = { purpose: 'movePrimary', from: 'C', number: NUMBER, pages: 1 };
    if (isComplete) end.handover = handover();
    return end;
  };
  const pages = { pages: [], blocks: [] };

  test.each<[string, () => End, (number: number) => TransferMessage]>([
    ['a round’s receipt', source(), (number) => ({ kind: 'roundReceived', number, round: 1 })],
    ['a word of readiness', source({ stage: 'paused' }), (number) => ({ kind: 'ready', number })],
    [
      'pages',
      target(false),
      (number) => ({
        kind: 'pages',
        purpose: 'movePrimary',
        number,
        round: 2,
        before: 1,
        ...pages,
        pages: [{ page: 1, bytes: new Uint8Array(4096) }],
        endsRound: true,
      }),
    ],
    ['a state', target(false), (number) => ({ kind: 'state', number, ...pages, state: handover() })],
    ['a word to begin', target(true), (number) => ({ kind: 'go', number, deferred: [] })],
    ['a cancellation', target(false), (number) => ({ kind: 'cancel', number })],
  ])('%s changes nothing', (_, make, message) => {
    const of = (number: number) => ({ kind: 'transfer', message: message(number) }) as const;
    for (const number of [NUMBER - 1, NUMBER + 1]) {
      const end = make();
      expect(hears(end, of(number), 'C')).toEqual([]);
      expect(end).toEqual(make());
    }
    const fromStranger = make();
    expect(hears(fromStranger, of(NUMBER), 'D')).toEqual([]);
    expect(fromStranger).toEqual(make());
    const end = make();
    hears(end, of(NUMBER), 'C');
    expect(end).not.toEqual(make());
  });

  test('a state, a word to begin and a round’s receipt that come at another stage change nothing', () => {
    for (const [make, message] of [
      [source({ stage: 'paused' }), { kind: 'roundReceived', number: NUMBER, round: 1 }],
      [source({ stage: 'quiescing' }), { kind: 'roundReceived', number: NUMBER, round: 1 }],
      [source(), { kind: 'ready', number: NUMBER }],
      [target(false), { kind: 'go', number: NUMBER, deferred: [] }],
    ] as [() => End, TransferMessage][]) {
      const end = make();
      expect(hears(end, { kind: 'transfer', message }, 'C')).toEqual([]);
      expect(end).toEqual(make());
    }
  });
});

describe('what was queued', () => {
  /** A replica that has everything queued that a role can have. */
  function busy(role: Role): Replica {
    const replica = createReplica(role, GENERATION, protocol, START);
    const written = { kind: 'console', byte: 65, number: 1 } as const;
    replica.gate.push(held(1));
    replica.reproduced.push(held(2));
    replica.lastDropped = held(1);
    replica.console = { released: 0, kept: [{ ...held(1), output: written }] };
    replica.unreadByBackup.push({ sequence: 9, sector: 7, sectors: 1 });
    replica.receiver = { ...replica.receiver, receivedThrough: 4, consumedThrough: 4, barrier: count(40) };
    replica.sender = {
      ...replica.sender,
      nextSequence: 9,
      nextToSend: 9,
      ackedThrough: 7,
      inFlight: 40,
      held: 40,
    };
    replica.sender.unexecuted.push({ sequence: 8, at: START, possible: START });
    replica.pacingPercent = 40;
    replica.isQuiescing = true;
    replica.epoch = 6;
    return replica;
  }

  test('as a backup has left or is gone once it acts for the VM', () => {
    const end = endOf(busy('backup'));
    end.replica.receiver.entries.push(entry(5, { kind: 'timer', time: 3 }));
    end.replica.receiver.held = 28;
    end.replica.arbitration = 'won';
    const out = receiveMessage(end, CONFIG, 'A', { kind: 'flag', generation: 9, won: true }, momentAt(50));
    expect(kinds(out)).toContain('note wentLive');
    expect(end.replica).toMatchObject({ role: 'solo', reproduced: [], console: { released: 1, kept: [] } });
    expect(end.replica.receiver).toMatchObject({ entries: [], held: 0, consumedThrough: 4 });
    // Entries that come now are for nobody.
    const bytes = encodeEntry(entry(6));
    const message = { kind: 'entries', generation: GENERATION, first: 6, last: 6, bytes } as const;
    expect(kinds(hears(end, { kind: 'channel', message }))).toEqual([]);
    expect(end.replica.receiver.entries).toEqual([]);
  });

  test('as a primary is gone once it is alone: nothing is logged, nothing waits', () => {
    const end = endOf(busy('primary'));
    end.replica.pendingIo.push({ operation: diskWrite(1, 7), isGated: false, issued: false });
    end.replica.arbitration = 'asking';
    const out = hears(end, { kind: 'flag', generation: GENERATION, won: true }, 'disk');
    expect(kinds(out)).toEqual(expect.arrayContaining(['releaseOutput', 'issueIo', 'changePace']));
    expect(end.replica).toMatchObject({ role: 'solo', gate: [], unreadByBackup: [], pacingPercent: 100 });
    expect(end.replica.sender).toMatchObject({ entries: [], held: 0, inFlight: 0, unexecuted: [] });
    expect(kinds(emitted(end, CONFIG, [packet(3)], momentAt(60)))).toEqual(['releaseOutput']);
  });

  /** The primary of the next generation, of a VM whose clone has just been handed over. */
  function cloned(): End {
    const end = endOf(busy('solo'));
    end.peer = null;
    end.replica.isQuiescing = false;
    end.transfer = {
      purpose: 'clone',
      target: 'C',
      number: 1,
      generation: GENERATION + 1,
      round: 1,
      stage: 'copying',
      pausedAt: START,
    };
    end.replica.pendingIo.push({ operation: read(4), isGated: false, issued: true });
    hears(end, { kind: 'transfer', message: { kind: 'roundReceived', number: 1, round: 1 } }, 'C');
    return end;
  }

  test('in the generation before is nothing to a new primary, but the disk’s operations and the console', () => {
    const end = cloned();
    const { pendingIo, console } = end.replica;
    const fresh = createReplica('primary', GENERATION + 1, protocol, START);
    expect(pendingIo.map(({ operation }) => operation.request)).toEqual([4]);
    expect(console).toEqual(busy('solo').console);
    expect(end.peer).toBe('C');
    expect({ ...end.replica, pendingIo: [], console: fresh.console }).toEqual(fresh);
  });

  test('in the generation before does not come back when its messages do', () => {
    const end = cloned();
    const before = structuredClone(end.replica);
    const ack = { kind: 'ack', generation: GENERATION, through: 9, executed: 9, window: 1 } as const;
    for (const from of ['A', 'C']) expect(hears(end, { kind: 'channel', message: ack }, from)).toEqual([]);
    expect(end.replica).toEqual(before);
    end.transfer = null;
    expect(endDecidedClone(end, [])).toBeUndefined();
    expect(kinds(emitted(end, CONFIG, [packet(3)], momentAt(60)))).toContain('note outputHeld');
    expect(end.replica.gate.map(({ sequence }) => sequence)).toEqual([1]);
  });

  const stateFrom = (end: End, purpose: MachineHandover['purpose'], replica: Replica | null): Effect[] => {
    const round = { purpose, number: 2, round: 1, before: 0, pages: [], blocks: [], endsRound: true };
    hears(end, { kind: 'transfer', message: { kind: 'pages', ...round } });
    const state: MachineHandover = {
      purpose,
      generation: GENERATION + 1,
      peer: 'C',
      registers: { cpu: { instructions: count(70) } },
      guestTicks: 0,
      vmPercent: 60,
      replica,
      pendingIo: [{ operation: diskWrite(2), isGated: true, issued: true, issue: 3 }],
    };
    return hears(end, {
      kind: 'transfer',
      message: { kind: 'state', number: 2, pages: [], blocks: [], state },
    });
  };

  test('on a host is nothing to the backup that comes there', () => {
    const end = endOf({ ...busy('halted'), haltReason: 'lostArbitration', arbitration: 'asking' });
    expect(kinds(stateFrom(end, 'clone', null))).toContain('note paired');
    const fresh = createReplica('backup', GENERATION + 1, protocol, START);
    fresh.receiver.barrier = count(70);
    fresh.pendingIo = [{ operation: diskWrite(2), isGated: true, issued: false, issue: 3 }];
    expect(end.replica).toEqual(fresh);
    expect(end).toMatchObject({ peer: 'A', incoming: null, vmPercent: 60 });
  });

  test('on a host is nothing to the machine that moves there: it brings its own', () => {
    const end = endOf({ ...busy('halted'), haltReason: 'lostArbitration' });
    const brought = createReplica('primary', GENERATION + 1, protocol, START);
    brought.gate.push(held(3));
    stateFrom(end, 'movePrimary', structuredClone(brought));
    hears(end, { kind: 'transfer', message: { kind: 'go', number: 2, deferred: [] } });
    expect(end.replica).toEqual(brought);
    expect(end).toMatchObject({ peer: 'C', incoming: null, handover: null });
  });

  test('at the source of a move stays with the machine that has gone', () => {
    for (const [role, purpose] of [
      ['primary', 'movePrimary'],
      ['backup', 'moveBackup'],
    ] as const) {
      const end = endOf(busy(role));
      const stage = 'paused';
      const generation = GENERATION;
      end.transfer = { purpose, target: 'C', number: 1, generation, round: 1, stage, pausedAt: START };
      hears(end, { kind: 'transfer', message: { kind: 'ready', number: 1 } }, 'C');
      expect(end.replica).toEqual(createReplica('spare', GENERATION, protocol, START));
      expect(end).toMatchObject({ peer: null, transfer: null });
    }
  });
});

test('while a machine is handed over, what comes for it is lost here, and comes again where it is', () => {
  for (const purpose of ['clone', 'movePrimary'] as const) {
    const end = inGeneration('primary');
    const stage = 'paused';
    const generation = GENERATION;
    end.transfer = { purpose, target: 'A', number: 1, generation, round: 1, stage, pausedAt: START };
    const ack = { kind: 'ack', generation, through: 0, executed: 0, window: milliseconds(1) } as const;
    const out = hears(end, { kind: 'channel', message: ack });
    expect(kinds(out)).toEqual(purpose === 'clone' ? ['setTimer silence'] : []);
  }
});
