// §3.2: both ends of the logging channel, alone and against each other over a cable that loses, repeats and overtakes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../base/bytes.ts';
import { milliseconds, START } from '../sim/time.ts';
import { acknowledge, freeBytes, mayAcknowledge, receive, windowReopened } from './ack-on-receipt.ts';
import type { Effect } from './effects.ts';
import { type EntryBody, encodeEntry, type LogEntry } from './entry.ts';
import { acknowledged, append, consume, flush, isStopped, retransmit } from './logging-channel.ts';
import { messageLength, type PairMessage } from './messages.ts';
import { flushDue, outputEntry, record } from './recording.ts';
import type { Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  count,
  entry,
  kinds,
  notes,
  packet,
  primary,
  sent,
  sized,
} from './testing/replicas.ts';

const wire = (...entries: LogEntry[]) => concatBytes(...entries.map(encodeEntry));

/** Appends and flushes, one after the other. @returns what the primary's host is asked to do */
function log(replica: Replica, ...entries: LogEntry[]): Effect[] {
  const out: Effect[] = [];
  for (const entry of entries) {
    append(replica.sender, CONFIG, entry, START, out);
    flush(replica, CONFIG, out);
  }
  return out;
}

const ackOf = (through: number, window = 1000, executed = 0) =>
  ({ kind: 'ack', generation: 1, through, executed, window }) as const;

function ack(replica: Replica, through: number, window = 1000, executed = 0): Effect[] {
  const out: Effect[] = [];
  acknowledged(replica, CONFIG, ackOf(through, window, executed), out);
  return out;
}

function deliver(replica: Replica, ...entries: LogEntry[]): Effect[] {
  const out: Effect[] = [];
  receive(replica.receiver, wire(...entries), out);
  return out;
}

const ranges = (out: Effect[]) => sent(out, 'entries').map(({ first, last }) => [first, last]);

describe('the primary', () => {
  test('sends each entry at once, and sets one timer for the acknowledgement', () => {
    const out = log(primary(), entry(1), entry(2), entry(3));
    expect(kinds(out)).toEqual(['send entries', 'setTimer retransmit', 'send entries', 'send entries']);
    // An entry that waits for the cable is not late.
    expect(out[1]).toMatchObject({ wait: 3_000_000, onceSent: true });
    expect(ranges(out)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('counts what it holds in bytes, until it is acknowledged', () => {
    const replica = primary();
    log(replica, sized(1, 100), sized(2, 150), sized(3, 200));
    expect(replica.sender).toMatchObject({ held: 450, inFlight: 450 });
    expect(notes(ack(replica, 2))).toEqual([{ kind: 'acked', through: 2, executed: 0 }]);
    expect(replica.sender).toMatchObject({ held: 200, inFlight: 200, ackedThrough: 2 });
    expect(replica.sender.entries.map(({ sequence }) => sequence)).toEqual([3]);
  });

  test('ignores an acknowledgement that is older than the last', () => {
    const replica = primary();
    log(replica, entry(1), entry(2));
    ack(replica, 2);
    expect(ack(replica, 1, 0)).toEqual([]);
    expect(replica.sender).toMatchObject({ ackedThrough: 2, window: 1000 });
  });

  test('puts as many waiting entries into a frame as it takes, and a large one into its own', () => {
    const replica = primary({ sendBufferBytes: 100_000 });
    replica.sender.window = 0;
    log(replica, sized(1, 700), sized(2, 700), sized(3, 700), sized(4, 3000), sized(5, 100), sized(6, 100));
    expect(ranges(ack(replica, 0, 100_000))).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
      [5, 6],
    ]);
  });

  test('fills a frame to its last byte', () => {
    const replica = primary({ sendBufferBytes: 100_000 });
    replica.sender.window = 0;
    log(replica, sized(1, 700), sized(2, 748), sized(3, 100), sized(4, 1348), sized(5, 21));
    expect(ranges(ack(replica, 0, 100_000))).toEqual([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
  });

  test('fills the backup’s room to its last byte', () => {
    const replica = primary();
    replica.sender.window = 200;
    expect(ranges(log(replica, sized(1, 100), sized(2, 100), sized(3, 21)))).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('keeps of an output what it is, of others nothing of that kind', () => {
    const replica = primary();
    log(replica, entry(1, outputEntry(packet(1))), entry(2));
    expect(replica.sender.entries.map((one) => 'output' in one)).toEqual([true, false]);
  });

  test('sends no more than the backup has room for, and the rest when room comes free', () => {
    const replica = primary();
    replica.sender.window = 250;
    expect(ranges(log(replica, sized(1, 100), sized(2, 100), sized(3, 100)))).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(ranges(ack(replica, 1, 150))).toEqual([]);
    expect(ranges(ack(replica, 2, 150))).toEqual([[3, 3]]);
  });

  test('sends an entry longer than the backup’s room once that is three quarters of its buffer and nothing is in flight', () => {
    const replica = primary();
    replica.sender.window = 749;
    expect(ranges(log(replica, sized(1, 100), sized(2, 1100), sized(3, 100)))).toEqual([[1, 1]]);
    expect(ranges(ack(replica, 1, 749))).toEqual([]);
    expect(ranges(ack(replica, 1, 750))).toEqual([[2, 2]]);
    expect(ranges(ack(replica, 1, 1000))).toEqual([]);
    expect(ranges(ack(replica, 2, 0))).toEqual([]);
    expect(ranges(ack(replica, 2, 250))).toEqual([[3, 3]]);
    const behind = primary();
    expect(ranges(log(behind, sized(1, 100), sized(2, 901)))).toEqual([[1, 1]]);
    expect(ranges(ack(behind, 1, 900))).toEqual([[2, 2]]);
  });

  test('stops when its buffer passes its limit, says so once, and goes on when that is over', () => {
    const replica = primary();
    const out = log(replica, sized(1, 600), sized(2, 400));
    expect(isStopped(replica.sender)).toBe(false);
    expect(notes(out)).toEqual([]);
    expect(notes(log(replica, sized(3, 30)))).toEqual([{ kind: 'sendBufferFull' }]);
    expect(notes(log(replica, sized(4, 30)))).toEqual([]);
    expect(isStopped(replica.sender)).toBe(true);
    expect(notes(ack(replica, 1))).toEqual([
      { kind: 'acked', through: 1, executed: 0 },
      { kind: 'sendBufferDrained' },
    ]);
    expect(isStopped(replica.sender)).toBe(false);
  });
});

describe('the retransmission timer', () => {
  function due(replica: Replica): Effect[] {
    const out: Effect[] = [];
    retransmit(replica, CONFIG, out);
    return out;
  }

  test('sends everything that is unacknowledged again, in one frame if it fits', () => {
    const replica = primary();
    log(replica, sized(1, 100), sized(2, 100), sized(3, 100));
    ack(replica, 1);
    due(replica);
    const out = due(replica);
    expect(kinds(out)).toEqual(['note resent', 'send entries', 'setTimer retransmit']);
    expect(ranges(out)).toEqual([[2, 3]]);
    expect(replica.sender.inFlight).toBe(200);
  });

  test('only begins anew when something was acknowledged meanwhile', () => {
    const replica = primary();
    log(replica, entry(1), entry(2));
    ack(replica, 1);
    expect(kinds(due(replica))).toEqual(['setTimer retransmit']);
    expect(kinds(due(replica))).toContain('note resent');
  });

  test('is not set again when nothing is unacknowledged, but is by the next entry', () => {
    const replica = primary();
    log(replica, entry(1));
    ack(replica, 1);
    expect(due(replica)).toEqual([]);
    expect(kinds(log(replica, entry(2)))).toEqual(['send entries', 'setTimer retransmit']);
  });

  test('is nobody’s who is no primary any more', () => {
    for (const role of ['halted', 'spare', 'solo'] as const) {
      const replica = primary();
      log(replica, entry(1));
      replica.role = role;
      expect(due(replica)).toEqual([]);
    }
  });

  test.each([2, 3, 4])('takes a late word about entry %i, sent before, for what it is', (through) => {
    const replica = primary();
    log(replica, ...[1, 2, 3, 4, 5].map((sequence) => sized(sequence, 100)));
    replica.sender.window = 0;
    expect(ranges(due(replica))).toEqual([[1, 1]]);
    ack(replica, through, 0);
    expect(replica.sender).toMatchObject({ inFlight: 0, held: (5 - through) * 100, nextToSend: through + 1 });
    expect(ranges(ack(replica, through, 1000))).toEqual([[through + 1, 5]]);
  });

  test('sends one entry into a closed window, to hear how it stands', () => {
    const replica = primary();
    replica.sender.window = 0;
    expect(ranges(log(replica, entry(1), entry(2)))).toEqual([]);
    expect(ranges(due(replica))).toEqual([[1, 1]]);
  });
});

describe('the backup', () => {
  test('keeps what comes next in order, and is not to pass the last of it', () => {
    const replica = backup();
    const out = deliver(replica, entry(1), entry(2));
    expect(notes(out)).toEqual([{ kind: 'received', first: 1, last: 2 }]);
    expect(replica.receiver).toMatchObject({ receivedThrough: 2, held: 56, barrier: count(20) });
    expect(replica.receiver.entries).toEqual([entry(1), entry(2)]);
  });

  test('throws away what it has, and what comes too early', () => {
    const replica = backup();
    deliver(replica, entry(1), entry(2));
    expect(deliver(replica, entry(1), entry(2))).toEqual([]);
    expect(deliver(replica, entry(4))).toEqual([]);
    expect(notes(deliver(replica, entry(2), entry(3), entry(5)))).toEqual([
      { kind: 'received', first: 3, last: 3 },
    ]);
    expect(replica.receiver).toMatchObject({ receivedThrough: 3, held: 84, barrier: count(30) });
  });

  test('takes nothing beyond its limit, however small the next entry is', () => {
    const replica = backup();
    deliver(replica, sized(1, 500), sized(2, 490), sized(3, 30), entry(4));
    expect(replica.receiver).toMatchObject({ receivedThrough: 2, held: 990 });
    expect(freeBytes(replica.receiver)).toBe(10);
    const filled = backup();
    deliver(filled, sized(1, 500), sized(2, 500), entry(3));
    expect(filled.receiver).toMatchObject({ receivedThrough: 2, held: 1000 });
  });

  test('takes an entry larger than its whole buffer when three quarters of that are empty', () => {
    const replica = backup();
    deliver(replica, sized(1, 5000), entry(2));
    expect(replica.receiver).toMatchObject({ receivedThrough: 1, held: 5000 });
    expect(freeBytes(replica.receiver)).toBe(0);
    const begun = backup();
    deliver(begun, sized(1, 250), sized(2, 5000));
    expect(begun.receiver).toMatchObject({ receivedThrough: 2, held: 5250 });
    const fuller = backup();
    deliver(fuller, sized(1, 251), sized(2, 5000));
    expect(fuller.receiver).toMatchObject({ receivedThrough: 1, held: 251 });
  });

  test('acknowledges what it has received, with its room and how far its machine is', () => {
    const replica = backup();
    deliver(replica, sized(1, 300));
    const out: Effect[] = [];
    replica.receiver.consumedThrough = 0;
    acknowledge(replica, out);
    expect(sent(out, 'ack')).toEqual([ackOf(1, 700)]);
  });

  test('takes entries out in their order, and tells when much room has come free', () => {
    const replica = backup();
    const { receiver } = replica;
    deliver(replica, sized(1, 200), sized(2, 50), sized(3, 200));
    acknowledge(replica, []);
    expect(windowReopened(receiver)).toBe(false);
    consume(receiver, receiver.entries[0] as LogEntry);
    expect(windowReopened(receiver)).toBe(false);
    consume(receiver, receiver.entries[0] as LogEntry);
    expect(windowReopened(receiver)).toBe(true);
    expect(receiver).toMatchObject({ held: 200, consumedThrough: 2, receivedThrough: 3 });
    expect(receiver.entries.map(({ sequence }) => sequence)).toEqual([3]);
    const out: Effect[] = [];
    acknowledge(replica, out);
    expect(sent(out, 'ack')).toEqual([ackOf(3, 800, 2)]);
  });
});

test('messages weigh their entries and the headers around them', () => {
  expect(
    messageLength({ kind: 'entries', generation: 1, first: 1, last: 1, bytes: new Uint8Array(100) }),
  ).toBe(166);
  expect(messageLength(ackOf(1))).toBe(86);
  expect(messageLength({ kind: 'heartbeat', generation: 1, executed: 0, released: 0 })).toBe(78);
});

describe('both ends', () => {
  const sizes = fc.array(fc.integer({ min: 21, max: 1600 }), { minLength: 1, maxLength: 25 });
  const limits = fc.record({
    sendBufferBytes: fc.integer({ min: 100, max: 5000 }),
    receiveBufferBytes: fc.integer({ min: 100, max: 5000 }),
  });
  /** What happens next: which of the messages on the cable, and whether it arrives, is lost or arrives twice. */
  const fate = fc.record({ which: fc.nat(9), what: fc.constantFrom('arrive', 'arrive', 'lose', 'repeat') });

  test('bring every entry over once, in order, whatever the cable does', () => {
    fc.assert(
      fc.property(sizes, limits, fc.array(fate, { maxLength: 120 }), (sizes, limits, fates) => {
        const config = { ...CONFIG, ...limits };
        const [from, to] = [primary(limits), backup(limits)];
        let cable: PairMessage[] = [];
        const put = (out: Effect[]): void => {
          for (const command of out) if (command.kind === 'send') cable.push(command.message);
        };
        const written: LogEntry[] = [];
        const taken: LogEntry[] = [];
        const write = (): void => {
          const size = sizes[written.length];
          if (size === undefined || isStopped(from.sender)) return;
          const next = sized(written.length + 1, size);
          written.push(next);
          const out: Effect[] = [];
          append(from.sender, config, next, START, out);
          flush(from, config, out);
          put(out);
        };
        const hand = (message: PairMessage): void => {
          const out: Effect[] = [];
          if (message.kind === 'entries') {
            receive(to.receiver, message.bytes, out);
            acknowledge(to, out);
          } else if (message.kind === 'ack') {
            acknowledged(from, config, message, out);
          }
          put(out);
          invariants();
        };
        const take = (): void => {
          const [entry] = to.receiver.entries;
          if (entry) {
            consume(to.receiver, entry);
            taken.push(entry);
          }
          const out: Effect[] = [];
          if (windowReopened(to.receiver)) acknowledge(to, out);
          put(out);
        };
        const invariants = (): void => {
          const { sender } = from;
          const { receiver } = to;
          const weight = (list: readonly { bytes: Uint8Array }[]) =>
            list.reduce((sum, { bytes }) => sum + bytes.length, 0);
          expect(sender.held).toBe(weight(sender.entries));
          expect(sender.inFlight).toBe(
            weight(sender.entries.filter(({ sequence }) => sequence < sender.nextToSend)),
          );
          expect(sender.ackedThrough).toBeLessThanOrEqual(receiver.receivedThrough);
          expect(receiver.consumedThrough).toBeLessThanOrEqual(receiver.receivedThrough);
          expect(receiver.held <= receiver.limit || receiver.entries.length === 1).toBe(true);
        };
        for (const { which, what } of fates) {
          write();
          if (which % 3 === 0) take();
          const message = cable[which % Math.max(1, cable.length)];
          if (message === undefined) continue;
          if (what !== 'repeat') cable = cable.filter((other) => other !== message);
          if (what !== 'lose') hand(message);
        }
        // From here on the cable is whole: what is still missing comes over by and by.
        for (let patience = 0; taken.length < sizes.length; patience++) {
          expect(patience).toBeLessThan(1000);
          write();
          take();
          const message = cable.shift();
          if (message !== undefined) hand(message);
          else {
            const out: Effect[] = [];
            retransmit(from, config, out);
            put(out);
          }
        }
        expect(taken).toEqual(written);
      }),
      { numRuns: 80 },
    );
  });
});

describe('with acknowledgement on receipt switched off', () => {
  const config = { ...CONFIG, rules: { ...ALL_RULES, ackOnReceipt: false } };

  test('what the primary’s own network has taken counts as acknowledged', () => {
    const replica = primary();
    const out: Effect[] = [];
    for (const one of [entry(1), entry(2)]) append(replica.sender, config, one, START, out);
    flush(replica, config, out);
    expect(notes(out)).toEqual([{ kind: 'acked', through: 2, executed: 0 }]);
    expect(replica.sender).toMatchObject({ ackedThrough: 2, held: 0, inFlight: 0, entries: [] });
  });

  test('the backup’s word still opens the window', () => {
    const replica = primary();
    replica.sender.window = 0;
    const out: Effect[] = [];
    append(replica.sender, config, entry(1), START, out);
    flush(replica, config, out);
    expect(sent(out, 'entries')).toEqual([]);
    acknowledged(replica, config, ackOf(0, 1000), out);
    expect(ranges(out)).toEqual([[1, 1]]);
  });
});

describe('who may be about to go live', () => {
  const states = (['none', 'asking', 'won'] as const).map((arbitration) => ({ ...backup(), arbitration }));
  const alone = { ...backup(), role: 'solo' as const };

  test('acknowledges nothing more', () => {
    expect(states.map((replica) => mayAcknowledge(replica, CONFIG))).toEqual([true, false, false]);
    expect(mayAcknowledge(alone, CONFIG)).toBe(false);
  });

  test('goes on acknowledging when the rule is off', () => {
    const config = { ...CONFIG, rules: { ...ALL_RULES, muteWhenGoingLive: false } };
    for (const replica of [...states, alone]) expect(mayAcknowledge(replica, config)).toBe(true);
  });
});

describe('a flush delay', () => {
  const config = { ...CONFIG, flushDelay: milliseconds(1) };
  const note = (replica: Replica, body: EntryBody, instruction: number, said = config): Effect[] => {
    const out: Effect[] = [];
    record(replica, said, body, count(instruction), START, out);
    return out;
  };
  const clock = { kind: 'clock', time: 1 } as const;

  test('lets entries wait for each other, and sends them in one frame', () => {
    const replica = primary();
    expect(kinds(note(replica, clock, 10))).toEqual(['note recorded', 'setTimer flush']);
    expect(kinds(note(replica, clock, 20))).toEqual(['note recorded']);
    const out: Effect[] = [];
    flushDue(replica, config, out);
    expect(ranges(out)).toEqual([[1, 2]]);
    expect(kinds(note(replica, clock, 30))).toEqual(['note recorded', 'setTimer flush']);
  });

  test('of nothing lets nothing wait', () => {
    expect(kinds(note(primary(), clock, 10, CONFIG as typeof config))).toContain('send entries');
  });

  test('does not hold up an output, which takes the others with it (§3.5)', () => {
    const replica = primary();
    note(replica, clock, 10);
    expect(ranges(note(replica, outputEntry(packet(1)), 20))).toEqual([[1, 2]]);
  });

  test('does so if it is told to', () => {
    const replica = primary();
    const patient = { ...config, flushOutputs: false };
    expect(kinds(note(replica, outputEntry(packet(1)), 20, patient))).toEqual([
      'note recorded',
      'setTimer flush',
    ]);
  });

  test('is nothing to one who is no primary any more', () => {
    const replica = primary();
    note(replica, clock, 10);
    replica.role = 'solo';
    const out: Effect[] = [];
    flushDue(replica, config, out);
    expect(out).toEqual([]);
  });
});
