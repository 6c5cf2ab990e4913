// A machine page by page, for who copies one to another host while it runs: what changed, a page's bytes, and a page put into place.
import { assert } from '../base/assert.ts';
import { noteReplaced } from './compiler/compiled-code.ts';
import { forgetCodePage } from './memory/decode-cache.ts';
import { writeRam } from './memory/dma.ts';
import { type PageTable, pageIn, pagesThatDiffer, tableOfZeros } from './memory/page-table.ts';
import { PAGE_BYTES, PAGE_SHIFT, RAM_BASE } from './memory/ram.ts';
import { bytesOfSaved, ZERO_PAGE } from './memory/saved-page.ts';
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
