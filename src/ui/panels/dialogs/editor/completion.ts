// What may stand where the person is typing: an instruction or directive at the beginning of a statement, operands behind it.
import type { CompletionItem } from '../../../../worker/protocol.ts';
import type { Definition } from './symbols.ts';

export interface Suggestion {
  label: string;
  /** What it is written with, or where it is from. */
  detail: string;
  info: string;
  /** For the icon. */
  type: CompletionItem['kind'] | Definition['kind'];
  /** Higher stands first. */
  boost: number;
}

export interface CursorContext {
  /** Where the word begins, as an index in the line. */
  from: number;
  where: 'operation' | 'operand';
  /** The operation of the statement, when an operand is being typed. */
  operation: string;
}

const LABELS = /^\s*(?:(?:[A-Za-z_.$][\w.$]*|\d+)\s*:\s*)*/;

/** What is being typed at the end of `before`, the line's text up to the cursor; null in comments and strings. */
export function cursorContext(before: string): CursorContext | null {
  const code = before.replace(/"(?:[^"\\]|\\.)*"/g, (text) => '_'.repeat(text.length));
  if (/#|\/\/|\/\*|"/.test(code)) return null;
  const from = before.length - (/[\w.$]*$/.exec(before)?.[0].length ?? 0);
  const labels = LABELS.exec(before)?.[0].length ?? 0;
  if (from <= labels) return { from, where: 'operation', operation: '' };
  const operation = /^[\w.$]+/.exec(before.slice(labels))?.[0] ?? '';
  return { from, where: 'operand', operation: operation.toLowerCase() };
}

/** All that fits a place, for the editor to filter by what is typed so far. */
export function suggestionsAt(
  context: CursorContext,
  words: readonly CompletionItem[],
  definitions: readonly Definition[],
): Suggestion[] {
  if (context.where === 'operation') {
    return [
      ...words
        .filter(({ kind }) => kind === 'instruction' || kind === 'directive')
        .map((word) => ofWord(word, word.kind === 'instruction' ? 1 : 0)),
      ...unique(definitions.filter(({ kind }) => kind === 'macro')),
    ];
  }
  const takesCsr = context.operation.startsWith('csr');
  return [
    ...words.filter(({ kind }) => kind === 'register').map((word) => ofWord(word, 2)),
    ...(takesCsr ? words.filter(({ kind }) => kind === 'csr').map((word) => ofWord(word, 3)) : []),
    ...unique(definitions.filter(({ name, kind }) => kind !== 'macro' && !/^\d/.test(name))),
  ];
}

function ofWord({ name, kind, operands = '', meaning = '' }: CompletionItem, boost: number): Suggestion {
  // Atomics with an ordering, and counters by number, are rarely what one looks for.
  const rare = /\.(aq|rl|aqrl)$|^(m?hpm|pmp|x\d)/.test(name);
  return { label: name, detail: operands, info: meaning, type: kind, boost: rare ? -1 : boost };
}

function unique(definitions: readonly Definition[]): Suggestion[] {
  const byName = new Map(definitions.toReversed().map((each) => [each.name, each]));
  return [...byName.values()].map(({ name, kind, file, line }) => ({
    label: name,
    detail: `${file}:${line}`,
    info: '',
    type: kind,
    boost: 1,
  }));
}
