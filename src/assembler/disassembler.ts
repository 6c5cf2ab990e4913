// The disassembler: one word to the text that assembles back to it.

import { hex, hexWord } from '../base/hex.ts';
import {
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
} from '../isa/fields.ts';
import type { Image } from '../isa/image.ts';
import { decode, INSTRUCTIONS, type Instruction } from '../isa/instructions.ts';
import { abbreviate, csr, register, type Spelling } from './abbreviations.ts';

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

const ORDERINGS = ['', '.rl', '.aq', '.aqrl'];

/**
 * The text of the instruction `word` at the address `pc`, as a pseudo-instruction where that reads better. A word that
 * is no instruction of this hart is data; one that no mnemonic can express (a fence with reserved fields) is `.insn`.
 */
export function disassemble(word: number, pc: number, symbolAt: SymbolAt = () => undefined): Disassembly {
  const opcode = decode(word);
  if (opcode < 0) return finish('.word', [hexWord(word)]);
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

function fromHere(distance: number): string {
  return distance < 0 ? `. - ${-distance}` : `. + ${distance}`;
}

function distanceOf(opcode: number, word: number): number | undefined {
  const { format } = INSTRUCTIONS[opcode]!;
  if (format === 'B') return immediateB(word);
  return format === 'J' ? immediateJ(word) : undefined;
}

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
      return [name, [rd, hex(immediateU(word) >>> 12)]];
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
      return (word & ~mask) === 0 ? [name, []] : ['.insn', [hexWord(word)]];
  }
}

const FENCE_LETTERS = 'iorw';

function fenceSet(bits: number): string {
  return [...FENCE_LETTERS].filter((_, i) => bits & (8 >> i)).join('');
}

function spellFence(word: number): Spelling {
  const predecessor = (word >>> 24) & 15;
  const successor = (word >>> 20) & 15;
  if ((word & 0xf00fff80) !== 0 || predecessor === 0 || successor === 0) return ['.insn', [hexWord(word)]];
  return ['fence', [fenceSet(predecessor), fenceSet(successor)]];
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
