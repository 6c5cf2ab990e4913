// How a VM ends on both hosts: the primary once everything is out, the backup once it hears so, or when it takes over.
import { describe, expect, test } from 'vitest';
import { START } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { LogEntry } from './entry.ts';
import { guestEnded } from './machine-events.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import type { HeldOutput } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  count,
  endConfig,
  endOf,
  entry,
  kinds,
  momentAt,
  notes,
  packet,
  primary,
  read,
} from './testing/replicas.ts';

const CONFIG = endConfig();
const EXIT = { reason: 'guestExit', code: 3 } as const;
const endAt = (end: End, instruction: number): Effect[] =>
  guestEnded(end, CONFIG, EXIT, momentAt(instruction));
const hears = (end: End, message: Parameters<typeof receiveMessage>[3], instruction = 10): Effect[] =>
  receiveMessage(end, CONFIG, 'A', message, momentAt(instruction));
const ended = { kind: 'channel', message: { kind: 'ended', generation: 1, ending: EXIT } } as const;

const held: HeldOutput = { sequence: 1, instruction: count(5), output: packet(1), producedAt: START };

describe('a primary whose guest ends', () => {
  const acks = (through: number) =>
    ({
      kind: 'channel',
      message: { kind: 'ack', generation: 1, through, executed: 0, window: 1000 },
    }) as const;

  test('logs it, waits until that is acknowledged and its gate is empty, says so, and halts', () => {
    const end = endOf(primary());
    end.replica.gate.push(held);
    expect(kinds(endAt(end, 10))).toContain('note recorded');
    expect(end.replica).toMatchObject({ role: 'primary', ending: EXIT });
    const out = hears(end, acks(1));
    expect(kinds(out).filter((kind) => kind === 'releaseOutput' || kind === 'send ended')).toEqual([
      'releaseOutput',
      'send ended',
    ]);
    // It left while there was a backup, though by now there is no VM.
    expect(out).toContainEqual({ kind: 'releaseOutput', held, acked: 1, isProtected: true });
    expect(notes(out).at(-1)).toEqual({ kind: 'halted', ...EXIT });
    expect(end.replica).toMatchObject({ role: 'halted', haltReason: 'guestExit', ending: null });
  });

  test('waits for that too if it has put out nothing', () => {
    const end = endOf(primary());
    expect(kinds(endAt(end, 10))).not.toContain('note halted');
    expect(kinds(hears(end, acks(1)))).toContain('note halted');
  });

  test('does not wait for nobody, nor tell anybody', () => {
    const end = endOf(Object.assign(primary(), { role: 'solo' as const }));
    const out = endAt(end, 10);
    expect(notes(out)).toEqual([{ kind: 'halted', ...EXIT }]);
    expect(kinds(out)).not.toContain('send ended');
  });

  test('waits for what no entry has: with checkpoints, for the one that ends its epoch', () => {
    const config = endConfig({ mode: 'checkpoint' });
    const end = endOf(primary({ mode: 'checkpoint' }));
    end.replica.gate.push(held);
    expect(guestEnded(end, config, EXIT, momentAt(10))).toEqual([]);
    expect(end.replica).toMatchObject({ role: 'primary', ending: EXIT });
    const arrived = { kind: 'checkpointReceived', generation: 1, epoch: 1 } as const;
    const out = receiveMessage(end, config, 'A', { kind: 'checkpoint', message: arrived }, momentAt(10));
    expect(kinds(out)).toEqual(expect.arrayContaining(['releaseOutput', 'send ended', 'note halted']));
  });
});

describe('a backup whose guest ends', () => {
  /** It has come to the end, and its log too. */
  function over(): End {
    const end = endOf(backup());
    end.replica.receiver.entries.push(entry(1, { kind: 'control', operation: 'end', value: 3 }));
    endAt(end, 10);
    expect(end.replica).toMatchObject({ role: 'backup', ending: EXIT });
    return end;
  }

  test('is there still until it hears that everything is out', () => {
    const end = over();
    expect(notes(hears(end, ended))).toEqual([{ kind: 'halted', ...EXIT }]);
    expect(end.replica.role).toBe('halted');
  });

  test('lets out what is left if it has to take over, and is over then', () => {
    const end = over();
    end.replica.reproduced.push(held);
    end.replica.arbitration = 'asking';
    const out = hears(end, { kind: 'flag', generation: 1, won: true });
    expect(kinds(out)).toEqual(expect.arrayContaining(['releaseOutput', 'note halted']));
    for (const kind of ['requestBackup', 'announceMac', 'takeOverClock'])
      expect(kinds(out)).not.toContain(kind);
    expect(end.replica.role).toBe('halted');
  });

  test('is not over before its log says so', () => {
    const end = endOf(backup());
    expect(endAt(end, 10)).toEqual([]);
    expect(end.replica).toMatchObject({ role: 'backup', guestEnd: EXIT, ending: null });
  });

  test('goes there first if it hears of it early, and suspects nobody meanwhile', () => {
    const end = endOf(backup());
    end.replica.receiver.entries.push(entry(1, { kind: 'control', operation: 'end', value: 3 }));
    hears(end, ended, 4);
    expect(end.replica).toMatchObject({ role: 'backup', isPeerDone: true });
    expect(notes(endAt(end, 10)).at(-1)).toEqual({ kind: 'halted', ...EXIT });
  });

  test('of a baseline has no log of the end, and is over when it hears of it', () => {
    const config = endConfig({ mode: 'checkpoint' });
    const end = endOf(backup({ mode: 'checkpoint' }));
    expect(notes(receiveMessage(end, config, 'A', ended, momentAt(3)))).toEqual([
      { kind: 'halted', ...EXIT },
    ]);
  });

  test('ends once, whatever it hears then', () => {
    const config = endConfig({ mode: 'checkpoint' });
    const end = endOf({ ...backup({ mode: 'checkpoint' }), role: 'halted', haltReason: 'lostArbitration' });
    expect(receiveMessage(end, config, 'A', ended, momentAt(3))).toEqual([]);
    expect(end.replica.haltReason).toBe('lostArbitration');
  });

  test('does not heed that word any more once it may act, or acts, for the VM', () => {
    for (const [role, arbitration] of [
      ['backup', 'won'],
      ['solo', 'won'],
    ] as const) {
      const end = endOf(Object.assign(backup(), { role, arbitration }));
      end.replica.receiver.entries.push(entry(2));
      hears(end, ended, 4);
      expect(end.replica).toMatchObject({ role, arbitration, isPeerDone: false });
    }
  });

  describe('is another machine', () => {
    const heartbeat = {
      kind: 'channel',
      message: { kind: 'heartbeat', generation: 1, executed: 0, released: 0 },
    } as const;
    /** A backup at this instruction with these entries in its log; its guest goes on, or ended there. */
    function compared(entries: LogEntry[], instruction: number, hasEnded: boolean): [End, Effect[]] {
      const end = endOf(backup());
      end.replica.receiver.entries.push(...entries);
      return [end, hasEnded ? endAt(end, instruction) : hears(end, heartbeat, instruction)];
    }
    const ends = entry(1, { kind: 'control', operation: 'end', value: 0 });

    test.each<[string, LogEntry, number, boolean, string[]]>([
      ['if it has ended where the log goes on', entry(2), 10, true, ['a guest that has ended']],
      ['if it has ended later than the log', ends, 11, true, ['a guest that has ended']],
      ['if it goes on where the log has ended', ends, 11, false, ['a guest that goes on']],
      ['not before it is there', ends, 9, false, []],
      ['not until it has shown whether it ends there', ends, 10, false, []],
    ])('%s', (_, logged, instruction, hasEnded, found) => {
      const [end, out] = compared([logged], instruction, hasEnded);
      expect(notes(out).flatMap((note) => (note.kind === 'diverged' ? [note.found] : []))).toEqual(found);
      expect(end.replica.role).toBe(found.length > 0 ? 'halted' : 'backup');
      // It has been said once and for all.
      expect(notes(hears(end, heartbeat, instruction))).toEqual([]);
    });

    test('not while it waits for its own disk at the end', () => {
      const end = endOf(backup({ backupReads: true }));
      const config = endConfig({ backupReads: true });
      end.replica.pendingIo.push({ operation: read(1), isGated: false, issued: true });
      end.replica.receiver.entries.push(entry(1, { kind: 'diskCompletion', request: 1, ok: true }));
      expect(notes(guestEnded(end, config, EXIT, momentAt(10)))).toEqual([]);
    });

    test('and with the rule off runs on at once, with what comes from outside', () => {
      const end = endOf(backup());
      end.replica.receiver.entries.push(ends, entry(2, { kind: 'packet', bytes: new Uint8Array(8) }));
      const loose = endConfig({ rules: { ...ALL_RULES, haltDiverged: false } });
      const out = receiveMessage(end, loose, 'A', heartbeat, momentAt(11));
      expect(kinds(out).filter((kind) => kind === 'replay')).toHaveLength(2);
      expect(end.replica).toMatchObject({ hasDiverged: true, receiver: { entries: [] } });
    });
  });
});

test.each(['operations', 'checkpoint'] as const)(
  'without a log (%s) nothing says where the guest ends',
  (mode) => {
    const end = endOf(primary({ mode }));
    const out = guestEnded(end, endConfig({ mode }), EXIT, momentAt(10));
    expect(kinds(out)).toEqual(['send ended', 'note halted']);
  },
);
