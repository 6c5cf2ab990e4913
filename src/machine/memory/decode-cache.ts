// Instructions in the form the interpreter reads: decoded when first reached, forgotten when their line is written to.

import {
  immediateB,
  immediateI,
  immediateJ,
  immediateS,
  immediateU,
  rdOf,
  rs1Of,
  rs2Of,
  shiftAmountOf,
} from '../../isa/fields.ts';
import { decode, INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import type { Machine } from '../state.ts';
import {
  dirtyLine,
  LINE_BYTES,
  LINE_SHIFT,
  MARK_CLEAN,
  MARK_CODE,
  MARK_COMPILED,
  MARK_STORES,
  MARK_WATCHED,
  PAGE_BYTES,
  PAGE_SHIFT,
  RAM_BASE,
  type Ram,
  wordNumber,
} from './ram.ts';

/** The number of the register that takes what is written to x0, so that the interpreter never asks which register it is. Never read. */
export const SINK = 32;

/** Operations besides the opcode numbers of `INSTRUCTIONS`. */
export const NOT_DECODED = 68;
export const PAGE_END = 69;
/** Whatever needs more than registers and RAM: `step` does it. */
export const LEAVE = 70;
/** Added to the operation of an instruction at which compiled code can be entered: the loop knows no such operation and stops there. */
export const ENTERED = 0x80;

const INSTRUCTIONS_IN_PAGE = PAGE_BYTES / 4;
/** A slot holds a page: two words an instruction (see `decodeEntry`), and `PAGE_END` behind the last. */
const SLOT_WORDS = 2 * (INSTRUCTIONS_IN_PAGE + 1);
const SLOTS = 1024;

/**
 * The decoded instructions of all machines: one constant array, because V8 makes better code for one than for each machine's own. What it
 * holds is lost to nobody: when it is full, all machines decode anew.
 */
export const ENTRIES = new Int32Array(SLOTS * SLOT_WORDS);
let slotsTaken = 0;
/** How often `ENTRIES` was emptied. A machine whose cache is of another generation owns nothing there. */
let generation = 0;

/** Which slots of `ENTRIES` hold a machine's pages. */
export interface CodeCache {
  generation: number;
  /** By page: the index of the page's first entry, or -1. */
  readonly slots: Int32Array;
}

/** An empty cache for `ramBytes` of RAM. */
export function createCodeCache(ramBytes: number): CodeCache {
  return { generation: -1, slots: new Int32Array(ramBytes >> PAGE_SHIFT).fill(-1) };
}

/** The index of the first entry of page number `page`; its entries are made when there are none. */
export function codeSlot(machine: Machine, page: number): number {
  const cache = machine.code;
  if (cache.generation === generation && cache.slots[page]! >= 0) return cache.slots[page]!;
  return takeSlot(machine.ram, cache, page);
}

function takeSlot(ram: Ram, cache: CodeCache, page: number): number {
  if (slotsTaken === SLOTS) {
    slotsTaken = 0;
    generation++;
  }
  if (cache.generation !== generation) {
    for (let old = 0; old < cache.slots.length; old++)
      if (cache.slots[old]! >= 0) forgetCodePage(ram, cache, old);
    cache.generation = generation;
  }
  const slot = slotsTaken++ * SLOT_WORDS;
  ENTRIES.fill(NOT_DECODED, slot, slot + SLOT_WORDS);
  ENTRIES[slot + 2 * INSTRUCTIONS_IN_PAGE] = PAGE_END;
  cache.slots[page] = slot;
  return slot;
}

/** Forgets a page whose bytes were replaced. */
export function forgetCodePage(ram: Ram, cache: CodeCache, page: number): void {
  if (cache.slots[page]! < 0) return;
  cache.slots[page] = -1;
  const first = (page << PAGE_SHIFT) >> LINE_SHIFT;
  for (let line = first; line < first + PAGE_BYTES / LINE_BYTES; line++) ram.marks[line]! &= ~MARK_CODE;
}

/**
 * To be called before bytes of the line at `offset` into RAM change while the line is marked. Afterwards only a
 * watched line still is; returns whether it is one, which the interpreter's loop leaves to `step`.
 */
export function beforeStore(machine: Machine, offset: number): boolean {
  const { ram, code, compiled } = machine;
  const line = offset >>> LINE_SHIFT;
  const mark = ram.marks[line]!;
  if ((mark & MARK_CLEAN) !== 0) dirtyLine(ram, line);
  if ((mark & MARK_CODE) !== 0) forgetLine(ram, code, line);
  if ((mark & MARK_COMPILED) !== 0) {
    ram.marks[line]! &= ~MARK_COMPILED;
    compiled.stored.push(line);
  }
  return (mark & (MARK_WATCHED | MARK_STORES)) !== 0;
}

/** The same for `size` bytes (at most a line's) at `offset`, which may lie on two lines. */
export function beforeStoreOf(machine: Machine, offset: number, size: number): boolean {
  const { marks } = machine.ram;
  const last = offset + size - 1;
  let isWatched = marks[offset >>> LINE_SHIFT] !== 0 && beforeStore(machine, offset);
  if (last >>> LINE_SHIFT !== offset >>> LINE_SHIFT && marks[last >>> LINE_SHIFT] !== 0)
    isWatched = beforeStore(machine, last) || isWatched;
  return isWatched;
}

function forgetLine(ram: Ram, cache: CodeCache, line: number): void {
  ram.marks[line]! &= ~MARK_CODE;
  const offset = line << LINE_SHIFT;
  const slot = cache.slots[offset >>> PAGE_SHIFT]!;
  if (cache.generation !== generation || slot < 0) return;
  const first = slot + ((offset & (PAGE_BYTES - 1)) >> 1);
  for (let i = first; i < first + LINE_BYTES / 2; i += 2) ENTRIES[i] = NOT_DECODED;
}

/** The index of the entry for address `pc`, which is in RAM. */
function entryIndex(machine: Machine, pc: number): number {
  const offset = (pc - RAM_BASE) | 0;
  return codeSlot(machine, offset >>> PAGE_SHIFT) + ((offset & (PAGE_BYTES - 1)) >> 1);
}

/** From now on the loop stops at the instruction at `pc`, or no longer does, because compiled code begins there or doesn't. */
export function setEntered(machine: Machine, pc: number, isEntered: boolean): void {
  const i = entryIndex(machine, pc);
  if ((ENTRIES[i]! & 0xff) === NOT_DECODED) return;
  if (isEntered) ENTRIES[i]! |= ENTERED;
  else ENTRIES[i]! &= ~ENTERED;
}

/** Has the loop execute the instruction at `pc` even if compiled code begins there, until `setEntered` says otherwise. */
export function decodePast(machine: Machine, pc: number): void {
  const i = entryIndex(machine, pc);
  if ((ENTRIES[i]! & 0xff) === NOT_DECODED) decodeEntry(machine.ram, i, pc);
  ENTRIES[i]! &= ~ENTERED;
}

/** Whether the loop has to stop at the instruction at `pc`: compiled code begins there, or somebody watches it. */
export function isEntered({ compiled, watchedCode }: Machine, pc: number): boolean {
  return compiled.entries.has(wordNumber(pc)) || watchedCode?.addresses.has(pc >>> 0) === true;
}

/** Decodes the instruction at `pc` into entry i, and notes whether compiled code begins there. */
export function decodeInto(machine: Machine, i: number, pc: number): void {
  decodeEntry(machine.ram, i, pc);
  if (isEntered(machine, pc)) ENTRIES[i]! |= ENTERED;
}

/**
 * Decodes the instruction at address `pc` into entry i: in its first word the operation and, from bit 8, three register
 * numbers of a byte each; in its second one more operand.
 */
function decodeEntry(ram: Ram, i: number, pc: number): void {
  const offset = (pc - RAM_BASE) | 0;
  const word = ram.words[offset >> 2]!;
  const opcode = decode(word);
  ram.marks[offset >>> LINE_SHIFT]! |= MARK_CODE;
  const operands = opcode < 0 ? null : operandsOf(word, opcode, i, pc);
  if (operands === null) {
    ENTRIES[i] = LEAVE;
    return;
  }
  const [a, b, c, last] = operands;
  ENTRIES[i] = opcode | (a << 8) | (b << 16) | (c << 24);
  ENTRIES[i + 1] = last;
}

/** An entry's registers and last operand by format; null for what the loop does not do. */
function operandsOf(
  word: number,
  opcode: number,
  i: number,
  pc: number,
): [number, number, number, number] | null {
  const rd = rdOf(word) || SINK;
  const rs1 = rs1Of(word);
  const rs2 = rs2Of(word);
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'U': // what it writes
      return [rd, 0, 0, immediateU(word) + (opcode === OP.AUIPC ? pc : 0)];
    case 'J':
      return (immediateJ(word) & 2) === 0 ? [rd, 0, 0, target(i, pc, immediateJ(word))] : null;
    case 'jalr':
    case 'I':
      return [rd, rs1, 0, immediateI(word)];
    case 'load': // what makes rs1 count from the start of RAM
      return [rd, rs1, 0, immediateI(word) - RAM_BASE];
    case 'S': // the same
      return [rs2, rs1, 0, immediateS(word) - RAM_BASE];
    case 'shift':
      return [rd, rs1, 0, shiftAmountOf(word)];
    case 'B':
      return [rs1, rs2, 0, target(i, pc, immediateB(word))];
    case 'R':
    case 'amo':
    case 'lr':
      return [rd, rs1, rs2, 0];
    case 'fence':
      return [0, 0, 0, 0];
    default:
      return opcode === OP.FENCE_I ? [0, 0, 0, 0] : null;
  }
}

const FAR_BIAS = 1 << 20;

/** A jump's target: the index of its entry when that is in the same page and aligned, else, negative, its distance in bytes. */
function target(i: number, pc: number, distance: number): number {
  const isNear = ((pc ^ (pc + distance)) & -PAGE_BYTES) === 0 && (distance & 2) === 0;
  return isNear ? i + distance / 2 : (distance + FAR_BIAS) | 0x8000_0000;
}

/** The distance in bytes that a negative target stands for. */
export function farDistance(target: number): number {
  return (target & 0x7fff_ffff) - FAR_BIAS;
}
