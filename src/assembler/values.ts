// What expressions are worth: 64-bit numbers, and addresses relative to something whose place is known later.

import { Problem } from './errors.ts';
import { MERGED_RUN, mergedAddress } from './merge.ts';
import type { Definition, Expression, Item, SymbolEntry } from './model.ts';

/** A number (`run` undefined), or a distance from the start of run `run`. Distances in one run may be subtracted and compared. */
export interface Value {
  readonly number: bigint;
  readonly run: number | undefined;
}

/** The run that every address belongs to once the layout is made. */
export const MEMORY_RUN = -1;

/** How far definitions may lead from one symbol to the next, counted in steps: more of them, or deep ones, would exhaust the stack. */
export const CHAIN_MAX = 2000;

/** The steps of one definition. */
export const stepsOf = ({ depth }: Expression): number => 10 + depth;

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
const truth = (holds: boolean): bigint => (holds ? -1n : 0n);

/** `- + ~ !` of a number. */
export function applyUnary(operator: string, value: bigint): bigint {
  switch (operator) {
    case '-':
      return wrap(-value);
    case '~':
      return ~value;
    case '!':
      return value === 0n ? 1n : 0n;
    default:
      return value;
  }
}

/** An infix operator as GNU as has it: 64 bits, comparisons give -1, `&&` and `||` give 1, `>>` shifts zeros in. */
export function applyBinary(operator: string, a: bigint, b: bigint, at: number): bigint {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
    case '%':
      if (b === 0n) throw new Problem('division by zero', at);
      return wrap(operator === '/' ? a / b : a % b);
    case '<<':
      return b < 0n || b > 63n ? 0n : wrap(a << b);
    case '>>':
      return b < 0n || b > 63n ? 0n : wrap(BigInt.asUintN(64, a) >> b);
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '!':
      return a | ~b;
    case '==':
      return truth(a === b);
    case '!=':
    case '<>':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '&&':
      return a !== 0n && b !== 0n ? 1n : 0n;
    case '||':
      return a !== 0n || b !== 0n ? 1n : 0n;
    default:
      throw new Problem(`no operator ${operator}`, at);
  }
}

/** Where a label is: how many bytes after the start of which run. */
export type Locate = (item: Item, offset: number) => Value;

/** While reading: distances within a run of items of fixed size. */
export const locateInRun: Locate = (item, offset) => ({
  number: BigInt(item.runOffset + offset),
  run: item.run,
});

/** After the layout: everything is an address. */
export const locateInMemory: Locate = (item, offset) => {
  const { merged } = item.section;
  const moved = merged !== undefined && item.run !== MERGED_RUN;
  const address = moved ? mergedAddress(merged, item.address + offset) : item.address + offset;
  return { number: BigInt(address), run: MEMORY_RUN };
};

/** Values of symbols that are defined by expressions, so that a symbol used many times is worked out once. */
type Memo = Map<SymbolEntry, Value | undefined>;

/** The value of an expression, or undefined when it depends on what is not known yet. Throws a Problem for what can never be. */
export function evaluate(
  expression: Expression,
  locate: Locate,
  chain = 0,
  memo: Memo | undefined = undefined,
): Value | undefined {
  switch (expression.kind) {
    case 'number':
      return { number: expression.value, run: undefined };
    case 'symbol':
      return valueOfSymbol(expression.symbol, locate, chain, memo, expression.at);
    case 'unary': {
      const operand = evaluate(expression.operand, locate, chain, memo);
      if (operand === undefined || expression.operator === '+') return operand;
      if (operand.run !== undefined) throw new Problem(`${expression.operator} of an address`, expression.at);
      return { number: applyUnary(expression.operator, operand.number), run: undefined };
    }
    case 'binary': {
      const left = evaluate(expression.left, locate, chain, memo);
      const right = evaluate(expression.right, locate, chain, memo);
      if (left === undefined || right === undefined) return undefined;
      return combine(expression.operator, left, right, expression.at);
    }
  }
}

/** Where in its statement an expression begins. */
export function startOf(expression: Expression): number {
  return expression.kind === 'binary' ? startOf(expression.left) : expression.at;
}

const COMPARISONS: ReadonlySet<string> = new Set(['-', '==', '!=', '<>', '<', '>', '<=', '>=']);

function combine(operator: string, left: Value, right: Value, at: number): Value | undefined {
  const number = (): bigint => applyBinary(operator, left.number, right.number, at);
  if (left.run === undefined && right.run === undefined) return { number: number(), run: undefined };
  if (operator === '+' && (left.run === undefined || right.run === undefined)) {
    return { number: number(), run: left.run ?? right.run };
  }
  if (operator === '-' && right.run === undefined) return { number: number(), run: left.run };
  if (COMPARISONS.has(operator)) {
    if (left.run === right.run) return { number: number(), run: undefined };
    if (left.run !== undefined && right.run !== undefined) return undefined;
  }
  throw new Problem(`${operator} of an address`, at);
}

function valueOfSymbol(
  symbol: SymbolEntry,
  locate: Locate,
  chain: number,
  outer: Memo | undefined,
  at: number,
): Value | undefined {
  const { definition } = symbol;
  if (definition === undefined) return undefined;
  if (definition.kind !== 'expression') return valueOfPlace(definition, locate);
  if (symbol.resolving) throw new Problem(`${symbol.name} is defined by itself`, at);
  if (chain > CHAIN_MAX) throw new Problem(`${symbol.name} is defined through too many other symbols`, at);
  const memo: Memo = outer ?? new Map();
  if (memo.has(symbol)) return memo.get(symbol);
  symbol.resolving = true;
  try {
    const value = evaluate(definition.expression, locate, chain + stepsOf(definition.expression), memo);
    memo.set(symbol, value);
    return value;
  } catch (problem) {
    // What is wrong in a definition is told where the symbol is used, for that is the statement at hand.
    if (problem instanceof Problem) throw new Problem(problem.message, at, problem.suggestion);
    throw problem;
  } finally {
    symbol.resolving = false;
  }
}

function valueOfPlace(
  definition: Exclude<Definition, { kind: 'expression' }>,
  locate: Locate,
): Value | undefined {
  if (definition.kind === 'label') return locate(definition.item, definition.offset);
  if (definition.kind === 'number') {
    return { number: definition.value, run: definition.is === 'address' ? MEMORY_RUN : undefined };
  }
  return undefined;
}
