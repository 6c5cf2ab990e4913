// What is claimed of the log and of replay (I1 to I8, I20, I23): facts that bear it out, and the fewest that break it.
import { describe, expect, test } from 'vitest';
import {
  acked,
  ackSent,
  crashed,
  delivered,
  movedTo,
  outcome,
  output,
  paired,
  received,
  recorded,
  released,
  replayed,
  sent,
  shown,
  type Told,
  verdicts,
  wentLive,
  wentSolo,
} from '../testing/property-facts.ts';
import { worldConfig } from '../testing/worlds.ts';
import { ackOnReceipt } from './ack-on-receipt.ts';
import { behindTheLog } from './behind-the-log.ts';
import { equalStates } from './equal-states.ts';
import { exactDelivery } from './exact-delivery.ts';
import { fullBufferStops } from './full-buffer-stops.ts';
import { loggedValues } from './logged-values.ts';
import { oneLog } from './one-log.ts';
import { outputRule } from './output-rule.ts';
import { pacing } from './pacing.ts';
import { primaryAhead } from './primary-ahead.ts';
import type { Property } from './property.ts';

type Case = [what: string, expected: string, facts: Told[]];

const second = { generation: 2 };
const secondPair = paired({ generation: 2, primary: 'B', backup: 'C', instruction: 100 });

function judgesSo<M>(property: Property<M>, cases: Case[]): void {
  test.each(cases)('%s: %s', (_, expected, facts) => {
    expect(outcome(property, facts)).toBe(expected);
  });
}

describe('I1, the Output Rule', () => {
  const own = worldConfig();
  own.protocol.isDiskShared = false;

  judgesSo(outputRule, [
    ['received and acknowledged before it left', 'holds', [paired(), ...delivered(1, 3), released(3)]],
    ['an earlier one', 'holds', [paired(), ...delivered(1, 3), released(2)]],
    ['received and not acknowledged', 'outputBeforeAck', [paired(), received(1, 3), acked(2), released(3)]],
    ['acknowledged and not received', 'outputBeforeAck', [paired(), received(1, 2), acked(3), released(3)]],
    ['neither', 'outputBeforeAck', [released(1)]],
    ['of who is alone', 'nothing to say', [paired(), wentSolo(), shown('A')]],
    ['only held', 'nothing to say', [paired(), { kind: 'outputHeld', host: 'A', output: output(1) }]],
    [
      'acknowledged in the last generation',
      'outputBeforeAck',
      [paired(), ...delivered(1, 3), secondPair, released(1, {}, { host: 'B' })],
    ],
    [
      'of a primary of the last generation',
      'nothing to say',
      [paired(), ...delivered(1, 3), secondPair, released(3)],
    ],
    [
      'of a primary that moved',
      'outputBeforeAck',
      [paired(), movedTo('primary', 'A', 'D'), released(1, {}, { host: 'D' })],
    ],
  ]);

  test('a write to a disk of its own is no output', () => {
    const facts = [paired(), released(1, { kind: 'diskWrite' })];
    expect(outcome(outputRule, facts)).toBe('outputBeforeAck');
    expect(outcome(outputRule, facts, own)).toBe('nothing to say');
  });

  test('says which output, when, and against which acknowledgement', () => {
    expect(verdicts(outputRule, [paired(), received(1, 3), acked(2), released(3)]).at(-1)).toEqual({
      key: 'outputBeforeAck',
      values: { host: 'A', output: 'packet', sequence: 3, received: 3, acked: 2 },
      against: { at: 2, kind: 'acked' },
      entries: [3],
      outputs: [output(3)],
    });
  });
});

describe('I2, one log', () => {
  judgesSo(oneLog, [
    ['all the way', 'holds', [paired(), ...delivered(1, 3), ...delivered(4, 9)]],
    ['sent again', 'holds', [paired(), recorded(1), recorded(2), sent(1, 1), sent(1, 2), received(1, 2)]],
    ['acknowledged at once', 'holds', [paired(), ...delivered(1, 3).slice(0, -2), acked(1), acked(3)]],
    [
      'anew in a new generation',
      'holds',
      [
        paired(),
        ...delivered(1, 3),
        secondPair,
        recorded(1, { host: 'B', ...second }),
        sent(1, 1, { host: 'B', ...second }),
      ],
    ],
    [
      'left over from the last generation',
      'holds',
      [
        paired(),
        recorded(1),
        secondPair,
        recorded(2),
        sent(1, 2),
        received(1, 2),
        recorded(1, { host: 'B', ...second }),
      ],
    ],
    ['a number left out', 'recordedOutOfOrder', [paired(), recorded(1), recorded(3)]],
    ['a number twice', 'recordedOutOfOrder', [paired(), recorded(1), recorded(1)]],
    [
      'sent with a gap',
      'sentOutOfOrder',
      [paired(), recorded(1), recorded(2), recorded(3), sent(1, 1), sent(3, 3)],
    ],
    ['sent before it was recorded', 'sentTooEarly', [paired(), recorded(1), sent(1, 2)]],
    [
      'received with a gap',
      'receivedOutOfOrder',
      [paired(), recorded(1), recorded(2), sent(1, 2), received(2, 2)],
    ],
    ['received before it was sent', 'receivedTooEarly', [paired(), recorded(1), received(1, 1)]],
    ['acknowledged before it was received', 'ackedTooEarly', [paired(), recorded(1), sent(1, 1), acked(1)]],
    ['an acknowledgement taken back', 'ackedOutOfOrder', [paired(), ...delivered(1, 3), acked(2)]],
    [
      'by a primary that moved',
      'recordedOutOfOrder',
      [paired(), recorded(1), movedTo('primary', 'A', 'C'), recorded(3, { host: 'C' })],
    ],
  ]);
});

describe('I3, acknowledgement on receipt', () => {
  judgesSo(ackOnReceipt, [
    ['what is there', 'holds', [paired(), received(1, 3), ackSent(3), acked(3)]],
    ['nothing yet', 'holds', [paired(), ackSent(0)]],
    ['said too early', 'ackBeforeReceipt', [paired(), received(1, 2), ackSent(3)]],
    ['heard too early', 'ackBeforeReceipt', [paired(), received(1, 2), acked(3)]],
    ['of another generation', 'nothing to say', [paired(), secondPair, ackSent(3), acked(3)]],
    [
      'received in the last generation',
      'ackBeforeReceipt',
      [paired(), received(1, 3), secondPair, ackSent(1, second)],
    ],
  ]);
});

describe('I4, behind the log', () => {
  const first = [paired(), recorded(1), recorded(2), received(1, 1)];
  judgesSo(behindTheLog, [
    ['at the last entry', 'holds', [...first, received(2, 2, { instruction: 10 })]],
    ['before it', 'holds', [...first, received(2, 2, { instruction: 3 })]],
    ['past it', 'ranPastLog', [...first, received(2, 2, { instruction: 11 })]],
    ['past the beginning', 'ranPastLog', [paired(), recorded(1), received(1, 1, { instruction: 1 })]],
    [
      'past the beginning of a clone',
      'ranPastLog',
      [
        secondPair,
        recorded(1, { ...second, instruction: 120 }),
        received(1, 1, { ...second, instruction: 101 }),
      ],
    ],
    ['live by now', 'holds', [...first, wentLive(), received(2, 2, { instruction: 99 })]],
  ]);

  test('forgets what was received', () => {
    const memory = behindTheLog.begin(worldConfig());
    for (const fact of first) behindTheLog.check(memory, { ...fact, at: 0 } as never);
    expect(Object.keys(memory.recorded)).toEqual(['2']);
  });
});

describe('I5, the primary ahead', () => {
  judgesSo(primaryAhead, [
    ['ahead', 'holds', [paired(), recorded(1), replayed(1, { ahead: 30 })]],
    ['level', 'holds', [paired(), recorded(1), replayed(1, { ahead: 10 })]],
    ['behind', 'backupAhead', [paired(), recorded(1), replayed(1, { ahead: 9 })]],
    ['dead', 'nothing to say', [paired(), recorded(1), crashed('A'), replayed(1)]],
  ]);
});

describe('I6, equal states', () => {
  judgesSo(equalStates, [
    ['where and as the primary was', 'holds', [paired(), recorded(1), recorded(2), replayed(1), replayed(2)]],
    ['another state', 'statesDiffer', [paired(), recorded(1), replayed(1, { state: 'x' })]],
    ['another instruction', 'statesDiffer', [paired(), recorded(1), replayed(1, { instruction: 11 })]],
    ['an entry that nobody recorded', 'statesDiffer', [paired(), recorded(1), replayed(2)]],
    [
      'astray by its own word',
      'replayDiverged',
      [
        paired(),
        {
          kind: 'diverged',
          host: 'B',
          sequence: 4,
          expected: 'clock',
          found: 'another instruction',
          instruction: 40,
        },
      ],
    ],
    [
      'the same number in the next generation',
      'holds',
      [
        paired(),
        recorded(1),
        secondPair,
        recorded(1, { host: 'B', ...second, state: 'new' }),
        replayed(1, { host: 'C', ...second, state: 'new' }),
      ],
    ],
    [
      'replayed by who is not needed any more',
      'nothing to say',
      [paired(), recorded(1), wentSolo(), replayed(1, { state: 'x' })],
    ],
  ]);

  test('forgets what both have done', () => {
    const memory = equalStates.begin(worldConfig());
    for (const fact of [paired(), recorded(1), replayed(1)])
      equalStates.check(memory, { ...fact, at: 0 } as never);
    expect(memory.recorded).toEqual({});
  });
});

describe('I7, exact delivery', () => {
  judgesSo(exactDelivery, [
    [
      'each at its instruction, in order',
      'holds',
      [paired(), recorded(1), recorded(2), replayed(1), replayed(2)],
    ],
    ['elsewhere', 'deliveredElsewhere', [paired(), recorded(1), replayed(1, { instruction: 9 })]],
    ['one left out', 'deliveredOutOfOrder', [paired(), recorded(1), recorded(2), replayed(2)]],
    ['one twice', 'deliveredOutOfOrder', [paired(), recorded(1), replayed(1), replayed(1)]],
    [
      'anew in a new generation',
      'holds',
      [
        paired(),
        recorded(1),
        replayed(1),
        secondPair,
        recorded(1, { host: 'B', ...second }),
        replayed(1, { host: 'C', ...second }),
      ],
    ],
  ]);
});

describe('I8, logged values', () => {
  judgesSo(loggedValues, [
    ['the same clock', 'holds', [paired(), recorded(1), replayed(1)]],
    ['another clock', 'otherValue', [paired(), recorded(1), replayed(1, { says: 'x' })]],
    [
      'other entropy',
      'otherValue',
      [paired(), recorded(1, { entry: 'entropy' }), replayed(1, { entry: 'entropy', says: 'x' })],
    ],
    [
      'a packet',
      'nothing to say',
      [paired(), recorded(1, { entry: 'packet' }), replayed(1, { entry: 'packet', says: 'x' })],
    ],
  ]);
});

describe('I20, full and empty buffers', () => {
  const full: Told = { kind: 'sendBufferFull', host: 'A', at: 5 };
  judgesSo(fullBufferStops, [
    ['recorded by what filled it', 'holds', [paired(), full, recorded(2, { at: 5 })]],
    ['recorded later', 'ranWithFullBuffer', [paired(), full, recorded(2, { at: 6 })]],
    [
      'recorded when there is room again',
      'nothing to say',
      [paired(), full, { kind: 'sendBufferDrained', host: 'A', at: 6 }, recorded(2, { at: 7 })],
    ],
    ['done from outside', 'nothing to say', [paired(), full, recorded(2, { entry: 'control', at: 6 })]],
    [
      'waiting for entries',
      'holds',
      [paired(), received(1, 1), replayed(1), received(2, 2, { instruction: 10 })],
    ],
    [
      'running without entries',
      'ranWithEmptyBuffer',
      [paired(), received(1, 1), replayed(1), received(2, 2, { instruction: 12 })],
    ],
    [
      'running with entries',
      'holds',
      [paired(), received(1, 3), replayed(1), received(4, 4, { instruction: 12 })],
    ],
    [
      'live by now',
      'holds',
      [paired(), received(1, 1), replayed(1), wentLive(), received(2, 2, { instruction: 99 })],
    ],
  ]);
});

describe('I23, pacing', () => {
  const ms = 1_000_000;
  const paced = (at: number, lag: number, percent: number): Told => ({
    kind: 'paced',
    host: 'A',
    lag: lag * ms,
    percent,
    at: at * ms,
  });
  const entry = (sequence: number, at: number): Told => recorded(sequence, { at: at * ms });
  const done = (sequence: number, at: number): Told => replayed(sequence, { at: at * ms });
  // The test's world looks every 5 ms, and finds more than 8 ms too much.
  judgesSo(pacing, [
    [
      'less and less, then more',
      'holds',
      [paired(), paced(5, 9, 97), paced(10, 9, 94), paced(15, 9, 94), paced(20, 2, 97), paced(25, 2, 100)],
    ],
    ['more while late', 'pacedUp', [paired(), paced(5, 9, 97), paced(10, 9, 98)]],
    ['less while not late', 'pacedDown', [paired(), paced(5, 9, 97), paced(10, 8, 96)]],
    ['full again for a new pair', 'pacedDown', [paired(), paced(5, 9, 50), paired(), paced(10, 1, 97)]],
    [
      'late for long and nothing done',
      'notPaced',
      [paired(), entry(1, 0), entry(2, 9), entry(3, 20), entry(4, 35)],
    ],
    [
      'late for long and paced',
      'holds',
      [paired(), entry(1, 0), entry(2, 9), paced(20, 12, 97), entry(3, 35)],
    ],
    [
      'late for a moment only',
      'nothing to say',
      [paired(), entry(1, 0), entry(2, 9), done(2, 15), entry(3, 40), entry(4, 45)],
    ],
    ['a dead backup', 'nothing to say', [paired(), entry(1, 0), crashed('B'), entry(2, 9), entry(3, 60)]],
  ]);

  test('remembers few of the entries however many there are', () => {
    const memory = pacing.begin(worldConfig());
    for (let i = 1; i < 5000; i++) pacing.check(memory, { ...entry(i, i / 10) } as never);
    expect(memory.samples.length).toBeLessThanOrEqual(64);
  });
});
