// Names: used, defined, redefined; numeric labels; the present place.

import { REGISTERS } from '../isa/registers.ts';
import { nearest, Problem } from './errors.ts';
import { LINKER_SYMBOLS } from './linker-symbols.ts';
import type { Assembly, Definition, SymbolEntry } from './model.ts';
import { here } from './sections.ts';

/** How many names one program may have. */
const SYMBOLS_MAX = 2_000_000;

function makeSymbol(assembly: Assembly, name: string, at: number): SymbolEntry {
  const { location } = assembly;
  const used = at > 0 ? { ...location, column: location.column + at } : location;
  return { name, definition: undefined, binding: undefined, used, wanted: 'never', resolving: false };
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

/** The symbol that `name` in an expression stands for. */
export function symbolMeant(assembly: Assembly, name: string, at: number): SymbolEntry {
  if (name === '.') return hereSymbol(assembly);
  const target = weakTarget(assembly, name);
  const symbol = symbolNamed(assembly, target, at);
  if (target === name) symbol.wanted = 'strongly';
  else if (symbol.wanted === 'never') symbol.wanted = 'weakly';
  return symbol;
}

/** How many names of names `.weakref` may make. */
const WEAK_NAMES_MAX = 100;

/** What a name stands for once all that `.weakref` says is followed. */
function weakTarget({ weakNames }: Assembly, name: string): string {
  let target = name;
  for (let steps = 0; weakNames.has(target); steps++) {
    if (steps > WEAK_NAMES_MAX)
      throw new Problem(`${name} stands for too many other names, or for itself`, 0);
    target = weakNames.get(target)!;
  }
  return target;
}

/** Whether a symbol may stay without a definition, and then is 0. */
export const isWeak = ({ binding, wanted }: SymbolEntry): boolean =>
  binding === 'weak' || (binding === undefined && wanted === 'weakly');

/** A symbol without a name for the present place, which `.` stands for. */
function hereSymbol(assembly: Assembly): SymbolEntry {
  const symbol = makeSymbol(assembly, '.', 0);
  symbol.definition = definitionHere(assembly);
  return symbol;
}

/** The present place as a label's definition; in an absolute section that is a number. */
function definitionHere(assembly: Assembly): Definition {
  const { location: where, part } = assembly;
  return part.section.flags.absolute
    ? { kind: 'number', value: BigInt(part.runOffset), where, final: true }
    : { kind: 'label', ...here(assembly), where, final: true };
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
  symbol.definition = definitionHere(assembly);
  assembly.locals.set(number, { last: symbol, next: undefined });
}

/** Defines the label `name:` here. Throws when the name has a definition already. */
export function defineLabel(assembly: Assembly, name: string): void {
  const symbol = nameToDefine(assembly, name);
  if (symbol.definition) throw alreadyDefined(name, symbol.definition);
  symbol.definition = definitionHere(assembly);
}

/** Gives `name` the definition that `.set`, `.equ` or `=` says; a name so defined before may be redefined unless it was final. */
export function defineSymbol(assembly: Assembly, name: string, definition: Definition): void {
  let symbol = nameToDefine(assembly, name);
  const old = symbol.definition;
  if (old) {
    if (old.final || definition.final) throw alreadyDefined(name, old);
    symbol = { ...symbol, resolving: false };
    assembly.symbols.set(name, symbol);
  }
  symbol.definition = definition;
}

/** The symbol of a name that gets a definition. Throws when the name is another's already. */
function nameToDefine(assembly: Assembly, name: string): SymbolEntry {
  const target = assembly.weakNames.get(name);
  if (target) throw new Problem(`${name} is already defined, by .weakref as another name of ${target}`, 0);
  return symbolNamed(assembly, name);
}

/** Makes `name` another name of `target`, which it does not ask to be defined. */
export function defineWeakName(assembly: Assembly, name: string, target: string): void {
  const symbol = symbolNamed(assembly, name);
  if (symbol.definition) throw alreadyDefined(name, symbol.definition);
  if (weakTarget(assembly, target) === name) throw new Problem(`${name} would be another name of itself`, 0);
  assembly.weakNames.set(name, target);
}

/** The problem that a name is defined twice. */
export function alreadyDefined(name: string, { where }: Definition): Problem {
  return new Problem(`${name} is already defined, in ${where.file}:${where.line}`, 0);
}

/** The problem that a symbol was used and is defined nowhere, with a name near it. */
export function undefinedSymbol(assembly: Assembly, symbol: SymbolEntry): Problem {
  const local = /^(\d+)f$/.exec(symbol.name);
  if (local)
    return new Problem(`no label ${local[1]}: stands after this`, -1, localHint(assembly, Number(local[1])));
  if (REGISTERS.has(symbol.name)) {
    return new Problem(`${symbol.name} is a register, not a symbol`, -1, `0(${symbol.name})`);
  }
  const hint =
    nearestSymbol(assembly, symbol.name) ??
    nearest(symbol.name, REGISTERS.keys()) ??
    nearest(symbol.name, LINKER_SYMBOLS);
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
