// A disk: its arms, blocks, the flag, writes of losers that come too late, errors, and a crash.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashHex } from '../../base/hash.ts';
import { milliseconds } from '../../sim/time.ts';
import { firstWord } from '../base/blocks.ts';
import type { DiskConfig } from '../base/config.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import {
  crashDisk,
  createDiskServer,
  type DiskServer,
  type DiskService,
  enqueue,
  hashDisk,
  impairDisk,
  mendDisk,
  repairDisk,
  type Served,
  serve,
} from './disk-server.ts';
import type { StorageRequest } from './messages.ts';

const disk = (said: Partial<DiskConfig> = {}, seed = 1) =>
  createDiskServer('disk', { ...worldConfig().disk, ...said }, seed);
const block = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(512).fill(value);
const write = (
  host: string,
  first: number,
  bytes: Uint8Array<ArrayBuffer>,
  generation = 1,
  request = 1,
): StorageRequest => ({ kind: 'write', host, request, generation, block: first, bytes });
const read = (first: number, blocks = 1): StorageRequest => ({
  kind: 'read',
  generation: 1,
  host: 'A',
  request: 2,
  block: first,
  blocks,
});
const flag = (host: string, generation = 1): StorageRequest => ({ kind: 'testAndSet', host, generation });

/** The request joins the queue of a disk that is up. */
const queued = (server: DiskServer, request: StorageRequest, now: number): DiskService =>
  enqueue(server, request, at(now)) as DiskService;
/** What a request comes to that has just been served. */
const done = (server: DiskServer, request: StorageRequest, now = 0): Served =>
  serve(server, queued(server, request, now), at(now)) as Served;

describe('time', () => {
  test('requests are served one after the other, each for its own time', () => {
    const server = disk();
    expect(queued(server, read(0), 1000)).toMatchObject({ begins: 1000, ends: 61_000 });
    expect(queued(server, flag('A'), 2000)).toMatchObject({ begins: 61_000, ends: 561_000 });
    expect(queued(server, read(0), 900_000)).toMatchObject({ begins: 900_000, ends: 960_000 });
  });

  test('with several arms each is free at its own time, and the first that is gets the next request', () => {
    const server = disk({ parallel: 3 });
    const ends = [flag('A'), read(0), read(1), read(2), read(3), read(4)].map(
      (request, i) => queued(server, request, i * 10_000).ends,
    );
    expect(ends).toEqual([500_000, 70_000, 80_000, 130_000, 140_000, 190_000]);
    expect(queued(server, read(5), 1_000_000)).toMatchObject({ begins: 1_000_000, ends: 1_060_000 });
  });

  test('no more are served at once than there are arms, and none waits while one is free', () => {
    const waits = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 1, max: 4 }), fc.nat(500_000), (list, parallel, ppm) => {
        const server = disk({ parallel, serviceNoisePpm: ppm });
        const services: (DiskService & { asked: number })[] = [];
        let now = 0;
        for (const wait of list) {
          now += wait;
          services.push({ ...queued(server, read(0), now), asked: now });
        }
        for (const { asked, begins } of services) {
          const busy = (t: number) => services.filter((other) => other.begins <= t && t < other.ends).length;
          expect(busy(begins)).toBeLessThanOrEqual(parallel);
          if (begins > asked) expect(busy(begins - 1)).toBe(parallel);
        }
      }),
    );
  });

  test('a service takes so much more or less, and a flag does not', () => {
    const serviceTime = milliseconds(10_000);
    const server = disk({ serviceTime, serviceNoisePpm: 500_000 });
    const times = Array.from({ length: 2000 }, (_, i) => {
      const { begins, ends } = queued(server, read(0), i * 20_000_000_000);
      return ends - begins;
    });
    expect(times.every(Number.isSafeInteger)).toBe(true);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5_000_000_000);
    expect(Math.min(...times)).toBeLessThan(5_100_000_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(15_000_000_000);
    expect(Math.max(...times)).toBeGreaterThan(14_900_000_000);
    const { begins, ends } = queued(server, flag('A'), 9e14);
    expect(ends - begins).toBe(500_000);
  });

  test('noise is drawn only where there is some, and by each disk for itself', () => {
    const quiet = disk();
    queued(quiet, read(0), 0);
    expect(quiet.noise).toEqual(disk().noise);
    const ends = (id: string, seed: number): number =>
      queued(createDiskServer(id, { ...quiet.config, serviceNoisePpm: 100_000 }, seed), read(0), 0).ends;
    expect(ends('disk', 1)).toBe(ends('disk', 1));
    expect(new Set([ends('disk', 1), ends('disk', 2), ends('disk-A', 1)]).size).toBe(3);
  });
});

describe('blocks', () => {
  test('begin as configured, and read as zeros where nothing was written', () => {
    const { reply, fact } = done(disk(), read(6, 2));
    if (reply.kind !== 'done' || reply.bytes === undefined) throw new Error('a read is answered');
    expect(reply).toMatchObject({ request: 2, ok: true });
    expect(reply.bytes.length).toBe(1024);
    expect(reply.bytes.subarray(0, 512).every((byte) => byte === 0)).toBe(true);
    expect(firstWord(reply.bytes.subarray(512))).toBe(10);
    const digest = hashHex(reply.bytes);
    expect(fact).toEqual({ kind: 'diskRead', disk: 'disk', block: 6, blocks: 2, host: 'A', io: 2, digest });
  });

  test('hold what was written, and who did it when', () => {
    const server = disk();
    const two = new Uint8Array([...block(3), ...block(4)]);
    expect(done(server, write('A', 2, two, 5), 77)).toEqual({
      reply: { kind: 'done', request: 1, ok: true },
      fact: {
        kind: 'diskWritten',
        disk: 'disk',
        block: 2,
        blocks: 2,
        value: 0x0303_0303,
        host: 'A',
        io: 1,
        generation: 5,
        digest: hashHex(two),
      },
    });
    expect(server.writers).toEqual({ 2: { host: 'A', at: 77 }, 3: { host: 'A', at: 77 } });
    expect(done(server, read(2, 2)).reply).toMatchObject({ bytes: two });
    two.fill(9);
    expect(firstWord(server.blocks[2] as Uint8Array)).toBe(0x0303_0303);
  });

  test('a flush is answered', () => {
    expect(done(disk(), { kind: 'flush', host: 'A', request: 5 })).toEqual({
      reply: { kind: 'done', request: 5, ok: true },
    });
  });
});

describe('a write that is asked for again', () => {
  const [first, second] = [write('A', 3, block(1), 1, 1), write('A', 3, block(2), 1, 2)];
  const third = (server: DiskServer) => firstWord(server.blocks[3] as Uint8Array);

  test('was done already, is answered, and does not undo a later one that was quicker', () => {
    const server = disk({ parallel: 3 });
    for (const request of [first, second]) expect(done(server, request).fact?.kind).toBe('diskWritten');
    expect(done(server, first)).toEqual({ reply: { kind: 'done', request: 1, ok: true } });
    expect(third(server)).toBe(0x0202_0202);
    expect(server.writers[3]).toEqual({ host: 'A', at: 0 });
  });

  test('was not done, and is now', () => {
    const server = disk();
    impairDisk(server, { writes: true });
    expect(done(server, first).reply).toMatchObject({ ok: false });
    mendDisk(server);
    expect(done(server, first).fact).toMatchObject({ kind: 'diskWritten' });
  });

  test.each<[string, StorageRequest]>([
    ['of another host', write('B', 3, block(1), 1, 1)],
    ['under another name', write('A', 3, block(1), 1, 3)],
    ['elsewhere', write('A', 2, block(1), 1, 1)],
    ['with other data', write('A', 3, block(5), 1, 1)],
  ])('is another one when it is %s', (_, other) => {
    const server = disk();
    for (const request of [first, other]) expect(done(server, request).fact?.kind).toBe('diskWritten');
  });

  test('is remembered no longer than it can be under way', () => {
    const server = disk();
    for (let io = 1; io <= 300; io++) done(server, write('A', 3, block(1), 1, io));
    expect(server.done.length).toBe(256);
    expect(done(server, write('A', 3, block(1), 1, 45)).fact).toBeUndefined();
  });
});

describe('what fails', () => {
  const wrote = write('A', 15, block(1));
  test.each<[string, Parameters<typeof impairDisk>[1], StorageRequest, 'error' | 'full' | 'range' | null]>([
    ['reads beyond the end', {}, read(15, 2), 'range'],
    ['writes beyond the end', {}, write('A', 15, new Uint8Array(1024)), 'range'],
    ['reads', { reads: true }, read(15), 'error'],
    ['no writes with the reads', { reads: true }, wrote, null],
    ['writes', { writes: true }, wrote, 'error'],
    ['no reads with the writes', { writes: true }, read(15), null],
    ['writes of a full disk', { full: true }, wrote, 'full'],
    ['no reads of a full disk', { full: true }, read(15), null],
  ])('%s', (_, impairment, request, reason) => {
    const server = disk();
    const before = hashDisk(server);
    impairDisk(server, impairment);
    const { reply, fact } = done(server, request);
    expect(reply).toMatchObject({ kind: 'done', ok: reason === null });
    if (reason === null) return;
    const io = request.kind === 'testAndSet' ? 0 : request.request;
    expect(reply).toEqual({ kind: 'done', request: io, ok: false });
    expect(fact).toEqual({ kind: 'diskFailed', disk: 'disk', block: 15, host: 'A', io, reason });
    expect(hashDisk(server)).toBe(before);
    expect(done(server, flag('A')).reply).toMatchObject({ won: true });
  });

  test('adds up, and is mended all at once', () => {
    const server = disk();
    expect(impairDisk(server, { reads: true })).toBe(true);
    expect(impairDisk(server, { full: true })).toBe(true);
    expect(impairDisk(server, { reads: true, full: true })).toBe(false);
    expect(server.failing).toEqual({ reads: true, writes: false, full: true });
    expect([mendDisk(server), mendDisk(server)]).toEqual([true, false]);
    expect([done(server, read(0)), done(server, wrote)]).toMatchObject([
      { reply: { ok: true } },
      { reply: { ok: true } },
    ]);
  });
});

describe('the flag of a generation', () => {
  test('is won by the first who asks, and by nobody else, however often', () => {
    const server = disk();
    const won = (host: string) => done(server, flag(host)).reply;
    expect(won('B')).toEqual({ kind: 'flag', generation: 1, won: true });
    expect(won('A')).toEqual({ kind: 'flag', generation: 1, won: false });
    expect(won('B')).toEqual({ kind: 'flag', generation: 1, won: true });
    expect(won('A')).toMatchObject({ won: false });
    expect(server.flags).toEqual({ 1: 'B' });
  });

  test('is another one in the next generation', () => {
    const server = disk();
    done(server, flag('B', 1));
    expect(done(server, flag('A', 2)).reply).toMatchObject({ generation: 2, won: true });
  });

  test('fences off a write of the loser that was on its way for long', () => {
    const server = disk();
    done(server, flag('B'));
    const before = hashDisk(server);
    expect(done(server, write('A', 7, block(1)))).toEqual({
      reply: { kind: 'done', request: 1, ok: false },
      fact: { kind: 'diskFenced', disk: 'disk', block: 7, host: 'A', io: 1 },
    });
    expect(hashDisk(server)).toBe(before);
    expect(done(server, write('B', 7, block(1))).reply).toMatchObject({ ok: true });
  });

  test('fences off what its winner wrote, when that lost a later one; the same host’s later writes are its own', () => {
    const server = disk();
    for (const request of [flag('B', 1), flag('C', 2)]) done(server, request);
    expect(done(server, write('B', 7, block(1), 1)).fact).toMatchObject({ kind: 'diskFenced' });
    expect(done(server, write('C', 7, block(1), 2)).fact).toMatchObject({ kind: 'diskWritten' });
    expect(done(server, write('B', 7, block(1), 3)).fact).toMatchObject({ kind: 'diskWritten' });
    done(server, flag('B', 3));
    expect(done(server, write('B', 7, block(1), 1)).fact).toMatchObject({ kind: 'diskFenced' });
    expect(done(server, write('B', 7, block(2), 3)).fact).toMatchObject({ kind: 'diskWritten' });
  });

  test('fences off a read of the loser, to whom what was written since is not meant', () => {
    const server = disk();
    done(server, flag('B'));
    expect(done(server, read(0))).toMatchObject({ reply: { ok: false }, fact: { kind: 'diskFenced' } });
    expect(done(server, { ...read(0), host: 'B' } as StorageRequest).reply).toMatchObject({ ok: true });
  });

  test('fences nobody off where that rule is off', () => {
    const server = disk({ fencing: false });
    done(server, flag('B'));
    expect(done(server, write('A', 7, block(1))).fact).toMatchObject({ kind: 'diskWritten', host: 'A' });
  });
});

describe('a crash', () => {
  test('loses the queue, and nobody is answered until the disk is back; contents and flags stay', () => {
    const server = disk({ parallel: 2 });
    done(server, flag('B'));
    done(server, write('B', 3, block(6)));
    impairDisk(server, { full: true });
    const hash = hashDisk(server);
    const before = queued(server, read(3), 10);
    expect([crashDisk(server), crashDisk(server), server.isUp]).toEqual([true, false, false]);
    expect(serve(server, before, before.ends)).toBeNull();
    expect(enqueue(server, read(3), at(20))).toBeNull();
    expect([repairDisk(server), repairDisk(server), server.isUp]).toEqual([true, false, true]);
    expect(serve(server, before, before.ends)).toBeNull();
    expect(queued(server, read(3), 1000)).toMatchObject({ begins: 1000, ends: 61_000 });
    expect(queued(server, read(3), 1000)).toMatchObject({ begins: 1000, ends: 61_000 });
    expect(hashDisk(server)).toBe(hash);
    expect(done(server, flag('A')).reply).toMatchObject({ won: false });
    expect(done(server, write('B', 3, block(5))).fact).toMatchObject({ reason: 'full' });
  });
});

describe('the hash of a disk', () => {
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
      const server = disk();
      for (const [first = 0, value = 0] of writes) done(server, write('A', first, block(value)));
      return hashDisk(server);
    });
    expect(new Set(hashes).size).toBe(5);
    const zeros = disk();
    done(zeros, write('B', 1, block(0)), 9);
    expect(hashDisk(zeros)).toBe(hashes[0]);
  });
});
