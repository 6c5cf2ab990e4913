// The assembler: from source text to an image, or to everything that is wrong with the text.

import { type Image, RAM_BASE, RAM_BYTES_MAX } from '../isa/image.ts';
import { type AssemblyError, Fatal, noteProblem, Problem } from './errors.ts';
import { beginFile } from './files.ts';
import { groupSections, type Layout, placeSections } from './layout.ts';
import { lineTable } from './line-table.ts';
import { renderSection, writeSection } from './link.ts';
import { provideSymbols } from './linker-symbols.ts';
import { mergeSections } from './merge.ts';
import type { Assembly, AssemblyOptions, Section } from './model.ts';
import { itemsOf, relaxSections } from './relax.ts';
import { noteUndefined, type Target } from './relocate.ts';
import { addVariable, partOf, sectionNamed } from './sections.ts';
import { readStatements } from './statements.ts';
import { isWeak, symbolNamed } from './symbols.ts';
import { evaluate, locateInMemory } from './values.ts';

/** What `assemble` returns: a program, or all that is wrong. */
export type AssemblyResult =
  | {
      readonly ok: true;
      readonly image: Image;
      /** The names that the source declares global. */
      readonly globals: ReadonlySet<string>;
      readonly warnings: readonly AssemblyError[];
    }
  | {
      readonly ok: false;
      readonly errors: readonly AssemblyError[];
      readonly warnings: readonly AssemblyError[];
    };

const FLAGS_START = { file: '', line: 1, column: 1, within: [] } as const;

function beginAssembly(options: AssemblyOptions): Assembly {
  const location = { ...FLAGS_START, file: options.file ?? 'source.s' };
  const assembly: Assembly = {
    options,
    errors: [],
    warnings: [],
    symbols: new Map(),
    weakNames: new Map(),
    locals: new Map(),
    sections: new Map(),
    macros: new Map(),
    inputs: [],
    conditions: [],
    sectionStack: [],
    part: undefined as never,
    previous: undefined,
    line: { ...location, text: '' },
    location,
    runs: 0,
    bytes: 0,
    statements: 0,
    characters: 0,
    expanded: 0,
    expansions: 0,
    ended: false,
    alternate: false,
    localNames: 0,
  };
  return assembly;
}

/**
 * Assembles a program for RAM at 0x8000_0000, as GNU as with `-march=rv32ima_zicsr_zifencei -mno-relax` and a linker
 * would: `.text*`, `.rodata* .srodata*`, `.data* .sdata*`, `.bss* .sbss*` and common symbols. It starts at `_start`, or
 * at its first byte if there is no such label. Never throws: whatever the source, the errors are in the result.
 */
export function assemble(source: string, options: AssemblyOptions = {}): AssemblyResult {
  const assembly = beginAssembly(options);
  const text = partOf(assembly, sectionNamed(assembly, '.text'));
  assembly.part = text;
  for (const name of ['.data', '.bss']) partOf(assembly, sectionNamed(assembly, name));
  try {
    defineBeforehand(assembly);
    beginFile(assembly, source, assembly.location.file);
    readStatements(assembly);
    if (assembly.errors.length === 0) return link(assembly);
    noteUndefined(assembly);
  } catch (problem) {
    if (!(problem instanceof Fatal)) throw problem;
    if (problem.message !== assembly.errors.at(-1)?.message) {
      assembly.errors.push({ ...assembly.location, message: problem.message });
    }
  }
  return failure(assembly);
}

/** The errors in the order of the files and their lines. */
function failure({ errors, warnings }: Assembly): AssemblyResult {
  const files = [...new Set(errors.map(({ file }) => file))];
  const sorted = errors.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  return { ok: false, errors: sorted, warnings };
}

function defineBeforehand(assembly: Assembly): void {
  for (const [name, value] of Object.entries(assembly.options.defsym ?? {})) {
    const definition = {
      kind: 'number',
      value: BigInt(value),
      where: assembly.location,
      final: false,
    } as const;
    symbolNamed(assembly, name).definition = definition;
  }
}

function link(assembly: Assembly): AssemblyResult {
  const sections = [...assembly.sections.values()];
  for (const section of sections) padCode(assembly, section);
  relaxSections(sections);
  for (const group of groupSections(sections))
    mergeSections(group, (section) => renderSection(assembly, section));
  const layout = placeSections(sections, assembly.symbols.values());
  if (layout.end - RAM_BASE > RAM_BYTES_MAX) {
    throw new Fatal('the program is larger than 128 MiB, the most that a machine can hold');
  }
  defineTheRest(assembly, layout);
  const bytes = new Uint8Array(layout.loadedEnd - RAM_BASE);
  const view = new DataView(bytes.buffer);
  const target: Target = { assembly, base: RAM_BASE, view, highs: new Map() };
  for (const section of layout.sections) writeSection(target, section);
  if (assembly.errors.length > 0) return failure(assembly);
  const { symbols, globals } = collectSymbols(assembly);
  const entry = symbols.get('_start') ?? RAM_BASE;
  const lines = lineTable(layout.sections);
  const image: Image = { base: RAM_BASE, bytes, end: layout.end, entry, symbols, lines };
  return { ok: true, image, globals, warnings: assembly.warnings };
}

/** Code ends on its own alignment, so that what follows it in the group does not begin in the middle of a word. */
function padCode(assembly: Assembly, section: Section): void {
  if (!section.flags.executable || itemsOf(section).length === 0) return;
  const last = Math.max(...section.parts.keys());
  assembly.part = partOf(assembly, section, last);
  const { alignment } = section;
  addVariable(assembly, {
    kind: 'align',
    to: alignment,
    pattern: undefined,
    most: alignment,
    where: assembly.location,
  });
}

/** Common symbols get their addresses; weak ones that are defined nowhere are 0. */
function defineTheRest(assembly: Assembly, layout: Layout): void {
  const where = assembly.location;
  for (const [symbol, address] of layout.commons) {
    symbol.definition = { kind: 'number', value: BigInt(address), where, final: true, is: 'address' };
  }
  provideSymbols(assembly, layout);
  for (const symbol of assembly.symbols.values()) {
    if (symbol.definition === undefined && isWeak(symbol)) {
      symbol.definition = { kind: 'number', value: 0n, where, final: true, is: 'missing' };
    }
  }
}

function collectSymbols(assembly: Assembly): { symbols: Map<string, number>; globals: Set<string> } {
  const symbols = new Map<string, number>();
  const globals = new Set<string>();
  for (const symbol of assembly.symbols.values()) {
    if (symbol.definition === undefined) continue;
    const global = symbol.binding === 'global' || symbol.binding === 'weak';
    const value = finalValue(assembly, symbol.name);
    if (value === undefined || (value.run === undefined && !global)) continue;
    symbols.set(symbol.name, Number(BigInt.asUintN(32, value.number)));
    if (global) globals.add(symbol.name);
  }
  return { symbols, globals };
}

function finalValue(assembly: Assembly, name: string): ReturnType<typeof evaluate> {
  const symbol = assembly.symbols.get(name)!;
  try {
    return evaluate({ kind: 'symbol', symbol, at: 0, depth: 0 }, locateInMemory);
  } catch (problem) {
    if (!(problem instanceof Problem) || symbol.definition === undefined) throw problem;
    noteProblem(assembly, problem, symbol.definition.where);
    return undefined;
  }
}
