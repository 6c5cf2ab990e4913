// §2.1: where a backup may run to, what enters its machine, and how it finds out that it has gone astray.
import { describe, expect, test } from 'vitest';
import { START } from '../sim/time.ts';
import { receive } from './ack-on-receipt.ts';
import { diverge } from './divergence.ts';
import type { Effect } from './effects.ts';
import { encodeEntry, type LogEntry, type Output } from './entry.ts';
import { stopped } from './machine-events.ts';
import { outputEntry } from './recording.ts';
import { entryDue, injectionOf, matchOutput, replayLimit, valueDue } from './replaying.ts';
import type { Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  count,
  diskWrite,
  endConfig,
  endOf,
  entry,
  momentAt,
  notes,
  packet,
  read,
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
    ['to another block', diskWrite(1, 8), 40, diskWrite(1, 7)],
  ])('is not the one in the log when it is %s', (_, output, instruction, logged) => {
    expect(matchOutput(produced(output, instruction), CONFIG, entryOf(logged))).toBeUndefined();
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

  test('an output may be made at another instruction, not with other bytes', () => {
    const replica = withEntries();
    replica.reproduced.push({ sequence: 0, instruction: count(33), output: packet(1), producedAt: START });
    const logged = entry(4, outputEntry(packet(1))) as Extract<LogEntry, { kind: 'output' }>;
    expect(matchOutput(replica, config, logged)).toBeDefined();
    expect(replica.lastDropped).toMatchObject({ sequence: 4, instruction: 33 });
  });
});
