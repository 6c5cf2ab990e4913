// Text to be typed at the machine's console, as it is written in a command: \n for Enter, \@ and \\ for themselves.

import { hexDigits } from './hex.ts';
import { err, ok, type Result } from './result.ts';

/** Bytes that one command may type, in UTF-8. */
export const TYPED_BYTES = 100;

const ESCAPE = /\\(?:n|@|\\|x[0-7][0-9a-f]|.|$)/gs;

function meaningOf(code: string): string | undefined {
  if (code === '\\n') return '\n';
  if (code === '\\@' || code === '\\\\') return code.slice(1);
  return code.length === 4 ? String.fromCharCode(Number.parseInt(code.slice(2), 16)) : undefined;
}

/** The text that `written` stands for. Beside the escapes above there is \x00 to \x7f. */
export function readText(written: string): Result<string, string> {
  const wrong = [...written.matchAll(ESCAPE)].find(([code]) => meaningOf(code) === undefined);
  if (wrong !== undefined)
    return err(`"${wrong[0]}" stands for nothing; there are \\n, \\@, \\\\, and \\x00 to \\x7f`);
  const text = written.replace(ESCAPE, (code) => meaningOf(code) as string);
  const { length } = new TextEncoder().encode(text);
  if (length > TYPED_BYTES)
    return err(`the text has ${length} bytes, and at most ${TYPED_BYTES} can be typed at once`);
  return ok(text);
}

/** The text as `readText` reads it, on one line and with its spaces at the ends kept. */
export function writeText(text: string): string {
  return (
    text
      .replace(/[\\@]/g, '\\$&')
      .replace(/\n/g, '\\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped.
      .replace(/[\0-\x1f\x7f]|^ | $/g, (c) => `\\x${hexDigits(c.charCodeAt(0), 2)}`)
  );
}
