// The interpreter's loop: everything that needs registers and RAM only, from predecoded entries, without allocating.

import { OP } from '../../isa/instructions.ts';
import { countAfter } from '../boundary.ts';
import {
  beforeStoreOf,
  codeSlot,
  decodeInto,
  decodePast,
  ENTRIES as E,
  farDistance,
  isEntered,
  NOT_DECODED,
  PAGE_END,
  setEntered,
} from '../memory/decode-cache.ts';
import { getBytes, putBytes, RAM_BASE } from '../memory/ram.ts';
import type { Machine } from '../state.ts';
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.ts';
import { atomic } from './atomics.ts';

/** The most that one call runs. V8 replaces a function in the middle of a loop by slower code than one that is entered anew. */
export const BUDGET_MAX = 1 << 14;

/**
 * The registers while the loop runs. V8 knows the address of a constant array, and of an entry's register number that it
 * lies inside: half of what a machine's own array costs. Nothing is kept here from one call to the next.
 */
const X = new Int32Array(64);
const X_OF_CPU = X.subarray(0, 33);

/**
 * Runs up to `budget` instructions (at most `BUDGET_MAX`), and stops before the first that it can't do: one that reaches
 * beyond the first `readable` or `writable` bytes of RAM, that traps, or that is not plain arithmetic, load, store, jump or
 * atomic. Case labels are literals because V8 makes a jump table of nothing else; a test holds them to `OP`. Sums are
 * cut to 32 bits wherever V8 would otherwise look for an overflow.
 */
export function interpret(machine: Machine, budget: number, readable: number, writable: number): void {
  // V8 sees that these are constants only where they are read outside the loop.
  const x = X;
  const entries = E;
  const { cpu, ram } = machine;
  const { bytes, halves, words, marks } = ram;
  const readableEnd = readable | 0;
  const writableEnd = writable | 0;
  let left = budget | 0;
  let pc = cpu.pc | 0;
  X.set(cpu.x);

  page: for (;;) {
    const offset = (pc - RAM_BASE) | 0;
    if (offset < 0 || offset >= ram.size) break;
    const slot = codeSlot(machine, offset >>> 12) | 0;
    let i = (slot + ((offset & 0xfff) >> 1)) | 0;
    // An entry's index, doubled, lies at this distance from its instruction's address.
    const origin = (pc - (i << 1)) | 0;
    block: while (left > 0) {
      left = (left - 1) | 0;
      const word = entries[i]!;
      switch (word & 0xff) {
        case 0: // lui
        case 1: // auipc
          x[(word >> 8) & 63] = entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 2: // jal
          x[(word >> 8) & 63] = (origin + (i << 1) + 4) | 0;
          break;
        case 3: {
          // jalr
          const distance = (x[(word >> 16) & 31]! + entries[i + 1]! - origin) | 0;
          // Mostly to a whole word of this page: one comparison sees both.
          if (((distance - (slot << 1)) & ~0xffc) === 0) {
            x[(word >> 8) & 63] = (origin + (i << 1) + 4) | 0;
            i = distance >> 1;
            continue;
          }
          const target = (origin + distance) & ~1;
          if ((target & 2) !== 0) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = (origin + (i << 1) + 4) | 0;
          pc = target;
          continue page;
        }
        case 4: // beq
          if (x[(word >> 8) & 63]! === x[(word >> 16) & 31]!) break;
          i = (i + 2) | 0;
          continue;
        case 5: // bne
          if (x[(word >> 8) & 63]! !== x[(word >> 16) & 31]!) break;
          i = (i + 2) | 0;
          continue;
        case 6: // blt
          if (x[(word >> 8) & 63]! < x[(word >> 16) & 31]!) break;
          i = (i + 2) | 0;
          continue;
        case 7: // bge
          if (x[(word >> 8) & 63]! >= x[(word >> 16) & 31]!) break;
          i = (i + 2) | 0;
          continue;
        case 8: // bltu
          if (x[(word >> 8) & 63]! >>> 0 < x[(word >> 16) & 31]! >>> 0) break;
          i = (i + 2) | 0;
          continue;
        case 9: // bgeu
          if (x[(word >> 8) & 63]! >>> 0 >= x[(word >> 16) & 31]! >>> 0) break;
          i = (i + 2) | 0;
          continue;
        case 10: {
          // lb
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if (at >>> 0 >= readableEnd) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = (bytes[at]! << 24) >> 24;
          i = (i + 2) | 0;
          continue;
        }
        case 11: {
          // lh
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= readableEnd) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = (halves[at >> 1]! << 16) >> 16;
          i = (i + 2) | 0;
          continue;
        }
        case 12: {
          // lw
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if ((at & 3) !== 0 || at >>> 0 >= readableEnd) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = words[at >> 2]!;
          i = (i + 2) | 0;
          continue;
        }
        case 13: {
          // lbu
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if (at >>> 0 >= readableEnd) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = bytes[at]!;
          i = (i + 2) | 0;
          continue;
        }
        case 14: {
          // lhu
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= readableEnd) {
            left++;
            break block;
          }
          x[(word >> 8) & 63] = halves[at >> 1]!;
          i = (i + 2) | 0;
          continue;
        }
        case 15: {
          // sb
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if (at >>> 0 >= writableEnd || marks[at >> 6] !== 0) {
            left++;
            break block;
          }
          bytes[at] = x[(word >> 8) & 63]!;
          i = (i + 2) | 0;
          continue;
        }
        case 16: {
          // sh
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= writableEnd || marks[at >> 6] !== 0) {
            left++;
            break block;
          }
          halves[at >> 1] = x[(word >> 8) & 63]!;
          i = (i + 2) | 0;
          continue;
        }
        case 17: {
          // sw
          const at = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          if ((at & 3) !== 0 || at >>> 0 >= writableEnd || marks[at >> 6] !== 0) {
            left++;
            break block;
          }
          words[at >> 2] = x[(word >> 8) & 63]!;
          i = (i + 2) | 0;
          continue;
        }
        case 18: // addi
          x[(word >> 8) & 63] = (x[(word >> 16) & 31]! + entries[i + 1]!) | 0;
          i = (i + 2) | 0;
          continue;
        case 19: // slti
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! < entries[i + 1]! ? 1 : 0;
          i = (i + 2) | 0;
          continue;
        case 20: // sltiu
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >>> 0 < entries[i + 1]! >>> 0 ? 1 : 0;
          i = (i + 2) | 0;
          continue;
        case 21: // xori
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! ^ entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 22: // ori
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! | entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 23: // andi
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! & entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 24: // slli
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! << entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 25: // srli
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >>> entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 26: // srai
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >> entries[i + 1]!;
          i = (i + 2) | 0;
          continue;
        case 27: // add
          x[(word >> 8) & 63] = (x[(word >> 16) & 31]! + x[word >>> 24]!) | 0;
          i = (i + 2) | 0;
          continue;
        case 28: // sub
          x[(word >> 8) & 63] = (x[(word >> 16) & 31]! - x[word >>> 24]!) | 0;
          i = (i + 2) | 0;
          continue;
        case 29: // sll
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! << x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 30: // slt
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! < x[word >>> 24]! ? 1 : 0;
          i = (i + 2) | 0;
          continue;
        case 31: // sltu
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >>> 0 < x[word >>> 24]! >>> 0 ? 1 : 0;
          i = (i + 2) | 0;
          continue;
        case 32: // xor
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! ^ x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 33: // srl
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >>> x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 34: // sra
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! >> x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 35: // or
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! | x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 36: // and
          x[(word >> 8) & 63] = x[(word >> 16) & 31]! & x[word >>> 24]!;
          i = (i + 2) | 0;
          continue;
        case 37: // fence
        case 59: // fence.i
          // A hart whose stores to code take effect at once, and beside which no other runs meanwhile, has nothing to order.
          i = (i + 2) | 0;
          continue;
        case 40: // mul
          x[(word >> 8) & 63] = Math.imul(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 41: // mulh
          x[(word >> 8) & 63] = mulh(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 42: // mulhsu
          x[(word >> 8) & 63] = mulhsu(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 43: // mulhu
          x[(word >> 8) & 63] = mulhu(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 44: // div
          x[(word >> 8) & 63] = div(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 45: // divu
          x[(word >> 8) & 63] = divu(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 46: // rem
          x[(word >> 8) & 63] = rem(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        case 47: // remu
          x[(word >> 8) & 63] = remu(x[(word >> 16) & 31]!, x[word >>> 24]!);
          i = (i + 2) | 0;
          continue;
        default: // what `assist` or `step` does
          left++;
          break block;
      }
      // A taken branch, or jal.
      const target = entries[i + 1]!;
      if (target >= 0) {
        i = target;
        continue;
      }
      pc = (origin + (i << 1) + farDistance(target)) | 0;
      if ((pc & 2) !== 0) {
        left++;
        break;
      }
      continue page;
    }
    pc = (origin + (i << 1)) | 0;
    if (left === 0) break;
    const advance = assist(machine, i, pc, readable, writable);
    if (advance < 0) break;
    pc = (pc + advance) | 0;
    left -= advance >> 2;
  }
  cpu.x.set(X_OF_CPU);
  cpu.pc = pc >>> 0;
  cpu.instructions = countAfter(cpu.instructions, budget - left);
}

/** The same, for an instruction at pc that may be one at which compiled code begins. */
export function interpretPast(machine: Machine, budget: number, readable: number, writable: number): void {
  const { pc } = machine.cpu;
  const stopsHere = isEntered(machine, pc);
  if (stopsHere) decodePast(machine, pc);
  interpret(machine, budget, readable, writable);
  if (stopsHere) setEntered(machine, pc, true);
}

/**
 * What the loop can't do without calling a function, which would cost it its registers: entries to be decoded, the end of a page, atomics, misaligned loads
 * and stores, and stores to marked lines. Returns how far it got, in bytes of code: 0 to try the same again, -1 when the instruction is not the loop's.
 */
function assist(machine: Machine, i: number, pc: number, readable: number, writable: number): number {
  const word = E[i]!;
  const operation = word & 0xff;
  if (operation === PAGE_END) return 0;
  if (operation === NOT_DECODED) {
    decodeInto(machine, i, pc);
    return 0;
  }
  const b = X[(word >> 16) & 31]!;
  const at = (b + E[i + 1]!) >>> 0;
  if (operation >= OP.LB && operation <= OP.LHU) {
    const size = 1 << ((operation - OP.LB) % 3);
    if (at + size > readable) return -1;
    const value = getBytes(machine.ram, at, size);
    X[(word >> 8) & 63] = operation === OP.LH ? (value << 16) >> 16 : value;
    return 4;
  }
  if (operation >= OP.SB && operation <= OP.SW) {
    const size = 1 << (operation - OP.SB);
    // The lines may hold this very instruction: done here, because after another try they would be marked again.
    if (at + size > writable || beforeStoreOf(machine, at, size)) return -1;
    putBytes(machine.ram, at, size, X[(word >> 8) & 63]!);
    return 4;
  }
  if (operation < OP.LR_W || operation > OP.AMOMAXU_W) return -1;
  // Who is to be told of a store has to be told its instruction's number, which nobody knows here.
  if (machine.watched !== null) return -1;
  const result = atomic(machine, operation, b, X[word >>> 24]!, readable, writable);
  if (result === null) return -1;
  X[(word >> 8) & 63] = result;
  return 4;
}
