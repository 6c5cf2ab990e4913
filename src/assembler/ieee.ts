// Decimal numbers as IEEE 754 binary ones of any width, rounded exactly: to the nearest, and of two to the even one.

/** `exponentBits` and `fractionBits` as the standard counts them; `hasInteger`: the bit before the point is written too. */
export interface FloatFormat {
  readonly bytes: number;
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly hasInteger: boolean;
}

const format = (
  bytes: number,
  exponentBits: number,
  fractionBits: number,
  hasInteger = false,
): FloatFormat => ({
  bytes,
  exponentBits,
  fractionBits,
  hasInteger,
});

export const FLOATS = Object.freeze({
  half: format(2, 5, 10),
  single: format(4, 8, 23),
  double: format(8, 11, 52),
  /** The 80 bits of the x87, of which GNU as makes ten bytes. */
  extended: format(10, 15, 63, true),
});

/** More digits than anybody writes, so that reading them takes no time. */
const DIGITS_MAX = 5000;

const DECIMAL = /^([-+]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([-+]?\d+))?$/;

const bitLength = (value: bigint): number => value.toString(2).length;

/**
 * The bits of a number written in decimal, or of `inf`, `nan`, `qnan`, `snan`. Undefined when it is none of these, and
 * `tooLarge` when it lies beyond what rounds to the greatest number.
 */
export function floatBits(text: string, form: FloatFormat): bigint | undefined | 'tooLarge' {
  const special = /^([-+]?)(inf(?:inity)?|([qs]?)nan)$/i.exec(text);
  if (special) {
    const [, sign, word, kind = ''] = special;
    if (word![0]!.toLowerCase() === 'i') return infinity(form, sign === '-');
    return notANumber(form, sign === '-', kind.toLowerCase() === 's');
  }
  const match = DECIMAL.exec(text);
  if (!match || text.length > DIGITS_MAX) return undefined;
  const [, sign, whole = '', fraction = '', only = '', power = '0'] = match;
  const digits = BigInt(whole + fraction + only);
  const exponent = Number(power) - fraction.length - only.length;
  const negative = sign === '-';
  const size = (whole + fraction + only).length + exponent;
  if (digits === 0n || size < -6000) return signed(form, negative, 0n);
  if (size > 6000) return 'tooLarge';
  const numerator = exponent > 0 ? digits * 10n ** BigInt(exponent) : digits;
  const denominator = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  const rounded = round(numerator, denominator, form);
  return rounded === 'tooLarge' ? rounded : signed(form, negative, rounded);
}

/** The bits of a positive fraction without its sign. */
function round(numerator: bigint, denominator: bigint, form: FloatFormat): bigint | 'tooLarge' {
  const { exponentBits, fractionBits, hasInteger } = form;
  const bias = 2 ** (exponentBits - 1) - 1;
  const least = 1 - bias - fractionBits;
  // The power of two of the last bit that is kept; one less where the estimate was too large.
  let scale = Math.max(bitLength(numerator) - bitLength(denominator) - fractionBits, least);
  let mantissa = divide(numerator, denominator, scale);
  if (mantissa < 1n << BigInt(fractionBits) && scale > least)
    mantissa = divide(numerator, denominator, --scale);
  if (scale + fractionBits > bias) return 'tooLarge';
  if (mantissa >> BigInt(fractionBits + 1)) {
    mantissa >>= 1n;
    scale++;
  }
  const normal = mantissa >> BigInt(fractionBits) !== 0n;
  const biased = normal ? scale + fractionBits + bias : 0;
  if (biased >= 2 ** exponentBits - 1) return infinity(form, false);
  const kept = hasInteger ? mantissa : BigInt.asUintN(fractionBits, mantissa);
  return (BigInt(biased) << BigInt(fractionBits + Number(hasInteger))) | kept;
}

/** numerator / denominator / 2^scale, rounded. */
function divide(numerator: bigint, denominator: bigint, scale: number): bigint {
  const a = scale < 0 ? numerator << BigInt(-scale) : numerator;
  const b = scale > 0 ? denominator << BigInt(scale) : denominator;
  const quotient = a / b;
  const twice = (a % b) * 2n;
  return twice > b || (twice === b && quotient & 1n) ? quotient + 1n : quotient;
}

function signed({ bytes }: FloatFormat, negative: boolean, bits: bigint): bigint {
  return negative ? bits | (1n << BigInt(8 * bytes - 1)) : bits;
}

function infinity(form: FloatFormat, negative: boolean): bigint {
  const { exponentBits, fractionBits, hasInteger } = form;
  const integer = hasInteger ? 1n << BigInt(fractionBits) : 0n;
  const exponent = (1n << BigInt(exponentBits)) - 1n;
  return signed(form, negative, (exponent << BigInt(fractionBits + Number(hasInteger))) | integer);
}

/** All bits of the fraction are set, as in GNU as, but the first one when it signals. */
function notANumber(form: FloatFormat, negative: boolean, signals: boolean): bigint {
  const fraction = (1n << BigInt(form.fractionBits - Number(signals))) - 1n;
  return signed(form, negative, infinity(form, false) | fraction);
}
