// RISC-V assembly for the editor's highlighting: its words are those that the assembler knows.
import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import type { CompletionItem } from '../../../../worker/protocol.ts';

type Token =
  | 'comment'
  | 'string'
  | 'number'
  | 'keyword'
  | 'meta'
  | 'atom'
  | 'labelName'
  | 'variableName'
  | null;

interface State {
  inComment: boolean;
  /** The operation of the statement has been read. */
  isInOperands: boolean;
}

const WORD = /^[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/;
const NUMBER = /^(?:\d+[bf](?![\w.$])|(?:0x[\da-f]+|0b[01]+|\d+)u?l{0,2})/i;

/** Reads one token; the words decide what a name is. */
export function tokenOf(kinds: ReadonlyMap<string, CompletionItem['kind']>) {
  return (stream: StringStream, state: State): Token => {
    if (stream.sol()) state.isInOperands = false;
    if (state.inComment) return comment(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match('/*')) {
      state.inComment = true;
      return comment(stream, state);
    }
    if (stream.match(/^(#|\/\/).*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)'?/)) return 'string';
    if (!state.isInOperands && stream.match(/^(?:[A-Za-z_.$][\w.$]*|\d+)(?=\s*:)/)) return 'labelName';
    if (stream.match(NUMBER)) return 'number';
    if (stream.match(/^%[a-z_]+/i)) return 'meta';
    const match = stream.match(WORD);
    if (match !== null && match !== false && match !== true) return word(match[0], state, kinds);
    if (stream.next() === ';') state.isInOperands = false;
    return null;
  };
}

function comment(stream: StringStream, state: State): Token {
  if (stream.match(/^.*?\*\//)) state.inComment = false;
  else stream.skipToEnd();
  return 'comment';
}

function word(text: string, state: State, kinds: ReadonlyMap<string, CompletionItem['kind']>): Token {
  const kind = kinds.get(text.toLowerCase());
  if (!state.isInOperands) {
    state.isInOperands = true;
    return kind === 'directive' ? 'meta' : kind === 'instruction' ? 'keyword' : 'variableName';
  }
  return kind === 'register' || kind === 'csr' ? 'atom' : 'variableName';
}

/** The language of a source, with the words that the assembler knows. */
export function assemblyLanguage(words: readonly CompletionItem[]) {
  const kinds = new Map(words.toReversed().map(({ name, kind }) => [name, kind]));
  return StreamLanguage.define<State>({
    name: 'RISC-V assembly',
    startState: () => ({ inComment: false, isInOperands: false }),
    token: tokenOf(kinds),
    languageData: { commentTokens: { line: '#' } },
  });
}

/** Colours are the page's own: instructions as the guest that runs, constants as data. */
export const assemblyColours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-second)' },
  { tag: tags.keyword, color: 'var(--primary)', fontWeight: '600' },
  { tag: tags.atom, color: 'var(--backup)' },
  { tag: [tags.number, tags.string], color: 'var(--log)' },
  { tag: tags.meta, color: 'var(--held)' },
  { tag: tags.labelName, color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.variableName, color: 'var(--ink)' },
]);
