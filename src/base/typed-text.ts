// Text to be typed at the machine's console, as it is written in a command: \n for Enter, \@ and \\ for themselves.

import { hexDigits } from './hex.ts';
import { err, ok, type Result } from './result.ts';

/** Bytes that one command may type, in UTF-8. */
export const TYPED_BYTES = 4096;

/** Characters that a byte may take, written as \x00. */
export const CHARACTERS_OF_BYTE = 4;

const ESCAPE = /\\(?:n|r|t|@|\\|x[0-7][0-9a-f]|.|$)/gs;
const MEANINGS: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '\\@': '@',
  '\\\\': '\\',
};

function meaningOf(code: string): string | undefined {
  return code.length === 4 ? String.fromCharCode(Number.parseInt(code.slice(2), 16)) : MEANINGS[code];
}

/** How many bytes the text is. */
export const typedBytes = (text: string): number => new TextEncoder().encode(text).length;

/** The text that `written` stands for. Beside the escapes above there is \x00 to \x7f. */
export function readText(written: string): Result<string, string> {
  const wrong = [...written.matchAll(ESCAPE)].find(([code]) => meaningOf(code) === undefined);
  if (wrong !== undefined)
    return err(`"${wrong[0]}" stands for nothing; there are \\n, \\r, \\t, \\@, \\\\, and \\x00 to \\x7f`);
  const text = written.replace(ESCAPE, (code) => meaningOf(code) as string);
  const bytes = typedBytes(text);
  if (bytes > TYPED_BYTES)
    return err(`the text has ${bytes} bytes, and at most ${TYPED_BYTES} can be typed at once`);
  return ok(text);
}

const WRITTEN: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text as `readText` reads it, on one line and with its spaces at the ends kept. */
export function writeText(text: string): string {
  return (
    text
      .replace(/[\\@]/g, '\\$&')
      .replace(/[\n\r\t]/g, (c) => WRITTEN[c] as string)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped.
      .replace(/[\0-\x1f\x7f]|^ | $/g, (c) => `\\x${hexDigits(c.charCodeAt(0), 2)}`)
  );
}
