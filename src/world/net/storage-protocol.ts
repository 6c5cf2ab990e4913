// The datagrams between hosts and the disk: UDP on the storage network, as docs/programs.md has them.

import { blocksOf } from '../base/blocks.ts';
import type { HostId } from '../base/config.ts';
import { DISK_ENDPOINT, parseUdp, storageEndpoint, udpFrame } from './ethernet.ts';

/** The most blocks that one datagram carries: 4 KiB. A larger operation goes as several. */
export const BLOCKS_MAX = 8;

/** A frame with that much data, and what stands before it: the storage network carries jumbo frames. */
export const STORAGE_FRAME_BYTES = 14 + 20 + 8 + 32 + BLOCKS_MAX * 512;

const HEADER_BYTES = 32;
const REPLY = 0x100;

const KINDS = { read: 1, write: 2, flush: 3, testAndSet: 4 } as const;
export type StorageKind = keyof typeof KINDS;

/** What a host asks: `host` is its number, from 1, and `number` one that it never gives twice. */
export interface StorageRequest {
  kind: StorageKind;
  host: number;
  number: number;
  generation: number;
  block: number;
  /** From 1 to 8; 0 of a flush or a test-and-set. */
  blocks: number;
  /** What the guest's driver calls the operation that this is, or is part of. */
  io: number;
  /** Of a write. */
  bytes?: Uint8Array<ArrayBuffer>;
}

const STATUSES = ['done', 'error', 'range', 'fenced', 'malformed', 'lost'] as const;
/**
 * `done`: of a test-and-set, that the host has the flag. `error`: the medium could not. `range`: there are no such blocks. `fenced`: the
 * host has lost an arbitration. `lost`: another has the flag.
 */
export type StorageStatus = (typeof STATUSES)[number];

export interface StorageReply extends Omit<StorageRequest, 'bytes'> {
  status: StorageStatus;
  /** Of a read that was done. */
  bytes?: Uint8Array<ArrayBuffer>;
}

/** The frame that a host sends. */
export function storageFrame(request: StorageRequest): Uint8Array<ArrayBuffer> {
  const { kind, host, number, generation, block, blocks, io, bytes } = request;
  const payload = new Uint8Array(HEADER_BYTES + (bytes?.length ?? 0));
  const view = new DataView(payload.buffer);
  [KINDS[kind], host, number, generation, block, blocks, io].forEach((word, n) => {
    view.setUint32(4 * n, word, true);
  });
  if (bytes) payload.set(bytes, HEADER_BYTES);
  return udpFrame(storageEndpoint(host), DISK_ENDPOINT, payload, false);
}

const BY_CODE: readonly (StorageKind | undefined)[] = [undefined, 'read', 'write', 'flush', 'testAndSet'];

const kindOf = (code: number): StorageKind | undefined => BY_CODE[code];

/** What a frame asks of the disk; undefined when it is no whole request. */
export function parseStorageRequest(frame: Uint8Array<ArrayBuffer>): StorageRequest | undefined {
  const payload = parseUdp(frame)?.payload;
  if (payload === undefined || payload.length < HEADER_BYTES) return undefined;
  const [code, host, number, generation, block, blocks, io] = wordsOf(payload);
  const kind = kindOf(code);
  if (kind === undefined) return undefined;
  const request = { kind, host, number, generation, block, blocks, io };
  if (kind !== 'write') return request;
  const bytes = payload.slice(HEADER_BYTES);
  return blocksOf(bytes) === blocks ? { ...request, bytes } : undefined;
}

/** What a frame of the disk answers; undefined when it is no whole reply. */
export function parseStorageReply(frame: Uint8Array<ArrayBuffer>): StorageReply | undefined {
  const payload = parseUdp(frame)?.payload;
  if (payload === undefined || payload.length < HEADER_BYTES) return undefined;
  const [code, host, number, generation, block, blocks, io, state] = wordsOf(payload);
  const kind = kindOf(code - REPLY);
  const status = STATUSES[state];
  if (kind === undefined || status === undefined) return undefined;
  const reply = { kind, host, number, generation, block, blocks, io, status };
  if (kind !== 'read' || status !== 'done') return reply;
  const bytes = payload.slice(HEADER_BYTES);
  return blocksOf(bytes) === blocks ? { ...reply, bytes } : undefined;
}

type Header = [number, number, number, number, number, number, number, number];

function wordsOf(payload: Uint8Array<ArrayBuffer>): Header {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const word = (n: number): number => view.getUint32(4 * n, true);
  return [word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7)];
}

/** The host whose number it is. @param hosts all hosts' ids, in their order */
export const hostAt = (hosts: readonly { id: HostId }[], number: number): HostId | undefined =>
  hosts[number - 1]?.id;

/** The flag block as the disk's program keeps it: who has each of the last generations' flags. */
const FLAGS = 64;
const FLAGS_AT = 256;

/** The number, from 1, of the host that has the flag of a generation; undefined while nobody has it. */
export function flagIn(block: Uint8Array | undefined, generation: number): number | undefined {
  if (block === undefined) return undefined;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const flag = view.getUint32(FLAGS_AT + 4 * (generation % FLAGS), true);
  return flag >>> 8 === generation && (flag & 0xff) !== 0 ? flag & 0xff : undefined;
}
