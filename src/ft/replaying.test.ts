// §2.1: where a backup may run to, what enters its machine, and how it finds out that it has gone astray.
import { describe, expect, test } from 'vitest';
import { START } from '../sim/time.ts';
import { freeBytes, receive } from './ack-on-receipt.ts';
import { diverge } from './divergence.ts';
import type { Effect } from './effects.ts';
import { type EntryBody, encodeEntry, type LogEntry, type Output } from './entry.ts';
import { emitted, guestEnded, stopped } from './machine-events.ts';
import type { End, Moment } from './pair-end.ts';
import { outputEntry } from './recording.ts';
import { entryDue, injectionOf, matchOutput, replayLimit, valueDue } from './replaying.ts';
import type { PendingIo, ProtocolConfig, Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  count,
  diskWrite,
  endConfig,
  endOf,
  entry,
  heldOutput,
  kinds,
  momentAt,
  notes,
  packet,
  read,
  sent,
  sized,
  transferOf,
} from './testing/replicas.ts';

describe('a backup', () => {
  test('runs to its next entry and no further; without one not at all', () => {
    const replica = backup();
    expect(replayLimit(replica, CONFIG)).toBeUndefined();
    for (const n of [1, 2]) receive(replica.receiver, encodeEntry(entry(n)), []);
    expect(replayLimit(replica, CONFIG)).toBe(10);
  });

  test('puts into its machine what the log says, but for outputs', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(injectionOf(entry(1, { kind: 'timer', time: 55 }))).toEqual({ kind: 'timer' });
    expect(injectionOf(entry(1, { kind: 'packet', bytes }))).toMatchObject({ kind: 'packet', bytes });
    expect(injectionOf(entry(1, { kind: 'diskCompletion', request: 3, ok: true }))).toMatchObject({
      kind: 'diskCompletion',
      request: 3,
      ok: true,
    });
    expect(injectionOf(entry(1, outputEntry(packet(1))))).toBeUndefined();
  });
});

describe('an output that replay has produced', () => {
  type OutputEntry = Extract<LogEntry, { kind: 'output' }>;

  const produced = (output: Output, instruction: number): Replica => {
    const replica = backup();
    replica.reproduced.push({ sequence: 0, instruction: count(instruction), output, producedAt: START });
    return replica;
  };
  const entryOf = (output: Output): OutputEntry => entry(4, outputEntry(output)) as OutputEntry;

  test('is dropped when the log has the same one there', () => {
    const replica = produced(packet(1, 2), 40);
    const dropped = matchOutput(replica, CONFIG, entryOf(packet(1, 2)));
    expect(dropped).toMatchObject({ sequence: 4, instruction: 40, output: packet(1, 2) });
    expect(replica.lastDropped).toBe(dropped);
    expect(replica.reproduced).toEqual([]);
  });

  test.each<[string, Output, number, Output]>([
    ['at another instruction', packet(1, 2), 39, packet(1, 2)],
    ['of other bytes', packet(1, 3), 40, packet(1, 2)],
    ['of another length', packet(1, 2, 0), 40, packet(1, 2)],
    ['of another kind', diskWrite(1), 40, packet(1, 2)],
    ['of another kind with the same bytes', { kind: 'console', byte: 65, number: 1 }, 40, packet(65)],
    ['to another block', diskWrite(1, 8), 40, diskWrite(1, 7)],
  ])('is not the one in the log when it is %s', (_, output, instruction, logged) => {
    expect(matchOutput(produced(output, instruction), CONFIG, entryOf(logged))).toBeUndefined();
  });

  test('is not the one in the log that is said to be longer', () => {
    const logged = { ...entryOf(packet(1, 2)), length: 3 };
    expect(matchOutput(produced(packet(1, 2), 40), CONFIG, logged)).toBeUndefined();
  });

  test('is missed when there is none', () => {
    expect(matchOutput(backup(), CONFIG, entryOf(packet(1)))).toBeUndefined();
  });
});

test('a replay that does not meet its log halts, and says what it expected and what it found', () => {
  const replica = backup();
  const out: Effect[] = [];
  diverge(replica, CONFIG, entry(4), 'another instruction', out);
  expect(replica).toMatchObject({ role: 'halted', haltReason: 'diverged' });
  expect(notes(out)).toEqual([
    { kind: 'diverged', sequence: 4, expected: 'clock', found: 'another instruction' },
    { kind: 'halted', reason: 'diverged' },
  ]);
});

test.each(['halted', 'spare', 'primary'] as const)(
  'a machine that is no backup’s (%s) takes nothing from a log, whatever it asks for',
  (role) => {
    const end = endOf({ ...backup(), role });
    end.replica.receiver.entries.push(entry(1));
    for (const instruction of [9, 10])
      expect(stopped(end, endConfig(), { ...momentAt(instruction), asks: 'clock' })).toEqual([]);
  },
);

/** A backup with these entries in its log, of which the first is at instruction 10. */
function having(entries: LogEntry[], said: Partial<ProtocolConfig> = {}): End {
  const end = endOf(backup(said));
  for (const one of entries) receive(end.replica.receiver, encodeEntry(one), []);
  return end;
}
const TIMER = { kind: 'timer', time: 5 } as const;
/** What goes into the machine: of which entry, and by which injection. */
const replayed = (out: readonly Effect[]) =>
  out.flatMap((effect) => (effect.kind === 'replay' ? [[effect.entry.sequence, effect.injection]] : []));
/** So many entries at one instruction. */
const together = (...bodies: EntryBody[]): LogEntry[] =>
  bodies.map((body, i) => ({ ...entry(i + 1, body), instruction: count(10) }));

test('a machine takes all entries of its instruction, in order, and none of the next', () => {
  const end = having([...together(TIMER, { kind: 'console', byte: 65 }), entry(3, TIMER)]);
  expect(replayed(stopped(end, endConfig(), momentAt(10)))).toEqual([
    [1, { kind: 'timer' }],
    [2, expect.objectContaining({ byte: 65 })],
  ]);
  expect(end.replica.receiver).toMatchObject({ entries: [{ sequence: 3 }], consumedThrough: 2, held: 28 });
});

test('a contradiction is where it stops: nothing behind it is taken', () => {
  const end = having(together(outputEntry(packet(1)), TIMER));
  expect(replayed(stopped(end, endConfig(), momentAt(10)))).toEqual([]);
  expect(end.replica).toMatchObject({ role: 'halted', receiver: { consumedThrough: 0, held: 56 } });
});

test('an output met in the log is dropped, and replay goes on behind it', () => {
  const end = having(together(outputEntry(packet(1)), TIMER));
  emitted(end, endConfig(), [packet(1)], momentAt(10));
  expect(end.replica).toMatchObject({ role: 'backup', reproduced: [], receiver: { entries: [] } });
  const again = having(together(outputEntry(packet(1)), TIMER));
  expect(kinds(emitted(again, endConfig(), [packet(1)], momentAt(10)))).toEqual([
    'replay',
    'dropOutput',
    'replay',
  ]);
});

test('a guest’s end in the log waits until the machine has shown it, one instruction further at most', () => {
  const end = having(together({ kind: 'control', operation: 'end', value: 3 }));
  expect(replayLimit(end.replica, CONFIG)).toBe(11);
  expect(stopped(end, endConfig(), momentAt(10))).toEqual([]);
  const other = having(together({ kind: 'control', operation: 'share', value: 50 }));
  expect(replayLimit(other.replica, CONFIG)).toBe(10);
  expect(kinds(guestEnded(end, endConfig(), { reason: 'guestExit', code: 3 }, momentAt(10)))).toContain(
    'replay',
  );
});

test('a machine that is handed over takes nothing more of what is behind the word that disks are quiet', () => {
  const end = having(together({ kind: 'control', operation: 'quiesce', value: 0 }, TIMER));
  end.transfer = transferOf('moveBackup', 'quiescing');
  expect(replayed(stopped(end, endConfig(), momentAt(10)))).toEqual([[1, undefined]]);
  expect(end.transfer.stage).toBe('paused');
  expect(replayed(stopped(end, endConfig(), momentAt(10)))).toEqual([]);
  end.transfer = null;
  expect(replayed(stopped(end, endConfig(), momentAt(10)))).toEqual([[2, { kind: 'timer' }]]);
});

describe('a value that the machine asks for', () => {
  const asks = (value: 'clock' | 'entropy', instruction: number): Moment => ({
    ...momentAt(instruction),
    asks: value,
  });

  test('is the log’s, and what follows at the next instruction is taken at once', () => {
    const end = having([
      entry(1, { kind: 'clock', time: 77 }),
      { ...entry(2, TIMER), instruction: count(10) },
    ]);
    expect(stopped(end, endConfig(), asks('clock', 9))).toMatchObject([
      { kind: 'replay', entry: { sequence: 1 }, injection: { kind: 'clock', time: 77 }, ownValue: false },
      { kind: 'replay', entry: { sequence: 2 } },
    ]);
    expect(end.replica.receiver.entries).toEqual([]);
  });

  test('is the host’s own with that rule off, at the same place', () => {
    const config = endConfig({ rules: { ...ALL_RULES, loggedValues: false } });
    const end = having([entry(1, { kind: 'entropy', bits: 5 })]);
    expect(stopped(end, config, asks('entropy', 9))).toMatchObject([{ kind: 'replay', ownValue: true }]);
  });

  test.each<[string, LogEntry[], number]>([
    ['another value next', [entry(1, { kind: 'entropy', bits: 1 })], 9],
    ['another entry next', [entry(1, TIMER)], 9],
    ['it at another place', [entry(1)], 8],
    ['nothing', [], 9],
  ])('is a divergence where the log has %s', (_, entries, instruction) => {
    const end = having(entries);
    const out = stopped(end, endConfig(), asks('clock', instruction));
    expect(notes(out)).toMatchObject([{ kind: 'diverged', found: 'a read of clock' }, { kind: 'halted' }]);
    expect(replayed(out)).toEqual([]);
  });

  test.each<[string, Partial<ProtocolConfig>]>([
    ['without exact delivery', { rules: { ...ALL_RULES, exactDelivery: false } }],
    ['where operations are shipped', { mode: 'operations' }],
  ])('%s is waited for, and nothing enters meanwhile', (_, said) => {
    const end = having([entry(1, { kind: 'console', byte: 65 })], said);
    expect(stopped(end, endConfig(said), asks('clock', 9))).toEqual([{ kind: 'awaitValue', value: 'clock' }]);
    receive(end.replica.receiver, encodeEntry(entry(2, { kind: 'clock', time: 8 })), []);
    expect(replayed(stopped(end, endConfig(said), asks('clock', 9))).map(([sequence]) => sequence)).toEqual([
      2, 1,
    ]);
  });
});

describe('a completion', () => {
  const [logged, own] = [new Uint8Array(512).fill(1), new Uint8Array(512).fill(2)];
  const done = (ok: boolean, bytes?: Uint8Array<ArrayBuffer>) =>
    ({ kind: 'diskCompletion', request: 1, ok, ...(bytes ? { bytes } : {}) }) as const;
  const carriedOut = (operation: PendingIo['operation'], bytes = own): PendingIo => ({
    operation,
    isGated: false,
    issued: true,
    own: { ok: true, bytes },
  });

  test.each<[string, Partial<ProtocolConfig>, EntryBody, PendingIo[], Uint8Array | undefined]>([
    [
      'what the backup has read itself',
      { backupReads: true },
      done(true),
      [carriedOut(read(2), logged), carriedOut(read(1))],
      own,
    ],
    ['what the log says', {}, done(true, logged), [], logged],
    [
      'what the log says, though its own disk has said something',
      { isDiskShared: false },
      done(true, logged),
      [carriedOut(read(1))],
      logged,
    ],
    [
      'nothing, of a read that failed for the primary',
      { backupReads: true },
      done(false),
      [carriedOut(read(1))],
      undefined,
    ],
    [
      'nothing, of a write',
      { backupReads: true },
      done(true),
      [{ operation: diskWrite(1), isGated: false, issued: false }],
      undefined,
    ],
    ['nothing, of what is not known', { backupReads: true }, done(true), [], undefined],
  ])('brings %s', (_, said, body, pendingIo, bytes) => {
    const end = having([entry(1, body)], said);
    end.replica.pendingIo.push(...pendingIo);
    const out = stopped(end, endConfig(said), momentAt(10));
    expect(kinds(out)).toContain('note ioCompleted');
    expect(out.flatMap((effect) => (effect.kind === 'replay' ? [effect.injection] : []))).toEqual([
      { ...entry(1, body), bytes },
    ]);
    expect(end.replica.pendingIo.some(({ operation }) => operation.request === 1)).toBe(false);
  });
});

describe('an entry that is taken', () => {
  const acks = (said: Partial<ProtocolConfig>, body: EntryBody, arbitration: Replica['arbitration']) => {
    const end = having([entry(1, body), sized(2, 100)], said);
    end.replica.receiver.advertised = freeBytes(end.replica.receiver);
    end.replica.arbitration = arbitration;
    return sent(stopped(end, endConfig(said), momentAt(10)), 'ack').length;
  };
  const completion = { kind: 'diskCompletion', request: 9, ok: true } as const;
  const large = { kind: 'packet', bytes: new Uint8Array(280) } as const;

  test.each<[string, Partial<ProtocolConfig>, EntryBody, Replica['arbitration'], number]>([
    ['is not told of', {}, TIMER, 'none', 0],
    ['is, if it makes much room', {}, large, 'none', 1],
    ['is not by who may be about to go live', {}, large, 'asking', 0],
    ['is, if it is a read that the backup does itself', { backupReads: true }, completion, 'none', 1],
    ['is not, if it is another entry', { backupReads: true }, TIMER, 'none', 0],
    ['is not, if the log has what was read', {}, completion, 'none', 0],
  ])('%s (%o)', (_, said, body, arbitration, expected) => {
    expect(acks(said, body, arbitration)).toBe(expected);
  });
});

test('a backup with checkpoints begins no operation of its own disk by itself', () => {
  const end = endOf(backup({ mode: 'checkpoint', isDiskShared: false }));
  end.replica.pendingIo.push({ operation: read(1), isGated: false, issued: false });
  expect(stopped(end, endConfig({ mode: 'checkpoint', isDiskShared: false }), momentAt(0))).toEqual([]);
});

describe('without exact delivery', () => {
  const config = { ...CONFIG, rules: { ...ALL_RULES, exactDelivery: false } };
  const withEntries = (...entries: LogEntry[]): Replica => {
    const replica = backup();
    for (const one of entries) receive(replica.receiver, encodeEntry(one), []);
    return replica;
  };

  test('a backup runs as far as it likes, and takes what comes from outside when it is here', () => {
    const replica = withEntries(entry(1), entry(2, { kind: 'timer', time: 5 }));
    expect(replayLimit(replica, config)).toBe(Number.MAX_SAFE_INTEGER);
    expect(entryDue(replica, config, count(3))).toMatchObject({ sequence: 2 });
    expect(entryDue(replica, CONFIG, count(3))).toBeUndefined();
    expect(entryDue(replica, CONFIG, count(10))).toMatchObject({ sequence: 1 });
  });

  test('a value waits for the machine that asks, and is the next of its kind', () => {
    const replica = withEntries(entry(1, { kind: 'timer', time: 5 }), entry(2));
    expect(valueDue(replica, config, 'clock', count(3))).toMatchObject({ sequence: 2 });
    expect(valueDue(replica, config, 'entropy', count(3))).toBeUndefined();
    expect(valueDue(replica, CONFIG, 'clock', count(19))).toBeUndefined();
    expect(valueDue(withEntries(entry(1)), CONFIG, 'clock', count(9))).toMatchObject({ sequence: 1 });
  });

  test('an output in the log waits for the machine to make it, and what comes from outside does not', () => {
    const replica = withEntries(entry(1, outputEntry(packet(1))), entry(2, { kind: 'entropy', bits: 1 }));
    expect(entryDue(replica, config, count(3))).toBeUndefined();
    replica.reproduced.push(heldOutput(packet(1), 0));
    expect(entryDue(replica, config, count(3))).toMatchObject({ sequence: 1 });
  });

  test('operations shipped are exact in nothing but their order', () => {
    const replica = withEntries(entry(1, { kind: 'packet', bytes: new Uint8Array(3) }));
    expect(entryDue(replica, { ...CONFIG, mode: 'operations' }, count(3))).toMatchObject({ sequence: 1 });
    expect(replayLimit(replica, { ...CONFIG, mode: 'operations' })).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('an output may be made at another instruction, not with other bytes', () => {
    const replica = withEntries();
    replica.reproduced.push({ sequence: 0, instruction: count(33), output: packet(1), producedAt: START });
    const logged = entry(4, outputEntry(packet(1))) as Extract<LogEntry, { kind: 'output' }>;
    expect(matchOutput(replica, config, logged)).toBeDefined();
    expect(replica.lastDropped).toMatchObject({ sequence: 4, instruction: 33 });
  });
});
