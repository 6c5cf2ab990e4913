// What a machine has changed since it was last copied, and putting that into another host's: for FT VMotion and checkpoints.

import type { BlockCopy, PageCopy } from '../../ft/messages.ts';
import {
  differingPages,
  hashMachine,
  type MachineSnapshot,
  pageOf,
  snapshotMachine,
  writePage,
} from '../../machine/machine.ts';
import type { Host } from '../state/world.ts';

/** What has changed since it was last copied, and the memory as it is now becomes what is. */
export function takeChanges(host: Host): {
  pages: PageCopy[];
  blocks: BlockCopy[];
  snapshot: MachineSnapshot;
} {
  const snapshot = snapshotMachine(host.machine);
  const numbers = differingPages(host.copied?.snapshot ?? null, snapshot);
  const pages = numbers.map((page) => ({ page, bytes: pageOf(snapshot, page) }));
  const blocks = changedBlocks(host);
  // Frozen, it is shared by copies of the world instead of being copied with it.
  host.copied = { snapshot: Object.freeze(snapshot), hash: hashMachine(host.machine) };
  host.copiedBlocks = host.disk === null ? null : Object.freeze({ ...host.disk.blocks });
  return { pages, blocks, snapshot };
}

function changedBlocks({ disk, copiedBlocks }: Host): BlockCopy[] {
  if (disk === null) return [];
  return Object.entries(disk.blocks)
    .filter(([block, bytes]) => copiedBlocks?.[Number(block)] !== bytes)
    .map(([block, bytes]) => ({ block: Number(block), bytes }));
}

/** How many pages and blocks have changed since. */
export const changedSince = (host: Host): number =>
  differingPages(host.copied?.snapshot ?? null, snapshotMachine(host.machine)).length +
  changedBlocks(host).length;

/** Nothing is being copied any more. */
export function forgetCopied(host: Host): void {
  host.copied = null;
  host.copiedBlocks = null;
}

/** Pages and blocks of another host's machine become this one's. */
export function install(host: Host, pages: PageCopy[], blocks: BlockCopy[]): void {
  for (const { page, bytes } of pages) writePage(host.machine, page, bytes);
  for (const { block, bytes } of blocks) if (host.disk) host.disk.blocks[block] = bytes;
}
