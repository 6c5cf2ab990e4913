// §3.4, §4: which disk operations race, which may be handed to the storage and when, and what who goes live does again.
import { describe, expect, test } from 'vitest';
import { receive } from './ack-on-receipt.ts';
import {
  awaitsAnswer,
  awaitsOwnIo,
  finishIo,
  issueReady,
  numberIssue,
  ownIoDone,
  race,
  reissuePendingIo,
  startIo,
  ungate,
} from './disk-io.ts';
import type { Effect } from './effects.ts';
import { encodeEntry } from './entry.ts';
import { executedThrough } from './logging-channel.ts';
import { emitted, entered, issued as handedOver, stopped } from './machine-events.ts';
import type { PairMessage } from './messages.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import { receiveTimer } from './receive-timer.ts';
import type { PendingIo, ProtocolConfig, Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  collect,
  diskWrite,
  endConfig,
  endOf,
  entry,
  kinds,
  momentAt,
  notes,
  packet,
  primary,
  read,
  sent,
} from './testing/replicas.ts';

type Operation = PendingIo['operation'];

const flush = (request: number): Operation => ({ kind: 'diskFlush', request });

const issued = (out: readonly Effect[]): number[] =>
  out.flatMap((command) => (command.kind === 'issueIo' ? [command.io.operation.request] : []));
const begin = (replica: Replica, operation: Operation, config: ProtocolConfig = CONFIG): Effect[] =>
  collect((out) => startIo(replica, config, operation, out));

/** Its gate opens. */
const release = (replica: Replica, request: number, out: Effect[]): void => {
  ungate(replica, request);
  issueReady(replica, CONFIG, out);
};

describe('operations race', () => {
  test.each<[string, Operation, Operation, boolean]>([
    ['two reads of one sector into other pages', read(1), read(2, 7, 0x8000_1000), false],
    ['two reads into one page', read(1, 7, 0x8000_0000), read(2, 9, 0x8000_0ffc), true],
    ['a read that ends where the next page begins', read(1, 7, 0x8000_0e00), read(2, 9, 0x8000_1000), false],
    ['a read across the end of a page', read(1, 7, 0x8000_0e04), read(2, 9, 0x8000_1000), true],
    ['a write and a read of its sector', diskWrite(1, 7), read(2, 7), true],
    ['a write and a read that ends on its sector', diskWrite(1, 8), read(2, 6, 0x8000_0000, 3), true],
    ['a write and a read that ends before it', diskWrite(1, 9), read(2, 6, 0x8000_0000, 3), false],
    ['two writes of one sector', diskWrite(1, 7), diskWrite(2, 7), true],
    ['two writes of neighbours', diskWrite(1, 7), diskWrite(2, 8), false],
    ['a flush and a write', flush(1), diskWrite(2, 0), false],
  ])('%s: %#', (_, a, b, isRace) => {
    expect(race(a, b)).toBe(isRace);
    expect(race(b, a)).toBe(isRace);
  });

  test('and then the later waits for the earlier, which is told', () => {
    const replica = primary();
    expect(issued(begin(replica, read(1)))).toEqual([1]);
    const out = begin(replica, read(2));
    expect(notes(out)).toEqual([
      { kind: 'ioStarted', operation: read(2) },
      { kind: 'ioSerialized', io: 2, behind: 1 },
    ]);
    expect(issued(out)).toEqual([]);
    expect(issued(begin(replica, read(3, 9, 0x8000_5000)))).toEqual([3]);
    expect(issued(collect((out) => finishIo(replica, CONFIG, { request: 1, ok: true }, out)))).toEqual([2]);
  });

  test('and go out together when the rule is off', () => {
    const config = { ...CONFIG, rules: { ...ALL_RULES, serializedRaces: false } };
    const replica = primary();
    begin(replica, read(1), config);
    const out = begin(replica, read(2), config);
    expect(kinds(out)).toEqual(['note ioStarted', 'issueIo']);
  });
});

describe('a write', () => {
  test('to the shared disk is an output: it goes when its gate opens', () => {
    const replica = primary();
    expect(issued(begin(replica, diskWrite(1)))).toEqual([]);
    expect(issued(begin(replica, diskWrite(2, 9)))).toEqual([]);
    expect(issued(collect((out) => release(replica, 1, out)))).toEqual([1]);
    expect(issued(collect((out) => release(replica, 1, out)))).toEqual([]);
  });

  test('to a disk of one’s own goes at once, on the backup too (§4.1)', () => {
    const config = { ...CONFIG, isDiskShared: false };
    for (const replica of [primary(), backup()])
      expect(issued(begin(replica, diskWrite(1), config))).toEqual([1]);
  });

  test('waits until the backup has read what was there (§4.2)', () => {
    const replica = primary();
    replica.unreadByBackup = [{ sequence: 4, sector: 6, sectors: 2 }];
    begin(replica, diskWrite(1, 7));
    expect(issued(collect((out) => release(replica, 1, out)))).toEqual([]);
    begin(replica, diskWrite(2, 8));
    expect(issued(collect((out) => release(replica, 2, out)))).toEqual([2]);
    replica.unreadByBackup = [];
    expect(issued(collect((out) => issueReady(replica, CONFIG, out)))).toEqual([1]);
  });
});

describe('with a backup that reads itself (§4.2)', () => {
  const config = endConfig({ backupReads: true });
  const { protocol } = config;
  const done = { kind: 'diskCompletion', request: 1, ok: true, bytes: new Uint8Array(512) } as const;

  /** A primary whose read of sector 7 has completed in the guest, by the third entry; a write there waits, its gate open. */
  function afterRead(): { end: End; wait: () => number[] } {
    const end = endOf(primary());
    const { replica } = end;
    begin(replica, read(1), protocol);
    for (const time of [1, 2]) entered(end, config, { kind: 'clock', time }, momentAt(time));
    entered(end, config, done, momentAt(3));
    expect(replica.sender.nextSequence).toBe(4);
    begin(replica, diskWrite(2, 7), protocol);
    ungate(replica, 2);
    return {
      end,
      wait: () => replica.pendingIo.filter((io) => !io.issued).map((io) => io.operation.request),
    };
  }
  const hears = (end: End, message: PairMessage): Effect[] =>
    receiveMessage(end, config, 'A', { kind: 'channel', message }, momentAt(9));

  test.each<[string, (executed: number) => PairMessage]>([
    [
      'an acknowledgement',
      (executed) => ({ kind: 'ack', generation: 1, through: 3, executed, window: 1000 }),
    ],
    ['a heartbeat', (executed) => ({ kind: 'heartbeat', generation: 1, executed, released: 0 })],
  ])('a write waits until %s says that exactly the read’s entry is executed', (_, message) => {
    const { end, wait } = afterRead();
    expect(issued(hears(end, message(2)))).toEqual([]);
    expect(wait()).toEqual([2]);
    expect(issued(hears(end, message(3)))).toEqual([2]);
    expect(end.replica.unreadByBackup).toEqual([]);
  });

  test('a write that raced with the read waits for the backup’s too', () => {
    const { replica } = endOf(primary());
    begin(replica, read(1), protocol);
    begin(replica, diskWrite(2, 7), protocol);
    ungate(replica, 2);
    const completed = collect((out) => finishIo(replica, protocol, { request: 1, ok: true }, out));
    expect(issued(completed)).toEqual([]);
    executedThrough(replica, 1);
    expect(issued(collect((out) => issueReady(replica, protocol, out)))).toEqual([2]);
  });

  test.each<[string, Replica, Partial<ProtocolConfig>]>([
    ['its backup does not read', primary(), { backupReads: false }],
    ['each host has its own disk', primary(), { isDiskShared: false }],
    ['there is no backup', Object.assign(primary(), { role: 'solo' as const }), {}],
  ])('nothing is waited for when %s', (_, replica, said) => {
    const { protocol: other } = endConfig({ backupReads: true, ...said });
    begin(replica, read(1), other);
    collect((out) => finishIo(replica, other, { request: 1, ok: true }, out));
    expect(replica.unreadByBackup).toEqual([]);
  });

  test('nor for a write, which nobody does twice', () => {
    const replica = primary();
    begin(replica, diskWrite(1), protocol);
    collect((out) => finishIo(replica, protocol, { request: 1, ok: true }, out));
    expect(replica.unreadByBackup).toEqual([]);
  });

  test('the log does not repeat what was read', () => {
    const end = endOf(primary());
    begin(end.replica, read(1), protocol);
    const logged = notes(entered(end, config, done, momentAt(3))).find(({ kind }) => kind === 'recorded');
    expect(logged).toMatchObject({ entry: { kind: 'diskCompletion', request: 1, ok: true } });
    expect(logged).not.toHaveProperty('entry.bytes');
  });

  test('the backup says so as soon as it has read, with the number of exactly that entry', () => {
    const end = endOf(backup());
    const { replica } = end;
    begin(replica, read(1), protocol);
    const { bytes: _, ...completion } = done;
    for (const one of [entry(1), entry(2, completion), entry(3)])
      receive(replica.receiver, encodeEntry(one), []);
    replica.receiver.entries.shift();
    replica.receiver.advertised = 1000;
    expect(sent(stopped(end, config, momentAt(20)), 'ack')).toEqual([]);
    const answer = { kind: 'ownIo', request: 1, ok: true, bytes: new Uint8Array(512) } as const;
    expect(sent(receiveMessage(end, config, 'disk', answer, momentAt(20)), 'ack')).toMatchObject([
      { executed: 2, through: 3 },
    ]);
  });
});

describe('a backup', () => {
  test('leaves a shared disk to the primary, but for reads when it is told to read', () => {
    const replica = backup();
    expect(issued(begin(replica, read(1)))).toEqual([]);
    const config = { ...CONFIG, backupReads: true };
    expect(issued(begin(replica, read(2, 9, 0x8000_5000), config))).toEqual([1, 2]);
    expect(issued(begin(replica, diskWrite(3, 20), config))).toEqual([]);
  });

  test('has to wait for its own operation where it carries it out, and only there', () => {
    const config = { ...CONFIG, backupReads: true };
    const replica = backup();
    begin(replica, read(1), config);
    begin(replica, diskWrite(2, 20), config);
    expect([1, 2, 3].map((request) => awaitsOwnIo(replica, config, request))).toEqual([true, false, false]);
    (replica.pendingIo[0] as PendingIo).own = { ok: true };
    expect(awaitsOwnIo(replica, config, 1)).toBe(false);
    expect(awaitsOwnIo(backup(), config, 1)).toBe(false);
  });
});

test('who quiesces begins nothing, and begins what has waited afterwards', () => {
  const replica = primary();
  replica.isQuiescing = true;
  expect(issued(begin(replica, read(1)))).toEqual([]);
  replica.isQuiescing = false;
  expect(issued(collect((out) => issueReady(replica, CONFIG, out)))).toEqual([1]);
});

describe('who goes live', () => {
  const alone = (): Replica => {
    const replica = backup();
    for (const operation of [diskWrite(1, 7), diskWrite(2, 7), read(3, 9)]) begin(replica, operation);
    replica.role = 'solo';
    return replica;
  };

  test('issues again what is pending, gate or no gate, races in their order', () => {
    const replica = alone();
    const out = collect((out) => reissuePendingIo(replica, CONFIG, out));
    expect(notes(out)).toEqual([{ kind: 'ioReissued', count: 3 }]);
    expect(issued(out)).toEqual([1, 3]);
    expect(out.every((command) => command.kind !== 'issueIo' || command.again)).toBe(true);
    expect(issued(collect((out) => finishIo(replica, CONFIG, { request: 1, ok: true }, out)))).toEqual([2]);
  });

  test('completes by what has come of it what it has carried out itself', () => {
    const replica = alone();
    const [write] = replica.pendingIo as [PendingIo];
    write.issued = true;
    write.own = { ok: true };
    const out = collect((out) => reissuePendingIo(replica, CONFIG, out));
    expect(kinds(out)).toEqual(['enter', 'note ioReissued', 'issueIo']);
  });

  test('does nothing about it when the rule is off, then nor later, whatever begins then', () => {
    const replica = alone();
    (replica.pendingIo[0] as PendingIo).own = { ok: true };
    const config = { ...CONFIG, rules: { ...ALL_RULES, reissueIo: false } };
    expect(collect((out) => reissuePendingIo(replica, config, out))).toEqual([]);
    expect(issued(begin(replica, read(4, 30, 0x8000_9000), config))).toEqual([4]);
    expect(issued(begin(replica, read(5, 9), config))).toEqual([]);
  });
});

describe('an operation without an answer', () => {
  const config = endConfig({ isDiskShared: false });
  const due = (end: End, request: number, issue: number): Effect[] =>
    receiveTimer(end, config, { timer: 'storage', request, issue }, momentAt(9));
  /** A host with two operations under way, each handed over once. */
  function underWay(role: Replica['role'] = 'primary'): End {
    const end = endOf(primary());
    for (const [i, operation] of [read(1), read(2, 9, 0x8000_5000)].entries()) {
      begin(end.replica, operation, config.protocol);
      handedOver(end, operation.request, 10 + i);
    }
    end.replica.role = role;
    return end;
  }

  test.each(['primary', 'backup', 'solo'] as const)('is handed over again, that one, by a %s', (role) => {
    const out = due(underWay(role), 2, 11);
    expect(issued(out)).toEqual([2]);
    expect(out).toMatchObject([{ again: true }]);
  });

  test.each<[string, End, number, number]>([
    ['it was handed over since', underWay(), 2, 10],
    ['there is no such operation', underWay(), 3, 10],
    ['its host has halted', underWay('halted'), 2, 11],
    ['its host runs no VM', underWay('spare'), 2, 11],
  ])('is not when %s', (_, end, request, issue) => {
    expect(due(end, request, issue)).toEqual([]);
  });

  test('is awaited, each by itself, until it has come to something or is handed over again', () => {
    const { replica } = underWay();
    const awaited = () =>
      (
        [
          [1, 10],
          [2, 11],
          [1, 11],
          [3, 10],
        ] as const
      ).map(([request, issue]) => awaitsAnswer(replica, request, issue));
    expect(awaited()).toEqual([true, true, false, false]);
    (replica.pendingIo[0] as PendingIo).own = { ok: true };
    expect(awaited()).toEqual([false, true, false, false]);
    numberIssue(replica, 2, 12);
    expect(awaited()).toEqual([false, false, false, false]);
  });

  test('is numbered only as long as it is there', () => {
    const end = underWay();
    numberIssue(end.replica, 3, 12);
    expect(end.replica.pendingIo.map(({ issue }) => issue)).toEqual([10, 11]);
  });

  test('is not when it has come to something, nor when it has to wait anew', () => {
    const end = underWay();
    const [first, second] = end.replica.pendingIo as [PendingIo, PendingIo];
    first.own = { ok: true };
    second.issued = false;
    end.replica.isQuiescing = true;
    expect([...due(end, 1, 10), ...due(end, 2, 11)]).toEqual([]);
  });
});

describe('what a backup has carried out itself', () => {
  const answer = (replica: Replica, ok: boolean, isDiskShared: boolean, request = 2): void =>
    ownIoDone(replica, { ...CONFIG, isDiskShared }, { request, ok });
  const carrying = (): Replica => {
    const replica = backup();
    replica.pendingIo = [
      { operation: read(1), isGated: false, issued: true },
      { operation: read(2, 9), isGated: false, issued: true },
      { operation: read(3, 11), isGated: false, issued: false },
    ];
    return replica;
  };
  const owns = ({ pendingIo }: Replica) => pendingIo.map(({ own }) => own);

  test('is noted of that operation; a failure on a shared disk is not, for there it is tried again', () => {
    for (const [ok, isShared, own] of [
      [true, true, { ok: true }],
      [false, false, { ok: false }],
      [false, true, undefined],
    ] as const) {
      const replica = carrying();
      answer(replica, ok, isShared);
      expect(owns(replica)).toEqual([undefined, own, undefined]);
    }
  });

  test('is nothing to one that is not under way, or not known', () => {
    const replica = carrying();
    for (const request of [3, 4]) answer(replica, true, true, request);
    expect(owns(replica)).toEqual([undefined, undefined, undefined]);
  });

  test('enters as it went when the host goes live, and the others alone are issued', () => {
    const replica = carrying();
    replica.role = 'solo';
    answer(replica, false, false);
    const out = collect((out) => reissuePendingIo(replica, CONFIG, out));
    expect(out.filter(({ kind }) => kind === 'enter')).toEqual([
      { kind: 'enter', arrival: { kind: 'diskCompletion', request: 2, ok: false } },
    ]);
    expect(notes(out)).toEqual([{ kind: 'ioReissued', count: 1 }]);
  });
});

test('each kind of disk operation that the guest starts is one; a packet is none', () => {
  const end = endOf(primary());
  const out = emitted(end, endConfig(), [read(1), diskWrite(2, 9), flush(3), packet(1)], momentAt(5));
  expect(notes(out).filter(({ kind }) => kind === 'ioStarted')).toHaveLength(3);
  // The first time; and no operation races with itself.
  expect(out.filter(({ kind }) => kind === 'issueIo')).toMatchObject([{ again: false }, { again: false }]);
  expect(notes(out).some(({ kind }) => kind === 'ioSerialized')).toBe(false);
});

test('a completion finishes its own operation, and one that is not known none', () => {
  const replica = primary();
  for (const operation of [read(1), read(2, 9, 0x8000_5000)]) begin(replica, operation);
  const left = () => replica.pendingIo.map(({ operation }) => operation.request);
  collect((out) => finishIo(replica, CONFIG, { request: 9, ok: true }, out));
  expect(left()).toEqual([1, 2]);
  collect((out) => finishIo(replica, CONFIG, { request: 2, ok: true }, out));
  expect(left()).toEqual([1]);
});

test('a read need not wait for the backup’s, nor a backup for a quiet disk', () => {
  const replica = primary();
  replica.unreadByBackup = [{ sequence: 4, sector: 7, sectors: 1 }];
  expect(issued(begin(replica, read(1, 7)))).toEqual([1]);
  const other = backup();
  other.isQuiescing = true;
  expect(issued(begin(other, read(1), { ...CONFIG, isDiskShared: false }))).toEqual([1]);
});
