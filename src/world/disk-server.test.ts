// The shared disk: one request after the other, blocks, the flag, and writes of losers that come too late.
import { describe, expect, test } from 'vitest';
import { at, worldConfig } from './bench.ts';
import { createDiskServer, enqueue, firstWord, hashDisk, serve } from './disk-server.ts';
import type { StorageRequest } from './messages.ts';

const disk = () => createDiskServer(worldConfig().disk);
const block = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(512).fill(value);
const write = (host: string, first: number, bytes: Uint8Array<ArrayBuffer>): StorageRequest => ({
  kind: 'write',
  host,
  request: 1,
  generation: 1,
  block: first,
  bytes,
});
const read = (first: number, blocks = 1): StorageRequest => ({
  kind: 'read',
  host: 'A',
  request: 2,
  block: first,
  blocks,
});
const flag = (host: string, generation = 1): StorageRequest => ({ kind: 'testAndSet', host, generation });

describe('time', () => {
  test('requests are served one after the other, each for its own time', () => {
    const server = disk();
    expect(enqueue(server, read(0), at(1000))).toMatchObject({ begins: 1000, ends: 61_000 });
    expect(enqueue(server, flag('A'), at(2000))).toMatchObject({ begins: 61_000, ends: 561_000 });
    expect(enqueue(server, read(0), at(900_000))).toMatchObject({ begins: 900_000, ends: 960_000 });
  });
});

describe('blocks', () => {
  test('begin as configured, and read as zeros where nothing was written', () => {
    const { reply, fact } = serve(disk(), read(6, 2), at(0));
    expect(fact).toEqual({ kind: 'diskRead', block: 6, host: 'A' });
    if (reply.kind !== 'done') throw new Error('a read is answered');
    expect(reply).toMatchObject({ request: 2, ok: true });
    expect(reply.bytes?.length).toBe(1024);
    expect(reply.bytes?.subarray(0, 512).every((byte) => byte === 0)).toBe(true);
    expect(firstWord(reply.bytes?.subarray(512) as Uint8Array)).toBe(10);
  });

  test('hold what was written, and who did it when', () => {
    const server = disk();
    const two = new Uint8Array([...block(3), ...block(4)]);
    expect(serve(server, write('A', 2, two), at(77))).toEqual({
      reply: { kind: 'done', request: 1, ok: true },
      fact: { kind: 'diskWritten', block: 2, value: 0x0303_0303, host: 'A' },
    });
    expect(server.writers).toEqual({ 2: { host: 'A', at: 77 }, 3: { host: 'A', at: 77 } });
    expect(serve(server, read(2, 2), at(0)).reply).toMatchObject({ bytes: two });
    two.fill(9);
    expect(firstWord(server.blocks[2] as Uint8Array)).toBe(0x0303_0303);
  });

  test.each([
    ['reads', read(15, 2)],
    ['writes', write('A', 15, new Uint8Array(1024))],
  ])('beyond the end fail: %s', (_, request) => {
    const server = disk();
    const before = hashDisk(server);
    expect(serve(server, request, at(0)).reply).toMatchObject({ kind: 'done', ok: false });
    expect(hashDisk(server)).toBe(before);
  });

  test('a flush is answered', () => {
    expect(serve(disk(), { kind: 'flush', host: 'A', request: 5 }, at(0))).toEqual({
      reply: { kind: 'done', request: 5, ok: true },
    });
  });
});

describe('the flag of a generation', () => {
  test('is won by the first who asks, and by nobody else, however often', () => {
    const server = disk();
    const won = (host: string) => serve(server, flag(host), at(0)).reply;
    expect(won('B')).toEqual({ kind: 'flag', generation: 1, won: true });
    expect(won('A')).toEqual({ kind: 'flag', generation: 1, won: false });
    expect(won('B')).toEqual({ kind: 'flag', generation: 1, won: true });
    expect(won('A')).toMatchObject({ won: false });
    expect(server.flags).toEqual({ 1: 'B' });
  });

  test('is another one in the next generation', () => {
    const server = disk();
    serve(server, flag('B', 1), at(0));
    expect(serve(server, flag('A', 2), at(0)).reply).toMatchObject({ generation: 2, won: true });
  });

  test('fences off a write of the loser that was on its way for long', () => {
    const server = disk();
    serve(server, flag('B'), at(0));
    const before = hashDisk(server);
    expect(serve(server, write('A', 7, block(1)), at(5))).toEqual({
      reply: { kind: 'done', request: 1, ok: false },
      fact: { kind: 'diskFenced', block: 7, host: 'A' },
    });
    expect(hashDisk(server)).toBe(before);
    expect(serve(server, write('B', 7, block(1)), at(6)).reply).toMatchObject({ ok: true });
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
      for (const [first = 0, value = 0] of writes) serve(server, write('A', first, block(value)), at(0));
      return hashDisk(server);
    });
    expect(new Set(hashes).size).toBe(5);
    const zeros = disk();
    serve(zeros, write('B', 1, block(0)), at(9));
    expect(hashDisk(zeros)).toBe(hashes[0]);
  });
});
