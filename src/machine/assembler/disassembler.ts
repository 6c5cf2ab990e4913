// The disassembler: one word to the text that assembles back to it.

import { CSR_NAMES } from '../csr-names.ts';
import {
  csrOf,
  immediateB,
  immediateI,
  immediateJ,
  immediateS,
  immediateU,
  orderingOf,
  rdOf,
  rs1Of,
  rs2Of,
  shiftAmountOf,
} from '../fields.ts';
import type { Image } from '../image.ts';
import { decode, INSTRUCTIONS, type Instruction, OP } from '../instructions.ts';
import { REGISTER_NAMES } from './registers.ts';

/** One instruction as text. */
export interface Disassembly {
  readonly mnemonic: string;
  readonly operands: readonly string[];
  /** Mnemonic and operands as they are written: the assembler makes the same word of it. */
  readonly text: string;
  /** Where a branch or a jump leads. */
  readonly target: number | undefined;
}

/** What to write for an address: a label, or a label plus a number; undefined for the distance. */
export type SymbolAt = (address: number) => string | undefined;

const register = (number: number): string => REGISTER_NAMES[number]!;
const ORDERINGS = ['', '.rl', '.aq', '.aqrl'];

/**
 * The text of the instruction `word` at the address `pc`, as a pseudo-instruction where that reads better. A word that
 * is no instruction of this hart is data; one that no mnemonic can express (a fence with reserved fields) is `.insn`.
 */
export function disassemble(word: number, pc: number, symbolAt: SymbolAt = () => undefined): Disassembly {
  const opcode = decode(word);
  if (opcode < 0) return finish('.word', [hex(word)]);
  const short = abbreviate(opcode, word);
  const [mnemonic, operands] = short ?? spell(INSTRUCTIONS[opcode]!, word);
  const distance = distanceOf(opcode, word);
  if (distance === undefined) return finish(mnemonic, operands);
  const target = (pc + distance) >>> 0;
  return finish(mnemonic, [...operands, symbolAt(target) ?? fromHere(distance)], target);
}

function finish(mnemonic: string, operands: readonly string[], target?: number): Disassembly {
  const text = operands.length === 0 ? mnemonic : `${mnemonic} ${operands.join(', ')}`;
  return { mnemonic, operands, text, target };
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

function fromHere(distance: number): string {
  return distance < 0 ? `. - ${-distance}` : `. + ${distance}`;
}

function distanceOf(opcode: number, word: number): number | undefined {
  const { format } = INSTRUCTIONS[opcode]!;
  if (format === 'B') return immediateB(word);
  return format === 'J' ? immediateJ(word) : undefined;
}

type Spelling = readonly [mnemonic: string, operands: readonly string[]];

/** An instruction by its own name. Of branches and jumps, without the target. */
function spell({ name, format, mask }: Instruction, word: number): Spelling {
  const rd = register(rdOf(word));
  const rs1 = register(rs1Of(word));
  const rs2 = register(rs2Of(word));
  switch (format) {
    case 'R':
      return [name, [rd, rs1, rs2]];
    case 'I':
      return [name, [rd, rs1, String(immediateI(word))]];
    case 'shift':
      return [name, [rd, rs1, String(shiftAmountOf(word))]];
    case 'load':
    case 'jalr':
      return [name, [rd, `${immediateI(word)}(${rs1})`]];
    case 'S':
      return [name, [rs2, `${immediateS(word)}(${rs1})`]];
    case 'B':
      return [name, [rs1, rs2]];
    case 'U':
      return [name, [rd, `0x${(immediateU(word) >>> 12).toString(16)}`]];
    case 'J':
      return [name, [rd]];
    case 'csr':
      return [name, [rd, csr(word), rs1]];
    case 'csri':
      return [name, [rd, csr(word), String(rs1Of(word))]];
    case 'lr':
      return [name + ORDERINGS[orderingOf(word)], [rd, `(${rs1})`]];
    case 'amo':
      return [name + ORDERINGS[orderingOf(word)], [rd, rs2, `(${rs1})`]];
    case 'fence':
      return spellFence(word);
    case 'none':
      // Fields that the instruction ignores are no part of its text.
      return (word & ~mask) === 0 ? [name, []] : ['.insn', [hex(word)]];
  }
}

function csr(word: number): string {
  const number = csrOf(word);
  return CSR_NAMES.get(number) ?? `0x${number.toString(16)}`;
}

const FENCE_LETTERS = 'iorw';

function fenceSet(bits: number): string {
  return [...FENCE_LETTERS].filter((_, i) => bits & (8 >> i)).join('');
}

function spellFence(word: number): Spelling {
  const predecessor = (word >>> 24) & 15;
  const successor = (word >>> 20) & 15;
  if ((word & 0xf00fff80) !== 0 || predecessor === 0 || successor === 0) return ['.insn', [hex(word)]];
  return ['fence', [fenceSet(predecessor), fenceSet(successor)]];
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
function abbreviate(opcode: number, word: number): Spelling | undefined {
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

/** Names addresses of a program by its labels: the label itself, or the nearest one before plus the distance. */
export function symbolizer({ symbols, base, end }: Pick<Image, 'symbols' | 'base' | 'end'>): SymbolAt {
  const labels = [...symbols].filter(
    ([name, address]) => address >= base && address < end && isWritable(name),
  );
  // Of several labels at one address the first that is not a compiler's own is the best name.
  labels.sort(([a, at], [b, bt]) => at - bt || Number(a.startsWith('.')) - Number(b.startsWith('.')));
  const addresses = Uint32Array.from(labels, ([, address]) => address);
  return (address) => {
    if (address < base || address >= end) return undefined;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (addresses[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const start = addresses[low - 1]!;
    const [name] = labels[addresses.indexOf(start)]!;
    return address === start ? name : `${name}+${address - start}`;
  };
}

/** Whether the assembler takes the name where it expects a symbol. */
function isWritable(name: string): boolean {
  return /^[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*$/.test(name) && name !== '.';
}
