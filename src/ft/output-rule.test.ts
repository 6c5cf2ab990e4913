// §2.2: what is held, what is released when, and what an output entry says.
import { describe, expect, test } from 'vitest';
import { milliseconds, type SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { EntryBody, Output } from './entry.ts';
import { acknowledged } from './logging-channel.ts';
import { emitted } from './machine-events.ts';
import { openGate, produceOutput, releaseAcknowledged, releaseEpoch } from './output-rule.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import { receiveTimer } from './receive-timer.ts';
import { outputEntry, record } from './recording.ts';
import type { ProtocolConfig, Replica, ReplicationMode, Role } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import {
  backup,
  CONFIG,
  count,
  diskWrite,
  endConfig,
  endOf,
  heldOutput,
  kinds,
  momentAt,
  packet,
  primary,
} from './testing/replicas.ts';

const NOW = 5000 as SimTime;

function produce(replica: Replica, output: Output, instruction = 40, config = CONFIG): Effect[] {
  const out: Effect[] = [];
  produceOutput(replica, config, output, count(instruction), NOW, out);
  return out;
}

function ack(replica: Replica, through: number): Effect[] {
  const out: Effect[] = [];
  acknowledged(replica, CONFIG, { kind: 'ack', generation: 1, through, executed: 0, window: 1000 }, out);
  releaseAcknowledged(replica, CONFIG, out);
  return out;
}

const released = (out: Effect[]) =>
  out.flatMap((command) => (command.kind === 'releaseOutput' ? [command.held] : []));

describe('a primary', () => {
  test('logs an output, holds it, and runs on', () => {
    const replica = primary();
    const out = produce(replica, packet(1));
    expect(kinds(out)).toEqual(['note recorded', 'send entries', 'setTimer retransmit', 'note outputHeld']);
    const held = { sequence: 1, instruction: 40, output: packet(1), producedAt: NOW };
    expect(replica.gate).toEqual([held]);
    expect(replica.sender.entries).toMatchObject([{ sequence: 1, kind: 'output', output: 'packet' }]);
  });

  test('releases an output when its entry is acknowledged, not before', () => {
    const replica = primary();
    record(replica, CONFIG, { kind: 'clock', time: 1 }, count(30), NOW, []);
    produce(replica, packet(1));
    produce(replica, diskWrite(4), 50);
    expect(released(ack(replica, 1))).toEqual([]);
    expect(released(ack(replica, 2))).toMatchObject([{ sequence: 2, output: packet(1), producedAt: NOW }]);
    expect(replica.gate).toHaveLength(1);
    expect(released(ack(replica, 3))).toMatchObject([{ sequence: 3, output: { kind: 'diskWrite' } }]);
    expect(replica.gate).toEqual([]);
  });

  test('releases in order all that one acknowledgement covers', () => {
    const replica = primary();
    for (const byte of [1, 2, 3]) produce(replica, packet(byte));
    expect(released(ack(replica, 3)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test('with the Output Rule switched off logs it and lets it go at once', () => {
    const replica = primary();
    const config = { ...CONFIG, rules: { ...ALL_RULES, outputRule: false } };
    expect(kinds(produce(replica, packet(1), 40, config))).toEqual([
      'note recorded',
      'send entries',
      'setTimer retransmit',
      'releaseOutput',
    ]);
    expect(replica.gate).toEqual([]);
  });
});

test('who is alone logs nothing and holds nothing', () => {
  const replica = primary();
  replica.role = 'solo';
  const out = produce(replica, packet(1));
  expect(kinds(out)).toEqual(['releaseOutput']);
  expect(released(out)).toMatchObject([{ sequence: 0 }]);
  expect(replica.sender.entries).toEqual([]);
});

describe('what an output waits for that has no entry of its own', () => {
  test.each<[string, Role, Partial<ProtocolConfig>, number]>([
    ['with checkpoints, the one that ends its epoch', 'primary', { mode: 'checkpoint' }, 4],
    ['where operations are shipped, the last of them', 'primary', { mode: 'operations' }, 6],
    ['alone, nothing', 'solo', { mode: 'checkpoint' }, 0],
    ['alone, nothing', 'solo', { mode: 'operations' }, 0],
    ['without replication, nothing', 'solo', { mode: 'none' }, 0],
  ])('%s: a %s, %o', (_, role, said, waitsFor) => {
    const replica = Object.assign(primary(said), { role, epoch: 4 });
    replica.sender.nextSequence = 7;
    const out = produce(replica, packet(1), 40, { ...CONFIG, ...said });
    if (waitsFor > 0) expect(replica.gate).toMatchObject([{ sequence: waitsFor }]);
    else expect(released(out)).toMatchObject([{ sequence: 0 }]);
  });

  test('that was acknowledged long ago lets it go at once', () => {
    const replica = primary({ mode: 'operations' });
    replica.sender.nextSequence = 7;
    replica.sender.ackedThrough = 6;
    expect(kinds(produce(replica, packet(1), 40, { ...CONFIG, mode: 'operations' }))).toEqual([
      'releaseOutput',
    ]);
    expect(replica.gate).toEqual([]);
  });

  test('a checkpoint that has arrived lets out what its epoch and those before have produced, no more', () => {
    const replica = primary({ mode: 'checkpoint' });
    for (const epoch of [1, 2, 3]) replica.gate.push(heldOutput(packet(epoch), epoch));
    const out: Effect[] = [];
    releaseEpoch(replica, CONFIG, 2, out);
    expect(released(out).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(replica.gate).toHaveLength(1);
  });
});

test('without acknowledgement on receipt an output leaves once its entry has, also one that waited for the frame', () => {
  const loose = { ackOnReceipt: false };
  const config = endConfig({
    flushDelay: milliseconds(1),
    flushOutputs: false,
    rules: { ...ALL_RULES, ...loose },
  });
  const end = endOf(primary());
  expect(kinds(emitted(end, config, [packet(1)], momentAt(40)))).not.toContain('releaseOutput');
  const out = receiveTimer(end, config, { timer: 'flush' }, momentAt(50));
  expect(released(out)).toMatchObject([{ sequence: 1 }]);
});

test.each<[string, Partial<ProtocolConfig>, Role, (end: End) => Effect[]]>([
  ['leaves at once', { rules: { ...ALL_RULES, outputRule: false } }, 'primary', () => []],
  ['leaves at once', {}, 'solo', () => []],
  [
    'is acknowledged',
    {},
    'primary',
    (end) =>
      receiveMessage(
        end,
        endConfig(),
        'A',
        { kind: 'channel', message: { kind: 'ack', generation: 1, through: 1, executed: 0, window: 1000 } },
        momentAt(41),
      ),
  ],
])('a disk write that %s (%o, %s) is handed to the storage then', (_, said, role, later) => {
  const end = endOf(Object.assign(primary(), { role }));
  const out = emitted(end, endConfig(said), [diskWrite(4)], momentAt(40));
  const all = [...out, ...later(end)];
  expect(all.filter(({ kind }) => kind === 'issueIo')).toHaveLength(1);
  expect(kinds(all).indexOf('issueIo')).toBeGreaterThan(kinds(all).indexOf('releaseOutput'));
});

test('a gate that opens lets everything out, in order', () => {
  const replica = primary();
  for (const byte of [1, 2]) produce(replica, packet(byte));
  const out: Effect[] = [];
  openGate(replica, CONFIG, out);
  expect(released(out).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test('a backup keeps what replay produces until its entry comes', () => {
  const replica = backup();
  expect(produce(replica, packet(1))).toEqual([]);
  expect(replica.reproduced).toMatchObject([{ instruction: 40, output: packet(1) }]);
});

test.each<[string, Replica, Partial<ProtocolConfig>]>([
  ['gets operations, not outputs', backup(), { mode: 'operations' }],
  ['has diverged', Object.assign(backup(), { hasDiverged: true as const }), {}],
])('a backup that %s drops what its machine produces, for the primary’s counts', (_, replica, said) => {
  const out = produce(replica, { kind: 'console', byte: 65, number: 1 }, 40, { ...CONFIG, ...said });
  expect(kinds(out)).toEqual(['dropOutput']);
  expect(replica).toMatchObject({ reproduced: [], console: { kept: [{ output: { byte: 65 } }] } });
});

describe('an output entry', () => {
  test('tells outputs apart by kind, length, bytes and block', () => {
    const outputs: Output[] = [
      packet(1, 2),
      packet(1, 3),
      packet(1, 2, 0),
      diskWrite(1, 7),
      diskWrite(2, 7),
      diskWrite(1, 8),
      { kind: 'console', byte: 1, number: 1 },
      { kind: 'console', byte: 2, number: 2 },
    ];
    const texts = outputs.map((output) => JSON.stringify(outputEntry(output)));
    expect(new Set(texts).size).toBe(outputs.length);
  });

  test('does not tell the request under which a write was made: it is the same write', () => {
    const write = { ...diskWrite(1), request: 99 };
    expect(outputEntry(write)).toEqual(outputEntry(diskWrite(1)));
  });
});

test.each<[ReplicationMode, EntryBody['kind'][]]>([
  ['ft', ['clock', 'packet', 'control', 'output']],
  ['operations', ['packet', 'control']],
  ['checkpoint', []],
  ['none', []],
])('with %s the log is about %j', (mode, expected) => {
  const bodies: EntryBody[] = [
    { kind: 'clock', time: 0 },
    { kind: 'packet', bytes: new Uint8Array(3) },
    { kind: 'control', operation: 'share', value: 50 },
    outputEntry(packet(1)),
  ];
  const replica = primary({ mode });
  const logged = bodies.map((body) => record(replica, { ...CONFIG, mode }, body, count(30), NOW, [])?.kind);
  expect(logged.filter((kind) => kind !== undefined)).toEqual(expected);
});

test('entries are numbered from 1 without a gap, and only a primary records', () => {
  const replica = primary();
  const sequences = [10, 20, 20].map(
    (instruction) =>
      record(replica, CONFIG, { kind: 'clock', time: 0 }, count(instruction), NOW, [])?.sequence,
  );
  expect(sequences).toEqual([1, 2, 3]);
  for (const role of ['backup', 'solo', 'halted', 'spare'] as const) {
    replica.role = role;
    expect(record(replica, CONFIG, { kind: 'clock', time: 0 }, count(30), NOW, [])).toBeUndefined();
  }
});
