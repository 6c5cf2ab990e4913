# Jumps to what is no instruction's address: the jump itself traps, writes no link, and mtval is the target.
  .include "environment.s"

# The jump at 1 would write \link, and leads \away bytes from where it stands.
  .macro misaligned number, link, away, jump:vararg
  test \number
  li \link, 5
  la a1, 1f
  addi s2, a1, \away
  mv s3, a1
  li s4, 0
1: \jump
  beqz s4, fail
  addi a0, \link, -5
  bnez a0, fail
  .endm

suite:
  misaligned 2, t1, 2, jalr t1, 2(a1)
  misaligned 3, t1, 2, jalr t1, 3(a1)
  misaligned 4, t1, 6, jal t1, 1b + 6
  misaligned 5, a1, 2, jalr a1, 2(a1)     # (the handler puts 5 back)
  misaligned 6, t1, 6, beq zero, zero, 1b + 6
  misaligned 7, t1, 10, bgeu t1, zero, 1b + 10
  test 8                                  # not taken: no trap
1: bne zero, zero, 1b + 6
  test 9                                  # bit 0 is dropped
  la t0, 1f
  jalr t1, 1(t0)
  j fail
1: test 10                                # mepc drops bits 0 and 1
  la t0, 1f
  addi t1, t0, 3
  csrw mepc, t1
  csrr t1, mepc
  bne t1, t0, fail
  previous_mode 3
  mret
  j fail
1: j pass

handler:
  csrr t0, mcause
  bnez t0, fail
  csrr t0, mtval
  bne t0, s2, fail
  csrr t0, mepc
  bne t0, s3, fail
  addi t0, t0, 4
  csrw mepc, t0
  li s4, 1
  li t0, 5
  bne gp, t0, 1f
  bne a1, s3, fail
  mv a1, t0
1: mret
