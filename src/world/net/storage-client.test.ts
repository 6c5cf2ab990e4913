// A host's side of the storage network: numbers, operations in parts, and which answers are whose.

import { describe, expect, test } from 'vitest';
import { storageReply } from '../testing/storage.ts';
import {
  createStorageClient,
  flagRequest,
  forgetFlagRequest,
  forgetOrders,
  requestsFor,
  type StorageClient,
  type StorageOrder,
  takeReply,
} from './storage-client.ts';
import type { StorageReply } from './storage-protocol.ts';

const block = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(512).fill(value);
const bytesOf = (blocks: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 512 * blocks }, (_, i) => i >> 9);

const read = (io: number, first: number, blocks = 1): StorageOrder => ({
  kind: 'read',
  io,
  block: first,
  blocks,
});
const write = (io: number, first: number, bytes = block(1)): StorageOrder => ({
  kind: 'write',
  io,
  block: first,
  bytes,
});

const ask = (client: StorageClient, order: StorageOrder, generation = 1) =>
  requestsFor(client, 2, generation, order);
const numbers = (client: StorageClient, order: StorageOrder, generation = 1) =>
  ask(client, order, generation).map(({ number }) => number);
const answer = (client: StorageClient, said: Partial<StorageReply>) => takeReply(client, storageReply(said));

describe('an operation', () => {
  test('is one request, with a number of its own', () => {
    const client = createStorageClient();
    expect(ask(client, read(7, 3, 2))).toEqual([
      { kind: 'read', host: 2, number: 1, generation: 1, block: 3, blocks: 2, io: 7 },
    ]);
    expect(ask(client, write(8, 4))).toEqual([
      { kind: 'write', host: 2, number: 2, generation: 1, block: 4, blocks: 1, io: 8, bytes: block(1) },
    ]);
    expect(ask(client, { kind: 'flush', io: 9 })).toMatchObject([
      { kind: 'flush', number: 3, blocks: 0, io: 9 },
    ]);
  });

  test('that is large goes in parts of at most 8 blocks, each with its piece of the data', () => {
    const client = createStorageClient();
    expect(ask(client, read(1, 10, 20))).toMatchObject([
      { number: 1, block: 10, blocks: 8 },
      { number: 2, block: 18, blocks: 8 },
      { number: 3, block: 26, blocks: 4 },
    ]);
    const parts = ask(client, write(2, 0, bytesOf(9)));
    expect(parts.map(({ bytes = [] }) => [bytes[0], bytes.length])).toEqual([
      [0, 4096],
      [8, 512],
    ]);
  });

  test('that is late is asked again under the same numbers, but for the parts that have their answers', () => {
    const client = createStorageClient();
    expect(numbers(client, read(1, 0, 20))).toEqual([1, 2, 3]);
    answer(client, { number: 2, bytes: bytesOf(8) });
    expect(numbers(client, read(1, 0, 20))).toEqual([1, 3]);
    expect(ask(client, read(1, 0, 20))[1]).toMatchObject({ block: 16, blocks: 4 });
  });

  test('of another generation is another one', () => {
    const client = createStorageClient();
    expect([numbers(client, write(1, 0)), numbers(client, write(1, 0), 2)]).toEqual([[1], [2]]);
  });
});

describe('an answer', () => {
  test('ends an operation of one part', () => {
    const client = createStorageClient();
    ask(client, read(7, 3));
    expect(answer(client, { number: 1, bytes: block(4) })).toEqual({ io: 7, ok: true, bytes: block(4) });
    expect(client.ordered).toEqual([]);
  });

  test('is taken once, and that of nothing is none', () => {
    const client = createStorageClient();
    ask(client, write(7, 3));
    expect(answer(client, { kind: 'write', number: 9 })).toBeUndefined();
    expect(answer(client, { kind: 'write', number: 1 })).toEqual({ io: 7, ok: true });
    expect(answer(client, { kind: 'write', number: 1 })).toBeUndefined();
  });

  test('is that of the operation whose number it bears, and of no other under way', () => {
    const client = createStorageClient();
    ask(client, read(7, 3));
    ask(client, write(8, 4));
    ask(client, read(9, 5));
    expect(answer(client, { kind: 'write', number: 2 })).toEqual({ io: 8, ok: true });
    expect(client.ordered.map(({ io }) => io)).toEqual([7, 9]);
    expect(answer(client, { number: 3, bytes: block(5) })).toEqual({ io: 9, ok: true, bytes: block(5) });
    expect(answer(client, { number: 1, bytes: block(3) })).toEqual({ io: 7, ok: true, bytes: block(3) });
  });

  test('of the last part, in whatever order they come, ends it with all the data', () => {
    const client = createStorageClient();
    ask(client, read(7, 0, 20));
    const whole = bytesOf(20);
    const part = (number: number) =>
      answer(client, { number, bytes: whole.slice((number - 1) * 4096, number * 4096) });
    expect([part(3), part(1), part(1)]).toEqual([undefined, undefined, undefined]);
    expect(part(2)).toEqual({ io: 7, ok: true, bytes: whole });
  });

  test.each(['error', 'range', 'fenced', 'malformed', 'lost'] as const)(
    'that says %s fails the whole operation, once all parts have theirs',
    (status) => {
      const client = createStorageClient();
      ask(client, read(7, 0, 9));
      expect(answer(client, { number: 1, status })).toBeUndefined();
      expect(answer(client, { number: 2, bytes: block(1) })).toEqual({ io: 7, ok: false });
    },
  );
});

test('what nobody waits for any more is forgotten, and its numbers are not given again', () => {
  const client = createStorageClient();
  for (const io of [1, 2, 3]) ask(client, write(io, io));
  forgetOrders(client, (io) => io === 2);
  expect(client.ordered.map(({ io }) => io)).toEqual([2]);
  expect(answer(client, { kind: 'write', number: 1 })).toBeUndefined();
  expect(numbers(client, write(1, 1))).toEqual([4]);
});

describe('the question for a flag', () => {
  const asked = (client: StorageClient, generation: number) => flagRequest(client, 2, generation);

  test('goes by the same number each time, and by another in another generation', () => {
    const client = createStorageClient();
    ask(client, write(1, 1));
    expect(asked(client, 3)).toEqual({
      kind: 'testAndSet',
      host: 2,
      number: 2,
      generation: 3,
      block: 0,
      blocks: 0,
      io: 0,
    });
    expect([3, 3, 4, 4].map((generation) => asked(client, generation).number)).toEqual([2, 2, 3, 3]);
  });

  test('is another one after the medium has failed', () => {
    const client = createStorageClient();
    expect(asked(client, 1).number).toBe(1);
    forgetFlagRequest(client);
    expect([asked(client, 1).number, asked(client, 1).number]).toEqual([2, 2]);
  });
});
