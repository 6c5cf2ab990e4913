// A medium: its arms, blocks, what it cannot do, and a loss of power.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds, nanoseconds } from '../../sim/time.ts';
import { firstWord } from '../base/blocks.ts';
import type { MediumConfig } from '../base/config.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import {
  createMedium,
  enqueue,
  hashMedium,
  impairMedium,
  losePower,
  type Medium,
  type MediumAnswer,
  type MediumImpairment,
  type MediumOperation,
  type MediumService,
  mendMedium,
  serve,
} from './medium.ts';

interface Fixture {
  medium: Medium;
  config: MediumConfig;
  queued(operation: MediumOperation, now: number): MediumService;
  /** What an operation comes to that has just been served. */
  done(operation: MediumOperation): MediumAnswer;
  hash(): string;
}

function fixture(said: Partial<MediumConfig> = {}, id = 'disk', seed = 1): Fixture {
  const config = { ...worldConfig().disk, ...said };
  const medium = createMedium(id, config, seed);
  const queued = (operation: MediumOperation, now: number) => enqueue(medium, config, operation, at(now));
  const done = (operation: MediumOperation) => serve(medium, config, queued(operation, 0)) as MediumAnswer;
  return { medium, config, queued, done, hash: () => hashMedium(medium, config) };
}

const block = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(512).fill(value);
const write = (first: number, bytes: Uint8Array<ArrayBuffer>): MediumOperation => ({
  kind: 'write',
  request: 1,
  block: first,
  bytes,
});
const read = (first: number, blocks = 1): MediumOperation => ({
  kind: 'read',
  request: 2,
  block: first,
  blocks,
});

describe('time', () => {
  test('operations are served one after the other, each for its own time', () => {
    const { medium, config, queued } = fixture();
    expect(queued(read(0), 1000)).toMatchObject({ begins: 1000, ends: 61_000 });
    const flags = enqueue(medium, config, read(16), at(2000), config.serviceTime);
    expect(flags).toMatchObject({ begins: 61_000, ends: 121_000 });
    expect(enqueue(medium, config, read(16), at(3000), milliseconds(2))).toMatchObject({ ends: 2_121_000 });
    expect(queued(read(0), 3_000_000)).toMatchObject({ begins: 3_000_000, ends: 3_060_000 });
  });

  test('with several arms each is free at its own time, and the first that is gets the next operation', () => {
    const { medium, config, queued } = fixture({ parallel: 3 });
    const long = enqueue(medium, config, read(16), at(0), nanoseconds(500_000)).ends;
    const ends = [0, 1, 2, 3, 4].map((n) => queued(read(n), (n + 1) * 10_000).ends);
    expect([long, ...ends]).toEqual([500_000, 70_000, 80_000, 130_000, 140_000, 190_000]);
    expect(queued(read(5), 1_000_000)).toMatchObject({ begins: 1_000_000, ends: 1_060_000 });
  });

  test('no more are served at once than there are arms, and none waits while one is free', () => {
    const waits = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        waits,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(500_000),
        (list, parallel, serviceNoisePpm) => {
          const { queued } = fixture({ parallel, serviceNoisePpm });
          const services: (MediumService & { asked: number })[] = [];
          let now = 0;
          for (const wait of list) {
            now += wait;
            services.push({ ...queued(read(0), now), asked: now });
          }
          for (const { asked, begins } of services) {
            const busy = (t: number) =>
              services.filter((other) => other.begins <= t && t < other.ends).length;
            expect(busy(begins)).toBeLessThanOrEqual(parallel);
            if (begins > asked) expect(busy(begins - 1)).toBe(parallel);
          }
        },
      ),
    );
  });

  test('a service takes so much more or less, and one whose time is given does not', () => {
    const { medium, config, queued } = fixture({
      serviceTime: milliseconds(10_000),
      serviceNoisePpm: 500_000,
    });
    const times = Array.from({ length: 2000 }, (_, i) => {
      const { begins, ends } = queued(read(0), i * 20_000_000_000);
      return ends - begins;
    });
    expect(times.every(Number.isSafeInteger)).toBe(true);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5_000_000_000);
    expect(Math.min(...times)).toBeLessThan(5_100_000_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(15_000_000_000);
    expect(Math.max(...times)).toBeGreaterThan(14_900_000_000);
    const { begins, ends } = enqueue(medium, config, read(16), at(9e14), nanoseconds(500_000));
    expect(ends - begins).toBe(500_000);
  });

  test('noise is drawn only where there is some, and by each medium for itself', () => {
    const { medium, queued } = fixture();
    queued(read(0), 0);
    expect(medium.noise).toEqual(fixture().medium.noise);
    const ends = (id: string, seed: number): number =>
      fixture({ serviceNoisePpm: 100_000 }, id, seed).queued(read(0), 0).ends;
    expect(ends('disk', 1)).toBe(ends('disk', 1));
    expect(new Set([ends('disk', 1), ends('disk', 2), ends('disk-A', 1)]).size).toBe(3);
  });
});

describe('blocks', () => {
  test('begin as configured, and read as zeros where nothing was written', () => {
    const { request, ok, bytes } = fixture().done(read(6, 2));
    expect([request, ok, bytes?.length]).toEqual([2, true, 1024]);
    expect(bytes?.subarray(0, 512).every((byte) => byte === 0)).toBe(true);
    expect(firstWord(bytes?.subarray(512) as Uint8Array)).toBe(10);
  });

  test('hold what was written, whatever becomes of the bytes afterwards', () => {
    const { medium, done } = fixture();
    const two = new Uint8Array([...block(3), ...block(4)]);
    expect(done(write(2, two))).toEqual({ request: 1, ok: true });
    expect(done(read(2, 2))).toEqual({ request: 2, ok: true, bytes: two });
    expect(done(read(2))).toMatchObject({ ok: true, bytes: block(3) });
    two.fill(9);
    expect(firstWord(medium.blocks[2] as Uint8Array)).toBe(0x0303_0303);
  });

  test('of a write are all written at once, at the end of its service', () => {
    const { medium, config, queued } = fixture();
    const service = queued(write(2, new Uint8Array(1024).fill(5)), 0);
    expect(medium.blocks[2]).toBeUndefined();
    serve(medium, config, service);
    expect([medium.blocks[2], medium.blocks[3]]).toEqual([block(5), block(5)]);
  });

  test('a flush is answered', () => {
    expect(fixture().done({ kind: 'flush', request: 5 })).toEqual({ request: 5, ok: true });
  });
});

describe('what fails', () => {
  const wrote = write(15, block(1));
  test.each<[string, Partial<MediumImpairment>, MediumOperation, 'error' | 'full' | null]>([
    ['reads', { reads: true }, read(15), 'error'],
    ['no writes with the reads', { reads: true }, wrote, null],
    ['writes', { writes: true }, wrote, 'error'],
    ['no reads with the writes', { writes: true }, read(15), null],
    ['writes of a full one', { full: true }, wrote, 'full'],
    ['no reads of a full one', { full: true }, read(15), null],
    ['writes as such, of a full one that cannot write', { full: true, writes: true }, wrote, 'error'],
    ['no flush', { reads: true, writes: true, full: true }, { kind: 'flush', request: 1 }, null],
    ['no reads behind the data', { reads: true, writes: true, full: true }, read(16), null],
    ['no writes behind the data', { reads: true, writes: true, full: true }, write(16, block(1)), null],
  ])('%s', (_, impairment, operation, why) => {
    const { medium, done, hash } = fixture();
    const before = hash();
    impairMedium(medium, impairment);
    const { request } = operation;
    if (why === null) expect(done(operation)).toMatchObject({ request, ok: true });
    else expect(done(operation)).toEqual({ request, ok: false, why });
    if (why !== null) expect(hash()).toBe(before);
  });

  test('adds up, and is mended all at once', () => {
    const { medium, done } = fixture();
    impairMedium(medium, { reads: true });
    impairMedium(medium, { full: true });
    expect(medium.failing).toEqual({ reads: true, writes: false, full: true });
    impairMedium(medium, { full: false });
    expect(medium.failing).toEqual({ reads: true, writes: false, full: false });
    mendMedium(medium);
    expect(medium.failing).toEqual({ reads: false, writes: false, full: false });
    expect([done(read(0)).ok, done(wrote).ok]).toEqual([true, true]);
  });
});

test('a loss of power takes the queue along: contents stay, and what cannot be done still cannot', () => {
  const { medium, config, queued, done, hash } = fixture({ parallel: 2 });
  done(write(3, block(6)));
  impairMedium(medium, { full: true });
  const before = hash();
  const underWay = [queued(read(3), 10), queued(read(3), 10), queued(read(3), 10)];
  losePower(medium, config);
  for (const service of underWay) expect(serve(medium, config, service)).toBeNull();
  for (let arm = 0; arm < 2; arm++)
    expect(queued(read(3), 1000)).toMatchObject({ begins: 1000, ends: 61_000 });
  expect(hash()).toBe(before);
  expect(done(write(3, block(5)))).toMatchObject({ ok: false, why: 'full' });
});

describe('the hash', () => {
  test('tells contents and places apart, and zeros from nothing not', () => {
    const hashes = [
      [],
      [[1, 5]],
      [[2, 5]],
      [[1, 6]],
      [
        [1, 5],
        [2, 5],
      ],
    ].map((writes) => {
      const { done, hash } = fixture();
      for (const [first = 0, value = 0] of writes) done(write(first, block(value)));
      return hash();
    });
    expect(new Set(hashes).size).toBe(5);
    const { done, hash } = fixture();
    done(write(1, block(0)));
    expect(hash()).toBe(hashes[0]);
  });

  test('is of the data: not of what a server keeps behind them', () => {
    const { done, hash } = fixture();
    const before = hash();
    done(write(16, block(1)));
    expect(hash()).toBe(before);
  });
});
