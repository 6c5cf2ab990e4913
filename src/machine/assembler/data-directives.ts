// Directives that put data into the present section: numbers, strings, stretches, alignment.

import { RAM_BYTES_MAX } from '../image.ts';
import { Problem } from './errors.ts';
import { atExpression, parseExpression } from './expressions.ts';
import { RAW_FORMS } from './forms.ts';
import { emit, matchForm } from './instruction.ts';
import type { Assembly, Expression, FixupKind } from './model.ts';
import { notANumber } from './operands.ts';
import { isPowerOfTwo } from './powers.ts';
import { addFixup, addVariable, emitBytes, emitFill, emitNumber } from './sections.ts';
import { acceptSign, atSign, type Cursor, expectEnd, peek, tokenize, unexpected } from './tokens.ts';
import { evaluate, locateInRun } from './values.ts';

/** A directive reads its statement's text from the offset behind its name on. */
export type Directive = (assembly: Assembly, text: string, from: number) => void;

/** Reads an expression that must be a number here and now. */
export function readAbsolute(assembly: Assembly, cursor: Cursor): number {
  return Number(readAbsolute64(assembly, cursor));
}

function readAbsolute64(assembly: Assembly, cursor: Cursor): bigint {
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
    ...assembly.place,
    column: assembly.place.column + at,
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

/** `.zero`, `.space`, `.skip`: count, and the byte it is filled with. */
const space: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const { start } = peek(cursor);
  const count = parseExpression(assembly, cursor);
  const value = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) : 0;
  expectEnd(cursor);
  stretch(assembly, count, Uint8Array.of(value), start);
};

/** `.fill` repeat, size, value: the value has at most four bytes of the size's up to eight. */
const fill: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const { start } = peek(cursor);
  const count = parseExpression(assembly, cursor);
  const size = acceptSign(cursor, ',') && !atSign(cursor, ',') ? readAbsolute(assembly, cursor) : 1;
  const value = acceptSign(cursor, ',') ? readAbsolute64(assembly, cursor) : 0n;
  expectEnd(cursor);
  if (size < 0) throw new Problem(`the size ${size} is negative`, start);
  const pattern = new Uint8Array(Math.min(size, 8));
  for (let i = 0; i < Math.min(pattern.length, 4); i++) pattern[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  if (pattern.length > 0) stretch(assembly, count, pattern, start);
};

function stretch(assembly: Assembly, count: Expression, pattern: Uint8Array, at: number): void {
  const value = evaluate(count, locateInRun);
  if (value === undefined || value.run !== undefined) {
    addVariable(assembly, { kind: 'space', count, pattern, where: assembly.place });
    return;
  }
  const times = Number(value.number);
  if (times < 0) throw new Problem(`the count ${times} is negative`, at);
  emitFill(assembly, times, pattern);
}

/** Every instruction has so many bytes: code is taken to lie on such boundaries, and is padded to larger ones only. */
const WORD_BYTES = 4;

/** `.align` and its kin: boundary, what to fill with (code: no-operations), the most bytes to skip. `width` is the fill's. */
const align =
  (power: boolean, width: number): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const { start } = peek(cursor);
    const amount = peek(cursor).kind === 'end' ? (power ? 2 : 4) : readAbsolute(assembly, cursor);
    const to = power ? 2 ** amount : Math.max(amount, 1);
    if (amount < 0 || to > RAM_BYTES_MAX || !isPowerOfTwo(to)) {
      throw new Problem(
        power ? `an alignment is a power of two up to 27, not ${amount}` : `${amount} is no power of two`,
        start,
      );
    }
    let pattern: Uint8Array | undefined;
    if (acceptSign(cursor, ',') && atExpression(cursor)) {
      const value = readAbsolute(assembly, cursor);
      pattern = Uint8Array.from({ length: width }, (_, i) => value >> (8 * i));
    }
    const most = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) : 0;
    expectEnd(cursor);
    const { section } = assembly.part;
    if (!section.flags.executable) pattern ??= Uint8Array.of(0);
    section.alignment = Math.max(section.alignment, to);
    const nominal = pattern === undefined && to <= WORD_BYTES;
    if (to > 1)
      addVariable(assembly, {
        kind: 'align',
        to,
        pattern,
        most: nominal ? 0 : most > 0 ? most : to,
        where: assembly.place,
      });
  };

/** `.org`: goes on at a place further on in this section, filling what lies between. */
const origin: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const target = parseExpression(assembly, cursor);
  const value = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) : 0;
  expectEnd(cursor);
  const pattern = Uint8Array.of(value);
  addVariable(assembly, { kind: 'origin', target, pattern, where: assembly.place });
};

const leb =
  (signed: boolean): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    do {
      const value = parseExpression(assembly, cursor);
      addVariable(assembly, { kind: 'leb', value, signed, where: assembly.place });
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

/** `.nops`: so many bytes of no-operations. */
const nops: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const bytes = readAbsolute(assembly, cursor);
  expectEnd(cursor);
  if (bytes < 0 || bytes % 4 !== 0)
    throw new Problem(`${bytes} bytes are no whole number of instructions`, from);
  emitFill(assembly, bytes / 4, Uint8Array.of(0x13, 0, 0, 0));
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
  '.zero': space,
  '.space': space,
  '.skip': space,
  '.fill': fill,
  '.align': align(true, 1),
  '.p2align': align(true, 1),
  '.p2alignw': align(true, 2),
  '.p2alignl': align(true, 4),
  '.balign': align(false, 1),
  '.balignw': align(false, 2),
  '.balignl': align(false, 4),
  '.org': origin,
  '.uleb128': leb(false),
  '.sleb128': leb(true),
  '.insn': insn,
  '.nops': nops,
});
