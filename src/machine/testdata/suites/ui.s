# The integer instructions in user mode: results, also where registers coincide; branches, jumps, loads, stores, code that is stored.
  .include "environment.s"

# \operation of a and b is \result, in a register of its own, in each operand's, and with x0.
  .macro register_forms number, operation, result, a, b
  li a1, \a
  li a2, \b
  check \number, a4, \result, \operation a4, a1, a2
  check \number, a1, \result, \operation a1, a1, a2
  li a1, \a
  check \number, a2, \result, \operation a2, a1, a2
  li a2, \b
  check \number, zero, 0, \operation zero, a1, a2
  .endm

  .macro same_operand number, operation, result, a
  li a1, \a
  check \number, a1, \result, \operation a1, a1, a1
  .endm

  .macro immediate_forms number, operation, result, a, immediate
  li a1, \a
  check \number, a4, \result, \operation a4, a1, \immediate
  check \number, a1, \result, \operation a1, a1, \immediate
  check \number, zero, 0, \operation zero, a1, \immediate
  .endm

suite:
  register_forms 2, add, 0x80000000, 0x7fffffff, 1
  register_forms 3, add, 0xffff7fff, 0xffffffff, 0xffff8000
  same_operand 4, add, 0xfffffffe, 0x7fffffff
  register_forms 5, sub, 0x7fffffff, 0x80000000, 1
  register_forms 6, sub, 0x80008000, 0x80000000, 0xffff8000
  same_operand 7, sub, 0, 0x12345678
  register_forms 8, and, 0x0f000f00, 0xff00ff00, 0x0f0f0f0f
  register_forms 9, or, 0xff0fff0f, 0xff00ff00, 0x0f0f0f0f
  register_forms 10, xor, 0xf00ff00f, 0xff00ff00, 0x0f0f0f0f
  register_forms 11, sll, 0x80000000, 1, 31
  register_forms 12, sll, 0x90909080, 0x21212121, 0xffffffc7
  register_forms 13, srl, 1, 0x80000000, 0xffffffff
  register_forms 14, sra, 0xffffffff, 0x80000000, 31
  register_forms 15, sra, 0xff000000, 0x80000000, 0xffffffc7
  register_forms 16, slt, 1, 0x80000000, 0x7fffffff
  register_forms 17, slt, 0, 0x7fffffff, 0xffff8000
  register_forms 18, sltu, 0, 0x80000000, 0x7fffffff
  register_forms 19, sltu, 1, 0, 0xffff8000
  immediate_forms 20, addi, 0x7ffff800, 0x80000000, -2048
  immediate_forms 21, addi, 0x800007fe, 0x7fffffff, 2047
  immediate_forms 22, andi, 0x0f000f00, 0x0f000f00, -241
  immediate_forms 23, ori, 0xffffff0f, 0, -241
  immediate_forms 24, xori, 0xff00f00f, 0x00ff0f00, -241
  immediate_forms 25, slti, 1, 0x80000000, -1
  immediate_forms 26, sltiu, 1, 0x7fffffff, -1
  immediate_forms 27, slli, 0x80000000, 0xffffffff, 31
  immediate_forms 28, srli, 1, 0xffffffff, 31
  immediate_forms 29, srai, 0xffffffff, 0xffffffff, 31
  check 30, a0, 0xfffff000, lui a0, 0xfffff
  test 31
  lui a0, 0xfffff
  srai a0, a0, 1
  expect a0, 0xfffff800
  test 32                        # auipc is relative to itself
1: auipc a0, 0x10000
  la a1, 1b
  sub a0, a0, a1
  li a1, 0x10000000
  bne a0, a1, fail

  .macro taken number, operation, a, b
  test \number
  li a1, \a
  li a2, \b
  \operation a1, a2, 2f
1: j 3f
  j fail
2: \operation a1, a2, 1b
  j fail
3:
  .endm
  .macro not_taken number, operation, a, b
  test \number
  li a1, \a
  li a2, \b
1: \operation a1, a2, fail
  \operation a1, a2, 1b
  .endm
  taken 40, beq, -1, -1
  not_taken 41, beq, 0, 0x80000000
  taken 42, bne, 0, 1
  not_taken 43, bne, 0x80000000, 0x80000000
  taken 44, blt, 0x80000000, 0x7fffffff
  not_taken 45, blt, 1, -1
  not_taken 46, blt, 5, 5
  taken 47, bge, 0x7fffffff, 0x80000000
  taken 48, bge, -1, -1
  not_taken 49, bge, -2, -1
  taken 50, bltu, 0x7fffffff, 0x80000000
  not_taken 51, bltu, -1, 0
  taken 52, bgeu, 0x80000000, 0x7fffffff
  not_taken 53, bgeu, 0, -1

  test 60
  li ra, 0
1: jal 2f
  j fail
  j fail
2: la a0, 1b + 4
  bne ra, a0, fail
  test 61                        # the target is read before the link is written
  la t0, 3f
  jalr t0, t0, 0
2: j fail
3: la a0, 2b
  bne t0, a0, fail
  test 62                        # bit 0 of a target is dropped
  la t0, 3f
  jalr t1, 1(t0)
  j fail
3:

  la s0, data
  check 70, a0, 0xffffffff, lb a0, 0(s0)
  check 71, a0, 0xff, lbu a0, 0(s0)
  check 72, a0, 0xfffff00f, lh a0, 4(s0)
  check 73, a0, 0xf00f, lhu a0, 4(s0)
  check 74, a0, 0x0ff0f00f, lw a0, 4(s0)
  test 75
  addi a1, s0, 36
  lw a0, -32(a1)
  expect a0, 0x0ff0f00f
  # Misaligned, in hardware.
  check 76, a0, 0x0f00ff00, lw a0, 1(s0)
  check 77, a0, 0xf00f00ff, lw a0, 2(s0)
  check 78, a0, 0xf0f00f00, lw a0, 3(s0)
  check 79, a0, 0xffffff00, lh a0, 1(s0)
  check 80, a0, 0x0f00, lhu a0, 3(s0)
  li a1, 0xa1b2c3d4
  test 81
  sw a1, 9(s0)
  lw a0, 8(s0)
  expect a0, 0xb2c3d400
  check 82, a0, 0xa1, lw a0, 12(s0)
  test 83
  sh a1, 15(s0)
  lw a0, 12(s0)
  expect a0, 0xd40000a1
  check 84, a0, 0xc3, lw a0, 16(s0)
  test 85
  sb a1, 22(s0)
  lw a0, 20(s0)
  expect a0, 0x00d40000
  # Across the border of two pages.
  la s1, page
  test 86
  sw a1, -1(s1)
  lw a0, -1(s1)
  expect a0, 0xa1b2c3d4
  check 87, a0, 0x00a1b2c3, lw a0, 0(s1)

  # What is stored is executed, at once and behind fence.i.
  test 90
  la a1, again
  lw a2, other
  lw a3, another
  li a0, 0
  li a4, 3
again: addi a0, a0, 1
  sw a2, 0(a1)
  mv a2, a3
  fence.i
  addi a4, a4, -1
  bnez a4, again
  li a1, 1 + 333 + 77
  bne a0, a1, fail
  j pass
other: addi a0, a0, 333
another: addi a0, a0, 77

handler: j unexpected

  .data
  .balign 8
data: .word 0x00ff00ff, 0x0ff0f00f, 0, 0, 0, 0, 0, 0
  .balign 4096
  .zero 4096
page: .word 0
