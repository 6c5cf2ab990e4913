// A statement's operands as tokens.

import { Problem } from './errors.ts';

/** `start` and `end` are offsets in the statement's text. `spaced` tells whether white space stands before the token. */
export type Token = { start: number; end: number; spaced: boolean } & (
  | { kind: 'name'; text: string }
  /** As written, up to `NUMBER_BITS_MAX` bits. */
  | { kind: 'number'; value: bigint }
  /** `1f` or `1b`: the next or the last label of that number. */
  | { kind: 'local'; number: number; forward: boolean }
  | { kind: 'string'; bytes: Uint8Array; text: string }
  | { kind: 'sign'; text: string }
  | { kind: 'end' }
);

/** Tokens and how far they have been read. */
export interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  next: number;
}

const NAME = /[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/y;
const LOCAL = /(\d{1,9})([fb])(?![\w.$])/y;
const NUMBER = /0[xX][\da-fA-F]+|0[bB][01]+|\d+/y;
/** As in C: unsigned, long, long long. They change nothing. */
const SUFFIX = /[uU]?[lL]{0,2}/y;
const SIGN = /<<|>>|<=|>=|==|!=|<>|&&|\|\||[-+*/%&|^!~()<>=,@:{}[\]?\\`]/y;
const SPACE = /\s*/y;
/** What GNU as keeps of a number. */
const NUMBER_BITS_MAX = 320;
const ENCODER = new TextEncoder();
const CONTROL: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Splits `text` from offset `from` on. Throws a Problem at what can't begin a token. */
export function tokenize(text: string, from: number): Cursor {
  const tokens: Token[] = [];
  let at = from;
  for (;;) {
    const start = at + matchAt(SPACE, text, at)![0].length;
    const spaced = start > at;
    if (start >= text.length) {
      tokens.push({ kind: 'end', start: text.length, end: text.length, spaced });
      return { text, tokens, next: 0 };
    }
    const token = readToken(text, start, spaced);
    tokens.push(token);
    at = token.end;
  }
}

function readToken(text: string, start: number, spaced: boolean): Token {
  const name = matchAt(NAME, text, start);
  if (name) return { kind: 'name', text: name[0], start, end: start + name[0].length, spaced };
  const local = matchAt(LOCAL, text, start);
  if (local) {
    const [whole, digits, direction] = local;
    const end = start + whole.length;
    return { kind: 'local', number: Number(digits), forward: direction === 'f', start, end, spaced };
  }
  const number = matchAt(NUMBER, text, start);
  if (number) return readNumber(number[0], text, start, spaced);
  if (text[start] === '"') return readString(text, start, spaced);
  if (text[start] === "'") return readCharacter(text, start, spaced);
  const sign = matchAt(SIGN, text, start);
  if (sign) return { kind: 'sign', text: sign[0], start, end: start + sign[0].length, spaced };
  throw new Problem(`unexpected character ${JSON.stringify(text[start])}`, start);
}

function readNumber(digits: string, text: string, start: number, spaced: boolean): Token {
  const end = start + digits.length + matchAt(SUFFIX, text, start + digits.length)![0].length;
  const octal = /^0\d/.test(digits);
  if (octal && /[89]/.test(digits))
    throw new Problem(`${digits} is no octal number`, start, digits.replace(/^0+/, ''));
  if (/[\w.$]/.test(text[end] ?? '')) {
    throw new Problem(`a number can't end in ${JSON.stringify(text[end])}`, end);
  }
  const tooLarge = digits.length > NUMBER_BITS_MAX + 2;
  const value = tooLarge ? 0n : BigInt(octal ? `0o${digits.slice(1)}` : digits);
  if (tooLarge || value >= 1n << BigInt(NUMBER_BITS_MAX)) {
    throw new Problem(`the number ${digits.slice(0, 24)}… has more than ${NUMBER_BITS_MAX} bits`, start);
  }
  return { kind: 'number', value, start, end, spaced };
}

function readCharacter(text: string, start: number, spaced: boolean): Token {
  const { value, end } = characterAt(text, start);
  return { kind: 'number', value: BigInt(value), start, end, spaced };
}

/**
 * The character constant that opens at `start`, as its byte, and where it ends. Of one beyond ASCII the first UTF-8 byte
 * would be meaningless, so it is refused.
 */
export function characterAt(text: string, start: number): { value: number; end: number } {
  const escaped = text[start + 1] === '\\';
  const at = escaped ? start + 2 : start + 1;
  const c = text[at];
  if (c === undefined) throw new Problem("expected a character after '", start);
  let end = at + 1;
  let value = text.charCodeAt(at);
  if (escaped) {
    const octal = /[0-7]{1,3}/y;
    const digits = matchAt(octal, text, at);
    if (digits && text[at + digits[0].length] === "'") {
      value = Number.parseInt(digits[0], 8) & 0xff;
      end = at + digits[0].length;
    } else value = CONTROL[c] ?? value;
  }
  if (value > 0xff) throw new Problem(`the character ${c} is not a single byte`, start);
  if (text[end] === "'") end++;
  return { value, end };
}

function readString(text: string, start: number, spaced: boolean): Token {
  const bytes: number[] = [];
  let plain = start + 1;
  let at = plain;
  const flush = (): void => {
    for (const byte of ENCODER.encode(text.slice(plain, at))) bytes.push(byte);
  };
  while (text[at] !== '"') {
    if (at >= text.length) throw new Problem('this string is never closed: expected "', start);
    if (text[at] === '\\') {
      flush();
      const code = readEscape(text, at + 1);
      bytes.push(...code.bytes);
      at = code.end;
      plain = at;
    } else at++;
  }
  flush();
  return {
    kind: 'string',
    bytes: Uint8Array.from(bytes),
    text: text.slice(start + 1, at),
    start,
    end: at + 1,
    spaced,
  };
}

/** What follows a backslash in a string: up to three digits taken as octal (8 and 9 too, as in GNU as), hexadecimal, a letter, or itself. */
function readEscape(text: string, at: number): { bytes: Iterable<number>; end: number } {
  const digits = matchAt(/\d{1,3}/y, text, at)?.[0];
  if (digits !== undefined) {
    const value = [...digits].reduce((sum, digit) => sum * 8 + Number(digit), 0);
    return { bytes: [value & 0xff], end: at + digits.length };
  }
  const hex = matchAt(/[xX]([\da-fA-F]+)/y, text, at);
  if (hex) return { bytes: [Number.parseInt(hex[1]!.slice(-2), 16)], end: at + hex[0].length };
  const c = String.fromCodePoint(text.codePointAt(at) ?? 0x5c);
  const control = CONTROL[c];
  return { bytes: control === undefined ? ENCODER.encode(c) : [control], end: at + c.length };
}

/** The token to be read next. */
export function peek(cursor: Cursor, ahead = 0): Token {
  return cursor.tokens[Math.min(cursor.next + ahead, cursor.tokens.length - 1)]!;
}

/** Whether the next token is the sign `text`. */
export function atSign(cursor: Cursor, text: string, ahead = 0): boolean {
  const token = peek(cursor, ahead);
  return token.kind === 'sign' && token.text === text;
}

/** Reads the sign `text` if it comes next. */
export function acceptSign(cursor: Cursor, text: string): boolean {
  if (!atSign(cursor, text)) return false;
  cursor.next++;
  return true;
}

/** Reads the sign `text`, or throws that `expected` (by default the sign itself) is missing. */
export function expectSign(cursor: Cursor, text: string, expected = text === ',' ? 'a comma' : text): void {
  if (!acceptSign(cursor, text)) throw unexpected(cursor, expected);
}

/** Throws unless everything has been read. */
export function expectEnd(cursor: Cursor): void {
  if (peek(cursor).kind !== 'end') throw unexpected(cursor, 'the end of the line');
}

/** The problem that something else than `expected` comes next. */
export function unexpected(cursor: Cursor, expected: string): Problem {
  const token = peek(cursor);
  const found = token.kind === 'end' ? 'the end of the line' : cursor.text.slice(token.start, token.end);
  return new Problem(`expected ${expected}, found ${found}`, token.start);
}
