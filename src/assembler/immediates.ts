// Immediates: numbers in their ranges, `%lo( )` and its like, and what to say of anything else.

import { REGISTERS } from '../isa/registers.ts';
import { nearest, Problem } from './errors.ts';
import { parseExpression } from './expressions.ts';
import type { Assembly, Expression, FixupKind } from './model.ts';
import { nearestSymbol } from './symbols.ts';
import { atSign, type Cursor, expectSign, peek, unexpected } from './tokens.ts';
import { evaluate, locateInRun } from './values.ts';

/** An instruction while its operands are read. */
export interface Draft {
  word: number;
  /** What is to be put into the word once addresses are known. */
  fixup: { kind: FixupKind; expression: Expression } | undefined;
  /** The operand of a pseudo-instruction of several words. */
  expression: Expression | undefined;
  /** The register that such a pseudo-instruction may overwrite. */
  scratch: number;
}

/** A relocation operator's fixup by its name. */
type Relocations = ReadonlyMap<string, FixupKind>;

export interface Low {
  readonly relocations: Relocations;
  readonly place: (immediate: number) => number;
}

export const LOW_I: Low = {
  relocations: new Map([
    ['lo', 'lo12i'],
    ['pcrel_lo', 'pcrelLo12i'],
  ]),
  place: (immediate) => immediate << 20,
};

export const LOW_S: Low = {
  relocations: new Map([
    ['lo', 'lo12s'],
    ['pcrel_lo', 'pcrelLo12s'],
  ]),
  place: (immediate) => ((immediate & 0xfe0) << 20) | ((immediate & 31) << 7),
};

const UPPER: Relocations = new Map([
  ['hi', 'hi20'],
  ['pcrel_hi', 'pcrelHi20'],
]);

/** Why some relocations of the psABI have no meaning here. */
const NO_RELOCATION = /^(got|tls|tprel)/;

/** The number of the register that comes next, if one does. */
export function registerNumber(assembly: Assembly, cursor: Cursor, ahead = 0): number | undefined {
  const token = peek(cursor, ahead);
  return token.kind === 'name' ? namedInAnyCase(assembly, REGISTERS, token.text) : undefined;
}

/** What stands under a name in small letters. GNU as takes no others, and to it they may name a symbol: where there is one, it is meant. */
export function namedInAnyCase<Value>(
  assembly: Assembly,
  known: ReadonlyMap<string, Value>,
  name: string,
): Value | undefined {
  return known.get(name) ?? (isDefined(assembly, name) ? undefined : known.get(name.toLowerCase()));
}

export const isDefined = ({ symbols }: Assembly, name: string): boolean =>
  symbols.get(name)?.definition !== undefined;

/** Reads an expression whose value must be a number now. */
export function readNumber(assembly: Assembly, cursor: Cursor, what: string): bigint {
  const token = peek(cursor);
  const { start } = token;
  const isRegister = registerNumber(assembly, cursor) !== undefined && endsOperand(cursor);
  // A register's name may be a symbol's too.
  if (isRegister && token.kind === 'name' && !isDefined(assembly, token.text)) throw unexpected(cursor, what);
  const expression = parseExpression(assembly, cursor);
  const value = evaluate(expression, locateInRun);
  if (value?.run === undefined && value !== undefined) return value.number;
  throw notANumber(assembly, expression, value !== undefined, what, start);
}

/** The problem that an expression is an address, or has no value at this point of the source. */
export function notANumber(
  assembly: Assembly,
  expression: Expression,
  isAddress: boolean,
  what: string,
  at: number,
): Problem {
  const name = expression.kind === 'symbol' ? expression.symbol.name : 'this expression';
  if (isAddress) {
    const address = what === 'an immediate' ? `%lo(${name})` : what === 'a constant' ? 'la' : undefined;
    return new Problem(`expected ${what} that is a number, and ${name} is an address`, at, address);
  }
  const near = expression.kind === 'symbol' ? nearestSymbol(assembly, name) : undefined;
  return new Problem(`expected ${what} that is a number, and ${name} has no value here yet`, at, near);
}

/** Where a relocation may stand, GNU as takes a register's name for the register even if it is a symbol's too. */
function refuseRegister(assembly: Assembly, cursor: Cursor, what: string): void {
  if (registerNumber(assembly, cursor) !== undefined && endsOperand(cursor)) throw unexpected(cursor, what);
}

function endsOperand(cursor: Cursor): boolean {
  const after = peek(cursor, 1);
  return after.kind === 'end' || (after.kind === 'sign' && ',()'.includes(after.text));
}

/** Takes the unsigned 32-bit way to write a negative number as that number, as GNU as does for RV32. */
function signed32(value: bigint): bigint {
  return value >= 0x8000_0000n && value <= 0xffff_ffffn ? value - 0x1_0000_0000n : value;
}

/** Reads `%name(expression)` if it comes next. */
function acceptRelocation(assembly: Assembly, cursor: Cursor, known: Relocations): Draft['fixup'] {
  if (!atSign(cursor, '%')) return undefined;
  cursor.next++;
  const token = peek(cursor);
  const kind = token.kind === 'name' ? known.get(token.text.toLowerCase()) : undefined;
  const names = [...known.keys()].map((name) => `%${name}`);
  if (token.kind !== 'name') throw unexpected(cursor, names.join(' or '));
  if (kind === undefined) {
    const why = NO_RELOCATION.test(token.text.toLowerCase())
      ? `%${token.text} needs a dynamic linker or threads, which a bare machine has not`
      : `expected ${names.join(' or ')}, found %${token.text}`;
    throw new Problem(why, token.start, nearest(`%${token.text}`, names), true);
  }
  cursor.next++;
  expectSign(cursor, '(');
  const expression = parseExpression(assembly, cursor);
  expectSign(cursor, ')');
  return { kind, expression };
}

export function readImmediate(assembly: Assembly, cursor: Cursor, draft: Draft, low: Low): void {
  const relocation = acceptRelocation(assembly, cursor, low.relocations);
  if (relocation) {
    draft.fixup = relocation;
    return;
  }
  const { start } = peek(cursor);
  refuseRegister(assembly, cursor, 'an immediate');
  const value = signed32(readNumber(assembly, cursor, 'an immediate'));
  if (value < -2048n || value > 2047n) {
    throw new Problem(`an immediate lies between -2048 and 2047, not ${value}`, start, undefined, true);
  }
  draft.word |= low.place(Number(value));
}

export function readUpper(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  const relocation = acceptRelocation(assembly, cursor, UPPER);
  if (relocation) {
    draft.fixup = relocation;
    return;
  }
  const { start } = peek(cursor);
  refuseRegister(assembly, cursor, 'an upper immediate');
  const value = readNumber(assembly, cursor, 'an upper immediate');
  if (value < 0n || value > 0xfffffn) {
    throw new Problem(`an upper immediate lies between 0 and 0xfffff, not ${value}`, start, undefined, true);
  }
  draft.word |= Number(value) << 12;
}

export function readConstant(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  const { start } = peek(cursor);
  if (atSign(cursor, '%')) throw unexpected(cursor, 'a number');
  const value = signed32(readNumber(assembly, cursor, 'a constant'));
  draft.expression = { kind: 'number', value, at: start, depth: 0 };
}

/** `%lo( )` and its like where a plain number would be a constant of any size. */
export function readRelocated(assembly: Assembly, cursor: Cursor, draft: Draft): void {
  if (!atSign(cursor, '%')) throw unexpected(cursor, 'a relocation');
  readImmediate(assembly, cursor, draft, LOW_I);
}
