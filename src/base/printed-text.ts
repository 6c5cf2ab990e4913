// What a program has sent to its serial line, as text: UTF-8, and what is none as \xNN, so that no byte is lost to who reads it.

import { hexDigits } from './hex.ts';

/** A byte that is no part of a character. */
const escaped = (byte: number): string => `\\x${hexDigits(byte, 2)}`;

/** How many bytes a character has that begins with this one, by UTF-8; 1 also where none can. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return first <= 0xf4 ? 4 : 1;
  return first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
}

/** The text that bytes are in UTF-8. Those that are not are `\xNN` each. */
export function printedText(bytes: Uint8Array<ArrayBuffer>): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (part: Uint8Array<ArrayBuffer>): string | undefined => {
    try {
      return decoder.decode(part);
    } catch {
      return undefined;
    }
  };
  const whole = decode(bytes);
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const length = lengthOf(first);
    const character = first < 0x80 ? String.fromCharCode(first) : decode(bytes.subarray(at, at + length));
    parts.push(character ?? escaped(first));
    at += character === undefined ? 1 : length;
  }
  return parts.join('');
}

/**
 * The text for a screen: line breaks and tabs as they are, every other control character as its escape. CR and LF together are
 * a line break; a CR alone, which would have a terminal write over the line, is `\r`.
 */
export function visibleText(text: string): string {
  return (
    text
      .replace(/\r\n/g, '\n')
      .replace(/\r/g, '\\r')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what would not be seen.
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, (c) =>
        [...new TextEncoder().encode(c)].map(escaped).join(''),
      )
  );
}

/** A single byte for a reader: the character that it is in ASCII, or its escape. */
export function byteText(byte: number): string {
  if (byte === 10) return '\\n';
  if (byte === 9) return '\\t';
  return byte < 0x80 ? visibleText(String.fromCharCode(byte)) : escaped(byte);
}
