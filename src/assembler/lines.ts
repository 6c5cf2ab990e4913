// A source text as statements: comments blanked, `;` taken as a line's end, strings and characters left alone.

import { Fatal, type Use } from './errors.ts';

/** One statement's text. `column` is where it begins in its line, from 1; `within` names the macros that made it. */
export interface Line {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly within: readonly Use[];
}

const NO_USES: readonly Use[] = Object.freeze([]);

/** What ends a stretch of plain text: everything with a meaning of its own here. */
const SPECIAL = /[\n;#"']|\/[/*]/g;

/** Where the string that opens at `start` ends: after its closing quote, or at the line's end if it has none. */
export function skipString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n')
    at += text[at] === '\\' && text[at + 1] !== '\n' ? 2 : 1;
  return text[at] === '"' ? at + 1 : Math.min(at, text.length);
}

/** Where the character constant that opens at `start` ends; its closing quote may be left out, as in GNU as. */
export function skipCharacter(text: string, start: number): number {
  if (text[start + 1] === '\n') return start + 1;
  const after = text[start + 1] === '\\' ? start + 3 : start + 2;
  return text[after] === "'" ? after + 1 : Math.min(after, text.length);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Splits a source text into its statements. Empty ones are left out. Throws a Fatal when a comment is never closed. */
export function splitLines(source: string, file: string): Line[] {
  const text = source.replaceAll('\r\n', '\n');
  const lines: Line[] = [];
  let line = 1;
  let lineStart = 0;
  let statement = '';
  let place: { line: number; column: number } | undefined;

  const take = (start: number, end: number): void => {
    const part = text.slice(start, end);
    const blank = part.search(/\S/);
    if (place === undefined && blank >= 0) {
      place = { line, column: start + blank - lineStart + 1 };
      statement = part.slice(blank);
    } else if (place !== undefined) statement += part;
  };
  const finish = (): void => {
    if (place) lines.push({ file, ...place, text: statement.trimEnd(), within: NO_USES });
    place = undefined;
    statement = '';
  };

  for (let at = 0; at < text.length; ) {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(text);
    const end = special ? special.index : text.length;
    take(at, end);
    at = end;
    switch (special?.[0]) {
      case '\n':
        finish();
        line++;
        lineStart = ++at;
        break;
      case ';':
        finish();
        at++;
        break;
      case '#':
      case '//':
        at = endOfLine(text, at);
        break;
      case '/*': {
        const close = text.indexOf('*/', at + 2);
        if (close < 0)
          throw new Fatal(`the comment that begins in line ${line} is never closed: expected */`);
        // White space of the same width, so that columns stay right.
        if (place) statement += ' '.repeat(close + 2 - at);
        for (
          let next = text.indexOf('\n', at);
          next >= 0 && next < close;
          next = text.indexOf('\n', next + 1)
        ) {
          line++;
          lineStart = next + 1;
        }
        at = close + 2;
        break;
      }
      case '"':
      case "'": {
        const after = special![0] === '"' ? skipString(text, at) : skipCharacter(text, at);
        take(at, after);
        at = after;
        break;
      }
    }
  }
  finish();
  return lines;
}
