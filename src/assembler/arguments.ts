// The arguments of macros and their like, told apart in a text.

import { type Numbers, readAlternate } from './alternate-syntax.ts';
import { skipCharacter, skipString } from './lines.ts';
import { characterAt } from './tokens.ts';

const WORD = /[\w.$\u0080-\uffff]/;

const NAME = /[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/y;

/** A macro's argument as text, and the parameter's name if it was given by `name=`. */
export interface Argument {
  readonly keyword: string | undefined;
  readonly text: string;
}

/**
 * Splits the arguments of a macro, `.irp` or `.ifc`: commas part them, and so does white space where it parts two words,
 * as in `1 2` but not in `1 + 2`. A string that is an argument by itself loses its quotes. With `numbers` they are read
 * as under `.altmacro`.
 */
export function splitArguments(
  text: string,
  from: number,
  limit = Number.POSITIVE_INFINITY,
  numbers: Numbers | undefined = undefined,
): Argument[] {
  const parts: Argument[] = [];
  let at = skipSpace(text, from);
  while (at < text.length) {
    if (parts.length === limit) {
      parts.push({ keyword: undefined, text: plainText(text.slice(at)) });
      break;
    }
    const { argument, end } = numbers ? readAlternately(text, at, numbers) : readArgument(text, at);
    parts.push(argument);
    at = skipSpace(text, end);
    if (text[at] !== ',') continue;
    at = skipSpace(text, at + 1);
  }
  return parts;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && (text[next] === ' ' || text[next] === '\t')) next++;
  return next;
}

interface Read {
  readonly argument: Argument;
  readonly end: number;
}

function readArgument(text: string, at: number): Read {
  const { keyword, start } = readKeyword(text, at);
  const end = endOfArgument(text, start);
  return { argument: { keyword, text: unquote(plainText(text.slice(start, end))) }, end };
}

function readAlternately(text: string, at: number, numbers: Numbers): Read {
  const { value, end } = readAlternate(text, at, numbers) ?? {
    value: plainText(text.slice(at, endOfArgument(text, at, '<'))),
    end: endOfArgument(text, at, '<'),
  };
  return { argument: { keyword: undefined, text: value }, end };
}

function readKeyword(text: string, at: number): { keyword: string | undefined; start: number } {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return { keyword: undefined, start: at };
  const sign = skipSpace(text, at + name.length);
  if (text[sign] !== '=' || text[sign + 1] === '=') return { keyword: undefined, start: at };
  return { keyword: name, start: skipSpace(text, sign + 1) };
}

function endOfArgument(text: string, start: number, stop = ','): number {
  if (text[start] === '"') {
    const end = skipString(text, start);
    if (end >= text.length || text[end] === ',' || text[end] === ' ' || text[end] === '\t') return end;
  }
  let depth = 0;
  let at = start;
  while (at < text.length && text[at] !== ',' && text[at] !== stop) {
    const c = text[at]!;
    if (c === '"') at = skipString(text, at);
    else if (c === "'") at = skipCharacter(text, at);
    else if (c === ' ' || c === '\t') {
      const next = skipSpace(text, at);
      if (depth === 0 && parts(text[at - 1], text[next])) return at;
      at = next;
    } else {
      if (c === '(' || c === '[') depth++;
      if (c === ')' || c === ']') depth--;
      at++;
    }
  }
  return at;
}

/** Whether white space between these two characters parts two arguments. */
function parts(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  if (before === '"' || after === '"') return true;
  return WORD.test(before) && (WORD.test(after) || after === '\\');
}

/**
 * A text as GNU as has it before macros see it: characters are numbers, and blanks stand only where they part two words.
 * Strings stay as they are.
 */
export function plainText(text: string): string {
  return text
    .trim()
    .replace(/"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|\s+/g, (part, at: number, whole: string) => {
      if (part[0] === '"') return part;
      if (part[0] === "'") return String(characterAt(part, 0).value);
      return parts(whole[at - 1], whole[at + part.length]) ? ' ' : '';
    });
}

export function unquote(text: string): string {
  const trimmed = text.trim();
  if (trimmed[0] !== '"' || skipString(trimmed, 0) !== trimmed.length || trimmed.length < 2) return trimmed;
  return trimmed.slice(1, -1).replaceAll('\\"', '"');
}
