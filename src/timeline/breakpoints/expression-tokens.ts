// The words of a condition: numbers with their units, names and signs, each with its column.

import { err, ok, type Result } from '../../base/result.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** From 1. */
  readonly column: number;
  /** Of a number; a time is in nanoseconds. */
  readonly value: number;
}

const PATTERN =
  /\s*(?:(0[xX][0-9a-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d+)?(?:ns|us|µs|ms|s)?)|([A-Za-z_.$][\w.$]*)|(\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%<>!~&|^()[\]]))/y;

const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** The words of a text, and an end. An error is one sentence with the column of what is none. */
export function tokenize(text: string): Result<Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    PATTERN.lastIndex = at;
    const found = PATTERN.exec(text);
    const start = at + (text.slice(at).length - text.slice(at).trimStart().length);
    if (found === null) return err(`column ${start + 1}: "${text[start]}" means nothing here`);
    at = PATTERN.lastIndex;
    const [, number, name, sign] = found;
    const token = { text: number ?? name ?? sign ?? '', column: start + 1, value: 0 };
    if (number === undefined) tokens.push({ ...token, kind: name === undefined ? 'sign' : 'name' });
    else {
      const value = numberOf(number);
      if (!Number.isSafeInteger(value) || /^[\w.$]/.test(text.slice(at)))
        return err(`column ${start + 1}: "${number}" is no whole number that can be compared exactly`);
      tokens.push({ ...token, kind: 'number', value });
    }
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1, value: 0 });
  return ok(tokens);
}

function numberOf(text: string): number {
  const digits = text.replaceAll('_', '');
  if (/^0[xb]/i.test(digits)) return Number(digits);
  const [, number = '', unit = ''] = /^([\d.]+)([a-zµ]*)$/.exec(digits) ?? [];
  // A fraction of a nanosecond is none; 1.1 ms is 1100000 although 1.1 is no exact number.
  const value = Number(number) * (NANOSECONDS[unit] ?? 1);
  return unit === '' ? value : Math.round(value * 1e3) / 1e3;
}
