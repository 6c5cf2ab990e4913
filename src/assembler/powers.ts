// Powers of two, without logarithms: those may round.

/** Whether `n` is 1, 2, 4 … up to 2^31. */
export const isPowerOfTwo = (n: number): boolean =>
  Number.isInteger(n) && n > 0 && n <= 2 ** 31 && 2 ** (31 - Math.clz32(n)) === n;
