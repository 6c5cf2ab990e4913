// What the disk was asked and what it did, seen from outside: off its cables and off its medium, whatever its program is.

import { hashHex } from '../../base/hash.ts';
import { blocksOf, firstWord } from '../base/blocks.ts';
import type { HostId } from '../base/config.ts';
import type { Fact } from '../state/observation.ts';
import type { MediumAnswer, MediumOperation } from './medium.ts';
import { hostAt, type StorageReply, type StorageRequest } from './storage-protocol.ts';

/** A request that has come to the disk and has no answer yet. */
export interface StorageAsked extends Omit<StorageRequest, 'bytes' | 'host'> {
  host: HostId;
  number: number;
  /** Of a write: of what is to be written. */
  digest?: string;
}

/** As many as are remembered: a disk that never answers must not fill the memory. */
const REMEMBERED = 256;

/** A request has come to the disk. One that is waited for already is the same, sent again. */
export function noteAsked(
  asked: StorageAsked[],
  hosts: readonly { id: HostId }[],
  request: StorageRequest,
): void {
  const { bytes, host: place, ...rest } = request;
  const host = hostAt(hosts, place);
  if (host === undefined || asked.some((each) => each.host === host && each.number === request.number))
    return;
  asked.push(Object.freeze({ ...rest, host, ...(bytes ? { digest: hashHex(bytes) } : {}) }));
  if (asked.length > REMEMBERED) asked.shift();
}

/** What the medium did, for whom. Undefined of what concerns no data: the block of the flags, a flush. */
export function noteDone(
  asked: readonly StorageAsked[],
  operation: MediumOperation,
  { ok, bytes, why }: MediumAnswer,
): { fact: Fact; host: HostId } | undefined {
  if (operation.kind === 'flush') return undefined;
  const { kind, block } = operation;
  const data = operation.kind === 'write' ? operation.bytes : bytes;
  const digest = data && hashHex(data);
  const blocks = operation.kind === 'write' ? blocksOf(operation.bytes) : operation.blocks;
  const whose = asked.find(
    (each) =>
      each.kind === kind &&
      each.block === block &&
      each.blocks === blocks &&
      (kind === 'read' || each.digest === digest),
  );
  if (whose === undefined) return undefined;
  const { host, io, generation } = whose;
  const place = { disk: 'disk', block, host, io };
  if (!ok) return { host, fact: { kind: 'diskFailed', ...place, reason: why ?? 'error' } };
  if (operation.kind === 'read')
    return { host, fact: { kind: 'diskRead', ...place, blocks, digest: digest ?? '' } };
  const value = firstWord(operation.bytes);
  return { host, fact: { kind: 'diskWritten', ...place, blocks, value, generation, digest: digest ?? '' } };
}

/** The disk has answered. @returns what is to be told of it: what it did not let its medium do */
export function noteAnswered(
  asked: StorageAsked[],
  hosts: readonly { id: HostId }[],
  { host: place, number, status }: StorageReply,
): Fact | undefined {
  const host = hostAt(hosts, place);
  const at = asked.findIndex((each) => each.host === host && each.number === number);
  const [whose] = at < 0 ? [] : asked.splice(at, 1);
  if (whose === undefined || host === undefined) return undefined;
  const { block, io } = whose;
  if (status === 'fenced') return { kind: 'diskFenced', disk: 'disk', block, host, io };
  return status === 'range'
    ? { kind: 'diskFailed', disk: 'disk', block, host, io, reason: 'range' }
    : undefined;
}
