// The report of a run, tallied from facts made by hand and from the smallest world.

import { describe, expect, test } from 'vitest';
import { own } from '../ft/own.ts';
import { ALL_RULES } from '../ft/rules.ts';
import { beginProperties } from './properties/index.ts';
import { beginTally, buildReport, isLive, roleOf, type Tally, tally } from './report.ts';
import { runScenario } from './run.ts';
import type { Fact, OutputFacts } from './state/observation.ts';
import { createWorld, hostOf, type World } from './state/world.ts';
import { setFlag } from './testing/storage.ts';
import { at, worldConfig } from './testing/worlds.ts';

function sum(...facts: [number, Fact][]): Tally {
  const total = beginTally();
  for (const [ns, fact] of facts) tally(total, { at: at(ns), ...fact });
  return total;
}

const output = (sequence: number): OutputFacts => ({
  kind: 'packet',
  instruction: 40 + sequence,
  sequence,
  digest: '',
});
const held = (sequence: number): Fact => ({ kind: 'outputHeld', host: 'A', output: output(sequence) });
const released = (sequence: number, waited: number): Fact => ({
  kind: 'outputReleased',
  host: 'A',
  output: output(sequence),
  waited,
  acked: sequence,
  isProtected: sequence > 0,
});
const acked = (through: number): Fact => ({ kind: 'acked', host: 'A', generation: 1, through, executed: 0 });
const entry = (kind: 'recorded' | 'replayed', sequence: number): Fact => ({
  kind,
  host: kind === 'recorded' ? 'A' : 'B',
  generation: 1,
  sequence,
  entry: 'clock',
  instruction: 1,
  bytes: 28,
  says: '',
  state: '',
});

describe('outputs', () => {
  test('have the instants at which they were made, acknowledged and released', () => {
    const { outputs, unacked } = sum(
      [100, held(1)],
      [150, held(2)],
      [900, acked(1)],
      [900, released(1, 800)],
    );
    expect(outputs).toEqual([
      { at: 100, instruction: 41, kind: 'packet', host: 'A', released: 900, acked: 900 },
      { at: 150, instruction: 42, kind: 'packet', host: 'A', released: null, acked: null },
    ]);
    expect(unacked.map(({ sequence }) => sequence)).toEqual([2]);
  });

  test('that left too early are acknowledged later, or never', () => {
    const { outputs, unacked } = sum([100, released(1, 0)], [110, released(2, 0)], [900, acked(1)]);
    expect(outputs).toMatchObject([
      { at: 100, released: 100, acked: 900 },
      { at: 110, released: 110, acked: null },
    ]);
    expect(unacked.map(({ sequence }) => sequence)).toEqual([2]);
  });

  test('of who is alone are acknowledged by nobody', () => {
    const { outputs } = sum([100, released(0, 0)], [200, released(0, 0)], [300, acked(7)]);
    expect(outputs).toMatchObject([
      { at: 100, released: 100, acked: null },
      { at: 200, released: 200, acked: null },
    ]);
  });

  test('are acknowledged by whatever covers them, at the first time', () => {
    const { outputs } = sum(
      [100, held(3)],
      [110, held(5)],
      [120, held(10)],
      [900, acked(9)],
      [950, acked(10)],
    );
    expect(outputs.map((one) => one.acked)).toEqual([900, 900, 950]);
  });

  test('that share an entry, or an epoch, are each released', () => {
    const shared = (kind: 'outputHeld' | 'outputReleased', instruction: number): Fact =>
      ({
        ...(kind === 'outputHeld' ? held(3) : released(3, 800)),
        output: { ...output(3), instruction },
      }) as Fact;
    const { outputs, waiting } = sum(
      [100, shared('outputHeld', 50)],
      [110, shared('outputHeld', 60)],
      [900, shared('outputReleased', 50)],
      [910, shared('outputReleased', 60)],
    );
    expect(outputs.map((one) => one.released)).toEqual([900, 910]);
    expect(waiting).toEqual([]);
  });

  test('are not looked at each time that one of many leaves', () => {
    const total = sum(...Array.from({ length: 1000 }, (_, i): [number, Fact] => [i, held(i + 1)]));
    let looks = 0;
    for (const logged of total.waiting) {
      const { sequence } = logged;
      Object.defineProperty(logged, 'sequence', {
        get() {
          looks++;
          return sequence;
        },
      });
    }
    for (let i = 1; i <= 1000; i++)
      for (const fact of [acked(i), released(i, 5)]) tally(total, { at: at(1000 + i), ...fact });
    expect(total.outputs.every((one) => one.released !== null && one.acked !== null)).toBe(true);
    expect(looks).toBeLessThan(5000);
  });
});

test('the log is counted in entries, and in bytes as they went over the wire', () => {
  const total = sum(
    [1, entry('recorded', 1)],
    [2, entry('recorded', 2)],
    [2, { kind: 'sent', host: 'A', message: 'entries', generation: 1, bytes: 94, first: 1, last: 1 }],
    [3, { kind: 'sent', host: 'A', message: 'entries', generation: 1, bytes: 94, first: 1, last: 1 }],
    [3, { kind: 'sent', host: 'B', message: 'ack', generation: 1, bytes: 86 }],
    [4, { kind: 'sent', host: 'A', message: 'heartbeat', generation: 1, bytes: 74 }],
  );
  expect(total).toMatchObject({ entries: 2, logBytes: 188 });
});

test('the lag is the longest that any entry waited to be replayed', () => {
  const total = sum(
    [100, entry('recorded', 1)],
    [200, entry('recorded', 2)],
    [700, entry('replayed', 1)],
    [750, entry('replayed', 2)],
    [800, entry('recorded', 3)],
  );
  expect(total.maxLagNs).toBe(600);
  expect(Object.keys(total.recordedAt)).toEqual(['3']);
});

describe('the report', () => {
  test('of a new world says who is who', () => {
    const world = createWorld(worldConfig());
    const report = buildReport(world, beginTally(), beginProperties(world.config));
    expect(report).toMatchObject({
      time: 0,
      hosts: [
        { id: 'A', role: 'primary', live: true, instructions: 0 },
        { id: 'B', role: 'backup', live: false, instructions: 0 },
      ],
      outputs: [],
      clients: [
        { id: 'client1', history: [] },
        { id: 'client2', history: [] },
      ],
      disk: { flag: null },
      log: { entries: 0, bytes: 0, bitsPerSecond: 0, maxLagNs: 0 },
    });
    expect(report.hosts[0]?.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(report.hosts[1]?.hash).toBe(report.hosts[0]?.hash);
    expect(report.properties.every(({ holds }) => holds === true)).toBe(true);
    expect(report.properties.some((property) => 'violation' in property)).toBe(false);
  });

  test('tells a dead host from a halted one, and a live machine from both', () => {
    const world = createWorld(worldConfig());
    const [a, b] = [hostOf(world, 'A'), hostOf(world, 'B')];
    a.isAlive = false;
    expect([roleOf(a), isLive(world, a)]).toEqual(['crashed', false]);
    own(b).replica.role = 'solo';
    expect([roleOf(b), isLive(world, b)]).toEqual(['solo', true]);
    own(b).replica.role = 'halted';
    expect([roleOf(b), isLive(world, b)]).toEqual(['halted', false]);
  });

  test('has no live machine where a primary was replaced while it stood still', () => {
    for (const replace of [
      (world: World) => setFlag(world, 1, 2),
      (world: World) => Object.assign(hostOf(world, 'B').replica, { role: 'solo' }),
      (world: World) => Object.assign(hostOf(world, 'B').replica, { generation: 2 }),
    ]) {
      const world = createWorld(worldConfig());
      const a = hostOf(world, 'A');
      expect(isLive(world, a)).toBe(true);
      replace(world);
      expect([roleOf(a), isLive(world, a)]).toEqual(['primary', false]);
      // Without the Output Rule nobody has to acknowledge what it says.
      world.config.protocol = { ...world.config.protocol, rules: { ...ALL_RULES, outputRule: false } };
      expect(isLive(world, a)).toBe(true);
    }
  });

  test('has a broken property’s violation', () => {
    const world = createWorld(worldConfig());
    const properties = beginProperties(world.config);
    const violation = { at: 5, key: 'twoLive', values: { host: 'A' } };
    const index = properties.findIndex(({ name }) => name === 'One live machine');
    (properties[index] as (typeof properties)[number]).violation = violation;
    const report = buildReport(world, beginTally(), properties);
    expect(report.properties[index]).toEqual({
      name: 'One live machine',
      section: '§2.3',
      holds: false,
      violation,
    });
  });
});

describe('a run', () => {
  const config = (requests: number) =>
    worldConfig({ clients: worldConfig().clients.map((client) => ({ ...client, requests })) });

  test('ends when no client wants anything', () => {
    expect(runScenario(config(0), at(5_000_000)).report.time).toBe(0);
  });

  test('ends at its bound when they never get it: here the guest sleeps', () => {
    const kinds = new Set<string>();
    const asked: number[] = [];
    const { report } = runScenario(config(1), at(5_500_000), (fact) => {
      kinds.add(fact.kind);
      if (fact.kind === 'requestSent') asked.push(fact.at);
    });
    expect(report.time).toBe(5_500_000);
    expect(report.clients.map(({ history }) => history)).toEqual([
      [{ sent: asked[0], answered: null, request: 1, tries: 1, reply: null }],
      [{ sent: asked[1], answered: null, request: 1, tries: 1, reply: null }],
    ]);
    // A client counts from when its program has begun, and its own instructions take time.
    expect(asked.map((sent) => Math.floor(sent / 50_000))).toEqual([40, 60]);
    expect(kinds).toContain('requestArrived');
    expect(report.log.entries).toBe(2);
    expect(report.log.bitsPerSecond).toBe(Math.round((report.log.bytes * 8e9) / 5_500_000));
  });
});
