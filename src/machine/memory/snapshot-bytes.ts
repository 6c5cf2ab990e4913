// How much memory a snapshot takes beside an earlier one of the same machine: what the two share is counted once.

import type { MachineSnapshot } from '../snapshot.ts';
import { BRANCH_SHIFT, BRANCH_SLOTS, type Slot } from './page-table.ts';
import { type SavedPage, savedPageBytes } from './saved-page.ts';

/** A branch of a page table: its slots, and what an array costs beside them. */
const BRANCH_BYTES = BRANCH_SLOTS * 8 + 32;

/** Bytes of RAM and its table that `snapshot` holds and `before` does not; without `before`, all that it holds. An estimate, not too low. */
export function pageBytesBeyond(snapshot: MachineSnapshot, before: MachineSnapshot | null): number {
  const { root, shift } = snapshot.table;
  return beyond(root, before === null ? null : before.table.root, shift);
}

function beyond(to: Slot, from: Slot, shift: number): number {
  if (to === from || to === null) return 0;
  if (shift < 0) return savedPageBytes(to as SavedPage, from as SavedPage | null);
  let bytes = BRANCH_BYTES;
  const slots = to as readonly Slot[];
  const old = from as readonly Slot[] | null;
  for (let at = 0; at < slots.length; at++)
    bytes += beyond(slots[at]!, old === null ? null : old[at]!, shift - BRANCH_SHIFT);
  return bytes;
}
