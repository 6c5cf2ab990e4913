// Directives that say something about symbols.

import { type Directive, readAbsolute } from './data-directives.ts';
import { noteWarning, Problem } from './errors.ts';
import { parseExpression } from './expressions.ts';
import type { Assembly, SymbolEntry } from './model.ts';
import { isPowerOfTwo } from './powers.ts';
import { addVariable, emitFill, enterPart, here, partOf, sectionNamed } from './sections.ts';
import { alreadyDefined, defineSymbol, defineWeakName, symbolNamed } from './symbols.ts';
import { acceptSign, type Cursor, expectEnd, expectSign, peek, tokenize, unexpected } from './tokens.ts';
import { evaluate, locateInRun } from './values.ts';

/** Reads a symbol's name, which may stand in quotes. */
export function readName(cursor: Cursor): string {
  const token = peek(cursor);
  if (token.kind !== 'name' && token.kind !== 'string') throw unexpected(cursor, 'a symbol');
  cursor.next++;
  return token.text;
}

const bind =
  (binding: 'global' | 'local' | 'weak'): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    do {
      symbolNamed(assembly, readName(cursor), peek(cursor).start).binding = binding;
    } while (acceptSign(cursor, ',') || peek(cursor).kind === 'name');
    expectEnd(cursor);
  };

const assign =
  (final: boolean): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const name = readName(cursor);
    expectSign(cursor, ',');
    assignSymbol(assembly, name, cursor, final);
  };

/** Gives `name` the value of the expression that comes next. An address known relative to a label here stays so. */
export function assignSymbol(assembly: Assembly, name: string, cursor: Cursor, final: boolean): void {
  if (name === '.') {
    const target = parseExpression(assembly, cursor);
    expectEnd(cursor);
    const pattern = Uint8Array.of(0);
    addVariable(assembly, { kind: 'origin', target, pattern, where: assembly.location });
    return;
  }
  const expression = parseExpression(assembly, cursor);
  expectEnd(cursor);
  const where = assembly.location;
  const value = evaluate(expression, locateInRun);
  if (value !== undefined && value.run === undefined) {
    defineSymbol(assembly, name, { kind: 'number', value: value.number, where, final });
  } else if (expression.kind === 'symbol' && expression.symbol.definition?.kind === 'label') {
    defineSymbol(assembly, name, { ...expression.symbol.definition, where, final });
  } else defineSymbol(assembly, name, { kind: 'expression', expression, where, final });
}

/** Name, size and alignment as `.comm` and `.lcomm` have them. Without alignment, the size's own up to `most`. */
function readCommon(
  assembly: Assembly,
  text: string,
  from: number,
  most: number,
): { symbol: SymbolEntry; size: number; alignment: number } {
  const cursor = tokenize(text, from);
  const symbol = symbolNamed(assembly, readName(cursor), from);
  acceptSign(cursor, ',');
  const given = readAbsolute(assembly, cursor);
  if (given < 0) throw new Problem(`the size ${given} is negative`, from);
  const size = sizeOf(assembly, symbol, given, from);
  const { start } = peek(cursor);
  const natural = Math.min(most, 2 ** (31 - Math.clz32(Math.max(Math.min(size, 2 ** 31), 1))));
  const alignment = acceptSign(cursor, ',') ? readAbsolute(assembly, cursor) || 1 : natural;
  expectEnd(cursor);
  if (alignment < 0 || alignment > 2 ** 27 || !isPowerOfTwo(alignment)) {
    throw new Problem(`${alignment} is no power of two up to 2^27`, start);
  }
  return { symbol, size, alignment };
}

/** A common symbol may be declared again: it keeps its first size, and takes the new alignment. */
function sizeOf(assembly: Assembly, { name, definition }: SymbolEntry, given: number, at: number): number {
  if (definition === undefined) return given;
  if (definition.kind !== 'common') throw alreadyDefined(name, definition);
  if (definition.size !== given)
    noteWarning(assembly, `${name} has a size of ${definition.size} already, and keeps it`, at);
  return definition.size;
}

/** Room in .bss, in the subsection where GNU as puts it: behind all that is written there by hand. */
function allocate(assembly: Assembly, symbol: SymbolEntry, size: number, alignment: number): void {
  const { part, previous } = assembly;
  const bss = sectionNamed(assembly, '.bss');
  enterPart(assembly, partOf(assembly, bss, 1));
  bss.alignment = Math.max(bss.alignment, alignment);
  if (alignment > 1) {
    addVariable(assembly, {
      kind: 'align',
      to: alignment,
      pattern: Uint8Array.of(0),
      most: alignment,
      where: assembly.location,
    });
  }
  symbol.definition = { kind: 'label', ...here(assembly), where: assembly.location, final: true };
  emitFill(assembly, size, Uint8Array.of(0));
  assembly.part = part;
  assembly.previous = previous;
}

const common: Directive = (assembly, text, from) => {
  const { symbol, size, alignment } = readCommon(assembly, text, from, 16);
  if (symbol.binding === 'local') allocate(assembly, symbol, size, alignment);
  else {
    symbol.binding ??= 'global';
    symbol.definition = { kind: 'common', size, alignment, where: assembly.location, final: true };
  }
};

const localCommon: Directive = (assembly, text, from) => {
  const { symbol, size, alignment } = readCommon(assembly, text, from, 8);
  allocate(assembly, symbol, size, alignment);
};

/** `.weakref` name, target: another name of the target, by which it may be used without being defined. */
const weakReference: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const name = readName(cursor);
  expectSign(cursor, ',');
  const target = readName(cursor);
  expectEnd(cursor);
  defineWeakName(assembly, name, target);
};

export const SYMBOL_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.globl': bind('global'),
  '.global': bind('global'),
  '.xdef': bind('global'),
  '.local': bind('local'),
  '.weak': bind('weak'),
  '.weakref': weakReference,
  '.set': assign(false),
  '.equ': assign(false),
  '.equiv': assign(true),
  '.eqv': assign(true),
  '.lsym': assign(true),
  '.comm': common,
  '.common': common,
  '.common.s': common,
  '.xcom': common,
  // With one thread its variables are everybody's.
  '.tls_common': common,
  '.lcomm': localCommon,
});
