// Instructions in the form the interpreter reads: decoded when first reached, forgotten when their line is written to.

import { SINK } from './cpu.ts';
import { immediateB, immediateI, immediateJ, immediateS, immediateU, rdOf, rs1Of, rs2Of } from './fields.ts';
import { decode, INSTRUCTIONS, OP } from './instructions.ts';
import {
  dirtyPage,
  LINE_BYTES,
  LINE_SHIFT,
  MARK_CLEAN,
  MARK_CODE,
  MARK_WATCHED,
  PAGE_BYTES,
  PAGE_SHIFT,
  RAM_BASE,
  type Ram,
} from './ram.ts';
import type { Machine } from './state.ts';

/**
 * One page's instructions: four words each (operation, a, b, c), so that an entry's index is its byte offset in the
 * page. Behind the last one stands `PAGE_END`. What a, b, c are depends on the format: see `decodeEntry`.
 */
export type CodePage = Int32Array;

/** Operations besides the opcode numbers of `INSTRUCTIONS`. */
export const NOT_DECODED = 68;
export const PAGE_END = 69;
/** Whatever needs more than registers and RAM: `step` does it. */
export const LEAVE = 70;

/** Above this many pages (16 KiB each) everything is forgotten: a guest that jumps all over RAM doesn't make us hold it four times. */
const CODE_PAGES_MAX = 2048;

export interface CodeCache {
  readonly pages: (CodePage | undefined)[];
  /** The numbers of the pages that exist. */
  present: number[];
}

/** An empty cache for `ramBytes` of RAM. */
export function createCodeCache(ramBytes: number): CodeCache {
  return { pages: new Array(ramBytes >> PAGE_SHIFT).fill(undefined), present: [] };
}

/** The entries of page number `page`, made when there are none. */
export function codePage(ram: Ram, cache: CodeCache, page: number): CodePage {
  const known = cache.pages[page];
  if (known !== undefined) return known;
  if (cache.present.length >= CODE_PAGES_MAX)
    for (const old of cache.present.splice(0)) forgetCodePage(ram, cache, old);
  const entries = new Int32Array(PAGE_BYTES + 4);
  for (let i = 0; i < PAGE_BYTES; i += 4) entries[i] = NOT_DECODED;
  entries[PAGE_BYTES] = PAGE_END;
  cache.pages[page] = entries;
  cache.present.push(page);
  return entries;
}

/** Forgets a page whose bytes were replaced. Its number may stay in `present`. */
export function forgetCodePage(ram: Ram, cache: CodeCache, page: number): void {
  if (cache.pages[page] === undefined) return;
  cache.pages[page] = undefined;
  const first = (page << PAGE_SHIFT) >> LINE_SHIFT;
  for (let line = first; line < first + PAGE_BYTES / LINE_BYTES; line++) ram.marks[line]! &= ~MARK_CODE;
}

/**
 * To be called before bytes of the line at `offset` into RAM change while the line is marked. Afterwards only a
 * watched line still is; returns whether it is one.
 */
export function beforeStore(machine: Machine, offset: number): boolean {
  const { ram, code } = machine;
  const line = offset >>> LINE_SHIFT;
  const mark = ram.marks[line]!;
  if ((mark & MARK_CLEAN) !== 0) dirtyPage(ram, offset >>> PAGE_SHIFT);
  if ((mark & MARK_CODE) !== 0) forgetLine(ram, code, line);
  return (mark & MARK_WATCHED) !== 0;
}

function forgetLine(ram: Ram, cache: CodeCache, line: number): void {
  ram.marks[line]! &= ~MARK_CODE;
  const offset = line << LINE_SHIFT;
  const entries = cache.pages[offset >>> PAGE_SHIFT];
  if (entries === undefined) return;
  const first = offset & (PAGE_BYTES - 1);
  for (let i = first; i < first + LINE_BYTES; i += 4) entries[i] = NOT_DECODED;
}

/** Decodes the instruction at `offset` into RAM into its entry. */
export function decodeEntry(ram: Ram, entries: CodePage, offset: number): void {
  const word = ram.words[offset >> 2]!;
  const i = offset & (PAGE_BYTES - 1);
  const opcode = decode(word);
  ram.marks[offset >>> LINE_SHIFT]! |= MARK_CODE;
  entries[i] = opcode < 0 ? LEAVE : opcode;
  if (opcode < 0) return;
  const pc = RAM_BASE + offset;
  const rd = rdOf(word) || SINK;
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'U': // rd, -, what it writes
      setEntry(entries, i, rd, 0, immediateU(word) + (opcode === OP.AUIPC ? pc : 0));
      return;
    case 'J': // rd, the address behind it, target as an offset in this page
      if ((immediateJ(word) & 3) !== 0) entries[i] = LEAVE;
      setEntry(entries, i, rd, pc + 4, i + immediateJ(word));
      return;
    case 'jalr': // rd, rs1, immediate
    case 'I':
      setEntry(entries, i, rd, rs1Of(word), immediateI(word));
      return;
    case 'load': // rd, rs1, what has to be added to rs1 to count from the start of RAM
      setEntry(entries, i, rd, rs1Of(word), immediateI(word) - RAM_BASE);
      return;
    case 'shift': // rd, rs1, distance
      setEntry(entries, i, rd, rs1Of(word), rs2Of(word));
      return;
    case 'B': // rs1, rs2, target as an offset in this page
      setEntry(entries, i, rs1Of(word), rs2Of(word), i + immediateB(word));
      return;
    case 'S': // rs2, rs1, the same
      setEntry(entries, i, rs2Of(word), rs1Of(word), immediateS(word) - RAM_BASE);
      return;
    case 'R': // rd, rs1, rs2
    case 'amo':
    case 'lr':
      setEntry(entries, i, rd, rs1Of(word), rs2Of(word));
      return;
    case 'fence':
      return;
    default:
      if (opcode !== OP.FENCE_I) entries[i] = LEAVE;
  }
}

function setEntry(entries: CodePage, i: number, a: number, b: number, c: number): void {
  entries[i + 1] = a;
  entries[i + 2] = b;
  entries[i + 3] = c;
}
