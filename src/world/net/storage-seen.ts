// What the disk was asked and what it did, seen from outside: off its cables and off its medium, whatever its program is.

import { hashHex } from '../../base/hash.ts';
import { blocksOf, firstWord } from '../base/blocks.ts';
import type { HostId } from '../base/config.ts';
import type { Fact, Misbehaviour } from '../state/observation.ts';
import type { MediumAnswer, MediumOperation } from './medium.ts';
import { hostAt, parseStorageReply, type StorageReply, type StorageRequest } from './storage-protocol.ts';

/** A request that has come to the disk and has no answer yet. */
export interface StorageAsked extends Omit<StorageRequest, 'host'> {
  host: HostId;
  /** Of a read: of what the medium gave, once it has. */
  digest?: string;
}

export interface StorageSeen {
  asked: StorageAsked[];
  /** The last requests that the medium has carried out, by host and number. */
  done: string[];
  /** What of its manners has been told. */
  told: Misbehaviour[];
}

export const createStorageSeen = (): StorageSeen => ({ asked: [], done: [], told: [] });

/** As many are remembered: a disk that never answers must not fill the memory. */
const REMEMBERED = 256;

/** The disk's server has lost power: what it was asked, and what of that it has done, it does not know any more. */
export function noteOutage(seen: StorageSeen): void {
  seen.asked = [];
  seen.done = [];
}

/** A request has come to the disk. One that is waited for already is the same, sent again. */
export function noteAsked(
  { asked }: StorageSeen,
  hosts: readonly { id: HostId }[],
  request: StorageRequest,
): void {
  const { host: place, ...rest } = request;
  const host = hostAt(hosts, place);
  if (host === undefined || asked.some((each) => isOf(each, host, request.number))) return;
  asked.push(Object.freeze({ ...rest, host }));
  if (asked.length > REMEMBERED) asked.shift();
}

const isOf = (asked: StorageAsked, host: HostId | undefined, number: number): boolean =>
  asked.host === host && asked.number === number;

export interface Done {
  fact: Fact;
  host?: HostId;
}

/** What the medium did, for whom. Undefined of what concerns no data: the block of the flags, a flush. */
export function noteDone(
  seen: StorageSeen,
  operation: MediumOperation,
  { ok, bytes, why }: MediumAnswer,
  size: number,
): Done | undefined {
  if (operation.kind === 'flush' || operation.block >= size) return undefined;
  const { kind, block } = operation;
  const data = kind === 'write' ? operation.bytes : bytes;
  const blocks = kind === 'write' ? blocksOf(operation.bytes) : operation.blocks;
  const at = seen.asked.findIndex(
    (each) =>
      each.kind === kind &&
      each.block === block &&
      each.blocks === blocks &&
      !isDone(seen, each) &&
      (kind === 'read' || isEqual(each.bytes, operation.bytes)),
  );
  const whose = seen.asked[at];
  if (whose === undefined) return kind === 'write' && ok ? told(seen, 'unasked') : undefined;
  const { host, io, generation } = whose;
  const digest = data === undefined ? '' : hashHex(data);
  const place = { disk: DISK, block, host, io };
  if (!ok) return { host, fact: { kind: 'diskFailed', ...place, reason: why ?? 'error' } };
  seen.done = [...seen.done, nameOf(whose)].slice(-REMEMBERED);
  if (kind === 'read') {
    seen.asked[at] = Object.freeze({ ...whose, digest });
    return { host, fact: { kind: 'diskRead', ...place, blocks, digest } };
  }
  const value = firstWord(operation.bytes);
  return { host, fact: { kind: 'diskWritten', ...place, blocks, value, generation, digest } };
}

/** Of two of the same length. */
const isEqual = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a?.every((byte, i) => byte === b[i]) === true;

const DISK = 'disk';

const nameOf = ({ host, number }: StorageAsked): string => `${host} ${number}`;
const isDone = ({ done }: StorageSeen, asked: StorageAsked): boolean => done.includes(nameOf(asked));

/** Each kind once: a program that does it once does it again and again. */
function told(seen: StorageSeen, how: Misbehaviour): { fact: Fact } | undefined {
  if (seen.told.includes(how)) return undefined;
  seen.told.push(how);
  return { fact: { kind: 'misbehaved', host: DISK, how } };
}

/**
 * The disk has answered. @param winner whose the flag is of the generation that the answer names
 * @returns what is to be told of it: what it did not let its medium do, or says and its medium does not
 */
export function noteAnswered(
  seen: StorageSeen,
  hosts: readonly { id: HostId }[],
  reply: StorageReply,
  winner: HostId | undefined,
): Fact | undefined {
  const to = hostAt(hosts, reply.host);
  const at = seen.asked.findIndex((each) => isOf(each, to, reply.number));
  const [whose] = at < 0 ? [] : seen.asked.splice(at, 1);
  if (whose === undefined) return undefined;
  const { host, block, io } = whose;
  if (reply.status === 'fenced') return { kind: 'diskFenced', disk: DISK, block, host, io };
  if (whose.kind === 'testAndSet' && reply.status === 'lost') return flagAnswered(whose, false);
  if (reply.status === 'range') return { kind: 'diskFailed', disk: DISK, block, host, io, reason: 'range' };
  if (reply.status !== 'done') return undefined;
  if (!isTrue(seen, whose, winner)) return told(seen, 'undone')?.fact;
  if (whose.kind === 'testAndSet') return flagAnswered(whose, true);
  const isAltered = reply.bytes !== undefined && hashHex(reply.bytes) !== whose.digest;
  return isAltered ? told(seen, 'altered')?.fact : undefined;
}

const flagAnswered = ({ host, generation }: StorageAsked, isWon: boolean): Fact => ({
  kind: 'flagAnswered',
  disk: DISK,
  host,
  generation,
  isWon,
});

/**
 * A frame of the disk found no room on its cable.
 * @returns what is to be told of it; null of an answer that somebody waits for: a slow cable may be full of these
 */
export function noteDropped(
  seen: StorageSeen,
  hosts: readonly { id: HostId }[],
  frame: Uint8Array<ArrayBuffer>,
): Fact[] | null {
  const reply = parseStorageReply(frame);
  const isAwaited = reply && seen.asked.some((each) => isOf(each, hostAt(hosts, reply.host), reply.number));
  if (isAwaited) return null;
  const flood = told(seen, 'flood');
  return flood ? [flood.fact] : [];
}

/** Whether what the disk says to be done is on its medium. */
function isTrue(seen: StorageSeen, asked: StorageAsked, winner: HostId | undefined): boolean {
  switch (asked.kind) {
    case 'flush':
      return true;
    case 'testAndSet':
      return winner === asked.host;
    default:
      return isDone(seen, asked);
  }
}
