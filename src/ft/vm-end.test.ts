// How a VM ends on both hosts: the primary once everything is out, the backup once it hears so, or when it takes over.
import { describe, expect, test } from 'vitest';
import { instructionCount } from '../machine/boundary.ts';
import { START } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import { guestEnded } from './machine-events.ts';
import type { End, Moment } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import type { HeldOutput } from './replica.ts';
import { backup, count, endConfig, endOf, entry, kinds, notes, packet, primary } from './testing/replicas.ts';

const CONFIG = endConfig();
const EXIT = { reason: 'guestExit', code: 3 } as const;
const momentAt = (instruction: number): Moment => ({
  now: START,
  instruction: instructionCount(instruction),
  isAsleep: false,
  asks: null,
  changes: () => 0,
});
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

  test('does not wait for nobody', () => {
    const end = endOf(Object.assign(primary(), { role: 'solo' as const }));
    expect(notes(endAt(end, 10))).toEqual([{ kind: 'halted', ...EXIT }]);
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
    expect(kinds(out)).not.toContain('requestBackup');
    expect(end.replica.role).toBe('halted');
  });

  test('goes there first if it hears of it early, and suspects nobody meanwhile', () => {
    const end = endOf(backup());
    end.replica.receiver.entries.push(entry(1, { kind: 'control', operation: 'end', value: 3 }));
    hears(end, ended, 4);
    expect(end.replica).toMatchObject({ role: 'backup', isPeerDone: true });
    expect(notes(endAt(end, 10)).at(-1)).toEqual({ kind: 'halted', ...EXIT });
  });

  test('is another machine if it goes on, or has ended, where the log says otherwise', () => {
    const ends = endOf(backup());
    ends.replica.receiver.entries.push(entry(2));
    expect(notes(endAt(ends, 10))).toMatchObject([{ kind: 'diverged', found: 'a guest that has ended' }, {}]);
    const goesOn = endOf(backup());
    goesOn.replica.receiver.entries.push(entry(1, { kind: 'control', operation: 'end', value: 0 }));
    const out = hears(
      goesOn,
      { kind: 'channel', message: { kind: 'heartbeat', generation: 1, executed: 0, released: 0 } },
      11,
    );
    expect(notes(out)).toMatchObject([{ kind: 'diverged', found: 'a guest that goes on' }, {}]);
  });
});
