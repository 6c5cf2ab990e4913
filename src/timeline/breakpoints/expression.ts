// The language of conditions: numbers, registers, memory, comparison and arithmetic. Read into plain data, never executed as code.

import { err, ok, type Result } from '../../base/result.ts';
import { REGISTERS } from '../../isa/registers.ts';
import { type Token, tokenize } from './expression-tokens.ts';

export type Unary = '-' | '!' | '~';
export type Binary =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** `instruction`: how many have been retired. `time`: nanoseconds since the run began. */
  | { readonly kind: 'pc' | 'instruction' | 'time' }
  | { readonly kind: 'register'; readonly number: number }
  | { readonly kind: 'control'; readonly name: string }
  | { readonly kind: 'memory'; readonly size: 1 | 2 | 4; readonly address: Expression }
  | { readonly kind: 'signed'; readonly of: Expression }
  | { readonly kind: 'unary'; readonly operator: Unary; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: Binary;
      readonly left: Expression;
      readonly right: Expression;
    };

/** What an expression may say of control registers. */
export const CONTROL_REGISTERS = [
  'mstatus',
  'mie',
  'mtvec',
  'mscratch',
  'mepc',
  'mcause',
  'mtval',
  'mcounteren',
] as const;

/** Loosest first; all are left-associative. */
const LEVELS: readonly (readonly Binary[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const SIZES: Readonly<Record<string, 1 | 2 | 4>> = { b: 1, h: 2, w: 4 };

const CHARACTERS_MAX = 1000;
const DEPTH_MAX = 64;

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  readonly symbols: ReadonlyMap<string, number>;
}

/** A mistake on the way down; caught in `parseExpression` and nowhere seen outside. */
class Mistake extends Error {}

/**
 * Reads a condition such as `a0 == 5 && [counter] > 7`, `b[sp + 4] != 0`, `time >= 12ms`. `symbols` are the guest's labels;
 * a register's name comes first. An error is one sentence with the column, from 1.
 */
export function parseExpression(
  text: string,
  symbols: ReadonlyMap<string, number> = new Map(),
): Result<Expression> {
  if (text.length > CHARACTERS_MAX)
    return err(`the condition has ${text.length} characters; ${CHARACTERS_MAX} is the most`);
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  const reader: Reader = { tokens: tokens.value, next: 0, depth: 0, symbols };
  try {
    const expression = readLevel(reader, 0);
    const rest = peek(reader);
    if (rest.kind !== 'end') throw new Mistake(`column ${rest.column}: "${rest.text}" is one too many`);
    return ok(expression);
  } catch (mistake) {
    if (mistake instanceof Mistake) return err(mistake.message);
    throw mistake;
  }
}

const peek = ({ tokens, next }: Reader): Token => tokens[next] as Token;

const take = (reader: Reader): Token => reader.tokens[reader.next++] as Token;

function expect(reader: Reader, text: string): void {
  const token = take(reader);
  if (token.text !== text || token.kind !== 'sign')
    throw new Mistake(`column ${token.column}: "${text}" is missing before ${shown(token)}`);
}

const shown = (token: Token): string => (token.kind === 'end' ? 'the end' : `"${token.text}"`);

function readLevel(reader: Reader, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return readUnary(reader);
  let left = readLevel(reader, level + 1);
  for (;;) {
    const { kind, text } = peek(reader);
    const operator = kind === 'sign' ? operators.find((each) => each === text) : undefined;
    if (operator === undefined) return left;
    take(reader);
    left = { kind: 'binary', operator, left, right: readLevel(reader, level + 1) };
  }
}

function readUnary(reader: Reader): Expression {
  const token = peek(reader);
  if (++reader.depth > DEPTH_MAX)
    throw new Mistake(`column ${token.column}: the condition is nested too deeply; ${DEPTH_MAX} is the most`);
  const expression = readOperand(reader, token);
  reader.depth--;
  return expression;
}

function readOperand(reader: Reader, token: Token): Expression {
  const { kind, text, column } = take(reader);
  if (kind === 'number') return { kind: 'number', value: token.value };
  if (kind === 'name') return readName(reader, token);
  if (text === '-' || text === '!' || text === '~')
    return { kind: 'unary', operator: text, of: readUnary(reader) };
  if (text === '[') return readMemory(reader, 4);
  if (text === '(') {
    const inner = readLevel(reader, 0);
    expect(reader, ')');
    return inner;
  }
  throw new Mistake(
    `column ${column}: a number, a register, a label or "[" is missing before ${shown(token)}`,
  );
}

function readMemory(reader: Reader, size: 1 | 2 | 4): Expression {
  const address = readLevel(reader, 0);
  expect(reader, ']');
  return { kind: 'memory', size, address };
}

function readName(reader: Reader, { text: name, column }: Token): Expression {
  const following = peek(reader);
  const size = Object.hasOwn(SIZES, name) ? SIZES[name] : undefined;
  if (size !== undefined && following.text === '[') {
    take(reader);
    return readMemory(reader, size);
  }
  if (name === 'signed' && following.text === '(') {
    take(reader);
    const of = readLevel(reader, 0);
    expect(reader, ')');
    return { kind: 'signed', of };
  }
  if (name === 'pc' || name === 'instruction' || name === 'time') return { kind: name };
  const number = REGISTERS.get(name);
  if (number !== undefined) return { kind: 'register', number };
  if ((CONTROL_REGISTERS as readonly string[]).includes(name)) return { kind: 'control', name };
  const address = reader.symbols.get(name);
  if (address !== undefined) return { kind: 'number', value: address };
  throw new Mistake(
    `column ${column}: "${name}" is no register, no label of the guest, and none of pc, instruction, time`,
  );
}
