// The operands of instructions: each sort is read by one small function that puts it into the word.

import { CSR_NUMBERS } from '../isa/csr-names.ts';
import { REGISTERS } from '../isa/registers.ts';
import { nearest, Problem } from './errors.ts';
import { parseExpression } from './expressions.ts';
import {
  type Draft,
  isDefined,
  LOW_I,
  LOW_S,
  type Low,
  namedInAnyCase,
  readConstant,
  readImmediate,
  readNumber,
  readRelocated,
  readUpper,
  registerNumber,
} from './immediates.ts';
import type { Assembly, FixupKind } from './model.ts';
import { acceptSign, atSign, type Cursor, expectSign, peek, unexpected } from './tokens.ts';

type Read = (assembly: Assembly, cursor: Cursor, draft: Draft) => void;

/** The sorts of operands by the names that the tables of forms use. */
export const OPERANDS = Object.freeze({
  rd: register((draft, number) => {
    draft.word |= number << 7;
  }),
  rs1: register((draft, number) => {
    draft.word |= number << 15;
  }),
  rs2: register((draft, number) => {
    draft.word |= number << 20;
  }),
  rs3: register((draft, number) => {
    draft.word |= number << 27;
  }),
  scratch: register((draft, number) => {
    draft.scratch = number;
  }),
  imm: (assembly, cursor, draft) => readImmediate(assembly, cursor, draft, LOW_I),
  'imm(rs1)': (assembly, cursor, draft) => readBased(assembly, cursor, draft, LOW_I),
  'simm(rs1)': (assembly, cursor, draft) => readBased(assembly, cursor, draft, LOW_S),
  '(rs1)': readAddress,
  shift: field(20, 31, 'a shift amount'),
  zimm: field(15, 31, 'an immediate'),
  upper: readUpper,
  target: fixup('branch'),
  jump: fixup('jal'),
  csr: readCsr,
  predecessor: (_, cursor, draft) => readFenceSet(cursor, draft, 24),
  successor: (_, cursor, draft) => readFenceSet(cursor, draft, 20),
  symbol: readSymbol,
  function: readFunction,
  constant: readConstant,
  relocated: readRelocated,
  opcode: readOpcode,
  funct3: field(12, 7, 'a funct3'),
  funct2: field(25, 3, 'a funct2'),
  funct7: field(25, 127, 'a funct7'),
} satisfies Readonly<Record<string, Read>>);

/** The name of a sort of operand. */
export type OperandName = keyof typeof OPERANDS;

function readRegister(assembly: Assembly, cursor: Cursor): number {
  const number = registerNumber(assembly, cursor);
  if (number === undefined) {
    const token = peek(cursor);
    const { message, offset } = unexpected(cursor, 'a register');
    throw new Problem(
      message,
      offset,
      token.kind === 'name' ? nearest(token.text, REGISTERS.keys()) : undefined,
    );
  }
  cursor.next++;
  return number;
}

function register(put: (draft: Draft, number: number) => void): Read {
  return (assembly, cursor, draft) => put(draft, readRegister(assembly, cursor));
}

/** An unsigned number of up to `most`, put `shift` bits up. */
function field(shift: number, most: number, what: string): Read {
  return (assembly, cursor, draft) => {
    const { start } = peek(cursor);
    const value = readNumber(assembly, cursor, what);
    if (value < 0n || value > BigInt(most)) {
      throw new Problem(`${what} lies between 0 and ${most}, not ${value}`, start, undefined, true);
    }
    draft.word |= Number(value) << shift;
  };
}

function fixup(kind: FixupKind): Read {
  return (assembly, cursor, draft) => {
    draft.fixup = { kind, expression: parseExpression(assembly, cursor) };
  };
}

/** `(register)`, which is the whole of an operand without an offset. */
function acceptBase(assembly: Assembly, cursor: Cursor, draft: Draft): boolean {
  const number = registerNumber(assembly, cursor, 1);
  if (number === undefined || !atSign(cursor, '(') || !atSign(cursor, ')', 2)) return false;
  draft.word |= number << 15;
  cursor.next += 3;
  return true;
}

function readBase(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  expectSign(cursor, '(', '(register)');
  draft.word |= readRegister(assembly, cursor) << 15;
  expectSign(cursor, ')');
}

function readBased(assembly: Assembly, cursor: Cursor, draft: Draft, low: Low): void {
  if (acceptBase(assembly, cursor, draft)) return;
  readImmediate(assembly, cursor, draft, low);
  readBase(assembly, cursor, draft);
}

/** An atomic's address: a register alone, for which `0(register)` may be written. */
function readAddress(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  if (acceptBase(assembly, cursor, draft)) return;
  const { start } = peek(cursor);
  const offset = readNumber(assembly, cursor, '(register)');
  readBase(assembly, cursor, draft);
  if (offset !== 0n)
    throw new Problem(`an atomic takes no offset but 0, not ${offset}`, start, undefined, true);
}

function readCsr(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  const token = peek(cursor);
  const named = token.kind === 'name' ? namedInAnyCase(assembly, CSR_NUMBERS, token.text) : undefined;
  if (named !== undefined) {
    cursor.next++;
    draft.word |= named << 20;
    return;
  }
  if (token.kind === 'name' && !isDefined(assembly, token.text)) {
    throw new Problem(`there is no CSR ${token.text}`, token.start, nearest(token.text, CSR_NUMBERS.keys()));
  }
  const value = readNumber(assembly, cursor, 'a CSR');
  if (value < 0n || value > 4095n) {
    throw new Problem(`a CSR's number lies between 0 and 4095, not ${value}`, token.start, undefined, true);
  }
  draft.word |= Number(value) << 20;
}

function readFenceSet(cursor: Cursor, draft: Draft, shift: number): void {
  const token = peek(cursor);
  const letters = token.kind === 'name' ? token.text.toLowerCase() : '-';
  if (!/^i?o?r?w?$/.test(letters)) {
    throw unexpected(cursor, 'some of the letters iorw, in this order');
  }
  cursor.next++;
  for (const [bit, letter] of ['w', 'r', 'o', 'i'].entries()) {
    if (letters.includes(letter)) draft.word |= 1 << (shift + bit);
  }
}

/** An address, as opposed to a number: a symbol with or without an offset. */
function readSymbol(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  const { start } = peek(cursor);
  draft.expression = parseExpression(assembly, cursor);
  if (draft.expression.kind === 'number') throw new Problem('expected a symbol, found a number', start);
  if (atSign(cursor, '(')) throw unexpected(cursor, 'the end of the line (or %lo( ) before the register)');
}

/** What is called: an address; `@plt` behind it is what position-independent code adds. */
function readFunction(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  draft.expression = parseExpression(assembly, cursor);
  if (acceptSign(cursor, '@')) {
    const token = peek(cursor);
    if (token.kind !== 'name' || token.text.toLowerCase() !== 'plt') throw unexpected(cursor, 'plt');
    cursor.next++;
  }
}

/** The major opcodes' names (unprivileged specification, table of the base opcode map), as `.insn` takes them. */
const MAJOR_OPCODES: ReadonlyMap<string, number> = new Map([
  ['LOAD', 0x03],
  ['LOAD_FP', 0x07],
  ['CUSTOM_0', 0x0b],
  ['MISC_MEM', 0x0f],
  ['OP_IMM', 0x13],
  ['AUIPC', 0x17],
  ['OP_IMM_32', 0x1b],
  ['STORE', 0x23],
  ['STORE_FP', 0x27],
  ['CUSTOM_1', 0x2b],
  ['AMO', 0x2f],
  ['OP', 0x33],
  ['LUI', 0x37],
  ['OP_32', 0x3b],
  ['MADD', 0x43],
  ['MSUB', 0x47],
  ['NMSUB', 0x4b],
  ['NMADD', 0x4f],
  ['OP_FP', 0x53],
  ['OP_V', 0x57],
  ['CUSTOM_2', 0x5b],
  ['BRANCH', 0x63],
  ['JALR', 0x67],
  ['JAL', 0x6f],
  ['SYSTEM', 0x73],
  ['CUSTOM_3', 0x7b],
]);

function readOpcode(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  const token = peek(cursor);
  const named = token.kind === 'name' ? MAJOR_OPCODES.get(token.text.toUpperCase()) : undefined;
  if (named !== undefined) {
    cursor.next++;
    draft.word |= named;
    return;
  }
  const value = readNumber(assembly, cursor, 'a major opcode');
  if (value < 0n || value > 127n || (value & 3n) !== 3n || (value & 31n) === 31n) {
    const what =
      'a major opcode lies below 128 and ends in the bits 11, of which five begin a longer instruction';
    throw new Problem(`${what}, unlike ${value}`, token.start, undefined, true);
  }
  draft.word |= Number(value);
}
