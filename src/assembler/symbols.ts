// Names: used, defined, redefined; numeric labels; the present place.

import { REGISTERS } from '../isa/registers.ts';
import { nearest, Problem } from './errors.ts';
import type { Assembly, Definition, SymbolEntry } from './model.ts';
import { here } from './sections.ts';

/** How many names one program may have. */
const SYMBOLS_MAX = 2_000_000;

function makeSymbol(assembly: Assembly, name: string, at: number): SymbolEntry {
  const { location } = assembly;
  const used = at > 0 ? { ...location, column: location.column + at } : location;
  return { name, definition: undefined, binding: undefined, used, resolving: false };
}

/** The symbol of that name, made when it is not known yet. `at` is where in the statement it stands. */
export function symbolNamed(assembly: Assembly, name: string, at = 0): SymbolEntry {
  let symbol = assembly.symbols.get(name);
  if (symbol === undefined) {
    if (assembly.symbols.size >= SYMBOLS_MAX) throw new Problem('too many symbols', at);
    symbol = makeSymbol(assembly, name, at);
    assembly.symbols.set(name, symbol);
  }
  return symbol;
}

/** A symbol without a name for the present place, which `.` stands for. */
export function hereSymbol(assembly: Assembly): SymbolEntry {
  const symbol = makeSymbol(assembly, '.', 0);
  symbol.definition = { kind: 'label', ...here(assembly), where: assembly.location, final: true };
  return symbol;
}

/** The symbol that `1f` or `1b` means. Throws when there is no such label before. */
export function localSymbol(assembly: Assembly, number: number, forward: boolean, at: number): SymbolEntry {
  let entry = assembly.locals.get(number);
  if (entry === undefined) {
    entry = { last: undefined, next: undefined };
    assembly.locals.set(number, entry);
  }
  if (forward) {
    entry.next ??= makeSymbol(assembly, `${number}f`, at);
    return entry.next;
  }
  if (entry.last === undefined) throw new Problem(`no label ${number}: stands before this`, at, `${number}f`);
  return entry.last;
}

/** Defines the numeric label `number:` here. */
export function defineLocal(assembly: Assembly, number: number): void {
  const entry = assembly.locals.get(number);
  const symbol = entry?.next ?? makeSymbol(assembly, `${number}b`, 0);
  symbol.definition = { kind: 'label', ...here(assembly), where: assembly.location, final: true };
  assembly.locals.set(number, { last: symbol, next: undefined });
}

/** Defines the label `name:` here. Throws when the name has a definition already. */
export function defineLabel(assembly: Assembly, name: string): void {
  const symbol = symbolNamed(assembly, name);
  if (symbol.definition) throw alreadyDefined(symbol, symbol.definition);
  symbol.definition = { kind: 'label', ...here(assembly), where: assembly.location, final: true };
}

/** Gives `name` the definition that `.set`, `.equ` or `=` says; a name so defined before may be redefined unless it was final. */
export function defineSymbol(assembly: Assembly, name: string, definition: Definition): void {
  let symbol = symbolNamed(assembly, name);
  const old = symbol.definition;
  if (old) {
    if (old.final || definition.final) throw alreadyDefined(symbol, old);
    symbol = { ...symbol, resolving: false };
    assembly.symbols.set(name, symbol);
  }
  symbol.definition = definition;
}

/** The problem that a name is defined twice. */
export function alreadyDefined(symbol: SymbolEntry, { where }: Definition): Problem {
  return new Problem(`${symbol.name} is already defined, in ${where.file}:${where.line}`, 0);
}

/** The problem that a symbol was used and is defined nowhere, with a name near it. */
export function undefinedSymbol(assembly: Assembly, symbol: SymbolEntry): Problem {
  const local = /^(\d+)f$/.exec(symbol.name);
  if (local)
    return new Problem(`no label ${local[1]}: stands after this`, -1, localHint(assembly, Number(local[1])));
  if (REGISTERS.has(symbol.name)) {
    return new Problem(`${symbol.name} is a register, not a symbol`, -1, `0(${symbol.name})`);
  }
  const hint = nearestSymbol(assembly, symbol.name) ?? nearest(symbol.name, REGISTERS.keys());
  return new Problem(`${symbol.name} is not defined`, -1, hint);
}

/** The symbol defined so far whose name is nearest to this one. */
export function nearestSymbol(assembly: Assembly, name: string): string | undefined {
  const defined: string[] = [];
  for (const [other, { definition }] of assembly.symbols) if (definition) defined.push(other);
  return nearest(name, defined);
}

function localHint(assembly: Assembly, number: number): string | undefined {
  return assembly.locals.get(number)?.last ? `${number}b` : undefined;
}
