// The shared disk: blocks, and for each generation of the pair one flag that can be tested and set at once (§2.3).

import { hashHex, hashInto } from '../base/hash.ts';
import type { Duration, SimTime } from '../sim/time.ts';
import { after, START } from '../sim/time.ts';
import { BLOCK_BYTES, type DiskConfig, type HostId } from './config.ts';
import { blocksOf, type StorageReply, type StorageRequest } from './messages.ts';
import type { Fact } from './observation.ts';

export interface DiskServer {
  config: DiskConfig;
  /** Blocks that were ever written. The others read as zeros. */
  blocks: Record<number, Uint8Array<ArrayBuffer>>;
  /** Who wrote a block last, and when. */
  writers: Record<number, { host: HostId; at: SimTime }>;
  /** Winner of each generation's flag; a flag that nobody has set is not here. */
  flags: Record<number, HostId>;
  /** Requests are served one after the other. */
  freeAt: SimTime;
}

export interface DiskService {
  request: StorageRequest;
  begins: SimTime;
  ends: SimTime;
}

export function createDiskServer(config: DiskConfig): DiskServer {
  const blocks: Record<number, Uint8Array<ArrayBuffer>> = {};
  for (const { block, bytes } of config.contents) {
    const contents = new Uint8Array(BLOCK_BYTES);
    contents.set(bytes.subarray(0, BLOCK_BYTES));
    blocks[block] = contents;
  }
  return { config, blocks, writers: {}, flags: {}, freeAt: START };
}

/** A request joins the queue. @returns when it begins and ends being served */
export function enqueue(disk: DiskServer, request: StorageRequest, now: SimTime): DiskService {
  const begins = disk.freeAt > now ? disk.freeAt : now;
  const time: Duration = request.kind === 'testAndSet' ? disk.config.testAndSetTime : disk.config.serviceTime;
  const ends = after(begins, time);
  disk.freeAt = ends;
  return { request, begins, ends };
}

/**
 * Carries out a request, all at once, at the end of its service.
 * A write of somebody who has lost this generation's arbitration is refused: it may have been on its way for long (fencing).
 */
export function serve(
  disk: DiskServer,
  request: StorageRequest,
  now: SimTime,
): { reply: StorageReply; fact?: Fact } {
  switch (request.kind) {
    case 'testAndSet':
      return { reply: testAndSet(disk, request.host, request.generation) };
    case 'flush':
      return { reply: { kind: 'done', request: request.request, ok: true } };
    case 'read': {
      const { host, block, blocks } = request;
      const ok = block + blocks <= disk.config.blocks;
      const bytes = ok ? readBlocks(disk, block, blocks) : new Uint8Array(blocks * BLOCK_BYTES);
      return {
        reply: { kind: 'done', request: request.request, ok, bytes },
        fact: { kind: 'diskRead', block, host },
      };
    }
    case 'write':
      return write(disk, request, now);
  }
}

/** The flag is free, or was set by the same host whose answer got lost: it wins. Atomic, for it happens at one instant. */
function testAndSet(disk: DiskServer, host: HostId, generation: number): StorageReply {
  disk.flags[generation] ??= host;
  return { kind: 'flag', generation, won: disk.flags[generation] === host };
}

function readBlocks(disk: DiskServer, block: number, blocks: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  for (let i = 0; i < blocks; i++) {
    const contents = disk.blocks[block + i];
    if (contents !== undefined) bytes.set(contents, i * BLOCK_BYTES);
  }
  return bytes;
}

function write(
  disk: DiskServer,
  request: Extract<StorageRequest, { kind: 'write' }>,
  now: SimTime,
): { reply: StorageReply; fact?: Fact } {
  const { host, block, bytes } = request;
  const winner = disk.flags[request.generation];
  if (winner !== undefined && winner !== host) {
    return {
      reply: { kind: 'done', request: request.request, ok: false },
      fact: { kind: 'diskFenced', block, host },
    };
  }
  const ok = block + blocksOf(bytes) <= disk.config.blocks;
  if (!ok) return { reply: { kind: 'done', request: request.request, ok } };
  for (let i = 0; i < blocksOf(bytes); i++) {
    disk.blocks[block + i] = bytes.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES);
    disk.writers[block + i] = { host, at: now };
  }
  const value = firstWord(bytes);
  return {
    reply: { kind: 'done', request: request.request, ok },
    fact: { kind: 'diskWritten', block, value, host },
  };
}

/** What a block says to who looks at its first word, as guests here store their values. */
export function firstWord(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** Hash of what is on the disk: a block that was never written counts as one of zeros. */
export function hashDisk(disk: DiskServer): string {
  const words = new Uint32Array(disk.config.blocks * 4);
  const zeros = new Uint8Array(BLOCK_BYTES);
  for (let block = 0; block < disk.config.blocks; block++)
    hashInto(words, block * 4, disk.blocks[block] ?? zeros);
  return hashHex(new Uint8Array(words.buffer));
}
