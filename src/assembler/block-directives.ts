// Directives that GNU as has from Motorola's assemblers: constants (`.dc`), blocks of one constant (`.dcb`), room (`.ds`).

import { type Directive, numbers, readAbsolute, readAbsolute64 } from './data-directives.ts';
import { Problem } from './errors.ts';
import { parseExpression } from './expressions.ts';
import { floats, readFloat } from './float-directives.ts';
import { FLOATS, type FloatFormat } from './ieee.ts';
import type { Assembly } from './model.ts';
import { emitFill } from './sections.ts';
import { stretch } from './space-directives.ts';
import { acceptSign, expectEnd, peek, tokenize } from './tokens.ts';

function readCount(assembly: Assembly, text: string, from: number) {
  const cursor = tokenize(text, from);
  const { start } = peek(cursor);
  const count = readAbsolute(assembly, cursor);
  if (count < 0) throw new Problem(`the count ${count} is negative`, start);
  return { cursor, count };
}

function patternOf(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** `.dcb` count, value: so many copies of a number of `size` bytes. */
const block =
  (size: number): Directive =>
  (assembly, text, from) => {
    const { cursor, count } = readCount(assembly, text, from);
    const value = acceptSign(cursor, ',') ? readAbsolute64(assembly, cursor) : 0n;
    expectEnd(cursor);
    emitFill(assembly, count, patternOf(value, size));
  };

const floatBlock =
  (format: FloatFormat): Directive =>
  (assembly, text, from) => {
    const comma = text.indexOf(',', from);
    const { count } = readCount(assembly, comma < 0 ? text : text.slice(0, comma), from);
    const value = comma < 0 ? 0n : readFloat(text.slice(comma + 1), format, comma + 1);
    emitFill(assembly, count, patternOf(value, format.bytes));
  };

/** `.ds` count, value: so many units of `size` bytes, each with the value. */
const room =
  (size: number): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const { start } = peek(cursor);
    const count = parseExpression(assembly, cursor);
    const value = acceptSign(cursor, ',') ? readAbsolute64(assembly, cursor) : 0n;
    expectEnd(cursor);
    stretch(assembly, count, patternOf(value, size), start);
  };

export const BLOCK_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.dc': numbers(2),
  '.dc.a': numbers(4),
  '.dc.b': numbers(1),
  '.dc.w': numbers(2),
  '.dc.l': numbers(4),
  '.dc.s': floats(FLOATS.single),
  '.dc.d': floats(FLOATS.double),
  '.dc.x': floats(FLOATS.extended),
  '.dcb': block(2),
  '.dcb.b': block(1),
  '.dcb.w': block(2),
  '.dcb.l': block(4),
  '.dcb.s': floatBlock(FLOATS.single),
  '.dcb.d': floatBlock(FLOATS.double),
  '.dcb.x': floatBlock(FLOATS.extended),
  '.ds': room(2),
  '.ds.b': room(1),
  '.ds.w': room(2),
  '.ds.l': room(4),
  '.ds.s': room(4),
  '.ds.d': room(8),
  '.ds.p': room(12),
  '.ds.x': room(12),
});
