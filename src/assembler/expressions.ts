// Expressions: read by GNU as's precedence, folded where both operands are numbers.

import { noteWarning, Problem } from './errors.ts';
import type { Assembly, Expression } from './model.ts';
import { localSymbol, symbolMeant } from './symbols.ts';
import { acceptSign, atSign, type Cursor, expectSign, peek, unexpected } from './tokens.ts';
import { applyBinary, applyUnary } from './values.ts';

/** Nesting beyond this is refused, so that neither reading nor evaluating can exhaust the stack. */
const DEPTH_MAX = 400;

/**
 * How tightly operators bind, as in GNU as ("Infix Operators" in its manual): shifts like `*`, and `| & ^ !` tighter
 * than `+`. C differs, so where C would group the same text differently there is a warning.
 */
const RANK: Readonly<Record<string, number>> = Object.freeze({
  '*': 8,
  '/': 8,
  '%': 8,
  '<<': 8,
  '>>': 8,
  '|': 7,
  '&': 7,
  '^': 7,
  '!': 7,
  '+': 5,
  '-': 5,
  '==': 4,
  '<>': 4,
  '!=': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '&&': 3,
  '||': 2,
});

const C_RANK: Readonly<Record<string, number>> = Object.freeze({
  '*': 12,
  '/': 12,
  '%': 12,
  '+': 11,
  '-': 11,
  '<<': 10,
  '>>': 10,
  '<': 9,
  '>': 9,
  '<=': 9,
  '>=': 9,
  '==': 8,
  '!=': 8,
  '<>': 8,
  '&': 7,
  '^': 6,
  '!': 5,
  '|': 5,
  '&&': 4,
  '||': 3,
});

/** An operator that stands bare in the expression read so far, with what it was read as. */
interface Read {
  readonly expression: Expression;
  /** The outermost operator, if no parentheses enclose it. */
  readonly operator: string | undefined;
}

/** Reads an expression. Throws a Problem where none stands. */
export function parseExpression(assembly: Assembly, cursor: Cursor): Expression {
  return parseBinary(assembly, cursor, 0, 0).expression;
}

/** Whether an expression can begin with the next token. */
export function atExpression(cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token.kind === 'sign') return '(-+~!'.includes(token.text);
  return token.kind !== 'end' && token.kind !== 'string';
}

function parseBinary(assembly: Assembly, cursor: Cursor, above: number, nesting: number): Read {
  let left = parseUnary(assembly, cursor, nesting);
  for (;;) {
    const token = peek(cursor);
    const rank = token.kind === 'sign' ? RANK[token.text] : undefined;
    if (token.kind !== 'sign' || rank === undefined || rank <= above) return left;
    cursor.next++;
    const right = parseBinary(assembly, cursor, rank, nesting + 1);
    warnOfC(assembly, token.text, left.operator, right.operator, token.start);
    left = {
      expression: makeBinary(token.text, left.expression, right.expression, token.start),
      operator: token.text,
    };
  }
}

/** Warns when C would not group `left operator right` as it has been grouped here. */
function warnOfC(
  assembly: Assembly,
  operator: string,
  left: string | undefined,
  right: string | undefined,
  at: number,
): void {
  const rank = C_RANK[operator]!;
  const differs =
    (left !== undefined && C_RANK[left]! < rank) || (right !== undefined && C_RANK[right]! <= rank);
  if (!differs) return;
  const other = left !== undefined && C_RANK[left]! < rank ? left : right;
  const message = `here ${other} binds tighter than ${operator}, as in GNU as; C groups them the other way: parentheses make it clear`;
  noteWarning(assembly, message, at);
}

function parseUnary(assembly: Assembly, cursor: Cursor, nesting: number): Read {
  if (nesting > DEPTH_MAX) throw new Problem('the expression is nested too deeply', peek(cursor).start);
  const token = peek(cursor);
  if (token.kind === 'sign' && '-+~!'.includes(token.text)) {
    cursor.next++;
    const { expression } = parseUnary(assembly, cursor, nesting + 1);
    return { expression: makeUnary(token.text, expression, token.start), operator: undefined };
  }
  return { expression: parsePrimary(assembly, cursor, nesting), operator: undefined };
}

function parsePrimary(assembly: Assembly, cursor: Cursor, nesting: number): Expression {
  const token = peek(cursor);
  const { start } = token;
  if (acceptSign(cursor, '(')) {
    const { expression } = parseBinary(assembly, cursor, 0, nesting + 1);
    expectSign(cursor, ')', 'an operator or )');
    return expression;
  }
  switch (token.kind) {
    case 'number':
      if (token.value >= 1n << 64n) {
        const digits = cursor.text.slice(start, token.end);
        throw new Problem(`the number ${digits} does not fit into 64 bits`, start);
      }
      cursor.next++;
      return { kind: 'number', value: BigInt.asIntN(64, token.value), at: start, depth: 0 };
    case 'local':
      cursor.next++;
      return {
        kind: 'symbol',
        symbol: localSymbol(assembly, token.number, token.forward, start),
        at: start,
        depth: 0,
      };
    case 'string':
    case 'name': {
      cursor.next++;
      const symbol = symbolMeant(assembly, token.text, start);
      // A constant is taken at once: a later `.set` of the same name does not reach back.
      if (symbol.definition?.kind === 'number') {
        return { kind: 'number', value: symbol.definition.value, at: start, depth: 0 };
      }
      return { kind: 'symbol', symbol, at: start, depth: 0 };
    }
    default:
      if (atSign(cursor, '%'))
        throw unexpected(cursor, 'a number or a symbol (a relocation stands alone, before it)');
      throw unexpected(cursor, 'a number, a symbol or an expression');
  }
}

function makeUnary(operator: string, operand: Expression, at: number): Expression {
  if (operand.kind === 'number')
    return { kind: 'number', value: applyUnary(operator, operand.value), at, depth: 0 };
  return { kind: 'unary', operator, operand, at, depth: checkDepth(operand.depth + 1, at) };
}

function makeBinary(operator: string, left: Expression, right: Expression, at: number): Expression {
  if (left.kind === 'number' && right.kind === 'number') {
    return {
      kind: 'number',
      value: applyBinary(operator, left.value, right.value, at),
      at: left.at,
      depth: 0,
    };
  }
  const depth = checkDepth(Math.max(left.depth, right.depth) + 1, at);
  return { kind: 'binary', operator, left, right, at, depth };
}

function checkDepth(depth: number, at: number): number {
  if (depth > DEPTH_MAX) throw new Problem('the expression has too many terms', at);
  return depth;
}
