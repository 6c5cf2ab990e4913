# The environment of the official tests' kind "p": one hart, physical addresses, a program that ends itself through tohost.
# A suite includes it, goes on at its own `suite:` in the mode that MACHINE says, and has a `handler:` for traps that are not an ecall.
# gp is the number of the test that runs. The prologue writes registers that need not exist: a trap by one leads just behind it.

  .equ ILLEGAL, 2

  .macro may_trap instruction:vararg
  la t0, 1f
  csrw mtvec, t0
  \instruction
  .balign 4
1:
  .endm

  .text
  .globl _start
_start:
  j reset
  .balign 4
trap_vector:
  csrr t5, mcause
  li t6, 8
  beq t5, t6, write_tohost
  li t6, 11
  beq t5, t6, write_tohost
  j handler
unexpected:
  ori gp, gp, 1337
write_tohost:
  sw gp, tohost, t5
  sw zero, tohost + 4, t5
  j write_tohost
reset:
  may_trap csrwi 0x744, 8          # mnstatus
  may_trap csrwi satp, 0
  la t0, 1f
  csrw mtvec, t0
  li t0, 0x7fffffff                # everything is user mode's, too
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  .balign 4
1: csrwi mie, 0
  may_trap csrwi medeleg, 0
  may_trap csrwi mideleg, 0
  li gp, 0
  la t0, trap_vector
  csrw mtvec, t0
  csrwi mstatus, 0
  .if MACHINE
  li a0, 0x1800
  csrs mstatus, a0
  .endif
  la t0, suite
  csrw mepc, t0
  csrr a0, mhartid
  mret

pass:
  fence
  li gp, 1
  li a7, 93
  li a0, 0
  ecall
fail:
  fence
1: beqz gp, 1b
  slli gp, gp, 1
  ori gp, gp, 1
  li a7, 93
  mv a0, gp
  ecall

# The test \number begins.
  .macro test number
  li gp, \number
  .endm
# It fails unless \register holds \value.
  .macro expect register, value
  li t2, \value
  bne \register, t2, fail
  .endm
# A test of one instruction.
  .macro check number, register, value, instruction:vararg
  test \number
  \instruction
  expect \register, \value
  .endm

# The mode that the next mret goes to.
  .macro previous_mode mode
  li t0, 0x1800
  csrc mstatus, t0
  li t0, \mode << 11
  csrs mstatus, t0
  .endm

  .section .tohost, "aw", @progbits
  .balign 64
  .globl tohost
tohost: .dword 0
  .size tohost, 8
  .balign 64
  .globl fromhost
fromhost: .dword 0
  .size fromhost, 8
  .text
