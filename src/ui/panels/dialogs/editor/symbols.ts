// The names that source texts define, found by reading the lines: also in a text that does not assemble yet.

export type SymbolKind = 'label' | 'constant' | 'macro';

export interface Definition {
  name: string;
  kind: SymbolKind;
  file: string;
  /** From 1. */
  line: number;
}

/** Source texts by file name. */
export type Texts = Readonly<Record<string, string>>;

const NAME = '[A-Za-z_.$][\\w.$]*';
const LABEL = new RegExp(`^\\s*(?:${NAME}\\s*:\\s*)*(${NAME}|\\d+)\\s*:`);
const CONSTANT = new RegExp(
  `^\\s*(?:\\.(?:equ|set|equiv|comm|lcomm)\\s+(${NAME})\\s*,|(${NAME})\\s*==?(?!=))`,
);
const MACRO = new RegExp(`^\\s*\\.macro\\s+(${NAME})`, 'i');

/** Everything that the texts define, in their order. Numeric labels are among it, once for each place. */
export function definitionsIn(texts: Texts): Definition[] {
  return Object.entries(texts).flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => {
      const found = definitionIn(line);
      return found === undefined ? [] : [{ ...found, file, line: index + 1 }];
    }),
  );
}

function definitionIn(line: string): { name: string; kind: SymbolKind } | undefined {
  const macro = MACRO.exec(line)?.[1];
  if (macro !== undefined) return { name: macro, kind: 'macro' };
  const [, listed, assigned] = CONSTANT.exec(line) ?? [];
  const constant = listed ?? assigned;
  if (constant !== undefined) return { name: constant, kind: 'constant' };
  const label = LABEL.exec(line)?.[1];
  return label === undefined ? undefined : { name: label, kind: 'label' };
}

/**
 * Where the name that stands in `file` at `line` is defined; of a numeric label (`1b`, `1f`) the one it means. What the
 * same file defines comes first.
 */
export function definitionOf(texts: Texts, name: string, file: string, line: number): Definition | undefined {
  const all = definitionsIn(texts);
  const [, number, way] = /^(\d+)([bf])$/.exec(name) ?? [];
  if (number !== undefined) {
    const here = all.filter((each) => each.name === number && each.file === file);
    return way === 'b' ? here.findLast((each) => each.line <= line) : here.find((each) => each.line > line);
  }
  const named = all.filter((each) => each.name === name);
  return named.find((each) => each.file === file) ?? named[0];
}

/** The word of an assembly text around a column (from 0) of a line. */
export function wordAt(line: string, column: number): { text: string; from: number } | undefined {
  for (const match of line.matchAll(/[\w.$]+/g))
    if (match.index <= column && column <= match.index + match[0].length)
      return { text: match[0], from: match.index };
  return undefined;
}
