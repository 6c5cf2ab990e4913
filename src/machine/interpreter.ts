// The interpreter's loop: everything that needs registers and RAM only, from predecoded entries, without allocating.
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.ts';
import { atomic } from './atomics.ts';
import type { InstructionCount } from './boundary.ts';
import { beforeStore, codePage, decodeEntry } from './decode-cache.ts';
import { RAM_BASE } from './ram.ts';
import type { Machine } from './state.ts';

/**
 * Runs up to `budget` instructions (at most 2^30), and stops before the first that it can't do: one that reaches beyond
 * the first `readable` or `writable` bytes of RAM, that traps, or that is not plain arithmetic, load, store, jump or
 * atomic. Case labels are literals because V8 makes a jump table of nothing else; a test holds them to `OP`.
 */
export function interpret(machine: Machine, budget: number, readable: number, writable: number): void {
  const { cpu, ram, code: cache } = machine;
  const { x } = cpu;
  const { bytes, halves, words, marks } = ram;
  // Both count from the start of RAM: the page being executed, and in it the byte offset of the instruction.
  let base = (cpu.pc - RAM_BASE) | 0;
  let i = base & 0xfff;
  base -= i;
  let left = budget;

  page: while (base >>> 0 < ram.size) {
    const code = codePage(ram, cache, base >>> 12);
    while (left > 0) {
      left--;
      switch (code[i]) {
        case 0: // lui
        case 1: // auipc
          x[code[i + 1]!] = code[i + 3]!;
          i += 4;
          continue;
        case 2: // jal
          x[code[i + 1]!] = code[i + 2]!;
          break;
        case 3: {
          // jalr
          const target = ((x[code[i + 2]!]! + code[i + 3]!) & ~1) ^ RAM_BASE;
          if ((target & 2) !== 0) {
            left++;
            break page;
          }
          x[code[i + 1]!] = RAM_BASE + base + i + 4;
          i = target & 0xfff;
          if (target - i === base) continue;
          base = target - i;
          continue page;
        }
        case 4: // beq
          if (x[code[i + 1]!]! === x[code[i + 2]!]!) break;
          i += 4;
          continue;
        case 5: // bne
          if (x[code[i + 1]!]! !== x[code[i + 2]!]!) break;
          i += 4;
          continue;
        case 6: // blt
          if (x[code[i + 1]!]! < x[code[i + 2]!]!) break;
          i += 4;
          continue;
        case 7: // bge
          if (x[code[i + 1]!]! >= x[code[i + 2]!]!) break;
          i += 4;
          continue;
        case 8: // bltu
          if (x[code[i + 1]!]! >>> 0 < x[code[i + 2]!]! >>> 0) break;
          i += 4;
          continue;
        case 9: // bgeu
          if (x[code[i + 1]!]! >>> 0 >= x[code[i + 2]!]! >>> 0) break;
          i += 4;
          continue;
        case 10: {
          // lb
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if (at >>> 0 >= readable) {
            left++;
            break page;
          }
          x[code[i + 1]!] = (bytes[at]! << 24) >> 24;
          i += 4;
          continue;
        }
        case 11: {
          // lh
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= readable) {
            left++;
            break page;
          }
          x[code[i + 1]!] = (halves[at >> 1]! << 16) >> 16;
          i += 4;
          continue;
        }
        case 12: {
          // lw
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if ((at & 3) !== 0 || at >>> 0 >= readable) {
            left++;
            break page;
          }
          x[code[i + 1]!] = words[at >> 2]!;
          i += 4;
          continue;
        }
        case 13: {
          // lbu
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if (at >>> 0 >= readable) {
            left++;
            break page;
          }
          x[code[i + 1]!] = bytes[at]!;
          i += 4;
          continue;
        }
        case 14: {
          // lhu
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= readable) {
            left++;
            break page;
          }
          x[code[i + 1]!] = halves[at >> 1]!;
          i += 4;
          continue;
        }
        case 15: {
          // sb
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if (at >>> 0 >= writable || (marks[at >>> 6] !== 0 && beforeStore(machine, at))) {
            left++;
            break page;
          }
          bytes[at] = x[code[i + 1]!]!;
          i += 4;
          continue;
        }
        case 16: {
          // sh
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if ((at & 1) !== 0 || at >>> 0 >= writable || (marks[at >>> 6] !== 0 && beforeStore(machine, at))) {
            left++;
            break page;
          }
          halves[at >> 1] = x[code[i + 1]!]!;
          i += 4;
          continue;
        }
        case 17: {
          // sw
          const at = (x[code[i + 2]!]! + code[i + 3]!) | 0;
          if ((at & 3) !== 0 || at >>> 0 >= writable || (marks[at >>> 6] !== 0 && beforeStore(machine, at))) {
            left++;
            break page;
          }
          words[at >> 2] = x[code[i + 1]!]!;
          i += 4;
          continue;
        }
        case 18: // addi
          x[code[i + 1]!] = x[code[i + 2]!]! + code[i + 3]!;
          i += 4;
          continue;
        case 19: // slti
          x[code[i + 1]!] = x[code[i + 2]!]! < code[i + 3]! ? 1 : 0;
          i += 4;
          continue;
        case 20: // sltiu
          x[code[i + 1]!] = x[code[i + 2]!]! >>> 0 < code[i + 3]! >>> 0 ? 1 : 0;
          i += 4;
          continue;
        case 21: // xori
          x[code[i + 1]!] = x[code[i + 2]!]! ^ code[i + 3]!;
          i += 4;
          continue;
        case 22: // ori
          x[code[i + 1]!] = x[code[i + 2]!]! | code[i + 3]!;
          i += 4;
          continue;
        case 23: // andi
          x[code[i + 1]!] = x[code[i + 2]!]! & code[i + 3]!;
          i += 4;
          continue;
        case 24: // slli
          x[code[i + 1]!] = x[code[i + 2]!]! << code[i + 3]!;
          i += 4;
          continue;
        case 25: // srli
          x[code[i + 1]!] = x[code[i + 2]!]! >>> code[i + 3]!;
          i += 4;
          continue;
        case 26: // srai
          x[code[i + 1]!] = x[code[i + 2]!]! >> code[i + 3]!;
          i += 4;
          continue;
        case 27: // add
          x[code[i + 1]!] = x[code[i + 2]!]! + x[code[i + 3]!]!;
          i += 4;
          continue;
        case 28: // sub
          x[code[i + 1]!] = x[code[i + 2]!]! - x[code[i + 3]!]!;
          i += 4;
          continue;
        case 29: // sll
          x[code[i + 1]!] = x[code[i + 2]!]! << x[code[i + 3]!]!;
          i += 4;
          continue;
        case 30: // slt
          x[code[i + 1]!] = x[code[i + 2]!]! < x[code[i + 3]!]! ? 1 : 0;
          i += 4;
          continue;
        case 31: // sltu
          x[code[i + 1]!] = x[code[i + 2]!]! >>> 0 < x[code[i + 3]!]! >>> 0 ? 1 : 0;
          i += 4;
          continue;
        case 32: // xor
          x[code[i + 1]!] = x[code[i + 2]!]! ^ x[code[i + 3]!]!;
          i += 4;
          continue;
        case 33: // srl
          x[code[i + 1]!] = x[code[i + 2]!]! >>> x[code[i + 3]!]!;
          i += 4;
          continue;
        case 34: // sra
          x[code[i + 1]!] = x[code[i + 2]!]! >> x[code[i + 3]!]!;
          i += 4;
          continue;
        case 35: // or
          x[code[i + 1]!] = x[code[i + 2]!]! | x[code[i + 3]!]!;
          i += 4;
          continue;
        case 36: // and
          x[code[i + 1]!] = x[code[i + 2]!]! & x[code[i + 3]!]!;
          i += 4;
          continue;
        case 37: // fence
        case 59: // fence.i
          // One hart whose stores to code are seen at once has nothing to order.
          i += 4;
          continue;
        case 40: // mul
          x[code[i + 1]!] = Math.imul(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 41: // mulh
          x[code[i + 1]!] = mulh(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 42: // mulhsu
          x[code[i + 1]!] = mulhsu(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 43: // mulhu
          x[code[i + 1]!] = mulhu(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 44: // div
          x[code[i + 1]!] = div(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 45: // divu
          x[code[i + 1]!] = divu(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 46: // rem
          x[code[i + 1]!] = rem(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 47: // remu
          x[code[i + 1]!] = remu(x[code[i + 2]!]!, x[code[i + 3]!]!);
          i += 4;
          continue;
        case 48: // lr.w
        case 49: // sc.w
        case 50: // amoswap.w
        case 51: // amoadd.w
        case 52: // amoxor.w
        case 53: // amoand.w
        case 54: // amoor.w
        case 55: // amomin.w
        case 56: // amomax.w
        case 57: // amominu.w
        case 58: // amomaxu.w
          if (!atomic(machine, code[i]!, code[i + 1]!, code[i + 2]!, code[i + 3]!, readable, writable)) {
            left++;
            break page;
          }
          i += 4;
          continue;
        case 68: // NOT_DECODED
          left++;
          decodeEntry(ram, code, base + i);
          continue;
        case 69: // PAGE_END
          left++;
          base += 4096;
          i = 0;
          continue page;
        default:
          left++;
          break page;
      }
      // A taken branch or jal. A target beyond this page, or a misaligned one, has other bits than an index has.
      const target = code[i + 3]!;
      if ((target & ~0xffc) === 0) {
        i = target;
        continue;
      }
      if ((target & 3) !== 0) {
        left++;
        break page;
      }
      base += target & ~0xfff;
      i = target & 0xfff;
      continue page;
    }
    break;
  }
  cpu.pc = (RAM_BASE + base + i) >>> 0;
  cpu.instructions = (cpu.instructions + budget - left) as InstructionCount;
}
