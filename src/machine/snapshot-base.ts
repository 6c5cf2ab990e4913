// What a machine's next snapshot is compared with.

import type { BesideRam } from './beside-ram.ts';
import { type PageTable, tableOfZeros } from './memory/page-table.ts';
import { PAGE_SHIFT } from './memory/ram.ts';

/** The last snapshot or restore. RAM differs from its pages in `ram.unsaved` only; of its registers, the next one shares what is equal. */
export interface SnapshotBase {
  table: PageTable;
  registers: BesideRam | null;
}

/** What a machine with `ramBytes` of zeros starts from. */
export function createSnapshotBase(ramBytes: number): SnapshotBase {
  return { table: tableOfZeros(ramBytes >> PAGE_SHIFT), registers: null };
}
