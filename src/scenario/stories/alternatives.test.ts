// §3.5 and §4: what the paper weighs against its design. Each keeps the promise, and costs what it says.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import {
  all,
  broken,
  clients,
  faultsOf,
  instants,
  MANY_RUNS,
  play,
  type Story,
  unequalStates,
} from '../testing/story.ts';

type Said = Record<string, unknown>;

const faults = (story: Story, live: string[], count = 20): string[] => [
  ...faultsOf(story, live, count),
  ...unequalStates(story.facts),
];

const READER = {
  guest: { program: 'disk-reader' },
  disk: { contents: { '0': '01000000', '3': 'ffffffff', '7': '0a000000' } },
  clients: [{ operation: 'sum', requests: 6, thinkNs: 4_000_000 }],
};

describe.each<[string, Said]>([
  ['disks of their own (§4.1)', { disk: { shared: false } }],
  ['a backup that reads the disk itself (§4.2)', { replication: { backupReads: true } }],
  ['both', { disk: { shared: false }, replication: { backupReads: true } }],
  ['packets in groups (§3.5)', { network: { groupPackets: 4, groupNs: 300_000 } }],
  ['entries that wait for others (§3.5)', { log: { flushNs: 400_000 } }],
  ['outputs that wait for others too', { log: { flushNs: 400_000, flushOutputs: false } }],
  ['the last output sent', { replication: { lastOutput: 'send' } }],
  ['a disk with four arms', { disk: { parallel: 4, serviceNoisePpm: 300_000 } }],
])('with %s', (_, said) => {
  test('nothing is lost when a host crashes, at any of 12 instants', { timeout: MANY_RUNS }, () => {
    const wrong = instants(12).flatMap((at, i) => {
      const [victim, live] = i % 3 === 2 ? ['B', 'A'] : ['A', 'B'];
      const story = play({ ...said, commands: [`crash ${victim} @ ${at}ns`] });
      return faults(story, [live as string]).map((fault) => `crash ${victim} @ ${at}: ${fault}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the next failure is survived too', { timeout: MANY_RUNS }, () => {
    const story = play({
      ...said,
      spares: [{ id: 'C' }],
      clients: clients(25),
      commands: ['crash A @ 10ms', 'repair A @ 30ms', 'crash B @ 45ms'],
    });
    expect(faults(story, ['C', 'A'], 50)).toEqual([]);
    expect(all(story.facts, 'wentLive')).toHaveLength(2);
  });

  test('a guest that reads all the time is read right', { timeout: MANY_RUNS }, () => {
    const disk = { ...READER.disk, ...(said.disk as Said | undefined) };
    for (const command of ['crash A @ 9ms', 'crash A @ 13.3ms', 'crash B @ 11ms', 'cut storage-B @ 9ms']) {
      const mend = command.startsWith('cut') ? ['mend storage-B @ 16ms'] : [];
      const story = play({ ...said, ...READER, disk, commands: [command, ...mend] }, 300_000_000 as SimTime);
      expect([command, ...broken(story), ...unequalStates(story.facts)]).toEqual([command]);
      expect(all(story.facts, 'answered')).toHaveLength(6);
    }
  });
});

const logBytes = (said: Said): number => play({ ...READER, ...said }, 40_000_000 as SimTime).report.log.bytes;
const longestWait = ({ report }: Story): number =>
  Math.max(...report.outputs.map(({ at, released }) => (released ?? at) - at));

describe('what they cost and save', () => {
  test('a log without what was read from the disk is much shorter (§4.2)', () => {
    expect(logBytes({ replication: { backupReads: true } })).toBeLessThan(logBytes({}) / 3);
  });

  test('writes to a disk of one’s own wait for nobody (§4.1)', () => {
    const story = play({ disk: { shared: false } });
    expect(all(story.facts, 'outputHeld').every(({ output }) => output.kind !== 'diskWrite')).toBe(true);
    const writers = new Set(all(story.facts, 'diskWritten').map(({ disk }) => disk));
    expect([...writers].sort()).toEqual(['disk-A', 'disk-B']);
  });

  test('a group of packets interrupts once, and its first waits (§3.5)', () => {
    const many = Array.from({ length: 6 }, () => ({
      operation: 'read',
      requests: 10,
      startNs: 2_000_000,
      thinkNs: 0,
    }));
    const [single, grouped] = [1, 6].map((groupPackets) =>
      play({ clients: many, network: { groupPackets, groupNs: 500_000 } }),
    ) as [Story, Story];
    for (const story of [single, grouped]) {
      expect([...broken(story), ...unequalStates(story.facts)]).toEqual([]);
      expect(all(story.facts, 'answered')).toHaveLength(60);
    }
    const interrupts = (story: Story): number =>
      new Set(
        all(story.facts, 'recorded').flatMap((fact) => (fact.entry === 'packet' ? [fact.instruction] : [])),
      ).size;
    expect(interrupts(grouped)).toBeLessThan(interrupts(single) * 0.7);
    expect(grouped.report.time).toBeGreaterThan(single.report.time);
  });

  test('entries that wait for each other need fewer frames; an output that may not wait is not later (§3.5)', () => {
    const frames = ({ facts }: Story): number =>
      all(facts, 'sent').filter(({ message }) => message === 'entries').length;
    const [at_once, later, last] = [{}, { flushNs: 400_000 }, { flushNs: 400_000, flushOutputs: false }].map(
      (log) => play({ log }),
    ) as [Story, Story, Story];
    expect(frames(later)).toBeLessThan(frames(at_once) * 0.9);
    expect(frames(last)).toBeLessThan(frames(later));
    expect(longestWait(later)).toBeLessThan(longestWait(at_once) + 50_000);
    expect(longestWait(last)).toBeGreaterThan(longestWait(at_once) + 200_000);
  });
});
