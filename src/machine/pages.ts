// A machine page by page, for who copies one to another host while it runs: what changed, a page's bytes, and a page put into place.
import { assert } from '../base/assert.ts';
import { noteReplaced } from './compiler/compiled-code.ts';
import { forgetCodePage } from './decode-cache.ts';
import { writeRam } from './dma.ts';
import { type PageTable, pageIn, pagesThatDiffer, tableOfZeros } from './page-table.ts';
import { LINE_SHIFT, PAGE_BYTES, PAGE_SHIFT, RAM_BASE } from './ram.ts';
import { bytesOfSaved, type SavedPage, ZERO_PAGE } from './saved-page.ts';
import type { MachineSnapshot } from './snapshot.ts';
import type { Machine } from './state.ts';

/**
 * The numbers of the pages that were written between two snapshots of one machine, ascending; from null, of those that are not all
 * zero. A page that was written with what it held before may be among them.
 */
export function differingPages(from: MachineSnapshot | null, to: MachineSnapshot): number[] {
  const before = from?.table ?? tableOfZeros(to.config.ramBytes >> PAGE_SHIFT);
  const isZero = (table: PageTable, page: number) => (pageIn(table, page) ?? ZERO_PAGE) === ZERO_PAGE;
  return pagesThatDiffer(before, to.table).filter(
    (page) => !(isZero(before, page) && isZero(to.table, page)),
  );
}

/** A page's 4096 bytes as they were: perhaps shared, and never to be written to. */
export function pageOf({ table }: MachineSnapshot, page: number): Uint8Array<ArrayBuffer> {
  return bytesOfSaved(pageIn(table, page));
}

/** Overwrites page number `page` of RAM from outside. The program, caches, snapshots and the state hash see it at once. */
export function writePage(machine: Machine, page: number, bytes: Uint8Array): void {
  const { ram, code } = machine;
  assert(bytes.length === PAGE_BYTES, 'a page has 4096 bytes');
  assert(page >= 0 && (page + 1) * PAGE_BYTES <= ram.size, 'a page of RAM');
  forgetCodePage(ram, code, page);
  noteReplaced(machine, page);
  writeRam(machine, RAM_BASE + page * PAGE_BYTES, bytes);
}

/**
 * Whether anything, were it what is there already, may have been stored to these bytes of RAM between two snapshots of one run, the first
 * the earlier. Where that is false it is certain: a page that is stored to is saved anew, with the lines that ever were stored to. Of
 * pages of zeros only those can be told apart to which nothing was ever stored.
 */
export function mayHaveStored(
  from: MachineSnapshot,
  to: MachineSnapshot,
  address: number,
  length: number,
): boolean {
  const first = (address - RAM_BASE) >> LINE_SHIFT;
  const last = (address + Math.max(length, 1) - 1 - RAM_BASE) >> LINE_SHIFT;
  for (let line = first; line <= last; line++) {
    const page = line >> (PAGE_SHIFT - LINE_SHIFT);
    const [before, after] = [pageIn(from.table, page), pageIn(to.table, page)];
    const isSame = before === after && before !== ZERO_PAGE;
    if (!isSame && (isTouched(before, line) || isTouched(after, line))) return true;
  }
  return false;
}

/** Whether anything had been stored to a line when its page was saved. */
function isTouched(saved: SavedPage | null, line: number): boolean {
  if (saved === null) return false;
  const bits = (line & 32) === 0 ? saved.touchedLow : saved.touchedHigh;
  return ((bits >>> (line & 31)) & 1) !== 0;
}
