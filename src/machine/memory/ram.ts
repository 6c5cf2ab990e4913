// The machine's memory: flat bytes, and one byte of marks for each 64-byte line, so that a store costs one check.
import { RAM_BASE } from '../../isa/image.ts';

export { RAM_BASE };
export const PAGE_SHIFT = 12;
export const PAGE_BYTES = 1 << PAGE_SHIFT;
export const LINE_SHIFT = 6;
export const LINE_BYTES = 1 << LINE_SHIFT;
export const LINES_IN_PAGE = PAGE_BYTES / LINE_BYTES;

/** The line is not among the dirty lines yet, or its page not in both dirty sets. */
export const MARK_CLEAN = 1;
/** The decode cache holds instructions of this line. */
export const MARK_CODE = 2;
/** The line holds `tohost`: a store here may end the program. */
export const MARK_WATCHED = 4;
/** Compiled code was made from this line. */
export const MARK_COMPILED = 8;
/** Somebody wants to know of stores to this line. */
export const MARK_STORES = 16;

/** A set of page numbers that is cheap to add to, to walk and to empty. */
export interface PageSet {
  readonly isMember: Uint8Array;
  readonly pages: Int32Array;
  count: number;
}

export interface Ram {
  readonly size: number;
  /** Three views of the same memory. Byte 0 is address `RAM_BASE`. Not to be kept: `moveRam` replaces them. */
  bytes: Uint8Array<ArrayBuffer>;
  halves: Uint16Array;
  words: Int32Array;
  /** One byte of `MARK_` bits a line. Zero: a store needs nothing beside itself. */
  marks: Uint8Array;
  /** Pages written since the last snapshot, and since the last state hash. */
  readonly unsaved: PageSet;
  readonly unhashed: PageSet;
  /** Of each unsaved page the lines that were stored to, as two words of a bit a line; many stand for all. */
  readonly dirtyLines: Int32Array;
  /** How many more lines may be noted of pages that have more than a few dirty ones, before such a page is dirty as a whole. */
  spareLines: number;
  /** Pages, and in the same way their lines, that were stored to since somebody began to note them; see `stored-lines.ts`. */
  readonly stored: PageSet;
  readonly storedLines: Int32Array;
  /** Whether nothing else was stored to since: not so until somebody has begun. */
  isStoredKnown: boolean;
}

/** Memory of `size` bytes, all zero, every page clean. */
export function createRam(size: number): Ram {
  const buffer = new ArrayBuffer(size);
  const pages = size >> PAGE_SHIFT;
  return {
    size,
    bytes: new Uint8Array(buffer),
    halves: new Uint16Array(buffer),
    words: new Int32Array(buffer),
    marks: new Uint8Array(size >> LINE_SHIFT).fill(MARK_CLEAN),
    unsaved: createPageSet(pages),
    unhashed: createPageSet(pages),
    dirtyLines: new Int32Array(2 * pages),
    spareLines: SPARE_LINES,
    stored: createPageSet(pages),
    storedLines: new Int32Array(2 * pages),
    isStoredKnown: false,
  };
}

/** Moves memory and marks into `buffer`, to these offsets, where all is zero. Pages that are not `inUse` are zero too. */
export function moveRam(
  ram: Ram,
  buffer: ArrayBuffer,
  ramAt: number,
  marksAt: number,
  inUse: (page: number) => boolean,
): void {
  const bytes = new Uint8Array(buffer, ramAt, ram.size);
  for (let page = 0; page < ram.size >> PAGE_SHIFT; page++) {
    const first = page << PAGE_SHIFT;
    if (inUse(page)) bytes.set(ram.bytes.subarray(first, first + PAGE_BYTES), first);
  }
  const marks = new Uint8Array(buffer, marksAt, ram.marks.length);
  marks.set(ram.marks);
  ram.bytes = bytes;
  ram.halves = new Uint16Array(buffer, ramAt, ram.size / 2);
  ram.words = new Int32Array(buffer, ramAt, ram.size / 4);
  ram.marks = marks;
}

function createPageSet(pages: number): PageSet {
  return { isMember: new Uint8Array(pages), pages: new Int32Array(pages), count: 0 };
}

/** Adds a page; nothing happens when it is in already. */
export function addPage(set: PageSet, page: number): void {
  if (set.isMember[page]) return;
  set.isMember[page] = 1;
  set.pages[set.count++] = page;
}

/** Empties a set; `forget` is told of each of its pages. */
export function emptyPages(set: PageSet, forget: (page: number) => void): void {
  for (let i = 0; i < set.count; i++) {
    const page = set.pages[i]!;
    set.isMember[page] = 0;
    forget(page);
  }
  set.count = 0;
}

/** Empties one of `ram`'s dirty sets. Its pages are clean from now on: the next store to one is noticed again. */
export function emptyPageSet(ram: Ram, set: PageSet): void {
  emptyPages(set, (page) => {
    if (set === ram.unsaved) ram.dirtyLines.fill(0, 2 * page, 2 * page + 2);
    markPage(ram, page, MARK_CLEAN);
  });
  if (set === ram.unsaved) ram.spareLines = SPARE_LINES;
}

/**
 * So many lines of each page are noted one by one, and so many of all pages together beyond that. Then a page is dirty as a whole: a
 * store to a clean line leaves compiled code, which takes some microseconds, and storing to all of memory has to be soon without cost.
 */
export const FEW_LINES = 4;
const SPARE_LINES = 128;

/** Notes that the line is stored to: its page joins both dirty sets. */
export function dirtyLine(ram: Ram, line: number): void {
  const page = line >>> (PAGE_SHIFT - LINE_SHIFT);
  addPage(ram.unsaved, page);
  addPage(ram.unhashed, page);
  addPage(ram.stored, page);
  noteLine(ram, page, line);
  // Lines that are clean again for the state hash only are noted already: one of them stands for all.
  for (let half = 0; half < 2; half++)
    for (let left = ram.dirtyLines[2 * page + half]!; left !== 0; left &= left - 1)
      ram.marks[page * LINES_IN_PAGE + 32 * half + 31 - Math.clz32(left & -left)]! &= ~MARK_CLEAN;
}

function noteLine(ram: Ram, page: number, line: number): void {
  const { dirtyLines, storedLines } = ram;
  const bit = 1 << (line & 31);
  if ((dirtyLines[line >>> 5]! & bit) !== 0) return;
  dirtyLines[line >>> 5]! |= bit;
  storedLines[line >>> 5]! |= bit;
  const count = countBits(dirtyLines[2 * page]!) + countBits(dirtyLines[2 * page + 1]!);
  if (count <= FEW_LINES || ram.spareLines-- > 0) return;
  dirtyLines.fill(-1, 2 * page, 2 * page + 2);
  storedLines.fill(-1, 2 * page, 2 * page + 2);
}

/** How many bits of a word are set. */
export function countBits(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}

function markPage(ram: Ram, page: number, mark: number): void {
  const first = page * LINES_IN_PAGE;
  for (let line = first; line < first + LINES_IN_PAGE; line++) ram.marks[line]! |= mark;
}

/** The number of the word of RAM at `address`; for another address one that no RAM has. */
export function wordNumber(address: number): number {
  return ((address - RAM_BASE) | 0) >>> 2;
}

/** Whether all of `length` bytes at `address` (unsigned) are RAM. */
export function isRam(ram: Ram, address: number, length: number): boolean {
  return address >= RAM_BASE && address + length <= RAM_BASE + ram.size;
}

/** `size` bytes (1, 2 or 4) at `offset` into RAM, little-endian, with zeros above. */
export function getBytes(ram: Ram, offset: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value |= ram.bytes[offset + i]! << (8 * i);
  return value;
}

/** Puts the low `size` bytes of `value` at `offset` into RAM, little-endian. Their lines are to be unmarked before: `beforeStoreOf`. */
export function putBytes(ram: Ram, offset: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) ram.bytes[offset + i] = value >>> (8 * i);
}

/** Whether page number `page` holds zeros only. */
export function isZeroPage({ words }: Ram, page: number): boolean {
  const first = (page * PAGE_BYTES) / 4;
  for (let i = first; i < first + PAGE_BYTES / 4; i++) if (words[i] !== 0) return false;
  return true;
}
