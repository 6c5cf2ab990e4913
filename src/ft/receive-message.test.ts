// Which rule a message comes to, by what this end is.

import { expect, test } from 'vitest';
import { encodeEntry, type LogEntry } from './entry.ts';
import type { PairMessage, TransferMessage } from './messages.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import { ALL_RULES } from './rules.ts';
import { backup, endConfig, endOf, entry, kinds, momentAt, primary } from './testing/replicas.ts';

const CONFIG = endConfig();
const hears = (end: End, message: PairMessage, config = CONFIG) =>
  receiveMessage(end, config, 'A', { kind: 'channel', message }, momentAt(0));
const entries = (...all: LogEntry[]): PairMessage => {
  const bytes = Uint8Array.from(all.flatMap((one) => [...encodeEntry(one)]));
  return { kind: 'entries', generation: 1, first: 1, last: all.length, bytes };
};
const CONTROL = { kind: 'control', operation: 'share', value: 50 } as const;

test.each<[string, number, LogEntry[]]>([
  [
    'the newest value of the clock',
    8,
    [entry(1, { kind: 'clock', time: 7 }), entry(2, { kind: 'clock', time: 8 })],
  ],
  ['a tick', 9, [entry(1), entry(2, { kind: 'timer', time: 9 }), entry(3, CONTROL)]],
  ['nothing', 0, [entry(1, CONTROL)]],
])('a backup’s clock follows %s in its log', (_, ticks, all) => {
  expect(hears(endOf(backup()), entries(...all))).toContainEqual({ kind: 'followClock', ticks });
});

test('an acknowledgement is for a primary', () => {
  const end = endOf(backup());
  hears(end, { kind: 'ack', generation: 1, through: 3, executed: 3, window: 5 });
  expect(end.replica).toEqual(backup());
});

test('who may be about to go live takes what comes, and acknowledges none of it', () => {
  const end = endOf(Object.assign(backup(), { arbitration: 'asking' as const }));
  expect(kinds(hears(end, entries(entry(1))))).toEqual(['note received', 'followClock']);
  expect(end.replica.receiver.entries).toHaveLength(1);
});

test('who has gone live takes no entries, but goes on acknowledging them where that rule is off', () => {
  const loose = endConfig({ rules: { ...ALL_RULES, muteWhenGoingLive: false } });
  for (const [config, sent] of [
    [CONFIG, []],
    [loose, ['note received', 'send ack']],
  ] as const) {
    const end = endOf(Object.assign(backup(), { role: 'solo' as const }));
    expect(kinds(hears(end, entries(entry(1)), config))).toEqual(sent);
    expect(end.replica.receiver.entries).toEqual([]);
  }
  expect(kinds(hears(endOf(primary()), entries(entry(1)), loose))).toEqual(['setTimer silence']);
});

test('words about a machine on its way are nothing where none is, nor where there is no peer', () => {
  const end = endOf(primary());
  end.peer = null;
  const before = structuredClone(end);
  for (const message of [
    { kind: 'go', number: 1, deferred: [] },
    { kind: 'cancel', number: 1 },
    { kind: 'moved', generation: 1 },
  ] as TransferMessage[])
    expect(receiveMessage(end, CONFIG, 'A', { kind: 'transfer', message }, momentAt(0))).toEqual([]);
  expect(end).toEqual(before);
});
