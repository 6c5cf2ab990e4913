// What an instruction reads, writes and jumps to, told from its word and the registers: nothing is executed.

import { immediateI, immediateS, rdOf, rs1Of } from '../../isa/fields.ts';
import { decode, INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import type { Cpu } from './cpu.ts';

/** The bytes that an instruction reads, writes, or (of an atomic one) both. */
export interface Access {
  readonly address: number;
  readonly size: number;
  readonly reads: boolean;
  /** A store-conditional may fail, and then writes nothing. */
  readonly writes: boolean;
}

/** What the instruction `word` would do to memory with these registers; null when it would do nothing to it. */
export function accessOf(word: number, { x, reservation }: Cpu): Access | null {
  const opcode = decode(word);
  if (opcode < 0) return null;
  const base = x[rs1Of(word)]!;
  const size = 1 << ((word >>> 12) & 3);
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'load':
      return { address: (base + immediateI(word)) >>> 0, size, reads: true, writes: false };
    case 'S':
      return { address: (base + immediateS(word)) >>> 0, size, reads: false, writes: true };
    case 'lr':
      return { address: base >>> 0, size: 4, reads: true, writes: false };
    case 'amo': {
      const isConditional = opcode === OP.SC_W;
      const writes = !isConditional || reservation === base >>> 0;
      return { address: base >>> 0, size: 4, reads: !isConditional, writes };
    }
    default:
      return null;
  }
}

/** The register that the instruction `word` writes, 1 to 31; 0 when it writes none. */
export function writtenRegister(word: number): number {
  const opcode = decode(word);
  if (opcode < 0) return 0;
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'S':
    case 'B':
    case 'fence':
    case 'none':
      return 0;
    default:
      return rdOf(word);
  }
}

const RA = 1;
const T0 = 5;

/**
 * What a jump is by the calling convention: `jal` and `jalr` that put their return address into ra or t0 call, a `jalr` to one of
 * these that keeps none returns (unprivileged specification, §2.5.1). Null for everything that is no jump, branches included.
 */
export function jumpOf(word: number): 'call' | 'return' | 'jump' | 'trapReturn' | null {
  const opcode = decode(word);
  if (opcode === OP.MRET) return 'trapReturn';
  if (opcode !== OP.JAL && opcode !== OP.JALR) return null;
  const isLink = (register: number): boolean => register === RA || register === T0;
  if (isLink(rdOf(word))) return 'call';
  return opcode === OP.JALR && isLink(rs1Of(word)) ? 'return' : 'jump';
}
