// A host's side of the storage network: which datagrams an operation of its VM takes, and which of them have their answers.

import { BLOCK_BYTES, blocksOf } from '../base/blocks.ts';
import { BLOCKS_MAX, type StorageReply, type StorageRequest } from './storage-protocol.ts';

/** An operation of the guest, as the storage has to know of it. */
export type StorageOrder =
  | { kind: 'read'; io: number; block: number; blocks: number }
  | { kind: 'write'; io: number; block: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'flush'; io: number };

interface Part {
  number: number;
  /** Of its answer; null while there is none. */
  ok: boolean | null;
  bytes?: Uint8Array<ArrayBuffer>;
}

interface Ordered {
  io: number;
  generation: number;
  parts: Part[];
}

export interface StorageClient {
  /** The number of its next request: none is given twice, also after a loss of power. */
  next: number;
  /** Operations under way. */
  ordered: Ordered[];
  /** The question for a generation's flag, which goes by the same number each time it is asked. */
  flag: { generation: number; number: number } | null;
}

export const createStorageClient = (): StorageClient => ({ next: 1, ordered: [], flag: null });

/** What is asked now, of an operation that is new, or late: what has no answer yet, each under its own number. */
export function requestsFor(
  client: StorageClient,
  host: number,
  generation: number,
  order: StorageOrder,
): StorageRequest[] {
  const wanted = partsOf(order);
  let ordered = client.ordered.find((each) => each.io === order.io && each.generation === generation);
  if (ordered === undefined) {
    ordered = { io: order.io, generation, parts: wanted.map(() => ({ number: client.next++, ok: null })) };
    client.ordered.push(ordered);
  }
  const { parts } = ordered;
  return wanted.flatMap((part, n) => {
    const { number = 0, ok = null } = parts[n] ?? {};
    return ok === null ? [{ ...part, kind: order.kind, host, number, generation, io: order.io }] : [];
  });
}

type Piece = Pick<StorageRequest, 'block' | 'blocks' | 'bytes'>;

/** An operation in pieces that fit into a datagram each. */
function partsOf(order: StorageOrder): Piece[] {
  if (order.kind === 'flush') return [{ block: 0, blocks: 0 }];
  const blocks = order.kind === 'read' ? order.blocks : blocksOf(order.bytes);
  return Array.from({ length: Math.ceil(blocks / BLOCKS_MAX) }, (_, n) => {
    const first = n * BLOCKS_MAX;
    const some = Math.min(BLOCKS_MAX, blocks - first);
    const place = { block: order.block + first, blocks: some };
    if (order.kind === 'read') return place;
    return { ...place, bytes: order.bytes.subarray(first * BLOCK_BYTES, (first + some) * BLOCK_BYTES) };
  });
}

/** What an operation came to, once all of it has been answered. */
export interface Completed {
  io: number;
  ok: boolean;
  bytes?: Uint8Array<ArrayBuffer>;
}

/** An answer has come. @returns the operation's end, if it was the last that it waited for */
export function takeReply(
  client: StorageClient,
  { kind, number, status, bytes }: StorageReply,
): Completed | undefined {
  const ordered = client.ordered.find(({ parts }) => parts.some((part) => part.number === number));
  if (ordered === undefined) return undefined;
  const { io, parts } = ordered;
  const part = parts.find((each) => each.number === number) as Part;
  part.ok = status === 'done';
  if (bytes) part.bytes = bytes;
  if (parts.some(({ ok }) => ok === null)) return undefined;
  client.ordered = client.ordered.filter((each) => each !== ordered);
  const ok = parts.every((each) => each.ok);
  return { io, ok, ...(ok && kind === 'read' ? { bytes: joined(parts) } : {}) };
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0));
  let at = 0;
  for (const { bytes } of parts) {
    if (bytes) whole.set(bytes, at);
    at += bytes?.length ?? 0;
  }
  return whole;
}

/** Operations that nobody waits for any more are forgotten. */
export function forgetOrders(client: StorageClient, isWanted: (io: number) => boolean): void {
  client.ordered = client.ordered.filter(({ io }) => isWanted(io));
}

/** The question for a generation's flag. */
export function flagRequest(client: StorageClient, host: number, generation: number): StorageRequest {
  if (client.flag?.generation !== generation) client.flag = { generation, number: client.next++ };
  const { number } = client.flag;
  return { kind: 'testAndSet', host, number, generation, block: 0, blocks: 0, io: 0 };
}

/** The answer to it was that the medium failed: asked again, it is another question. */
export function forgetFlagRequest(client: StorageClient): void {
  client.flag = null;
}
