// Macros under `.altmacro`: arguments in angle brackets and as numbers, parameters without a backslash, names of an expansion's own.

import { skipString } from './lines.ts';

/** Works out the expression that begins at `from`: its value in decimal, and where it ends. */
export type Numbers = (text: string, from: number) => { value: string; end: number };

/** An argument in `< >` or quotes, or a number behind `%`; undefined when it is written plainly. */
export function readAlternate(
  text: string,
  at: number,
  numbers: Numbers,
): { value: string; end: number } | undefined {
  switch (text[at]) {
    case '%':
      return numbers(text, at + 1);
    case '<':
      return readBrackets(text, at);
    case '"': {
      const end = skipString(text, at);
      return { value: text.slice(at, end).replace(/!(.)/g, '$1'), end };
    }
    default:
      return undefined;
  }
}

/** Brackets may stand in brackets; `!` takes the next character as it is. */
function readBrackets(text: string, start: number): { value: string; end: number } {
  let value = '';
  let depth = 0;
  let at = start + 1;
  for (; at < text.length && (text[at] !== '>' || depth > 0); at++) {
    if (text[at] === '!') at++;
    else if (text[at] === '<') depth++;
    else if (text[at] === '>') depth--;
    value += text[at] ?? '';
  }
  return { value, end: Math.min(at + 1, text.length) };
}

const LOCAL = /^local\s+(.*)$/i;

/** The names that a line of a macro's body makes the expansion's own, or undefined when it is another line. */
export function localNames(text: string): string[] | undefined {
  const names = LOCAL.exec(text)?.[1];
  return names?.split(/[\s,]+/).filter((name) => name !== '');
}
