// What is kept of each page, as a tree of which two snapshots share what did not change between them.
import type { Machine } from '../state.ts';
import type { SavedPage } from './saved-page.ts';

export const BRANCH_SHIFT = 4;
export const BRANCH_SLOTS = 1 << BRANCH_SHIFT;

/** A branch, or at the bottom a page; null for zeros, of one page or of many. */
export type Slot = readonly Slot[] | SavedPage | null;

/** Immutable. A changed page costs the branches above it, whatever the size of RAM. */
export interface PageTable {
  readonly root: Slot;
  /** What a page's number is shifted by to find its slot in the root. */
  readonly shift: number;
}

/** The table of so many pages of zeros. */
export function tableOfZeros(pages: number): PageTable {
  let shift = 0;
  while (pages > BRANCH_SLOTS << shift) shift += BRANCH_SHIFT;
  return { root: null, shift };
}

function slotOf(branch: Slot, at: number): Slot {
  return branch === null ? null : (branch as readonly Slot[])[at]!;
}

/** What is kept of a page. */
export function pageIn({ root, shift }: PageTable, page: number): SavedPage | null {
  let slot = root;
  for (let by = shift; by >= 0; by -= BRANCH_SHIFT) slot = slotOf(slot, (page >> by) & (BRANCH_SLOTS - 1));
  return slot as SavedPage | null;
}

/**
 * Puts another page into `table`, which nobody else has yet and which was made from `old`: what they share is copied first,
 * branch by branch, and `old` stays as it is.
 */
export function putPage(
  table: { root: Slot; readonly shift: number },
  old: PageTable,
  page: number,
  saved: SavedPage | null,
): void {
  table.root = put(table.root, old.root, table.shift, page, saved);
}

function put(slot: Slot, old: Slot, shift: number, page: number, saved: SavedPage | null): Slot {
  if (shift < 0) return saved;
  const branch = (slot === old ? copyBranch(old) : slot) as Slot[];
  const at = (page >> shift) & (BRANCH_SLOTS - 1);
  branch[at] = put(branch[at]!, slotOf(old, at), shift - BRANCH_SHIFT, page, saved);
  return branch;
}

function copyBranch(branch: Slot): Slot[] {
  return branch === null ? new Array<Slot>(BRANCH_SLOTS).fill(null) : (branch as readonly Slot[]).slice();
}

/** The numbers of the pages that two tables of one machine keep different things of, ascending. */
export function pagesThatDiffer(from: PageTable, to: PageTable): number[] {
  const pages: number[] = [];
  collect(from.root, to.root, to.shift, 0, pages);
  return pages;
}

function collect(from: Slot, to: Slot, shift: number, first: number, pages: number[]): void {
  if (from === to) return;
  if (shift < 0) {
    pages.push(first);
    return;
  }
  for (let at = 0; at < BRANCH_SLOTS; at++)
    collect(slotOf(from, at), slotOf(to, at), shift - BRANCH_SHIFT, first + (at << shift), pages);
}

/** Whether a page is zero because nothing was ever put there. */
export function isUntouched({ ram, snapshotBase }: Machine, page: number): boolean {
  return pageIn(snapshotBase.table, page) === null && ram.unsaved.isMember[page] === 0;
}
