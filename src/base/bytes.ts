// Bytes as text and back (hex, base64url), joined and compared.
import { hexDigits } from './hex.ts';
import { err, ok, type Result } from './result.ts';

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => hexDigits(byte, 2));
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Lower-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_OF_BYTE[byte];
  return text;
}

/** The bytes of a hex text of either case; an error names the first character that is not a digit. */
export function fromHex(text: string): Result<Uint8Array<ArrayBuffer>> {
  const wrong = text.search(/[^0-9a-fA-F]/);
  if (wrong >= 0) return err(`Character ${wrong + 1} of the hex text, "${text[wrong]}", is not a hex digit.`);
  if (text.length % 2 === 1) return err(`The hex text has ${text.length} digits; a whole byte needs two.`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(bytes);
}

/** base64 with `-` and `_` and without padding (RFC 4648, section 5): safe in a link. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(bytes.length - i, 3) + 1;
    for (let d = 0; d < digits; d++) text += BASE64URL[(group >> (18 - 6 * d)) & 63];
  }
  return text;
}

/**
 * The bytes of a base64url text without padding. Only the one spelling that `toBase64url` gives is accepted,
 * so that two different links never mean the same bytes.
 */
export function fromBase64url(text: string): Result<Uint8Array<ArrayBuffer>> {
  const wrong = text.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0)
    return err(`Character ${wrong + 1} of the base64url text, "${text[wrong]}", is not one of its digits.`);
  if (text.length % 4 === 1)
    return err(`The base64url text is cut off: ${text.length} digits are no whole number of bytes.`);
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let pending = 0;
  let length = 0;
  for (const digit of text) {
    pending = (pending << 6) | BASE64URL.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = pending >> bits;
    pending &= (1 << bits) - 1;
  }
  if (pending !== 0) return err('Its base64url text breaks off in the middle of a byte.');
  return ok(bytes);
}

/** Ordinary base64 with padding (RFC 4648, section 4), as tools write it. */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** The bytes of a base64 text with its padding. An error names what is wrong with it. */
export function fromBase64(text: string): Result<Uint8Array<ArrayBuffer>> {
  if (text.length % 4 !== 0) return err(`The base64 text has ${text.length} digits, not a multiple of 4.`);
  const digits = text.replace(/={1,2}$/, '');
  const wrong = digits.search(/[^A-Za-z0-9+/]/);
  if (wrong >= 0)
    return err(`Character ${wrong + 1} of the base64 text, "${digits[wrong]}", is not one of its digits.`);
  return fromBase64url(digits.replaceAll('+', '-').replaceAll('/', '_'));
}

/** All parts, one after the other, in new memory. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
