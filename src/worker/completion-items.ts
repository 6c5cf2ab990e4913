// The words that a source may say, with what instructions are written with and what they do.

import { FORMS } from '../assembler/forms.ts';
import { DIRECTIVE_NAMES } from '../assembler/statements.ts';
import { CSR_NUMBERS } from '../isa/csr-names.ts';
import { REGISTERS } from '../isa/registers.ts';
import type { CompletionItem } from './protocol.ts';

const LOADS = { lb: 'byte', lh: 'half', lw: 'word', lbu: 'byte, unsigned', lhu: 'half, unsigned' };
const STORES = { sb: 'byte', sh: 'half', sw: 'word' };
const COMPARES = { eq: '=', ne: '≠', lt: '<', ge: '≥', gt: '>', le: '≤' };
const ATOMICS = {
  swap: 'rs2',
  add: 'old + rs2',
  xor: 'old ^ rs2',
  and: 'old & rs2',
  or: 'old | rs2',
  min: 'min(old, rs2)',
  max: 'max(old, rs2)',
  minu: 'min(old, rs2), unsigned',
  maxu: 'max(old, rs2), unsigned',
};

/** In formulas, so that they read the same in every language. M is memory, pc this instruction's address. */
const MEANINGS: Readonly<Record<string, string>> = {
  lui: 'rd = imm << 12',
  auipc: 'rd = pc + (imm << 12)',
  jal: 'rd (or ra) = pc + 4; pc = target',
  jalr: 'rd (or ra) = pc + 4; pc = rs1 + imm',
  addi: 'rd = rs1 + imm',
  slti: 'rd = rs1 < imm ? 1 : 0',
  sltiu: 'rd = rs1 < imm ? 1 : 0, unsigned',
  xori: 'rd = rs1 ^ imm',
  ori: 'rd = rs1 | imm',
  andi: 'rd = rs1 & imm',
  slli: 'rd = rs1 << imm',
  srli: 'rd = rs1 >>> imm',
  srai: 'rd = rs1 >> imm',
  add: 'rd = rs1 + rs2',
  sub: 'rd = rs1 − rs2',
  sll: 'rd = rs1 << rs2',
  slt: 'rd = rs1 < rs2 ? 1 : 0',
  sltu: 'rd = rs1 < rs2 ? 1 : 0, unsigned',
  xor: 'rd = rs1 ^ rs2',
  srl: 'rd = rs1 >>> rs2',
  sra: 'rd = rs1 >> rs2',
  or: 'rd = rs1 | rs2',
  and: 'rd = rs1 & rs2',
  mul: 'rd = rs1 × rs2',
  mulh: 'rd = (rs1 × rs2) >> 32',
  mulhsu: 'rd = (rs1 × rs2) >> 32, rs2 unsigned',
  mulhu: 'rd = (rs1 × rs2) >> 32, unsigned',
  div: 'rd = rs1 ÷ rs2',
  divu: 'rd = rs1 ÷ rs2, unsigned',
  rem: 'rd = rs1 mod rs2',
  remu: 'rd = rs1 mod rs2, unsigned',
  'lr.w': 'rd = M[rs1], reserved',
  'sc.w': 'M[rs1] = rs2 if still reserved; rd = 0, else rd = 1',
  csrrw: 'rd = csr; csr = rs1',
  csrrs: 'rd = csr; csr = csr | rs1',
  csrrc: 'rd = csr; csr = csr & ~rs1',
  csrrwi: 'rd = csr; csr = imm',
  csrrsi: 'rd = csr; csr = csr | imm',
  csrrci: 'rd = csr; csr = csr & ~imm',
  csrr: 'rd = csr',
  csrw: 'csr = rs1',
  csrs: 'csr = csr | rs1',
  csrc: 'csr = csr & ~rs1',
  csrwi: 'csr = imm',
  csrsi: 'csr = csr | imm',
  csrci: 'csr = csr & ~imm',
  rdcycle: 'rd = cycle',
  rdtime: 'rd = time',
  rdinstret: 'rd = instret',
  rdcycleh: 'rd = cycle >> 32',
  rdtimeh: 'rd = time >> 32',
  rdinstreth: 'rd = instret >> 32',
  ecall: 'trap: mcause 8 or 11',
  ebreak: 'trap: mcause 3',
  mret: 'pc = mepc; mie = mpie',
  wfi: 'wait for an interrupt',
  fence: 'order memory accesses',
  'fence.i': 'see new code',
  nop: '–',
  mv: 'rd = rs1',
  not: 'rd = ~rs1',
  neg: 'rd = −rs2',
  'zext.b': 'rd = rs1 & 255',
  seqz: 'rd = rs1 = 0 ? 1 : 0',
  snez: 'rd = rs2 ≠ 0 ? 1 : 0',
  sltz: 'rd = rs1 < 0 ? 1 : 0',
  sgtz: 'rd = rs2 > 0 ? 1 : 0',
  j: 'pc = target',
  jr: 'pc = rs1',
  ret: 'pc = ra',
  li: 'rd = constant',
  la: 'rd = address of symbol',
  lla: 'rd = address of symbol',
  call: 'ra = pc + 8; pc = function',
  tail: 'pc = function',
  ...Object.fromEntries(Object.entries(LOADS).map(([name, what]) => [name, `rd = M[rs1 + imm] (${what})`])),
  ...Object.fromEntries(Object.entries(STORES).map(([name, what]) => [name, `M[rs1 + imm] = rs2 (${what})`])),
  ...Object.fromEntries(
    Object.entries(COMPARES).flatMap(([name, sign]) => [
      [`b${name}`, `if rs1 ${sign} rs2: pc = target`],
      [`b${name}u`, `if rs1 ${sign} rs2, unsigned: pc = target`],
      [`b${name}z`, `if rs1 ${sign} 0: pc = target`],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(ATOMICS).map(([name, now]) => [`amo${name}.w`, `rd = old = M[rs1]; M[rs1] = ${now}`]),
  ),
};

/** Orderings of atomics say nothing about what the instruction does. */
const ordinary = (name: string): string => name.replace(/\.(aq|rl|aqrl)$/, '');

/** The sorts of operands whose names are the assembler's own, as people know them. */
const SHOWN: Readonly<Record<string, string>> = {
  'simm(rs1)': 'imm(rs1)',
  upper: 'imm',
  zimm: 'imm',
  shift: 'imm',
  jump: 'target',
  scratch: 'rt',
};

function instruction(name: string): CompletionItem {
  const operands = FORMS.get(name)?.[0]
    ?.operands.map((sort) => SHOWN[sort] ?? sort)
    .join(', ');
  const meaning = MEANINGS[ordinary(name)];
  return { name, kind: 'instruction', ...(operands && { operands }), ...(meaning && { meaning }) };
}

const named = (names: Iterable<string>, kind: CompletionItem['kind']): CompletionItem[] =>
  [...names].map((name) => ({ name, kind }));

/** Every word once, the likelier of a kind first. */
export const COMPLETION_ITEMS: readonly CompletionItem[] = [
  ...[...FORMS.keys()].map(instruction),
  ...named(REGISTERS.keys(), 'register'),
  ...named(CSR_NUMBERS.keys(), 'csr'),
  ...named(DIRECTIVE_NAMES, 'directive'),
];
