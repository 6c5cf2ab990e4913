// Numbers in base 16; bytes are in bytes.ts.

/** Lower-case hexadecimal digits, at least so many, of a whole number; of a negative one, its low 32 bits, as registers show it. */
export const hexDigits = (value: number, digits = 1): string =>
  (value < 0 ? value >>> 0 : value).toString(16).padStart(digits, '0');

/** The same behind `0x`. */
export const hex = (value: number, digits = 1): string => `0x${hexDigits(value, digits)}`;

/** All eight digits of a word or an address: `8000002c`. */
export const wordDigits = (value: number): string => hexDigits(value, 8);

/** The same behind `0x`. */
export const hexWord = (value: number): string => `0x${wordDigits(value)}`;
