# Atomics in user mode: what they return and leave, for what a load-reserved holds, and where they trap.
  .include "environment.s"

# \operation with b on a word of a returns a and leaves \result, also when rd is rs2, and when nobody wants the old word.
  .macro atomic_forms number, operation, result, a, b
  li a1, \a
  li a2, \b
  test \number
  sw a1, 0(s0)
  \operation a4, a2, (s0)
  expect a4, \a
  check \number, a4, \result, lw a4, 0(s0)
  test \number
  sw a1, 0(s0)
  \operation a2, a2, (s0)
  expect a2, \a
  li a2, \b
  test \number
  sw a1, 0(s0)
  \operation zero, a2, (s0)
  lw a4, 0(s0)
  expect a4, \result
  .endm

suite:
  la s0, word
  atomic_forms 2, amoadd.w, 0x7ffff800, 0x80000000, 0xfffff800
  atomic_forms 3, amoand.w, 0x80000000, 0x80000000, 0xfffff800
  atomic_forms 4, amoor.w, 0xfffff801, 0x80000001, 0xfffff800
  atomic_forms 5, amoxor.w, 0x7ffff801, 0x80000001, 0xfffff800
  atomic_forms 6, amoswap.w, 0xfffff800, 0x80000000, 0xfffff800
  atomic_forms 7, amomax.w, 0xfffff800, 0x80000000, 0xfffff800
  atomic_forms 8, amomax.w, 1, 1, 0x80000000
  atomic_forms 9, amomaxu.w, 0xffffffff, 0, 0xffffffff
  atomic_forms 10, amomaxu.w, 0x80000000, 1, 0x80000000
  atomic_forms 11, amomin.w, 0x80000000, 0x80000000, 0xfffff800
  atomic_forms 12, amomin.w, 0xffffffff, 0, 0xffffffff
  atomic_forms 13, amominu.w, 1, 1, 0x80000000
  atomic_forms 14, amominu.w, 0, 0, 0xffffffff

  sw zero, 0(s0)
  check 20, a4, 1, sc.w a4, zero, (s0)               # nothing is reserved
  test 21
  addi a1, s0, 1024
  lr.w a1, (a1)
  sc.w a4, a1, (s0)
  expect a4, 1
  test 22
  lr.w a1, (s0)
  addi a1, s0, 4
  sc.w zero, a1, (a1)
  sc.w a4, zero, (s0)
  expect a4, 1
  test 23
  lr.w a1, (s0)
  sc.w zero, zero, (s0)
  sc.w a4, zero, (s0)
  expect a4, 1
  test 24
  lr.w.aq a1, (s0)
  sc.w.rl a4, s0, (s0)
  expect a4, 0
  la a1, word
  test 25
  lw a4, 0(s0)
  sub a4, a4, a1
  expect a4, 0
  test 27                                              # a thousand increments
  sw zero, 0(s0)
  li a1, 1000
1: lr.w a4, (s0)
  addi a4, a4, 1
  sc.w a4, a4, (s0)
  bnez a4, 1b
  addi a1, a1, -1
  bnez a1, 1b
  check 28, a4, 1000, lw a4, 0(s0)

  .macro misaligned number, cause, code:vararg
  test \number
  li s1, \cause
  li s2, 0
  addi a1, s0, 2
  li a2, 77
  \code
  beqz s2, fail
  li t2, 77
  bne a2, t2, fail
  .endm
  misaligned 30, 4, lr.w a2, (a1)
  misaligned 31, 6, sc.w a2, a2, (a1)
  misaligned 32, 6, amoadd.w a2, a2, (a1)
  addi s0, s0, 1
  misaligned 33, 6, amoswap.w a2, a2, (a1)
  j pass

# The misaligned ones are expected, with their address, and skipped.
handler:
  csrr t0, mcause
  bne t0, s1, fail
  csrr t1, mtval
  bne t1, a1, fail
  li s2, 1
  csrr t0, mepc
  addi t0, t0, 4
  csrw mepc, t0
  mret

  .data
  .balign 8
word: .word 0
  .zero 2048
