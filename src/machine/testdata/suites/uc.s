# There are no compressed instructions: each form of them is illegal, and mtval is its 16 bits.
  .include "environment.s"

# The word that begins with the halfword \code is illegal.
  .macro compressed number, code
  test \number
  la s3, 1f
  li s2, \code
  li s4, 0
1: .word \code | 0x00010000
  expect s4, 1
  .endm

suite:
  compressed 2, 0x0001     # c.nop
  compressed 3, 0x0048     # c.addi4spn
  compressed 4, 0x4188     # c.lw
  compressed 5, 0xc188     # c.sw
  compressed 6, 0x0505     # c.addi
  compressed 7, 0x2001     # c.jal
  compressed 8, 0x4505     # c.li
  compressed 9, 0x6105     # c.addi16sp
  compressed 10, 0x6505    # c.lui
  compressed 11, 0x8105    # c.srli
  compressed 12, 0x8505    # c.srai
  compressed 13, 0x8905    # c.andi
  compressed 14, 0x8d0d    # c.sub
  compressed 15, 0x8d2d    # c.xor
  compressed 16, 0x8d4d    # c.or
  compressed 17, 0x8d6d    # c.and
  compressed 18, 0xa001    # c.j
  compressed 19, 0xc101    # c.beqz
  compressed 20, 0xe101    # c.bnez
  compressed 21, 0x0506    # c.slli
  compressed 22, 0x4502    # c.lwsp
  compressed 23, 0x8082    # c.jr ra
  compressed 24, 0x852e    # c.mv
  compressed 25, 0x9002    # c.ebreak
  compressed 26, 0x9082    # c.jalr
  compressed 27, 0x952e    # c.add
  compressed 28, 0xc02a    # c.swsp
  j pass

handler:
  csrr t0, mcause
  li t1, ILLEGAL
  bne t0, t1, fail
  csrr t0, mtval
  bne t0, s2, fail
  csrr t0, mepc
  bne t0, s3, fail
  addi t0, t0, 4
  csrw mepc, t0
  li s4, 1
  mret
