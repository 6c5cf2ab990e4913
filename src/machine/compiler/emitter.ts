// What emitting one region's function keeps: the code so far, which local holds which register, and how the function is left.

import { rdOf, rs1Of, rs2Of } from '../../isa/fields.ts';
import { INSTRUCTIONS, type Opcode } from '../../isa/instructions.ts';
import { LEFT_BY_JUMP, PC_AT, REGISTERS_AT } from './layout.ts';
import type { Loop } from './loops.ts';
import type { Region } from './regions.ts';
import {
  access,
  branch,
  branchIf,
  type Code,
  constant,
  createCode,
  end,
  get,
  op,
  open,
  set,
} from './wasm.ts';

/** The index of the block to go to: at first the one to begin at. A parameter. */
export const NEXT = 0;
/** How many instructions may still be retired. A parameter, and what is left of it the result. */
export const BUDGET = 1;
/** The address at which the function is left. */
export const PC = 2;
/** What a block took from the budget but didn't retire when the function is left in its middle. */
export const REFUND = 3;
/** Where a jalr leads. */
export const TARGET = 4;
export const SCRATCH = 5;
export const SCRATCH_2 = 6;
const FIRST_FREE = 7;

export interface Emitter {
  readonly code: Code;
  readonly region: Region;
  readonly ramBytes: number;
  /** By block address. */
  readonly indexes: ReadonlyMap<number, number>;
  /** By the index of their head. */
  readonly loops: ReadonlyMap<number, Loop>;
  /** By register number: the local that holds it; 0 for one that the region doesn't use. */
  readonly registers: Int32Array;
  /** By register number: a local for an offset into RAM near its value. */
  readonly offsets: Int32Array;
  locals: number;
  /** A branch here ends the function. */
  exit: object;
}

/** The registers an instruction reads and the one it writes, x0 for none. */
export function registersOf(word: number, opcode: number): { reads: number[]; writes: number } {
  switch (INSTRUCTIONS[opcode as Opcode]!.format) {
    case 'U':
    case 'J':
      return { reads: [], writes: rdOf(word) };
    case 'S':
    case 'B':
      return { reads: [rs1Of(word), rs2Of(word)], writes: 0 };
    case 'R':
    case 'amo':
      return { reads: [rs1Of(word), rs2Of(word)], writes: rdOf(word) };
    case 'fence':
    case 'none':
      return { reads: [], writes: 0 };
    default: // I, shift, load, jalr, lr
      return { reads: [rs1Of(word)], writes: rdOf(word) };
  }
}

export function createEmitter(
  region: Region,
  ramBytes: number,
  indexes: ReadonlyMap<number, number>,
  loops: ReadonlyMap<number, Loop>,
): Emitter {
  const registers = new Int32Array(32);
  const offsets = new Int32Array(32);
  const code = createCode();
  return { code, region, ramBytes, indexes, loops, registers, offsets, locals: FIRST_FREE, exit: {} };
}

/** A new local. */
export function allocate(e: Emitter): number {
  return e.locals++;
}

/** Puts a register's value on the stack. */
export function pushRegister(e: Emitter, register: number): void {
  if (register === 0) constant(e.code, 0);
  else get(e.code, e.registers[register]!);
}

/** Takes a register's new value from the stack. Not for x0. */
export function popRegister(e: Emitter, register: number): void {
  set(e.code, e.registers[register]!);
}

/** Emits the function around `body`: registers that it uses are locals inside, and in memory outside. */
export function emitFunction(e: Emitter, body: () => void): void {
  const { code } = e;
  const written = new Set<number>();
  const used = new Set<number>();
  for (const { words, opcodes } of e.region.blocks)
    words.forEach((word, k) => {
      const { reads, writes } = registersOf(word, opcodes[k]!);
      written.add(writes);
      for (const register of [...reads, writes]) used.add(register);
    });
  for (let register = 1; register < 32; register++) {
    if (!used.has(register)) continue;
    e.registers[register] = allocate(e);
    constant(code, 0);
    access(code, 'i32.load', 2, REGISTERS_AT + 4 * register);
    popRegister(e, register);
  }
  open(code, 'block', e.exit);
  body();
  end(code);
  for (let register = 1; register < 32; register++) {
    if (!written.has(register)) continue;
    constant(code, 0);
    pushRegister(e, register);
    access(code, 'i32.store', 2, REGISTERS_AT + 4 * register);
  }
  constant(code, 0);
  get(code, PC);
  access(code, 'i32.store', 2, PC_AT);
  get(code, BUDGET);
  get(code, REFUND);
  op(code, 'i32.add');
}

/**
 * Has all exits from `body` meet first, and leave together: where they meet, only the registers differ that `body` writes. V8 takes its
 * time, and much code, for every value at every way that leads to the function's end.
 */
export function gatherExits(e: Emitter, body: () => void): void {
  const { code, exit: outer } = e;
  e.exit = {};
  open(code, 'block', e.exit);
  body();
  end(code);
  e.exit = outer;
  branch(code, outer);
}

/** Says where the function stands if one of the following `exitIf` leaves it. */
export function prepareExit(e: Emitter, pc: number, refund: number): void {
  constant(e.code, pc);
  set(e.code, PC);
  constant(e.code, refund);
  set(e.code, REFUND);
}

/** Leaves the function when the value on the stack is not zero. */
export function exitIf(e: Emitter): void {
  branchIf(e.code, e.exit);
}

/** Leaves the function at an address. */
export function exit(e: Emitter, pc: number, refund: number): void {
  prepareExit(e, pc, refund);
  branch(e.code, e.exit);
}

/** Leaves the function by a jump to the address in `TARGET`. */
export function exitToTarget(e: Emitter): void {
  const { code } = e;
  get(code, TARGET);
  constant(code, LEFT_BY_JUMP);
  op(code, 'i32.or');
  set(code, PC);
  constant(code, 0);
  set(code, REFUND);
  branch(code, e.exit);
}
