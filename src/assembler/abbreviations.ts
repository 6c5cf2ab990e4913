// The pseudo-instructions that words are better known as.

import { hex } from '../base/hex.ts';
import { CSR_NAMES } from '../isa/csr-names.ts';
import { csrOf, immediateI, rdOf, rs1Of, rs2Of } from '../isa/fields.ts';
import { INSTRUCTIONS, OP } from '../isa/instructions.ts';
import { REGISTER_NAMES } from '../isa/registers.ts';

export const register = (number: number): string => REGISTER_NAMES[number]!;

export type Spelling = readonly [mnemonic: string, operands: readonly string[]];

export function csr(word: number): string {
  const number = csrOf(word);
  return CSR_NAMES.get(number) ?? hex(number);
}

/** Words that have a name of their own. */
const WHOLE: ReadonlyMap<number, string> = new Map([
  [0x00000013, 'nop'],
  [0x00008067, 'ret'],
  [0x0ff0000f, 'fence'],
  [0x8330000f | 0, 'fence.tso'],
  [0x0100000f, 'pause'],
  [0xc0001073 | 0, 'unimp'],
]);

/** The pseudo-instruction that this word is better known as, if any. */
export function abbreviate(opcode: number, word: number): Spelling | undefined {
  const whole = WHOLE.get(word | 0);
  if (whole !== undefined) return [whole, []];
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'I':
      return abbreviateImmediate(opcode, word);
    case 'R':
      return abbreviateRegister(opcode, word);
    case 'B':
      return abbreviateBranch(opcode, word);
    case 'J':
      return rdOf(word) === 0 ? ['j', []] : rdOf(word) === 1 ? ['jal', []] : undefined;
    case 'jalr':
      return abbreviateJalr(word);
    case 'csr':
    case 'csri':
      return abbreviateCsr(opcode, word);
    default:
      return undefined;
  }
}

function abbreviateImmediate(opcode: number, word: number): Spelling | undefined {
  const immediate = immediateI(word);
  const rd = register(rdOf(word));
  const rs1 = register(rs1Of(word));
  if (opcode === OP.ADDI && rs1Of(word) === 0) return ['li', [rd, String(immediate)]];
  if (opcode === OP.ADDI && immediate === 0) return ['mv', [rd, rs1]];
  if (opcode === OP.XORI && immediate === -1) return ['not', [rd, rs1]];
  if (opcode === OP.ANDI && immediate === 255) return ['zext.b', [rd, rs1]];
  if (opcode === OP.SLTIU && immediate === 1) return ['seqz', [rd, rs1]];
  return undefined;
}

function abbreviateRegister(opcode: number, word: number): Spelling | undefined {
  const rd = register(rdOf(word));
  if (rs1Of(word) === 0) {
    const name =
      opcode === OP.SUB ? 'neg' : opcode === OP.SLTU ? 'snez' : opcode === OP.SLT ? 'sgtz' : undefined;
    return name && [name, [rd, register(rs2Of(word))]];
  }
  return opcode === OP.SLT && rs2Of(word) === 0 ? ['sltz', [rd, register(rs1Of(word))]] : undefined;
}

/** Branches that compare with x0, by which of the two it is. */
const AGAINST_ZERO: ReadonlyMap<number, readonly [second: string, first: string | undefined]> = new Map([
  [OP.BEQ, ['beqz', undefined]],
  [OP.BNE, ['bnez', undefined]],
  [OP.BLT, ['bltz', 'bgtz']],
  [OP.BGE, ['bgez', 'blez']],
]);

function abbreviateBranch(opcode: number, word: number): Spelling | undefined {
  const names = AGAINST_ZERO.get(opcode);
  if (names === undefined) return undefined;
  if (rs2Of(word) === 0) return [names[0], [register(rs1Of(word))]];
  if (rs1Of(word) === 0 && names[1] !== undefined) return [names[1], [register(rs2Of(word))]];
  return undefined;
}

function abbreviateJalr(word: number): Spelling | undefined {
  const rd = rdOf(word);
  if (rd > 1) return undefined;
  const immediate = immediateI(word);
  const rs1 = register(rs1Of(word));
  return [rd === 0 ? 'jr' : 'jalr', [immediate === 0 ? rs1 : `${immediate}(${rs1})`]];
}

const COUNTERS: ReadonlyMap<number, string> = new Map([
  [0xc00, 'rdcycle'],
  [0xc01, 'rdtime'],
  [0xc02, 'rdinstret'],
  [0xc80, 'rdcycleh'],
  [0xc81, 'rdtimeh'],
  [0xc82, 'rdinstreth'],
]);

/** CSR instructions that keep no old value. */
const CSR_WRITES: ReadonlyMap<number, string> = new Map([
  [OP.CSRRW, 'csrw'],
  [OP.CSRRS, 'csrs'],
  [OP.CSRRC, 'csrc'],
  [OP.CSRRWI, 'csrwi'],
  [OP.CSRRSI, 'csrsi'],
  [OP.CSRRCI, 'csrci'],
]);

function abbreviateCsr(opcode: number, word: number): Spelling | undefined {
  const rd = register(rdOf(word));
  if (opcode === OP.CSRRS && rs1Of(word) === 0) {
    const counter = COUNTERS.get(csrOf(word));
    return counter ? [counter, [rd]] : ['csrr', [rd, csr(word)]];
  }
  if (rdOf(word) !== 0) return undefined;
  const source = INSTRUCTIONS[opcode]!.format === 'csri' ? String(rs1Of(word)) : register(rs1Of(word));
  return [CSR_WRITES.get(opcode)!, [csr(word), source]];
}
