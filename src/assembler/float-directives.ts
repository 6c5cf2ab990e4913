// Directives for numbers with a fraction.

import type { Directive } from './data-directives.ts';
import { Problem } from './errors.ts';
import { FLOATS, type FloatFormat, floatBits } from './ieee.ts';
import { emitNumber } from './sections.ts';

/** Reads one decimal number, which may stand behind GNU as's `0f`, and gives its bits. */
export function readFloat(part: string, format: FloatFormat, at: number): bigint {
  const hexadecimal = /^0[a-z]:([\da-f_]+)$/i.exec(part.trim())?.[1]?.replaceAll('_', '');
  if (hexadecimal !== undefined) return readHexadecimal(hexadecimal, format, at);
  const digits = part.trim().replace(/^([-+]?)0[fFdDrReExXhHsSpP](?=[-+.\d])/, '$1');
  const bits = floatBits(digits, format);
  if (bits === 'tooLarge') {
    throw new Problem(`${part.trim()} does not fit into a number of ${8 * format.bytes} bits`, at);
  }
  if (bits === undefined)
    throw new Problem(`expected a decimal number, found ${part.trim() || 'nothing'}`, at);
  return bits;
}

/** `0f:` and the bits themselves, the highest first; what is missing at the end is 0. */
function readHexadecimal(digits: string, { bytes }: FloatFormat, at: number): bigint {
  if (digits.length > 2 * bytes) throw new Problem(`more than ${2 * bytes} hexadecimal digits`, at);
  return BigInt(`0x0${digits.padEnd(2 * bytes, '0')}`);
}

/** `.float`, `.double` and the like. */
export const floats =
  (format: FloatFormat): Directive =>
  (assembly, text, from) => {
    let offset = from;
    if (text.slice(from).trim() === '') return;
    for (const part of text.slice(from).split(',')) {
      emitNumber(assembly, readFloat(part, format, offset), format.bytes);
      offset += part.length + 1;
    }
  };

export const FLOAT_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.float16': floats(FLOATS.half),
  '.float': floats(FLOATS.single),
  '.single': floats(FLOATS.single),
  '.double': floats(FLOATS.double),
});
