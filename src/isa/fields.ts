// Where an instruction word keeps its fields: the formats R, I, S, B, U and J of the unprivileged specification, §2.2 and §2.3.

/** The destination register's number, 0 to 31. */
export function rdOf(word: number): number {
  return (word >>> 7) & 31;
}

/** The first source register's number, 0 to 31; for `csrr?i` the five-bit unsigned immediate. */
export function rs1Of(word: number): number {
  return (word >>> 15) & 31;
}

/** The second source register's number, 0 to 31. */
export function rs2Of(word: number): number {
  return (word >>> 20) & 31;
}

/** The distance of a shift by a constant, 0 to 31. */
export function shiftAmountOf(word: number): number {
  return (word >>> 20) & 31;
}

/** The CSR's number, 0 to 4095. */
export function csrOf(word: number): number {
  return word >>> 20;
}

/** The I format's immediate: -2048 to 2047. */
export function immediateI(word: number): number {
  return word >> 20;
}

/** The S format's immediate: -2048 to 2047. */
export function immediateS(word: number): number {
  return ((word >> 25) << 5) | ((word >>> 7) & 31);
}

/** The B format's immediate, in bytes: -4096 to 4094, even. */
export function immediateB(word: number): number {
  return ((word >> 31) << 12) | ((word & 0x80) << 4) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e);
}

/** The U format's immediate in its place, as a signed 32-bit number whose low 12 bits are zero. */
export function immediateU(word: number): number {
  return word & 0xfffff000;
}

/** The J format's immediate, in bytes: -1048576 to 1048574, even. */
export function immediateJ(word: number): number {
  return ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
}

/** `acquire` and `release` of an atomic instruction: bit 1 and bit 0. */
export function orderingOf(word: number): number {
  return (word >>> 25) & 3;
}
