# What user mode may not do, and what it may once it is let: registers, mret, counters, WFI, memory.
  .include "environment.s"

# In user mode \code traps at its start with \cause, and does nothing.
  .macro traps number, cause, code:vararg
  test \number
  li s1, \cause
  la s3, 1f
  la t0, 1f
  csrw mepc, t0
  previous_mode 0
  li s4, 0
  li t1, 0
  mret
1: \code
  ebreak
2: expect s4, 1
  bnez t1, fail
  .endm
# In user mode \code runs, and ends by a breakpoint just behind it.
  .macro runs number, code:vararg
  test \number
  li s1, 3
  la s3, 2f
  la t0, 1f
  csrw mepc, t0
  previous_mode 0
  li s4, 0
  mret
1: \code
2: ebreak
  expect s4, 1
  .endm

suite:
  traps 2, ILLEGAL, csrr t1, mstatus
  traps 3, ILLEGAL, csrr t1, mhartid
  traps 4, ILLEGAL, csrw mscratch, t1
  traps 5, ILLEGAL, csrr t1, pmpaddr0
  traps 6, ILLEGAL, csrr t1, tselect
  traps 7, ILLEGAL, mret
  traps 8, ILLEGAL, .word 0x10200073     # sret
  csrwi mcounteren, 0
  traps 10, ILLEGAL, rdcycle t1
  traps 11, ILLEGAL, rdcycleh t1
  traps 12, ILLEGAL, rdinstret t1
  traps 13, ILLEGAL, rdtime t1
  csrwi mcounteren, 1
  runs 14, rdcycle a0
  traps 15, ILLEGAL, rdinstret t1
  traps 16, ILLEGAL, rdtime t1
  csrwi mcounteren, 6
  runs 17, rdinstreth a0
  runs 18, rdtime a0
  traps 19, ILLEGAL, rdcycle t1
  traps 20, ILLEGAL, csrrw t1, instret, zero
  csrwi mcounteren, 7
  traps 21, ILLEGAL, csrrsi t1, cycle, 1
  traps 22, ILLEGAL, csrr t1, hpmcounter3
  traps 23, ILLEGAL, csrrw t1, seed, zero
  # WFI: with an interrupt pending it does not wait; with TW it traps.
  li s0, 0x02000000
  li t0, 1
  csrwi mie, 0
  li t0, 1 << 21
  csrs mstatus, t0
  traps 30, ILLEGAL, wfi
  li t0, 1 << 21
  csrc mstatus, t0
  # Without protection entries there is no memory for user mode, nor is there for loads with MPRV.
  csrw pmpcfg0, zero
  traps 40, 1, nop
  test 41
  li s1, 5
  la s3, 1f
  li s4, 0
  previous_mode 0
  li t0, 1 << 17
  csrs mstatus, t0
1: lw t1, 0(s3)
  expect s4, 1
  test 42                                # what trapped was lent, machine mode itself reads on
  li t0, 1 << 17
  csrc mstatus, t0
  lw a0, 0(s3)
  beqz a0, fail
  # Of two entries the first that matches decides: a word in a large region is closed.
  test 43
  la t0, closed
  srli t0, t0, 2
  csrw pmpaddr0, t0
  li t0, 0x7fffffff
  csrw pmpaddr1, t0
  li t0, 0x1f10
  csrw pmpcfg0, t0
  la s5, closed
  runs 44, lw a0, 4(s5)
  traps 45, 5, lw t1, 0(s5)
  traps 46, 7, sb t1, 3(s5)
  traps 47, 5, lw t1, 2(s5)
  traps 48, 5, lr.w t1, (s5)
  runs 49, sw a0, -4(s5)
  # Locked, it closes for machine mode, too; and it stays.
  test 50
  li t0, 0x80
  csrs pmpcfg0, t0
  csrw pmpcfg0, zero
  csrr a0, pmpcfg0
  expect a0, 0x90
  csrw pmpaddr0, zero
  csrr a0, pmpaddr0
  slli a0, a0, 2
  bne a0, s5, fail
  test 51
  li s1, 5
  la s3, 1f
  li s4, 0
1: lw t1, 0(s5)
  expect s4, 1
  j pass

# Back to machine mode, behind what trapped; behind the ebreak, too, when that is what follows.
handler:
  csrr t0, mcause
  bne t0, s1, fail
  csrr t0, mepc
  bne t0, s3, fail
  addi t0, t0, 4
  li t2, 3
  beq s1, t2, 1f
  lw a0, 0(t0)
  li a1, 0x00100073
  bne a0, a1, 1f
  addi t0, t0, 4
1: csrw mepc, t0
  previous_mode 3
  li t0, 1 << 17
  csrc mstatus, t0
  li s4, 1
  mret

  .data
  .balign 64
  .word 0
closed: .word 1, 2
