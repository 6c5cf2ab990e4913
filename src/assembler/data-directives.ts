// Directives that put data into the present section: numbers and strings.

import { noteWarning } from './errors.ts';
import { parseExpression } from './expressions.ts';
import { notANumber } from './immediates.ts';
import type { Assembly, FixupKind } from './model.ts';
import { addFixup, addVariable, emitBytes, emitNumber } from './sections.ts';
import {
  acceptSign,
  atSign,
  type Cursor,
  expectEnd,
  expectSign,
  peek,
  tokenize,
  unexpected,
} from './tokens.ts';
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
export const numbers =
  (size: number): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    if (peek(cursor).kind === 'end') return;
    do {
      const { start } = peek(cursor);
      const whole = acceptWhole(cursor);
      if (whole !== undefined) {
        warnOfTruncation(assembly, whole, size, start);
        emitNumber(assembly, whole, size);
        continue;
      }
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

/** Takes an operand that is one number of `least` or more, for those who keep more than 64 bits: signs may stand before it. */
export function acceptWhole(cursor: Cursor, least = 1n << 64n): bigint | undefined {
  let ahead = 0;
  while (['-', '+', '~'].some((sign) => atSign(cursor, sign, ahead))) ahead++;
  const number = peek(cursor, ahead);
  const isLast = atSign(cursor, ',', ahead + 1) || peek(cursor, ahead + 1).kind === 'end';
  if (number.kind !== 'number' || number.value < least || !isLast) return undefined;
  let value = number.value;
  for (let i = ahead - 1; i >= 0; i--) {
    if (atSign(cursor, '-', i)) value = -value;
    else if (atSign(cursor, '~', i)) value = ~value;
  }
  cursor.next += ahead + 1;
  return value;
}

function warnOfTruncation(assembly: Assembly, value: bigint, size: number, at: number): void {
  if (value >= -(1n << BigInt(8 * size)) && value < 1n << BigInt(8 * size)) return;
  noteWarning(assembly, `${value} does not fit into ${size} bytes: its upper bits are lost`, at);
}

/** `.octa`: numbers of 16 bytes. What is reckoned has 64 bits, of which the sign fills the rest. */
const octa: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  if (peek(cursor).kind === 'end') return;
  do {
    const { start } = peek(cursor);
    const value = acceptWhole(cursor, 0n) ?? readAbsolute64(assembly, cursor);
    warnOfTruncation(assembly, value, 16, start);
    emitNumber(assembly, value, 16);
  } while (acceptSign(cursor, ','));
  expectEnd(cursor);
};

/** Strings whose bytes take `width` bytes each, with or without a zero behind them. */
const strings =
  (terminated: boolean, width = 1): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    if (peek(cursor).kind === 'end') return;
    do {
      do {
        emitBytes(assembly, widen(readCharacters(assembly, cursor), width));
      } while (peek(cursor).kind === 'string' || atSign(cursor, '<'));
      if (terminated) emitBytes(assembly, new Uint8Array(width));
    } while (acceptSign(cursor, ','));
    expectEnd(cursor);
  };

/** A string, or one character as a number in angle brackets. */
function readCharacters(assembly: Assembly, cursor: Cursor): Uint8Array {
  if (acceptSign(cursor, '<')) {
    const token = peek(cursor);
    if (token.kind !== 'number') throw unexpected(cursor, "a character's number");
    cursor.next++;
    warnOfTruncation(assembly, token.value, 1, token.start);
    expectSign(cursor, '>');
    return Uint8Array.of(Number(token.value & 0xffn));
  }
  const token = peek(cursor);
  if (token.kind !== 'string') throw unexpected(cursor, 'a string');
  cursor.next++;
  return token.bytes;
}

function widen(bytes: Uint8Array, width: number): Uint8Array {
  if (width === 1) return bytes;
  const wide = new Uint8Array(bytes.length * width);
  for (const [i, byte] of bytes.entries()) wide[i * width] = byte;
  return wide;
}

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
  '.ascii': strings(false),
  '.asciz': strings(true),
  '.string': strings(true),
  '.string8': strings(true),
  '.string16': strings(true, 2),
  '.string32': strings(true, 4),
  '.string64': strings(true, 8),
  '.uleb128': leb(false),
  '.sleb128': leb(true),
});
