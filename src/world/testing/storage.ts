// For tests: what the disk would answer, and flags as its program keeps them on its medium.
import { DISK_ENDPOINT, storageEndpoint, udpFrame } from '../net/ethernet.ts';
import type { Message } from '../net/messages.ts';
import type { StorageKind, StorageReply, StorageStatus } from '../net/storage-protocol.ts';
import type { World } from '../state/world.ts';

const KINDS: readonly StorageKind[] = ['read', 'write', 'flush', 'testAndSet'];
const STATUSES: readonly StorageStatus[] = ['done', 'error', 'range', 'fenced', 'malformed', 'lost'];

/** A reply of which only some fields matter: to the first host, in generation 1, that all is done, unless told. */
export const storageReply = (said: Partial<StorageReply>): StorageReply => ({
  kind: 'read',
  host: 1,
  number: 1,
  generation: 1,
  block: 0,
  blocks: (said.bytes?.length ?? 0) / 512,
  io: 0,
  status: 'done',
  ...said,
});

/** The frame that the disk sends. */
export function replyFrame(said: Partial<StorageReply>): Uint8Array<ArrayBuffer> {
  const { kind, host, number, generation, block, blocks, io, status, bytes = [] } = storageReply(said);
  const code = 0x101 + KINDS.indexOf(kind);
  const words = [code, host, number, generation, block, blocks, io, STATUSES.indexOf(status)];
  const header = new Uint8Array(Uint32Array.from(words).buffer);
  return udpFrame(DISK_ENDPOINT, storageEndpoint(host), Uint8Array.from([...header, ...bytes]), false);
}

export const replyMessage = (said: Partial<StorageReply>): Message => ({
  kind: 'ethernet',
  bytes: replyFrame(said),
});

/** The flag of a generation is on the medium: the host's whose number that is. */
export function setFlag({ disk }: World, generation: number, host: number): void {
  const block = new Uint8Array(512);
  new DataView(block.buffer).setUint32(256 + 4 * (generation % 64), (generation << 8) | host, true);
  disk.medium.blocks[disk.config.blocks] = block;
}
