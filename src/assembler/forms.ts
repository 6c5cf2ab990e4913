// Every mnemonic and the forms it can be written in: the instructions' own, their aliases, and pseudo-instructions of one word.

import { type Format, INSTRUCTIONS } from '../isa/instructions.ts';
import type { OperandName } from './operands.ts';

/** One way to write a mnemonic: its operands in order, and the word that they are put into. */
export interface Form {
  readonly operands: readonly OperandName[];
  readonly word: number;
  /** For what becomes several words: which of the expansions it is. */
  readonly expansion?: Expansion;
}

/** Pseudo-instructions of several words, or of a number of words that depends on the operand. */
export type Expansion = 'constant' | 'address' | 'call' | 'load' | 'store' | 'extend';

const OPERANDS_OF: Readonly<Record<Format, string>> = Object.freeze({
  R: 'rd rs1 rs2',
  I: 'rd rs1 imm',
  shift: 'rd rs1 shift',
  load: 'rd imm(rs1)',
  jalr: 'rd imm(rs1)',
  S: 'rs2 simm(rs1)',
  B: 'rs1 rs2 target',
  U: 'rd upper',
  J: 'rd jump',
  fence: 'predecessor successor',
  csr: 'rd csr rs1',
  csri: 'rd csr zimm',
  lr: 'rd (rs1)',
  amo: 'rd rs2 (rs1)',
  none: '',
});

const RA = 1 << 7;

/** Mnemonic, the instruction that it is, operands, and the bits that are fixed. */
const ALIASES: readonly (readonly [string, string, string, number?])[] = [
  ['add', 'addi', 'rd rs1 imm'],
  ['and', 'andi', 'rd rs1 imm'],
  ['or', 'ori', 'rd rs1 imm'],
  ['xor', 'xori', 'rd rs1 imm'],
  ['slt', 'slti', 'rd rs1 imm'],
  ['sltu', 'sltiu', 'rd rs1 imm'],
  ['sll', 'slli', 'rd rs1 shift'],
  ['srl', 'srli', 'rd rs1 shift'],
  ['sra', 'srai', 'rd rs1 shift'],
  ['nop', 'addi', ''],
  ['mv', 'addi', 'rd rs1'],
  ['move', 'addi', 'rd rs1'],
  ['not', 'xori', 'rd rs1', -1 << 20],
  ['neg', 'sub', 'rd rs2'],
  ['zext.b', 'andi', 'rd rs1', 255 << 20],
  ['seqz', 'sltiu', 'rd rs1', 1 << 20],
  ['snez', 'sltu', 'rd rs2'],
  ['sltz', 'slt', 'rd rs1'],
  ['sgtz', 'slt', 'rd rs2'],
  ['sgt', 'slt', 'rd rs2 rs1'],
  ['sgtu', 'sltu', 'rd rs2 rs1'],
  ['beqz', 'beq', 'rs1 target'],
  ['bnez', 'bne', 'rs1 target'],
  ['blez', 'bge', 'rs2 target'],
  ['bgez', 'bge', 'rs1 target'],
  ['bltz', 'blt', 'rs1 target'],
  ['bgtz', 'blt', 'rs2 target'],
  ['bgt', 'blt', 'rs2 rs1 target'],
  ['ble', 'bge', 'rs2 rs1 target'],
  ['bgtu', 'bltu', 'rs2 rs1 target'],
  ['bleu', 'bgeu', 'rs2 rs1 target'],
  ['j', 'jal', 'jump'],
  ['jal', 'jal', 'jump', RA],
  ['jr', 'jalr', 'rs1'],
  ['jr', 'jalr', 'imm(rs1)'],
  ['jr', 'jalr', 'rs1 imm'],
  ['jalr', 'jalr', 'rs1', RA],
  ['jalr', 'jalr', 'imm(rs1)', RA],
  ['jalr', 'jalr', 'rs1 imm', RA],
  ['jalr', 'jalr', 'rd rs1'],
  ['jalr', 'jalr', 'rd rs1 imm'],
  ['ret', 'jalr', '', 1 << 15],
  ['csrr', 'csrrs', 'rd csr'],
  ['csrw', 'csrrw', 'csr rs1'],
  ['csrs', 'csrrs', 'csr rs1'],
  ['csrc', 'csrrc', 'csr rs1'],
  ['csrw', 'csrrwi', 'csr zimm'],
  ['csrs', 'csrrsi', 'csr zimm'],
  ['csrc', 'csrrci', 'csr zimm'],
  ['csrwi', 'csrrwi', 'csr zimm'],
  ['csrsi', 'csrrsi', 'csr zimm'],
  ['csrci', 'csrrci', 'csr zimm'],
  ['csrrw', 'csrrwi', 'rd csr zimm'],
  ['csrrs', 'csrrsi', 'rd csr zimm'],
  ['csrrc', 'csrrci', 'rd csr zimm'],
  ['rdcycle', 'csrrs', 'rd', 0xc00 << 20],
  ['rdtime', 'csrrs', 'rd', 0xc01 << 20],
  ['rdinstret', 'csrrs', 'rd', 0xc02 << 20],
  ['rdcycleh', 'csrrs', 'rd', 0xc80 << 20],
  ['rdtimeh', 'csrrs', 'rd', 0xc81 << 20],
  ['rdinstreth', 'csrrs', 'rd', 0xc82 << 20],
  ['fence', 'fence', '', 0x0ff00000],
  ['fence.tso', 'fence', '', 0x83300000 | 0],
  ['pause', 'fence', '', 0x01000000],
  ['scall', 'ecall', ''],
  ['sbreak', 'ebreak', ''],
  // Never an instruction: a write to the read-only CSR cycle.
  ['unimp', 'csrrw', '', 0xc0000000 | 0],
];

/** Privileged instructions of machines with more than this one has: they assemble, and trap. */
const FOREIGN: readonly (readonly [string, string, number])[] = [
  ['uret', '', 0x00200073],
  ['sret', '', 0x10200073],
  ['dret', '', 0x7b200073],
  ['sfence.vma', '', 0x12000073],
  ['sfence.vma', 'rs1', 0x12000073],
  ['sfence.vma', 'rs1 rs2', 0x12000073],
];

const EXPANSIONS: readonly (readonly [string, string, number, Expansion])[] = [
  ['li', 'rd constant', 0, 'constant'],
  ['la', 'rd constant', 0, 'constant'],
  ['lla', 'rd constant', 0, 'constant'],
  ['la', 'rd symbol', 0, 'address'],
  ['lla', 'rd symbol', 0, 'address'],
  ['call', 'function', RA, 'call'],
  ['call', 'rd function', 0, 'call'],
  ['tail', 'function', 0, 'call'],
  ['jump', 'function scratch', 0, 'call'],
  ...['lb', 'lh', 'lw', 'lbu', 'lhu'].map((name) => [name, 'rd symbol', wordOf(name), 'load'] as const),
  ...['sb', 'sh', 'sw'].map((name) => [name, 'rs2 symbol scratch', wordOf(name), 'store'] as const),
  ['sext.b', 'rd rs1', wordOf('srai') | (24 << 20), 'extend'],
  ['sext.h', 'rd rs1', wordOf('srai') | (16 << 20), 'extend'],
  ['zext.h', 'rd rs1', wordOf('srli') | (16 << 20), 'extend'],
];

/** The word of an instruction whose operands are all zero. */
export function wordOf(name: string): number {
  return INSTRUCTIONS.find((instruction) => instruction.name === name)!.match;
}

function parseOperands(text: string): readonly OperandName[] {
  return text === '' ? [] : (text.split(' ') as OperandName[]);
}

/** The suffixes of atomics: acquire is bit 26, release bit 25. */
const ORDERINGS: readonly (readonly [string, number])[] = [
  ['', 0],
  ['.aq', 2 << 25],
  ['.rl', 1 << 25],
  ['.aqrl', 3 << 25],
];

function collectForms(): ReadonlyMap<string, readonly Form[]> {
  const forms = new Map<string, Form[]>();
  const add = (name: string, form: Form): void => {
    const list = forms.get(name);
    if (list) list.push(form);
    else forms.set(name, [form]);
  };
  for (const { name, match, format, extension } of INSTRUCTIONS) {
    const operands = parseOperands(OPERANDS_OF[format]);
    for (const [suffix, bits] of extension === 'A' ? ORDERINGS : ORDERINGS.slice(0, 1)) {
      add(name + suffix, { operands, word: match | bits });
    }
  }
  for (const [name, base, operands, bits = 0] of ALIASES) {
    add(name, { operands: parseOperands(operands), word: wordOf(base) | bits });
  }
  for (const [name, operands, word] of FOREIGN) add(name, { operands: parseOperands(operands), word });
  for (const [name, operands, word, expansion] of EXPANSIONS) {
    add(name, { operands: parseOperands(operands), word, expansion });
  }
  add('li', { operands: parseOperands('rd relocated'), word: wordOf('addi') });
  return forms;
}

/** The forms of each mnemonic, the likeliest first. */
export const FORMS: ReadonlyMap<string, readonly Form[]> = collectForms();

const insn = (operands: string): Form => ({ operands: parseOperands(operands), word: 0 });

/** The formats that `.insn` takes, for instructions that have no mnemonic here. */
export const RAW_FORMS: ReadonlyMap<string, readonly Form[]> = new Map([
  ['r', [insn('opcode funct3 funct7 rd rs1 rs2'), insn('opcode funct3 funct2 rd rs1 rs2 rs3')]],
  ['r4', [insn('opcode funct3 funct2 rd rs1 rs2 rs3')]],
  ['i', [insn('opcode funct3 rd rs1 imm'), insn('opcode funct3 rd imm(rs1)')]],
  ['s', [insn('opcode funct3 rs2 simm(rs1)')]],
  ['b', [insn('opcode funct3 rs1 rs2 target')]],
  ['sb', [insn('opcode funct3 rs1 rs2 target')]],
  ['u', [insn('opcode rd upper')]],
  ['j', [insn('opcode rd jump')]],
  ['uj', [insn('opcode rd jump')]],
]);
