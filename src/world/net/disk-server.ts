// A disk: blocks, and for each generation of the pair one flag that can be tested and set at once (§2.3).

import { hashHex, hashInto } from '../../base/hash.ts';
import { below, namedStream, type PrngState } from '../../base/prng.ts';
import { after, type Duration, instantAt, later, nanoseconds, type SimTime, START } from '../../sim/time.ts';
import { BLOCK_BYTES, blocksOf, firstWord } from '../base/blocks.ts';
import type { DiskConfig, HostId } from '../base/config.ts';
import type { Fact } from '../state/observation.ts';
import type { StorageReply, StorageRequest } from './messages.ts';

/** What a disk cannot do. A full one can't write. */
export interface DiskImpairment {
  reads: boolean;
  writes: boolean;
  full: boolean;
}

export interface DiskServer {
  /** `disk` is the shared one; a host's own is called after it. */
  id: string;
  config: DiskConfig;
  isUp: boolean;
  /** Counts the crashes: what was being served before the last one is void. */
  epoch: number;
  failing: DiskImpairment;
  /** Blocks that were ever written. The others read as zeros. */
  blocks: Record<number, Uint8Array<ArrayBuffer>>;
  /** Who wrote a block last, and when. */
  writers: Record<number, { host: HostId; at: SimTime }>;
  /** The last writes that were done, each with its host, its name and its data. */
  done: string[];
  /** Winner of each generation's flag; a flag that nobody has set is not here. */
  flags: Record<number, HostId>;
  /** When each of its independent arms has served what it was given. */
  freeAt: SimTime[];
  /** Makes service times differ. Nothing is drawn when they don't. */
  noise: PrngState;
}

export interface DiskService {
  request: StorageRequest;
  begins: SimTime;
  ends: SimTime;
  epoch: number;
}

/** What a request comes to. */
export interface Served {
  reply: StorageReply;
  fact?: Fact;
}

const MILLION = 1_000_000;

/** As many operations as a guest can have under way. */
const REMEMBERED = 256;

const WELL: DiskImpairment = { reads: false, writes: false, full: false };

export function createDiskServer(id: string, config: DiskConfig, seed: number): DiskServer {
  const blocks: Record<number, Uint8Array<ArrayBuffer>> = {};
  for (const { block, bytes } of config.contents) {
    const contents = new Uint8Array(BLOCK_BYTES);
    contents.set(bytes.subarray(0, BLOCK_BYTES));
    blocks[block] = contents;
  }
  return {
    id,
    config,
    isUp: true,
    epoch: 0,
    failing: { ...WELL },
    blocks,
    writers: {},
    done: [],
    flags: {},
    freeAt: idleArms(config),
    noise: namedStream(`disk ${id}`, seed),
  };
}

const idleArms = ({ parallel }: DiskConfig): SimTime[] => Array.from({ length: parallel }, () => START);

/**
 * A request joins the queue of the arm that is free first.
 * @returns when it begins and ends being served; null when the disk is down, and nobody will ever answer
 */
export function enqueue(disk: DiskServer, request: StorageRequest, now: SimTime): DiskService | null {
  if (!disk.isUp) return null;
  const free = Math.min(...disk.freeAt);
  const begins = later(instantAt(free), now);
  const ends = after(begins, serviceTime(disk, request));
  disk.freeAt[disk.freeAt.indexOf(instantAt(free))] = ends;
  return { request, begins, ends, epoch: disk.epoch };
}

function serviceTime({ config, noise }: DiskServer, request: StorageRequest): Duration {
  if (request.kind === 'testAndSet') return config.testAndSetTime;
  const { serviceTime, serviceNoisePpm } = config;
  if (serviceNoisePpm === 0) return serviceTime;
  const ppm = below(noise, 2 * serviceNoisePpm + 1) - serviceNoisePpm;
  return nanoseconds(serviceTime + Math.round((serviceTime * ppm) / MILLION));
}

/** Carries out a request, all at once, at the end of its service. @returns null when the disk has crashed since it began */
export function serve(disk: DiskServer, service: DiskService, now: SimTime): Served | null {
  if (service.epoch !== disk.epoch) return null;
  const { request } = service;
  switch (request.kind) {
    case 'testAndSet':
      return { reply: testAndSet(disk, request.host, request.generation) };
    // Nothing is cached: what was answered is on the disk.
    case 'flush':
      return { reply: { kind: 'done', request: request.request, ok: true } };
    case 'read':
      return read(disk, request);
    case 'write':
      return write(disk, request, now);
  }
}

/** The flag is free, or was set by the same host whose answer got lost: it wins. Atomic, for it happens at one instant. */
function testAndSet(disk: DiskServer, host: HostId, generation: number): StorageReply {
  disk.flags[generation] ??= host;
  return { kind: 'flag', generation, won: disk.flags[generation] === host };
}

function read(disk: DiskServer, request: Extract<StorageRequest, { kind: 'read' }>): Served {
  const { host, request: io, block, blocks } = request;
  if (isFenced(disk, host, request.generation)) return fenced(disk, request);
  if (disk.failing.reads) return refuse(disk, request, 'error');
  if (block + blocks > disk.config.blocks) return refuse(disk, request, 'range');
  const bytes = readBlocks(disk, block, blocks);
  return {
    reply: { kind: 'done', request: io, ok: true, bytes },
    fact: { kind: 'diskRead', disk: disk.id, block, blocks, host, io, digest: hashHex(bytes) },
  };
}

function readBlocks(disk: DiskServer, block: number, blocks: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  for (let i = 0; i < blocks; i++) {
    const contents = disk.blocks[block + i];
    if (contents !== undefined) bytes.set(contents, i * BLOCK_BYTES);
  }
  return bytes;
}

function write(disk: DiskServer, request: Extract<StorageRequest, { kind: 'write' }>, now: SimTime): Served {
  const { host, request: io, generation, block, bytes } = request;
  const blocks = blocksOf(bytes);
  if (isFenced(disk, host, generation)) {
    return fenced(disk, request);
  }
  const digest = hashHex(bytes);
  const name = `${host} ${io} ${block} ${digest}`;
  // A host that had no answer for long asks again. Done twice, the write could come after a later one on another arm.
  if (disk.done.includes(name)) return { reply: { kind: 'done', request: io, ok: true } };
  if (disk.failing.writes) return refuse(disk, request, 'error');
  if (block + blocks > disk.config.blocks) return refuse(disk, request, 'range');
  if (disk.failing.full) return refuse(disk, request, 'full');
  for (let i = 0; i < blocks; i++) {
    disk.blocks[block + i] = bytes.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES);
    disk.writers[block + i] = { host, at: now };
  }
  disk.done = [...disk.done, name].slice(-REMEMBERED);
  const written = { block, blocks, value: firstWord(bytes), host, io, generation, digest };
  return {
    reply: { kind: 'done', request: io, ok: true },
    fact: { kind: 'diskWritten', disk: disk.id, ...written },
  };
}

/**
 * Somebody who has lost the arbitration of that generation, or of a later one, is refused: a write may have been on its
 * way for long, and a backup that reads the disk itself (§4.2) would read what was written since.
 */
function isFenced({ config, flags }: DiskServer, host: HostId, generation: number): boolean {
  if (!config.fencing) return false;
  return Object.entries(flags).some(([of, winner]) => Number(of) >= generation && winner !== host);
}

function fenced(
  disk: DiskServer,
  { host, request: io, block }: Extract<StorageRequest, { kind: 'read' | 'write' }>,
): Served {
  return {
    reply: { kind: 'done', request: io, ok: false },
    fact: { kind: 'diskFenced', disk: disk.id, block, host, io },
  };
}

function refuse(
  disk: DiskServer,
  { host, request: io, block }: Extract<StorageRequest, { kind: 'read' | 'write' }>,
  reason: 'error' | 'full' | 'range',
): Served {
  return {
    reply: { kind: 'done', request: io, ok: false },
    fact: { kind: 'diskFailed', disk: disk.id, block, host, io, reason },
  };
}

/** The disk server loses power, and with it its queue; contents and flags stay. @returns whether that changed anything */
export function crashDisk(disk: DiskServer): boolean {
  if (!disk.isUp) return false;
  disk.isUp = false;
  disk.epoch++;
  disk.freeAt = idleArms(disk.config);
  return true;
}

/** It has power again, and answers whoever asks from now on. @returns whether that changed anything */
export function repairDisk(disk: DiskServer): boolean {
  const wasDown = !disk.isUp;
  disk.isUp = true;
  return wasDown;
}

/** From now on it can't do these either. @returns whether that changed anything */
export function impairDisk(disk: DiskServer, impairment: Partial<DiskImpairment>): boolean {
  const { reads, writes, full } = { ...disk.failing, ...impairment };
  const { failing } = disk;
  const changes = reads !== failing.reads || writes !== failing.writes || full !== failing.full;
  disk.failing = { reads, writes, full };
  return changes;
}

/** It can do everything again. @returns whether that changed anything */
export const mendDisk = (disk: DiskServer): boolean => impairDisk(disk, WELL);

/** Hash of what is on the disk: a block that was never written counts as one of zeros. */
export function hashDisk(disk: DiskServer): string {
  const words = new Uint32Array(disk.config.blocks * 4);
  const zeros = new Uint8Array(BLOCK_BYTES);
  for (let block = 0; block < disk.config.blocks; block++)
    hashInto(words, block * 4, disk.blocks[block] ?? zeros);
  return hashHex(new Uint8Array(words.buffer));
}
