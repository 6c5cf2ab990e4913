# Multiplication and division in user mode, with the results that are defined where a quotient isn't.
  .include "environment.s"

  .macro result number, operation, value, a, b
  li a1, \a
  li a2, \b
  check \number, a4, \value, \operation a4, a1, a2
  check \number, a1, \value, \operation a1, a1, a2
  check \number, zero, 0, \operation zero, a1, a2
  .endm

suite:
  result 2, mul, 0x00001200, 0x00007e00, 0xb6db6db7
  result 3, mul, 0x80000000, 0x80000000, -1
  result 4, mul, 0x00000001, -1, -1
  result 5, mulh, 0xffff0081, 0xaaaaaaab, 0x0002fe7d
  result 6, mulh, 0x40000000, 0x80000000, 0x80000000
  result 7, mulh, 0xffffffff, -1, 1
  result 8, mulhu, 0x0001fefe, 0xaaaaaaab, 0x0002fe7d
  result 9, mulhu, 0xfffffffe, -1, -1
  result 10, mulhsu, 0x80004000, 0x80000000, 0xffff8000
  result 11, mulhsu, 0xffffffff, -1, -1
  result 12, mulhsu, 0, 1, -1
  result 20, div, 3, 20, 6
  result 21, div, -3, -20, 6
  result 22, div, -3, 20, -6
  result 23, div, 3, -20, -6
  result 24, div, 0x80000000, 0x80000000, -1
  result 25, div, -1, 0x80000000, 0
  result 26, div, -1, 0, 0
  result 27, divu, 0x2aaaaaa7, -20, 6
  result 28, divu, 0, 0x80000000, -1
  result 29, divu, 0xffffffff, 5, 0
  result 30, rem, 2, 20, 6
  result 31, rem, -2, -20, 6
  result 32, rem, 2, 20, -6
  result 33, rem, -2, -20, -6
  result 34, rem, 0, 0x80000000, -1
  result 35, rem, 0x80000000, 0x80000000, 0
  result 36, remu, 2, -20, 6
  result 37, remu, 0x80000000, 0x80000000, -1
  result 38, remu, -20, -20, 0
  j pass

handler: j unexpected
