# Interrupts: when they are taken, where they lead, what they save; and what WFI waits for.
  .include "environment.s"
  .equ CLINT, 0x02000000

suite:
  csrr s10, mtvec
  la t0, direct
  csrw mtvec, t0
  li s0, CLINT
  li s5, 1
  test 2                              # masked in mie, and by MIE: pending, not taken
  li s1, 0
  sw s5, 0(s0)
  csrr a0, mip
  andi a0, a0, 8
  expect a0, 8
  csrsi mstatus, 8
  csrci mstatus, 8
  csrwi mie, 8
  expect s1, 0
  test 3                              # taken behind the instruction that lets it in
  la s2, 1f
  csrsi mstatus, 8
1: bnez zero, fail
  expect s1, 1
  test 4                              # the interrupt enable came back with mret
  csrr a0, mstatus
  andi a0, a0, 0x88
  expect a0, 0x88
  test 5                              # straight behind the store that raises it
  li s1, 0
  la s2, 1f
  sw s5, 0(s0)
1: expect s1, 1
  test 6                              # a WFI with something pending does not wait, also with MIE off
  csrci mstatus, 8
  sw s5, 0(s0)
  wfi
  sw zero, 0(s0)
  expect s1, 1
  test 7                              # vectored
  la t0, vectors + 1
  csrw mtvec, t0
  li s1, 0
  la s2, 1f
  csrsi mstatus, 8
  sw s5, 0(s0)
1: expect s1, 3
  test 8                              # an exception goes to the base
  li s1, 0
  ebreak
  expect s1, 9
  test 9                              # user mode can't switch interrupts off
  csrci mstatus, 8
  li s1, 0
  la s2, 1f
  csrw mepc, s2
  previous_mode 0
  sw s5, 0(s0)
  mret
1: expect s1, 3
  la s2, 1f
  test 10                             # back to machine mode by the handler of ebreak
  ebreak
1: csrr a0, mstatus
  csrwi mie, 0
  csrw mtvec, s10
  j pass

direct:
  csrr t0, mcause
  li t1, 0x80000003
  bne t0, t1, fail
  csrr t0, mepc
  bne t0, s2, fail
  csrr t0, mstatus
  li t1, 0x1880
  bne t0, t1, fail
  sw zero, 0(s0)
  li s1, 1
  mret

  .balign 64
vectors:
  j exception
  j fail
  j fail
  j software
  j fail
  j fail
  j fail
  j fail
software:
  csrr t0, mcause
  li t1, 0x80000003
  bne t0, t1, fail
  csrr t0, mepc
  bne t0, s2, fail
  sw zero, 0(s0)
  li s1, 3
  mret
exception:
  csrr t0, mcause
  li t1, 3
  bne t0, t1, fail
  csrr t0, mepc
  addi t0, t0, 4
  csrw mepc, t0
  li t0, 0x1800
  csrs mstatus, t0
  li s1, 9
  mret

handler: j unexpected
