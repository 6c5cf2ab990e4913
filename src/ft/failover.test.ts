// §2.3: heartbeats and silence, the test-and-set, and the steps by which a backup goes live or a primary goes on alone.
import { describe, expect, test } from 'vitest';
import { type SimTime, START } from '../sim/time.ts';
import { arbitrated, askAgain, askForFlag } from './arbitration.ts';
import type { Effect } from './effects.ts';
import { beat, heard, startWatching, suspect } from './failure-detection.ts';
import { beginGoingLive, goLive, isDraining } from './going-live.ts';
import { receiveMessage } from './receive-message.ts';
import type { HeldOutput, PendingIo, Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  collect,
  count,
  diskWrite,
  endConfig,
  endOf,
  entry,
  kinds,
  momentAt,
  notes,
  packet,
  primary,
} from './testing/replicas.ts';

const at = (ns: number) => ns as SimTime;

const held = (output: HeldOutput['output'], sequence = 1): HeldOutput => ({
  sequence,
  instruction: count(40),
  output,
  producedAt: START,
});

describe('watching', () => {
  test('begins with a heartbeat to send and a silence to notice', () => {
    expect(collect((out) => startWatching(backup(), CONFIG, out))).toEqual([
      { kind: 'setTimer', timer: 'heartbeat', wait: 1_000_000 },
      { kind: 'setTimer', timer: 'silence', wait: 10_000_000 },
    ]);
    // The primary also looks at how far its backup lags behind.
    expect(collect((out) => startWatching(primary(), CONFIG, out)).slice(2)).toEqual([
      { kind: 'setTimer', timer: 'pacing', wait: 5_000_000 },
    ]);
  });

  test.each([
    ['a primary', primary],
    ['a backup', backup],
  ])('%s beats, and any sign of life puts the silence off', (_, replica) => {
    expect(kinds(collect((out) => beat(endOf(replica()), CONFIG, out)))).toEqual([
      'send heartbeat',
      'setTimer heartbeat',
    ]);
    const listener = replica();
    expect(kinds(collect((out) => heard(listener, CONFIG, at(700), out)))).toEqual(['setTimer silence']);
    expect(listener.lastHeard).toBe(700);
  });

  test('silence is a suspicion, and who suspects asks for the flag', () => {
    const replica = backup();
    heard(replica, CONFIG, at(1000), []);
    const out = collect((out) => suspect(replica, CONFIG, at(10_001_000), out));
    expect(kinds(out)).toEqual(['note suspected', 'testAndSet', 'setTimer arbitration']);
    expect(notes(out)).toEqual([{ kind: 'suspected', silence: 10_000_000 }]);
    expect(replica.arbitration).toBe('asking');
  });

  test.each<[string, (replica: Replica) => void]>([
    ['has asked for the flag', (replica) => askForFlag(replica, CONFIG, [])],
    [
      'is alone',
      (replica) => {
        replica.role = 'solo';
      },
    ],
    [
      'has halted',
      (replica) => {
        replica.role = 'halted';
      },
    ],
  ])('ends for one who %s', (_, change) => {
    const replica = primary();
    change(replica);
    expect(collect((out) => beat(endOf(replica), CONFIG, out))).toEqual([]);
    expect(collect((out) => suspect(replica, CONFIG, at(1), out))).toEqual([]);
    expect(collect((out) => heard(replica, CONFIG, at(1), out))).toEqual([]);
  });
});

describe('arbitration', () => {
  const asking = (replica: Replica): Replica => {
    askForFlag(replica, CONFIG, []);
    return replica;
  };
  const answer = (replica: Replica, won: boolean, generation = 1): Effect[] =>
    collect((out) => arbitrated(replica, CONFIG, generation, won, out));

  test('asks again as long as no answer comes', () => {
    const replica = asking(backup());
    expect(collect((out) => askAgain(replica, CONFIG, out))).toEqual([
      { kind: 'testAndSet', generation: 1 },
      { kind: 'setTimer', timer: 'arbitration', wait: 2_000_000, onceSent: true },
    ]);
    answer(replica, true);
    expect(collect((out) => askAgain(replica, CONFIG, out))).toEqual([]);
  });

  test('who has halted meanwhile hears nothing of late answers, won or lost', () => {
    const loser = asking(primary());
    expect(kinds(answer(loser, false))).toEqual(['note testAndSetLost', 'note halted']);
    const ended = { ...asking(primary()), role: 'halted' as const, haltReason: 'guestExit' as const };
    for (const replica of [loser, ended])
      for (const isWinner of [false, true]) {
        expect(answer(replica, isWinner)).toEqual([]);
        expect(replica.role).toBe('halted');
      }
  });

  test('a primary that wins goes on alone: it stops logging and lets everything out', () => {
    const replica = primary();
    replica.sender.entries.push({
      sequence: 1,
      instruction: count(40),
      kind: 'clock',
      bytes: new Uint8Array(28),
    });
    replica.sender.held = 28;
    replica.sender.inFlight = 28;
    replica.gate.push(held(packet(1)), held(packet(2), 2));
    const out = answer(asking(replica), true);
    expect(kinds(out)).toEqual([
      'note testAndSetWon',
      'note wentSolo',
      'releaseOutput',
      'releaseOutput',
      'announceMac',
      'setTimer announce',
      'requestBackup',
    ]);
    expect(replica).toMatchObject({ role: 'solo', arbitration: 'won', gate: [] });
    expect(replica.sender).toMatchObject({ entries: [], held: 0, inFlight: 0, unexecuted: [] });
  });

  test('a backup that wins works off its log first', () => {
    const replica = backup();
    replica.receiver.entries.push(entry(1), entry(2));
    expect(notes(answer(asking(replica), true))).toEqual([
      { kind: 'testAndSetWon', generation: 1 },
      { kind: 'draining', entries: 2 },
    ]);
    expect(replica.role).toBe('backup');
    expect(isDraining(replica)).toBe(true);
  });

  test.each([
    ['primary', primary],
    ['backup', backup],
  ])('a %s that loses halts, and lets nothing out', (_, replica) => {
    const loser = asking(replica());
    loser.gate.push(held(packet(1)));
    expect(notes(answer(loser, false))).toEqual([
      { kind: 'testAndSetLost', generation: 1 },
      { kind: 'halted', reason: 'lostArbitration' },
    ]);
    expect(loser).toMatchObject({ role: 'halted', haltReason: 'lostArbitration' });
    expect(collect((out) => askAgain(loser, CONFIG, out))).toEqual([]);
  });

  test('an answer that nobody waits for, or to another generation, changes nothing', () => {
    const idle = primary();
    expect(answer(idle, false)).toEqual([]);
    expect(idle.role).toBe('primary');
    const waiting = asking(primary());
    expect(answer(waiting, false, 2)).toEqual([]);
    expect(waiting).toMatchObject({ role: 'primary', arbitration: 'asking' });
    answer(waiting, true);
    expect(answer(waiting, false)).toEqual([]);
    expect(waiting.role).toBe('solo');
  });

  test('switched off, everybody has won', () => {
    const config = { ...CONFIG, rules: { ...ALL_RULES, arbitration: false } };
    const replica = primary();
    const out = collect((out) => suspect(replica, config, at(1), out));
    expect(kinds(out)).toEqual([
      'note suspected',
      'note wentSolo',
      'announceMac',
      'setTimer announce',
      'requestBackup',
    ]);
    expect(replica.role).toBe('solo');
  });
});

describe('going live', () => {
  const io = (operation: PendingIo['operation']): PendingIo => ({ operation, isGated: true, issued: false });

  function readyToGoLive(): Replica {
    const replica = backup();
    askForFlag(replica, CONFIG, []);
    arbitrated(replica, CONFIG, 1, true, []);
    return replica;
  }

  test('the clock is taken over, the MAC is announced, and what is pending is done again, in this order', () => {
    const replica = readyToGoLive();
    const read = io({ kind: 'diskRead', request: 3, sector: 7, sectors: 1, memory: [] });
    const write = io(diskWrite(4, 8));
    replica.pendingIo.push(read, write);
    replica.reproduced.push(held(packet(9), 0));
    const out = collect((out) => goLive(replica, CONFIG, out));
    expect(kinds(out)).toEqual([
      'takeOverClock',
      'takeOverKeyboard',
      'note wentLive',
      'announceMac',
      'setTimer announce',
      'releaseOutput',
      'note ioReissued',
      'issueIo',
      'issueIo',
      'requestBackup',
    ]);
    expect(out.slice(-3, -1)).toEqual([
      { kind: 'issueIo', io: { ...read, isGated: false, issued: true }, again: true },
      { kind: 'issueIo', io: { ...write, isGated: false, issued: true }, again: true },
    ]);
    expect(replica).toMatchObject({ role: 'solo', reproduced: [] });
    expect(isDraining(replica)).toBe(false);
  });

  test('a write that was reproduced at the last instruction is issued once, as pending I/O', () => {
    const replica = readyToGoLive();
    const write = diskWrite(4);
    replica.pendingIo.push(io(write));
    replica.reproduced.push(held(write, 0), held(packet(1), 0));
    const out = collect((out) => goLive(replica, CONFIG, out));
    expect(out.filter(({ kind }) => kind === 'issueIo')).toHaveLength(1);
    expect(out.filter(({ kind }) => kind === 'releaseOutput')).toMatchObject([{ held: held(packet(1), 0) }]);
  });

  test.each([
    ['drop', packet(1), 1, 0],
    ['send', packet(1), 1, 1],
    ['send', packet(1), 2, 0],
    ['send', diskWrite(4), 1, 0],
  ] as const)(
    'an output dropped last may be sent after all: %s %o, log of %i',
    (lastOutput, output, received, sent) => {
      const replica = readyToGoLive();
      replica.receiver.receivedThrough = received;
      replica.lastDropped = held(output);
      const out = collect((out) => goLive(replica, { ...CONFIG, lastOutput }, out));
      expect(out.filter(({ kind }) => kind === 'releaseOutput')).toHaveLength(sent);
    },
  );

  test.each(['drop', 'send'] as const)('with nothing pending nothing is said of it (%s)', (lastOutput) => {
    expect(kinds(collect((out) => goLive(readyToGoLive(), { ...CONFIG, lastOutput }, out)))).toEqual([
      'takeOverClock',
      'takeOverKeyboard',
      'note wentLive',
      'announceMac',
      'setTimer announce',
      'requestBackup',
    ]);
  });

  test.each([
    [true, 'backup', [entry(1), entry(2)]],
    [false, 'solo', []],
  ] as const)('what was received is consumed first, with the rule %s', (drainBeforeLive, role, left) => {
    const end = endOf(backup());
    const config = endConfig({ rules: { ...ALL_RULES, drainBeforeLive } });
    end.replica.receiver.entries.push(entry(1), entry(2));
    end.replica.receiver.held = 56;
    askForFlag(end.replica, config.protocol, []);
    receiveMessage(end, config, 'disk', { kind: 'flag', generation: 1, won: true }, momentAt(3));
    expect(end.replica).toMatchObject({ role, receiver: { entries: left, held: left.length * 28 } });
  });

  test('a guest that had ended asks for no new backup, and ends again', () => {
    const replica = readyToGoLive();
    replica.guestEnd = { reason: 'guestExit', code: 3 };
    expect(kinds(collect((out) => goLive(replica, CONFIG, out)))).not.toContain('requestBackup');
  });

  test('only a backup that has won drains', () => {
    expect(isDraining(backup())).toBe(false);
    expect(isDraining(primary())).toBe(false);
    const replica = backup();
    askForFlag(replica, CONFIG, []);
    expect(isDraining(replica)).toBe(false);
    expect(notes(collect((out) => beginGoingLive(replica, CONFIG, out)))).toEqual([
      { kind: 'draining', entries: 0 },
    ]);
  });
});
