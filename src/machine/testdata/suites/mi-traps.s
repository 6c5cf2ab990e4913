# Exceptions in machine mode: causes, mepc, mtval; that nothing of what trapped has happened; illegal forms of every kind.
  .include "environment.s"

# The code traps at its own start with \cause and \value; the handler skips \skip bytes.
  .macro traps number, cause, value, code:vararg
  test \number
  li s1, \cause
  li s2, \value
  la s3, 1f
  li s4, 0
  li t1, 0
1: \code
  beqz s4, fail
  bnez t1, fail
  .endm
# An illegal word, which mtval gives.
  .macro illegal number, word
  traps \number, ILLEGAL, \word, .word \word
  .endm

suite:
  illegal 2, 0
  illegal 3, 0xffffffff
  illegal 4, 0x02051513                # slli a0, a0, 32
  illegal 5, 0x02055513                # srli a0, a0, 32
  illegal 6, 0x42055513                # srai a0, a0, 32
  illegal 7, 0x40051513                # slli with srai's bit
  illegal 8, 0x04b50533                # add with an unknown funct7
  illegal 9, 0x40b51533                # sll with sub's bit
  illegal 10, 0x00053503               # ld
  illegal 11, 0x00056503               # lwu
  illegal 12, 0x00a53023               # sd
  illegal 13, 0x2805202f               # amo with an unknown funct5
  illegal 14, 0x0005302f               # amoadd.d
  illegal 15, 0x10b5252f               # lr.w with an rs2
  illegal 16, 0x00002063               # a branch of the unknown kind 2
  illegal 17, 0x00001067               # jalr with funct3 1
  illegal 18, 0x0005051b               # addiw
  illegal 19, 0x00b5053b               # addw
  illegal 20, 0x00002007               # flw
  illegal 21, 0x00000053               # fadd.s
  illegal 22, 0x0000205b               # a custom opcode
  illegal 23, 0x10200073               # sret
  illegal 24, 0x12000073               # sfence.vma
  illegal 25, 0x00200073               # uret
  illegal 26, 0x7b200073               # dret
  illegal 27, 0x000000f3               # ecall with an rd
  illegal 28, 0x00004073               # system with funct3 4
  illegal 29, 0x0000200f               # cbo
  traps 30, ILLEGAL, 0x18002373, csrr t1, satp
  traps 31, ILLEGAL, 0x30202373, csrr t1, medeleg
  traps 32, ILLEGAL, 0x74402373, csrr t1, 0x744
  traps 33, ILLEGAL, 0x10002373, csrr t1, sstatus
  traps 34, ILLEGAL, 0x00302373, csrr t1, fcsr
  traps 35, ILLEGAL, 0xc0001373, csrrw t1, cycle, zero
  traps 36, ILLEGAL, 0xc000e373, csrrsi t1, cycle, 1
  traps 37, ILLEGAL, 0xf1405373, csrrwi t1, mhartid, 0
  traps 38, ILLEGAL, 0x01502373, csrr t1, seed
  traps 39, ILLEGAL, 0xfff02373, csrr t1, 0xfff
  test 40                              # mtval is the breakpoint's own address
  li s1, 3
  la s2, 1f
  mv s3, s2
  li s4, 0
1: ebreak
  beqz s4, fail
  traps 41, 5, 0, lw t1, 0(zero)
  traps 42, 7, 4, sw t1, 4(zero)
  traps 45, 1, 0, jr zero              # the jump retires: see the handler
  j pass

handler:
  csrr t0, mcause
  bne t0, s1, fail
  csrr t0, mtval
  bne t0, s2, fail
  csrr t0, mepc
  li t2, 45
  beq gp, t2, 1f
  bne t0, s3, fail
  addi t0, t0, 4
2: csrw mepc, t0
  li s4, 1
  mret
1: bnez t0, fail
  addi t0, s3, 4
  j 2b
