// Directives that put data into the present section: numbers, strings, and instructions as raw fields.

import { Problem } from './errors.ts';
import { parseExpression } from './expressions.ts';
import { RAW_FORMS } from './forms.ts';
import { notANumber } from './immediates.ts';
import { emit, matchForm } from './instruction.ts';
import type { Assembly, FixupKind } from './model.ts';
import { addFixup, addVariable, emitBytes, emitNumber } from './sections.ts';
import { acceptSign, type Cursor, expectEnd, peek, tokenize, unexpected } from './tokens.ts';
import { evaluate, locateInRun } from './values.ts';

/** A directive reads its statement's text from the offset behind its name on. */
export type Directive = (assembly: Assembly, text: string, from: number) => void;

/** Reads an expression that must be a number here and now. */
export function readAbsolute(assembly: Assembly, cursor: Cursor): number {
  return Number(readAbsolute64(assembly, cursor));
}

/** The same, in all its 64 bits. */
export function readAbsolute64(assembly: Assembly, cursor: Cursor): bigint {
  const { start } = peek(cursor);
  const expression = parseExpression(assembly, cursor);
  const value = evaluate(expression, locateInRun);
  if (value === undefined || value.run !== undefined) {
    throw notANumber(assembly, expression, value !== undefined, 'an expression', start);
  }
  return value.number;
}

const FIXUPS: Readonly<Record<number, FixupKind>> = { 1: 'data1', 2: 'data2', 4: 'data4', 8: 'data8' };

/** `.byte`, `.half`, `.word`, `.dword`: numbers of `size` bytes. */
const numbers =
  (size: number): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    if (peek(cursor).kind === 'end') return;
    do {
      const { start } = peek(cursor);
      const expression = parseExpression(assembly, cursor);
      const value = evaluate(expression, locateInRun);
      if (value !== undefined && value.run === undefined) {
        warnOfTruncation(assembly, value.number, size, start);
        emitNumber(assembly, value.number, size);
      } else {
        addFixup(assembly, FIXUPS[size]!, expression);
        emitNumber(assembly, 0n, size);
      }
    } while (acceptSign(cursor, ','));
    expectEnd(cursor);
  };

function warnOfTruncation(assembly: Assembly, value: bigint, size: number, at: number): void {
  if (size === 8 || (value >= -(1n << BigInt(8 * size)) && value < 1n << BigInt(8 * size))) return;
  assembly.warnings.push({
    ...assembly.location,
    column: assembly.location.column + at,
    message: `${value} does not fit into ${size} bytes: its upper bits are lost`,
  });
}

/** `.octa`: numbers of 16 bytes, of which the tokens give at most 64 bits; the sign fills the rest. */
const octa: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  do {
    const value = readAbsolute64(assembly, cursor);
    emitNumber(assembly, value, 8);
    emitNumber(assembly, value < 0n ? -1n : 0n, 8);
  } while (acceptSign(cursor, ','));
  expectEnd(cursor);
};

/** `.float` and `.double`: decimal numbers in IEEE 754 binary. */
const floats =
  (size: 4 | 8): Directive =>
  (assembly, text, from) => {
    const view = new DataView(new ArrayBuffer(8));
    let offset = from;
    for (const part of text.slice(from).split(',')) {
      const digits = part.trim().replace(/^0[fFdDrReE](?=[-+.\d])/, '');
      if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$|^[-+]?(inf(inity)?|nan)$/i.test(digits)) {
        throw new Problem(`expected a decimal number, found ${part.trim() || 'nothing'}`, offset);
      }
      const value = Number(digits.replace(/inf(inity)?/i, 'Infinity').replace(/[-+]?nan/i, 'NaN'));
      if (size === 4) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
      emitBytes(assembly, new Uint8Array(view.buffer, 0, size));
      offset += part.length + 1;
    }
  };

const strings =
  (terminated: boolean): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    if (peek(cursor).kind === 'end') return;
    do {
      do {
        const token = peek(cursor);
        if (token.kind !== 'string') throw unexpected(cursor, 'a string');
        emitBytes(assembly, token.bytes);
        cursor.next++;
      } while (peek(cursor).kind === 'string');
      if (terminated) emitBytes(assembly, Uint8Array.of(0));
    } while (acceptSign(cursor, ','));
    expectEnd(cursor);
  };

const leb =
  (signed: boolean): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    do {
      const value = parseExpression(assembly, cursor);
      addVariable(assembly, { kind: 'leb', value, signed, where: assembly.location });
    } while (acceptSign(cursor, ','));
    expectEnd(cursor);
  };

/** `.insn`: an instruction by its format and fields, or as a plain number. */
const insn: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const token = peek(cursor);
  const forms = token.kind === 'name' ? RAW_FORMS.get(token.text) : undefined;
  if (forms) {
    cursor.next++;
    const { form, draft } = matchForm(assembly, forms, cursor);
    emit(assembly, form, draft);
    return;
  }
  const first = readAbsolute(assembly, cursor);
  const word = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) : first;
  expectEnd(cursor);
  if ((word & 3) !== 3 || word < -0x80000000 || word > 0xffffffff) {
    throw new Problem(`${word} is no instruction of four bytes, which ends in the bits 11`, token.start);
  }
  emitNumber(assembly, BigInt(word), 4);
};

/** `.dcb` and the like are of other processors; these are GNU as's for RISC-V. */
export const DATA_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.byte': numbers(1),
  '.half': numbers(2),
  '.short': numbers(2),
  '.hword': numbers(2),
  '.2byte': numbers(2),
  '.word': numbers(4),
  '.long': numbers(4),
  '.int': numbers(4),
  '.4byte': numbers(4),
  '.dword': numbers(8),
  '.quad': numbers(8),
  '.8byte': numbers(8),
  '.octa': octa,
  '.float': floats(4),
  '.single': floats(4),
  '.double': floats(8),
  '.ascii': strings(false),
  '.asciz': strings(true),
  '.string': strings(true),
  '.string8': strings(true),
  '.uleb128': leb(false),
  '.sleb128': leb(true),
  '.insn': insn,
});
