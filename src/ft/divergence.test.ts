// What becomes of a backup whose replay does not meet its log: it halts, or with that rule off it runs on by itself.
import { describe, expect, test } from 'vitest';
import { instructionCount, UNBOUNDED } from '../machine/boundary.ts';
import { START } from '../sim/time.ts';
import { receive } from './ack-on-receipt.ts';
import type { Effect } from './effects.ts';
import { encodeEntry, type LogEntry } from './entry.ts';
import { emitted, fellAsleep, guestEnded, stopped } from './machine-events.ts';
import type { MachineHandover, TransferMessage } from './messages.ts';
import { type End, type Moment, runsByItself } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import { outputEntry } from './recording.ts';
import type { Replica } from './replica.ts';
import { ALL_RULES, type Rules } from './rules.ts';
import { runLimit } from './run-limit.ts';
import { backup, endConfig, endOf, entry, kinds, notes, packet, read } from './testing/replicas.ts';

const withRules = (rules: Partial<Rules>) => endConfig({ rules: { ...ALL_RULES, ...rules } });
const CONFIG = withRules({ haltDiverged: false });

const momentAt = (instruction: number, asks: Moment['asks'] = null): Moment => ({
  now: START,
  instruction: instructionCount(instruction),
  isAsleep: false,
  asks,
  changes: () => 0,
});

/** A backup that has received these entries. The n-th is at instruction 10 n. */
function having(...entries: LogEntry[]): End {
  const end = endOf(backup());
  for (const one of entries) receive(end.replica.receiver, encodeEntry(one), []);
  return end;
}

/** One that has diverged at its first entry, and has these behind it. */
function diverged(...bodies: Parameters<typeof entry>[1][]): { end: End; out: Effect[] } {
  const end = having(entry(1), ...bodies.map((body, i) => entry(i + 2, body)));
  return { end, out: stopped(end, CONFIG, momentAt(10)) };
}

const replayed = (out: readonly Effect[]) =>
  out.flatMap((effect) => (effect.kind === 'replay' ? [[effect.entry.kind, effect.injection?.kind]] : []));

const TIMER = { kind: 'timer', time: 5 } as const;

/** Every way to find that the two machines differ: where the backup stands, and what the log and it say. */
const CONTRADICTIONS: [string, (config: typeof CONFIG) => { end: End; out: Effect[] }, object][] = [
  [
    'a value that nobody asked for',
    (config) => {
      const end = having(entry(1));
      return { end, out: stopped(end, config, momentAt(10)) };
    },
    { sequence: 1, expected: 'clock', found: 'another instruction' },
  ],
  [
    'an output that it did not make',
    (config) => {
      const end = having(entry(1, outputEntry(packet(1))));
      return { end, out: stopped(end, config, momentAt(10)) };
    },
    { sequence: 1, expected: 'output', found: 'another output' },
  ],
  [
    'a read that the primary did not make',
    (config) => {
      const end = having(entry(1, TIMER));
      return { end, out: stopped(end, config, momentAt(5, 'clock')) };
    },
    { sequence: 1, expected: 'timer', found: 'a read of clock' },
  ],
  [
    'a guest that sleeps with entries ahead',
    (config) => {
      const end = having(entry(1, TIMER));
      return { end, out: fellAsleep(end, config, momentAt(5)) };
    },
    { sequence: 1, expected: 'timer', found: 'a guest asleep' },
  ],
  [
    'a guest that goes on where the log ends',
    (config) => {
      const end = having(entry(1, { kind: 'control', operation: 'end', value: 0 }));
      return { end, out: stopped(end, config, momentAt(11)) };
    },
    { sequence: 1, expected: 'control', found: 'a guest that goes on' },
  ],
  [
    'a guest that ends where the log goes on',
    (config) => {
      const end = having(entry(1, TIMER));
      return { end, out: guestEnded(end, config, { reason: 'guestExit', code: 0 }, momentAt(5)) };
    },
    { sequence: 1, expected: 'timer', found: 'a guest that has ended' },
  ],
];

describe.each(CONTRADICTIONS)('%s', (_, meet, told) => {
  test('halts the backup, which says what it expected and found', () => {
    const { end, out } = meet(withRules({}));
    expect(end.replica).toMatchObject({ role: 'halted', haltReason: 'diverged' });
    expect(notes(out)).toEqual([
      { kind: 'diverged', ...told },
      { kind: 'halted', reason: 'diverged' },
    ]);
    expect(kinds(out)).not.toContain('takeOverClock');
  });

  test('with the rule off is told, and the backup has a clock of its own and keeps no entry', () => {
    const { end, out } = meet(CONFIG);
    expect(notes(out).filter(({ kind }) => kind !== 'received')).toMatchObject([
      { kind: 'diverged', ...told },
    ]);
    expect(kinds(out)).toContain('takeOverClock');
    expect(end.replica).toMatchObject({ role: 'backup', hasDiverged: true });
    expect(end.replica.receiver).toMatchObject({ entries: [], held: 0, consumedThrough: 1 });
    expect(runsByItself(end, CONFIG.protocol)).toBe(true);
  });
});

describe('a backup that has diverged and runs on', () => {
  test('runs without a limit', () => {
    expect(runLimit(having(entry(1)), CONFIG.protocol, false)).toBe(10);
    expect(runLimit(diverged().end, CONFIG.protocol, false)).toBe(UNBOUNDED);
  });

  test('takes from its log what comes from outside, wherever it stands, and passes over all else', () => {
    const bytes = Uint8Array.of(1, 2);
    const { out } = diverged(
      { kind: 'packet', bytes },
      TIMER,
      { kind: 'entropy', bits: 7 },
      { kind: 'console', byte: 65 },
      outputEntry(packet(9)),
      { kind: 'progress' },
      { kind: 'diskCompletion', request: 3, ok: true },
    );
    expect(replayed(out)).toEqual([
      ['clock', undefined],
      ['packet', 'packet'],
      ['timer', undefined],
      ['entropy', undefined],
      ['console', 'console'],
      ['output', undefined],
      ['progress', undefined],
      ['diskCompletion', 'diskCompletion'],
    ]);
  });

  test('is told of once', () => {
    const { end } = diverged();
    receive(end.replica.receiver, encodeEntry(entry(2, outputEntry(packet(9)))), []);
    expect(notes(stopped(end, CONFIG, momentAt(12)))).toEqual([]);
    expect(notes(fellAsleep(end, CONFIG, momentAt(13)))).toEqual([]);
    expect(end.replica.receiver.consumedThrough).toBe(2);
  });

  test('asks the log for nothing', () => {
    expect(stopped(diverged().end, CONFIG, momentAt(12, 'clock'))).toEqual([]);
  });

  test('reads its own clock where it stood for the log’s', () => {
    const end = having(entry(1, TIMER));
    const out = kinds(stopped(end, CONFIG, momentAt(5, 'clock')));
    expect(out.slice(1)).toEqual(['awaitValue', 'takeOverClock', 'replay']);
    expect(kinds(diverged().out)).not.toContain('awaitValue');
  });

  test('has its outputs dropped: those that wait for their entries, and those to come', () => {
    const end = having(entry(1));
    const [early, late] = [packet(1), packet(2)];
    end.replica.reproduced.push({
      sequence: 0,
      instruction: instructionCount(4),
      output: early,
      producedAt: START,
    });
    const dropped = (out: readonly Effect[]) =>
      out.flatMap((effect) => (effect.kind === 'dropOutput' ? [effect.held.output] : []));
    expect(dropped(stopped(end, CONFIG, momentAt(10)))).toEqual([early]);
    expect(dropped(emitted(end, CONFIG, [late], momentAt(20)))).toEqual([late]);
    expect(end.replica.reproduced).toEqual([]);
  });

  test('follows what is done to its VM, and ends with it', () => {
    const { end, out } = diverged({ kind: 'control', operation: 'share', value: 40 });
    expect(end.vmPercent).toBe(40);
    expect(notes(out).at(-1)).toEqual({ kind: 'resourcesChanged', percent: 40 });
    receive(end.replica.receiver, encodeEntry(entry(3, { kind: 'control', operation: 'end', value: 4 })), []);
    stopped(end, CONFIG, momentAt(12));
    expect(end.replica.ending).toEqual({ reason: 'guestExit', code: 4 });
  });

  test('waits for an operation of its own, not for the log’s word of it', () => {
    const own = withRules({ haltDiverged: false });
    own.protocol.isDiskShared = false;
    const end = having(entry(1), entry(2, { kind: 'diskCompletion', request: 3, ok: true }));
    const operation = { kind: 'diskFlush', request: 3 } as const;
    end.replica.pendingIo.push({ operation, isGated: false, issued: true });
    expect(replayed(stopped(end, own, momentAt(10))).at(-1)).toEqual(['diskCompletion', undefined]);
    expect(end.replica.pendingIo).toHaveLength(1);
  });

  test('has its operations completed by the log’s word', () => {
    const end = having(entry(1), entry(2, { kind: 'diskCompletion', request: 3, ok: true }));
    end.replica.pendingIo.push({ operation: read(3), isGated: false, issued: false });
    expect(notes(stopped(end, CONFIG, momentAt(10)))).toContainEqual({
      kind: 'ioCompleted',
      io: 3,
      ok: true,
    });
    expect(end.replica.pendingIo).toEqual([]);
  });

  test('goes live once it has won', () => {
    const end = having(entry(1), entry(2, TIMER));
    end.replica.arbitration = 'won';
    expect(notes(stopped(end, CONFIG, momentAt(10))).map(({ kind }) => kind)).toEqual([
      'diverged',
      'wentLive',
    ]);
    expect(end.replica.role).toBe('solo');
  });

  test('goes live, with a guest that has ended, to end', () => {
    const end = having(entry(1, TIMER));
    end.replica.arbitration = 'won';
    const out = guestEnded(end, CONFIG, { reason: 'guestExit', code: 2 }, momentAt(5));
    expect(notes(out).map(({ kind }) => kind)).toEqual(['diverged', 'wentLive', 'halted']);
  });
});

describe('a backup that is moved', () => {
  const moved = (replica: Replica): string[] => {
    const end = endOf(replica);
    const state = { pendingIo: [], replica: { ...replica } } as unknown as MachineHandover;
    end.incoming = { purpose: 'moveBackup', from: 'C', number: 1, pages: 0 };
    end.handover = state;
    const go: TransferMessage = { kind: 'go', number: 1, deferred: [] };
    return kinds(receiveMessage(end, CONFIG, 'C', { kind: 'transfer', message: go }, momentAt(12)));
  };

  test('has a clock of its new host’s own if it has diverged, and only then', () => {
    expect(moved(diverged().end.replica)).toContain('takeOverClock');
    expect(moved(backup())).not.toContain('takeOverClock');
  });
});

describe('without exact delivery', () => {
  const loose = (haltDiverged: boolean) => withRules({ exactDelivery: false, haltDiverged });
  /** 1000 bytes of room: `n` values of 28 bytes that nobody asks for. */
  const values = (n: number): End => having(...Array.from({ length: n }, (_, i) => entry(i + 1)));

  test('entries that the machine never comes to are a divergence once they fill half the buffer', () => {
    const end = values(17);
    expect(stopped(end, loose(false), momentAt(3))).toEqual([]);
    receive(end.replica.receiver, encodeEntry(entry(18)), []);
    expect(notes(stopped(end, loose(false), momentAt(3)))).toEqual([
      { kind: 'diverged', sequence: 1, expected: 'clock', found: 'entries that it never comes to' },
    ]);
    expect(end.replica.receiver).toMatchObject({ entries: [], consumedThrough: 18 });
  });

  test('as are those of half a buffer and a byte, not of half a buffer', () => {
    for (const [bytes, found] of [
      [250, 0],
      [251, 1],
    ] as const) {
      const end = values(1);
      end.replica.receiver.held = 250 + bytes;
      expect(notes(stopped(end, loose(false), momentAt(3)))).toHaveLength(found);
    }
  });

  test('shipped operations that wait are none', () => {
    const shipped = loose(false);
    shipped.protocol.mode = 'operations';
    expect(stopped(values(30), shipped, momentAt(3))).toEqual([]);
  });

  test('with exact delivery a full buffer is no divergence', () => {
    expect(stopped(values(18), CONFIG, momentAt(3))).toEqual([]);
  });

  test('but a backup that would halt for it waits', () => {
    const end = values(18);
    expect(stopped(end, loose(true), momentAt(3))).toEqual([]);
    expect(end.replica.role).toBe('backup');
  });

  test('a machine that waits for a value gets its own when it is found astray', () => {
    const end = having(...Array.from({ length: 30 }, (_, i) => entry(i + 1, { kind: 'entropy', bits: i })));
    const out = kinds(stopped(end, loose(false), momentAt(3, 'clock')));
    expect(out.slice(0, 3)).toEqual(['note diverged', 'awaitValue', 'takeOverClock']);
  });
});
