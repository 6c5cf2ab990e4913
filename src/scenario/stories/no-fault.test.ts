// Runs without any fault, at parameters where something could wait for ever or be taken for a fault.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import { isFinished } from '../../world/advance.ts';
import { isLive } from '../../world/report.ts';
import { hostOf } from '../../world/state/world.ts';
import { all, broken, configOf, play, type Story, stage } from '../testing/story.ts';

const SECOND = 1_000_000_000;
const MILLISECOND = 1_000_000;

/** What is wrong with a run that should have ended well. */
const wrongIn = (story: Story): string[] => [
  ...broken(story).map((name) => `${name} is broken`),
  ...(isFinished(story.world) ? [] : ['somebody still waits for an answer']),
];

const playLong = (said: Record<string, unknown>): Story => play(said, (10 * SECOND) as SimTime);

/** How many packets each group had: all but the last of it came without an interrupt. */
function groupsIn({ facts }: Story): number[] {
  const sizes = new Map<number, number>();
  for (const { entry, instruction } of all(facts, 'recorded'))
    if (entry === 'packet') sizes.set(instruction, (sizes.get(instruction) ?? 0) + 1);
  return [...sizes.values()];
}

describe('a group of packets', () => {
  // The guest has eight buffers.
  test.each([8, 9, 64])(
    'of %i, of which more would come than the guest has buffers, is delivered in time',
    (groupPackets) => {
      const story = playLong({
        network: { groupPackets, groupNs: 300 * MILLISECOND },
        clients: Array.from({ length: 8 }, () => ({ requests: 3, retryNs: 5 * MILLISECOND })),
      });
      expect(wrongIn(story)).toEqual([]);
      for (const { history } of story.report.clients)
        for (const { sent, answered } of history)
          expect(Number(answered) - sent).toBeLessThan(310 * MILLISECOND);
      const sizes = groupsIn(story);
      expect(Math.max(...sizes)).toBe(8);
    },
  );
});

describe('a log that is slower than the clients', () => {
  const uploads = (bitsPerSecond: number, sendBufferBytes = 4_000) => ({
    guest: { program: 'bulk-receiver' },
    links: { log: { bitsPerSecond } },
    log: { sendBufferBytes },
    clients: Array.from({ length: 8 }, () => ({ operation: 'upload', requests: 10 })),
  });

  test.each([1_000_000, 4_000_000, 10_000_000])(
    'of %i bits a second lets every upload through',
    (bitsPerSecond) => {
      const story = playLong(uploads(bitsPerSecond));
      expect(wrongIn(story)).toEqual([]);
      expect(all(story.facts, 'sendBufferFull').length).toBeGreaterThan(0);
    },
  );

  test('leaves the guest no more packets to take in than it has buffers', () => {
    const { world, advanceTo } = stage(configOf(uploads(1_000_000)));
    let most = 0;
    for (let at = MILLISECOND; at < 500 * MILLISECOND; at += MILLISECOND) {
      advanceTo(at);
      most = Math.max(most, hostOf(world, 'A').deferred.length);
    }
    expect(most).toBeGreaterThan(4);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('a storage slower than it is asked', () => {
  const reads = (disk: object, links: object = {}) => ({
    guest: { program: 'disk-reader' },
    disk: { blocks: 16, ...disk },
    links: { storage: links },
    clients: [{ operation: 'sum', requests: 12 }],
  });
  const issuedOften = ({ facts }: Story): number => {
    const times = new Map<number, number>();
    for (const { io } of all(facts, 'ioIssued')) times.set(io, (times.get(io) ?? 0) + 1);
    return Math.max(...times.values());
  };

  test('serves an operation once that is asked for again before it is done', () => {
    const story = playLong(reads({ serviceNs: 2 * MILLISECOND, retryNs: 5 * MILLISECOND }));
    expect(wrongIn(story)).toEqual([]);
    expect(issuedOften(story)).toBe(2);
    const served = all(story.facts, 'diskRead').map(({ io }) => io);
    expect(new Set(served).size).toBe(served.length);
  });

  test('is not asked again for what still waits for its cable, and does not answer twice what waits for it', () => {
    const story = playLong(reads({ retryNs: 5 * MILLISECOND }, { bitsPerSecond: 1_000_000 }));
    expect(wrongIn(story)).toEqual([]);
    const served = all(story.facts, 'diskRead').map(({ io }) => io);
    expect(new Set(served).size).toBe(served.length);
  });

  test.each([
    ['takes longer than a host waits', { testAndSetNs: 10 * MILLISECOND }, {}],
    ['takes much longer', { testAndSetNs: 50 * MILLISECOND }, {}],
    ['goes over a slow cable', {}, { bitsPerSecond: 100_000 }],
  ])('gives the flag in time, and halts the loser once, when a test-and-set %s', (_, disk, storage) => {
    const story = playLong({ disk, links: { storage }, commands: ['cut log @ 20ms'] });
    expect(wrongIn(story)).toEqual([]);
    expect(all(story.facts, 'halted')).toHaveLength(1);
    expect(all(story.facts, 'testAndSetLost')).toHaveLength(1);
    for (const { history } of story.report.clients)
      for (const { sent, answered } of history)
        expect(Number(answered) - sent).toBeLessThan(350 * MILLISECOND);
  });
});

test.each([100_000, 200_000, 400_000])(
  'a log of %i bit/s carries its entries, although heartbeats alone would fill it',
  (bitsPerSecond) => {
    const story = playLong({
      guest: { timerHz: 10 },
      links: { log: { bitsPerSecond } },
      detector: { heartbeatNs: MILLISECOND, timeoutNs: 300 * MILLISECOND },
      log: { retransmitNs: 100 * MILLISECOND, sendBufferBytes: 2_000 },
    });
    expect(wrongIn(story)).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
    const cable = story.world.links.find(({ id }) => id.startsWith('log-'));
    for (const freeAt of cable?.freeAt ?? [])
      expect(freeAt - story.world.now).toBeLessThan(100 * MILLISECOND);
  },
);

test.each([500_000, 1_000_000, 4_000_000])(
  'a log of %i bit/s has one checkpoint to carry at a time, and clients get their answers',
  (bitsPerSecond) => {
    const story = playLong({
      replication: { mode: 'checkpoint' },
      links: { log: { bitsPerSecond } },
      detector: { timeoutNs: 2 * SECOND },
      log: { retransmitNs: 100 * MILLISECOND },
      clients: [{ requests: 5 }],
    });
    expect(wrongIn(story)).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
    const taken = all(story.facts, 'checkpointTaken');
    const received = all(story.facts, 'checkpointReceived');
    expect(taken.length - received.length).toBeLessThanOrEqual(1);
    for (const [i, { at, epoch }] of received.entries()) {
      const { at: takenAt, bytes } = taken[i] as (typeof taken)[number];
      expect(epoch).toBe(i + 1);
      expect(at - takenAt).toBeLessThan((bytes * 8e9) / bitsPerSecond + 10 * MILLISECOND);
    }
  },
);

describe('an answer of the disk that waits for a stopped VM', () => {
  test.each([{ shared: true }, { shared: false }])('is the only one, with disks %j', (disk) => {
    const story = playLong({
      guest: { program: 'disk-reader' },
      disk,
      detector: { timeoutNs: 100 * MILLISECOND },
      clients: [{ operation: 'sum', requests: 12 }],
      commands: ['cut log @ 20ms'],
    });
    expect(wrongIn(story)).toEqual([]);
    const done = all(story.facts, 'ioCompleted').map(({ host, io }) => `${host} ${io}`);
    expect(new Set(done).size).toBe(done.length);
    // The VM stands still for longer than a host waits for the disk.
    expect(Number(all(story.facts, 'wentSolo')[0]?.at)).toBeGreaterThan(70 * MILLISECOND);
  });
});

describe('a disk without the blocks that a guest keeps its data in', () => {
  test.each([
    ['counter', 'increment', 7],
    ['key-value', 'mix', 8],
    ['key-value', 'mix', 11],
    ['disk-reader', 'sum', 1],
    ['disk-writer', 'write', 1],
  ])('fails, as the %s says to whoever asks it to %s: no fault', (program, operation, blocks) => {
    const story = playLong({
      guest: { program },
      disk: { blocks, contents: {} },
      clients: [{ operation, requests: 5 }],
    });
    expect(wrongIn(story)).toEqual([]);
    if (program === 'counter' || program === 'key-value')
      expect(all(story.facts, 'diskFailed')[0]).toMatchObject({
        disk: 'disk',
        block: blocks,
      });
  });
});

test('a primary that wakes up and was replaced is not live, from its first instant', () => {
  const { world, advanceTo } = stage(configOf({ commands: ['pause A @ 12ms', 'resume A @ 60ms'] }));
  advanceTo(60 * MILLISECOND);
  const [a, b] = [hostOf(world, 'A'), hostOf(world, 'B')];
  expect([a.replica.role, isLive(world, a), isLive(world, b)]).toEqual(['primary', false, true]);
});
