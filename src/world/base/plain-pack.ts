// Plain data packed into bytes, for copies that are kept for long and put back seldom.

import { hexDigits } from '../../base/hex.ts';
import { fieldOf, setField } from '../../base/plain.ts';
import { squeeze, unsqueeze } from '../../base/squeeze.ts';

/** A value as bytes. `parts`: what stands beside them, since it is shared with other copies: frozen, a typed array, or large. */
export interface Packed {
  readonly [PACKED]: Uint8Array<ArrayBuffer>;
  readonly parts: readonly unknown[];
  /** Another one, needed to have this one back: what is the same in its bytes is left out here. */
  readonly like: Packed | null;
}

const PACKED = Symbol('packed');

export const isPacked = (value: object): value is Packed => PACKED in value;

export const packedBytes = (packed: Packed): Uint8Array<ArrayBuffer> => packed[PACKED];

/** What a value begins with. */
const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INTEGER = 4;
const NUMBER = 5;
const STRING = 6;
const LIST = 7;
const RECORD = 8;
const PART = 9;

/** Kept between calls so that only what is needed is allocated; no call sees another's. */
let output = new Uint8Array(1 << 14);
let length = 0;

const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);

function putByte(byte: number): void {
  if (length === output.length) {
    const larger = new Uint8Array(2 * length);
    larger.set(output);
    output = larger;
  }
  output[length++] = byte;
}

/** @param value a whole number from 0 to 2^53 - 1 */
function putWhole(value: number): void {
  let left = value;
  for (; left >= 2 ** 31; left = Math.floor(left / 128)) putByte((left % 128) + 128);
  for (; left > 0x7f; left >>>= 7) putByte((left & 0x7f) | 0x80);
  putByte(left);
}

interface Packing {
  /** By string: its number. */
  readonly strings: Map<string, number>;
  readonly parts: unknown[];
  /** Whether a value is to stand beside the bytes though it could be written out. */
  readonly isPart: (value: object, known: unknown) => boolean;
}

/** The bytes of those that others are like: they are few, and wanted each time. */
const models = new WeakMap<Packed, Uint8Array>();

function bytesLike(like: Packed | null): Uint8Array | undefined {
  if (like === null) return undefined;
  const known = models.get(like);
  if (known !== undefined) return known;
  const bytes = unsqueeze(like[PACKED], bytesLike(like.like));
  models.set(like, bytes);
  return bytes;
}

/**
 * Packs plain data. `isPart` says of a list or record, and of the same place in `beside`, whether it stays as it is, beside the bytes;
 * what is frozen and typed arrays do.
 */
export function pack(
  value: unknown,
  beside: unknown,
  isPart: Packing['isPart'],
  like: Packed | null,
): Packed {
  length = 0;
  const packing = { strings: new Map<string, number>(), parts: [], isPart };
  put(packing, value, beside);
  return { [PACKED]: squeeze(output.subarray(0, length), bytesLike(like)), parts: packing.parts, like };
}

function put(packing: Packing, value: unknown, known: unknown): void {
  switch (typeof value) {
    case 'undefined':
      putByte(UNDEFINED);
      return;
    case 'boolean':
      putByte(value ? TRUE : FALSE);
      return;
    case 'number':
      putNumber(value);
      return;
    case 'string':
      putByte(STRING);
      putString(packing, value);
      return;
    default:
      if (value === null) putByte(NULL);
      else putObject(packing, value as object, known);
  }
}

function putNumber(value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    putByte(value < 0 ? INTEGER | 0x80 : INTEGER);
    putWhole(Math.abs(value));
    return;
  }
  putByte(NUMBER);
  number[0] = value;
  for (const byte of numberBytes) putByte(byte);
}

/** The first time with its units, then by its number. */
function putString({ strings }: Packing, text: string): void {
  const known = strings.get(text);
  putWhole(known ?? strings.size);
  if (known !== undefined) return;
  strings.set(text, strings.size);
  const isHex = HEX.test(text);
  putWhole(2 * text.length + (isHex ? 1 : 0));
  if (isHex)
    for (let i = 0; i < text.length; i += 2)
      putByte((digitOf(text.charCodeAt(i)) << 4) | digitOf(text.charCodeAt(i + 1)));
  else for (let i = 0; i < text.length; i++) putWhole(text.charCodeAt(i));
}

/** Hashes and digests, of which there are many: two digits a byte. */
const HEX = /^(?:[0-9a-f]{2}){4,}$/;

/** What a hexadecimal digit stands for: '0' is 0x30, 'a' is 0x61. */
const digitOf = (code: number): number => (code < 0x40 ? code - 0x30 : code - 0x57);

function putObject(packing: Packing, value: object, known: unknown): void {
  const isOther = typeof value !== 'object' || ArrayBuffer.isView(value) || Object.isFrozen(value);
  if (isOther || packing.isPart(value, known)) {
    putByte(PART);
    packing.parts.push(value);
    return;
  }
  const before = (typeof known === 'object' && known !== null ? known : {}) as Record<string, unknown>;
  if (Array.isArray(value)) {
    putByte(LIST);
    putWhole(value.length);
    for (let i = 0; i < value.length; i++) put(packing, value[i], before[i]);
    return;
  }
  const names = Object.keys(value);
  putByte(RECORD);
  putWhole(names.length);
  for (const name of names) {
    putString(packing, name);
    put(packing, (value as Record<string, unknown>)[name], fieldOf(before, name));
  }
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => hexDigits(byte, 2));

/** The value again; `partOf` says what becomes of a part. */
export function unpack(packed: Packed, partOf: (part: unknown) => unknown): unknown {
  const bytes = unsqueeze(packed[PACKED], bytesLike(packed.like));
  const strings: string[] = [];
  let at = 0;
  let nextPart = 0;
  const whole = (): number => {
    let byte = bytes[at++]!;
    if (byte < 0x80) return byte;
    let value = byte - 128;
    for (let scale = 128; ; scale *= 128) {
      byte = bytes[at++]!;
      if (byte < 0x80) return value + byte * scale;
      value += (byte - 128) * scale;
    }
  };
  const string = (): string => {
    const place = whole();
    if (place < strings.length) return strings[place]!;
    const units = whole();
    let text = '';
    if (units % 2 === 0) for (let left = units / 2; left > 0; left--) text += String.fromCharCode(whole());
    else for (let left = units - 1; left > 0; left -= 4) text += DIGITS[bytes[at++]!]!;
    strings.push(text);
    return text;
  };
  const value = (): unknown => {
    const kind = bytes[at++]!;
    switch (kind) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return whole();
      case INTEGER | 0x80:
        return -whole();
      case NUMBER:
        for (let i = 0; i < 8; i++) numberBytes[i] = bytes[at++]!;
        return number[0];
      case STRING:
        return string();
      case LIST: {
        const list: unknown[] = [];
        for (let left = whole(); left > 0; left--) list.push(value());
        return list;
      }
      case RECORD: {
        const record: Record<string, unknown> = {};
        for (let left = whole(); left > 0; left--) {
          const name = string();
          setField(record, name, value());
        }
        return record;
      }
      default:
        return partOf(packed.parts[nextPart++]);
    }
  };
  return value();
}
