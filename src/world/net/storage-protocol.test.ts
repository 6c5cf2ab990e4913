// The datagrams between hosts and the disk: what goes onto the wire comes off it, and what is no whole one is none.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replyFrame, storageReply } from '../testing/storage.ts';
import { DISK_ENDPOINT, parseUdp, storageEndpoint, udpFrame } from './ethernet.ts';
import {
  BLOCKS_MAX,
  flagIn,
  hostAt,
  parseStorageReply,
  parseStorageRequest,
  STORAGE_FRAME_BYTES,
  type StorageReply,
  type StorageRequest,
  storageFrame,
} from './storage-protocol.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const blocks = fc.integer({ min: 1, max: BLOCKS_MAX });
const data = (count: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 512 * count }, (_, i) => (7 * i + count) & 0xff);
const header = {
  host: fc.integer({ min: 1, max: 9 }),
  number: word,
  generation: word,
  block: word,
  io: word,
};

const anyRequest: fc.Arbitrary<StorageRequest> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('flush' as const, 'testAndSet' as const),
    ...header,
    blocks: fc.constant(0),
  }),
  fc.record({ kind: fc.constant('read' as const), ...header, blocks }),
  fc
    .record({ kind: fc.constant('write' as const), ...header, blocks })
    .map((write) => ({ ...write, bytes: data(write.blocks) })),
);

describe('a request', () => {
  test('survives the wire, and goes from its host to the disk', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const frame = storageFrame(request);
        expect(parseStorageRequest(frame)).toEqual(request);
        expect(frame.length).toBeLessThanOrEqual(STORAGE_FRAME_BYTES);
        expect(parseUdp(frame)).toMatchObject({ from: storageEndpoint(request.host), to: DISK_ENDPOINT });
      }),
    );
  });

  test('has its words where the table of the protocol has them', () => {
    const request = {
      kind: 'testAndSet',
      host: 2,
      number: 3,
      generation: 4,
      block: 5,
      blocks: 6,
      io: 7,
    } as const;
    const payload = parseUdp(storageFrame(request))?.payload as Uint8Array<ArrayBuffer>;
    expect([...new Uint32Array(payload.slice().buffer)]).toEqual([4, 2, 3, 4, 5, 6, 7, 0]);
  });

  const from = (words: number[], bytes: number[] = []): Uint8Array<ArrayBuffer> => {
    const payload = [...new Uint8Array(Uint32Array.from(words).buffer), ...bytes];
    return udpFrame(storageEndpoint(1), DISK_ENDPOINT, Uint8Array.from(payload), false);
  };

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['of no kind', from([0, 1, 1, 1, 0, 0, 0, 0])],
    ['of a kind that there is not', from([5, 1, 1, 1, 0, 0, 0, 0])],
    ['that is a reply', from([0x101, 1, 1, 1, 0, 0, 0, 0])],
    ['that is cut short', from([1, 1, 1, 1, 0, 1, 0])],
    ['to write with less data than it says', from([2, 1, 1, 1, 0, 2, 0, 0], new Array(512).fill(1))],
    ['to write with more', from([2, 1, 1, 1, 0, 1, 0, 0], new Array(1024).fill(1))],
    ['that is no datagram', new Uint8Array(60)],
  ])('%s is none', (_, frame) => {
    expect(parseStorageRequest(frame)).toBeUndefined();
  });
});

describe('a reply', () => {
  test('survives the wire, whatever it says', () => {
    const status = fc.constantFrom('done', 'error', 'range', 'fenced', 'malformed', 'lost');
    fc.assert(
      fc.property(anyRequest, status, ({ bytes: _, ...request }, status) => {
        const isRead = request.kind === 'read' && status === 'done';
        const reply = {
          ...request,
          status,
          ...(isRead ? { bytes: data(request.blocks) } : {}),
        } as StorageReply;
        expect(parseStorageReply(replyFrame(reply))).toEqual(reply);
      }),
    );
  });

  test('that is a request or no datagram, is cut short, or has no status or other data than it says, is none', () => {
    const { bytes, ...flush } = storageReply({ kind: 'flush' });
    expect(bytes).toBeUndefined();
    expect(parseStorageReply(storageFrame(flush))).toBeUndefined();
    expect(parseStorageReply(new Uint8Array(60))).toBeUndefined();
    const short = parseUdp(replyFrame(flush))?.payload.slice(0, 28) as Uint8Array<ArrayBuffer>;
    expect(parseStorageReply(udpFrame(DISK_ENDPOINT, storageEndpoint(1), short, false))).toBeUndefined();
    for (const [place, value] of [
      [28, 6],
      [20, 2],
    ] as const) {
      const frame = replyFrame({ bytes: data(1) });
      const payload = parseUdp(frame)?.payload.slice() as Uint8Array<ArrayBuffer>;
      new DataView(payload.buffer).setUint32(place, value, true);
      expect(parseStorageReply(udpFrame(DISK_ENDPOINT, storageEndpoint(1), payload, false))).toBeUndefined();
    }
  });
});

test('hosts count from 1', () => {
  const hosts = [{ id: 'A' }, { id: 'B' }];
  expect([0, 1, 2, 3].map((number) => hostAt(hosts, number))).toEqual([undefined, 'A', 'B', undefined]);
});

describe('a flag', () => {
  const blockWith = (generation: number, host: number): Uint8Array => {
    const block = new Uint8Array(512);
    new DataView(block.buffer).setUint32(256 + 4 * (generation % 64), (generation << 8) | host, true);
    return block;
  };

  test('is its winner’s, and nobody’s before', () => {
    expect(flagIn(undefined, 1)).toBeUndefined();
    expect(flagIn(new Uint8Array(512), 1)).toBeUndefined();
    expect(flagIn(blockWith(1, 2), 1)).toBe(2);
    expect(flagIn(blockWith(1, 2), 2)).toBeUndefined();
  });

  test('of a generation is not that of another that stood in the same place', () => {
    expect(flagIn(blockWith(65, 2), 65)).toBe(2);
    expect(flagIn(blockWith(65, 2), 1)).toBeUndefined();
    expect(flagIn(blockWith(0, 0), 0)).toBeUndefined();
  });
});
