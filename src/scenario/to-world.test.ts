// From a document to a world: every field arrives where it belongs, and what cannot be is said.
import { expect, test } from 'vitest';
import { ALL_RULES } from '../ft/rules.ts';
import { flatImage } from '../isa/image.ts';
import { createWorld } from '../world/state/world.ts';
import { targetsOf } from './checks.ts';
import { parseDocument, type ScenarioDocument } from './document.ts';
import { assembleGuest, assembleSource } from './guest.ts';
import { GUESTS } from './guests/index.ts';
import { toWorldConfig } from './to-world.ts';

const parsed = (input: unknown): ScenarioDocument => {
  const result = parseDocument(input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const nop = flatImage(Uint8Array.of(0x13, 0, 0, 0));

/** The host of a program that a document carries, the `nth` of those that are not the VM's. */
const ownProgram = (where: string, source: string, nth: number) => {
  const image = assembleSource(source, { file: `${where}.source`, include: () => undefined });
  return {
    id: where,
    image: image.ok && image.value,
    isOwnProgram: true,
    ramBytes: 4096 + 1024 * 1024,
    instructionPicoseconds: 5_000,
    speedNoisePpm: 20_000,
    clockOffsetNs: 1_300_000 * (nth + 1),
    clockDriftPpm: 3 * (nth + 1),
  };
};

test('every field has its place in the world', () => {
  const document = parsed({
    seed: 5,
    machine: { ramBytes: 65536, instructionsPerSecond: 3_000_000_000, harts: 2 },
    replication: {
      mode: 'ft',
      epochNs: 200_011,
      copyNsPerPage: 12,
      backupReads: true,
      lastOutput: 'send',
    },
    network: { groupPackets: 13, groupNs: 14 },
    cluster: { decisionNs: 1_015, retryNs: 100_016 },
    vmotion: { rounds: 17, finalPages: 18 },
    pacing: { intervalNs: 100_019, lagNs: 100_020, stepPercent: 21 },
    spares: [{ id: 'R', speedNoisePpm: 2 }],
    hosts: [
      { id: 'P', speedNoisePpm: 1 },
      { id: 'Q', clockOffsetNs: -7, clockDriftPpm: 3 },
    ],
    links: { lan: { latencyNs: 1_001 }, log: { bitsPerSecond: 10_001 }, storage: { latencyNs: 1_003 } },
    disk: {
      blocks: 12,
      contents: { '11': 'ff00' },
      serviceNs: 2_001,
      testAndSetNs: 2_002,
      retryNs: 10_003,
      parallel: 3,
      serviceNoisePpm: 4,
      shared: false,
      source: ' nop',
    },
    log: {
      sendBufferBytes: 1_004,
      receiveBufferBytes: 1_005,
      retransmitNs: 9_000_006,
      flushNs: 22,
      progressNs: 24,
      flushOutputs: false,
    },
    detector: { heartbeatNs: 10_007, timeoutNs: 10_008, arbitrationRetryNs: 10_009 },
    rules: { arbitration: false, fencing: false },
    clients: [
      {
        operation: 'read',
        requests: 3,
        startNs: 4,
        thinkNs: 5,
        retryNs: 10_010,
        afterPowerLoss: 'beginAgain',
        source: ' ret',
      },
    ],
    commands: ['cut lan-P @ 6us', 'fill disk @ when P solo'],
  });
  const config = toWorldConfig(document, nop);
  const { bitsPerSecond } = parsed({}).links.lan;
  const [spare] = document.spares;
  expect(config.ok && config.value).toEqual({
    seed: 5,
    image: nop,
    isOwnProgram: false,
    service: 'counter',
    ramBytes: 65536,
    harts: 2,
    replication: { mode: 'ft', epoch: 200_011, copyTimePerPage: 12 },
    network: { groupPackets: 13, groupWait: 14 },
    cluster: { decision: 1_015, retry: 100_016 },
    vmotion: { rounds: 17, finalPages: 18 },
    hosts: [
      { id: 'P', instructionPicoseconds: 333, speedNoisePpm: 1, clockOffsetNs: 0, clockDriftPpm: 8 },
      { id: 'Q', instructionPicoseconds: 333, speedNoisePpm: 20_000, clockOffsetNs: -7, clockDriftPpm: 3 },
      {
        id: 'R',
        instructionPicoseconds: 333,
        speedNoisePpm: 2,
        clockOffsetNs: spare?.clockOffsetNs,
        clockDriftPpm: spare?.clockDriftPpm,
      },
    ],
    links: {
      lan: { latency: 1_001, bitsPerSecond },
      log: { latency: document.links.log.latencyNs, bitsPerSecond: 10_001 },
      storage: { latency: 1_003, bitsPerSecond: document.links.storage.bitsPerSecond },
    },
    disk: {
      blocks: 12,
      contents: [{ block: 11, bytes: Uint8Array.of(0xff, 0) }],
      serviceTime: 2_001,
      testAndSetTime: 2_002,
      retryAfter: 10_003,
      parallel: 3,
      serviceNoisePpm: 4,
      fencing: false,
      isShared: false,
      ...ownProgram('disk', ' nop', 0),
    },
    protocol: {
      mode: 'ft',
      rules: { ...ALL_RULES, arbitration: false, fencing: false },
      heartbeatInterval: 10_007,
      silenceTimeout: 10_008,
      arbitrationRetry: 10_009,
      retransmitTimeout: 9_000_006,
      sendBufferBytes: 1_004,
      receiveBufferBytes: 1_005,
      flushDelay: 22,
      flushOutputs: false,
      pacing: { interval: 100_019, lagThreshold: 100_020, stepPercent: 21, instructionPicoseconds: 333 },
      progressInterval: 24,
      lastOutput: 'send',
      isDiskShared: false,
      backupReads: true,
    },
    clients: [
      {
        operation: 'read',
        requests: 3,
        startAfter: 4,
        thinkTime: 5,
        retryAfter: 10_010,
        afterPowerLoss: 'beginAgain',
        ...ownProgram('clients[0]', ' ret', 1),
        id: 'client1',
      },
    ],
    commands: [
      { verb: 'cut', target: 'lan-P', at: 6_000 },
      { verb: 'fill', target: 'disk', when: { kind: 'host', host: 'P', nth: 1, moment: 'solo' } },
    ],
  });
});

test('commands can name exactly the hosts and links that the world has', () => {
  const document = parsed({ hosts: [{ id: 'P' }, {}], spares: [{}], clients: [{}, {}, {}] });
  const config = toWorldConfig(document);
  if (!config.ok) throw new Error(config.error);
  const world = createWorld(config.value);
  const { hosts, links } = targetsOf(document);
  expect(hosts).toEqual(world.hosts.map(({ id }) => id));
  const named = Object.values(links).flatMap((ends) => ends.map(({ link }) => link));
  expect([...new Set(named)].sort()).toEqual(world.links.map(({ id }) => id).sort());
});

test('every built-in guest is one that a document can name, fits, and knows its timer rate', () => {
  for (const program of Object.keys(GUESTS)) {
    const document = parsed({ guest: { program, timerHz: 77 }, clients: [] });
    const image = assembleGuest(document);
    expect(toWorldConfig(document).ok).toBe(true);
    const other = assembleGuest(parsed({ guest: { program, timerHz: 78 }, clients: [] }));
    expect(image.ok && other.ok && image.value.bytes).not.toEqual(other.ok && other.value.bytes);
  }
});

test('a guest that does not fit is refused, with the field', () => {
  const large = { ...nop, end: nop.base + 70_000 };
  expect(toWorldConfig(parsed({ machine: { ramBytes: 65536 } }), large)).toEqual({
    ok: false,
    error: 'machine.ramBytes is 65536, but the guest program takes 70000.',
  });
  const low = toWorldConfig(parsed({}), flatImage(nop.bytes, 0x1000));
  expect(low.ok ? '' : low.error).toBe('The guest program stands at 0x1000, and RAM begins at 0x80000000.');
  const odd = toWorldConfig(parsed({}), { ...nop, entry: 0x8000_0002 });
  expect(odd.ok ? '' : odd.error).toBe(
    'The guest program begins at 0x80000002, where no instruction can be.',
  );
});

test('a mistake in a source is told with its line, and how many more there are', () => {
  const include = () => undefined;
  const one = assembleSource('nop\nfoo\n', { file: 'a.s', include });
  expect(one.ok ? '' : one.error).toMatch(/^a\.s:2:1: [^\n]*$/);
  const two = assembleSource('nop\nfoo\nbar\n', { file: 'a.s', include });
  expect(two.ok ? '' : two.error).toMatch(/^a\.s:2:1: .* \(and 1 more\)$/);
});
