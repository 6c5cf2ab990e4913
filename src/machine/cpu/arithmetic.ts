// The arithmetic of RV32IM that JavaScript has no operator for. Operands and results are signed 32-bit numbers.

/** The high word of the unsigned product, from the products of the halves: none of the sums exceeds 32 bits. */
export function mulhu(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const upper = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const middle = (Math.imul(aLow, bHigh) + (upper & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (upper >>> 16) + (middle >>> 16)) | 0;
}

/** The high word of the signed product. */
export function mulh(a: number, b: number): number {
  return (mulhu(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
}

/** The high word of signed a times unsigned b. */
export function mulhsu(a: number, b: number): number {
  return (mulhu(a, b) - (a < 0 ? b : 0)) | 0;
}

/** Signed quotient towards zero; -1 by zero (§M: no trap). The overflow -2^31 / -1 wraps to -2^31. */
export function div(a: number, b: number): number {
  return b === 0 ? -1 : (a / b) | 0;
}

/** Unsigned quotient; all ones by zero. */
export function divu(a: number, b: number): number {
  return b === 0 ? -1 : ((a >>> 0) / (b >>> 0)) | 0;
}

/** Signed remainder with the dividend's sign; the dividend by zero. */
export function rem(a: number, b: number): number {
  return b === 0 ? a : (a % b) | 0;
}

/** Unsigned remainder; the dividend by zero. */
export function remu(a: number, b: number): number {
  return b === 0 ? a : ((a >>> 0) % (b >>> 0)) | 0;
}
