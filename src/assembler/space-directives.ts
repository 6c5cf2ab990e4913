// Directives that leave or fill room: stretches of one pattern, alignment, `.org`.

import { RAM_BYTES_MAX } from '../isa/image.ts';
import { type Directive, readAbsolute, readAbsolute64 } from './data-directives.ts';
import { Problem } from './errors.ts';
import { atExpression, parseExpression } from './expressions.ts';
import type { Assembly, Expression } from './model.ts';
import { isPowerOfTwo } from './powers.ts';
import { addVariable, emitFill, emitWord } from './sections.ts';
import { acceptSign, atSign, expectEnd, peek, tokenize } from './tokens.ts';
import { evaluate, locateInRun } from './values.ts';

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

/** So many copies of a pattern; how many may come out later. */
export function stretch(assembly: Assembly, count: Expression, pattern: Uint8Array, at: number): void {
  const value = evaluate(count, locateInRun);
  if (value === undefined || value.run !== undefined) {
    addVariable(assembly, { kind: 'space', count, pattern, where: assembly.location });
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
    // Without an operand GNU as aligns to nothing.
    const amount = peek(cursor).kind === 'end' ? 0 : readAbsolute(assembly, cursor);
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
        where: assembly.location,
      });
  };

/** `.org`: goes on at a place further on in this section, filling what lies between. */
const origin: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const target = parseExpression(assembly, cursor);
  const value = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) : 0;
  expectEnd(cursor);
  const pattern = Uint8Array.of(value);
  addVariable(assembly, { kind: 'origin', target, pattern, where: assembly.location });
};

/** `.nop`: one no-operation. GNU as passes over what stands behind it. */
const nop: Directive = (assembly) => emitWord(assembly, 0x13);

/** `.nops`: so many bytes of no-operations. */
const nops: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const bytes = readAbsolute(assembly, cursor);
  expectEnd(cursor);
  if (bytes < 0 || bytes % 4 !== 0)
    throw new Problem(`${bytes} bytes are no whole number of instructions`, from);
  emitFill(assembly, bytes / 4, Uint8Array.of(0x13, 0, 0, 0));
};

export const SPACE_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
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
  '.nop': nop,
  '.nops': nops,
});
