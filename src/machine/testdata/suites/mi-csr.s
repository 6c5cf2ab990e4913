# Control and status registers in machine mode: the six instructions, what exists, what fields take, what the counters count.
  .include "environment.s"

# \csr reads as \value when all ones, and then zero, are written to it.
  .macro takes number, csr, ones, zeros=0
  test \number
  li a0, -1
  csrw \csr, a0
  csrr a0, \csr
  csrw \csr, zero
  csrr a1, \csr
  expect a0, \ones
  expect a1, \zeros
  .endm

  .macro mpp_is mode
  csrr a0, mstatus
  srli a0, a0, 11
  andi a0, a0, 3
  expect a0, \mode
  .endm

suite:
  test 2
  csrwi mscratch, 3
  check 3, a0, 3, csrr a0, mscratch
  check 4, a1, 3, csrrci a1, mscratch, 1
  check 5, a2, 2, csrrsi a2, mscratch, 4
  check 6, a3, 6, csrrwi a3, mscratch, 2
  li a0, 0xbad1dea
  check 7, a1, 2, csrrw a1, mscratch, a0
  li a0, 0x1dea
  check 8, a0, 0xbad1dea, csrrc a0, mscratch, a0
  li a0, 0xbeef
  check 9, a0, 0xbad0000, csrrs a0, mscratch, a0
  check 10, a0, 0xbadbeef, csrr a0, mscratch
  check 11, zero, 0, csrrw zero, mscratch, a0

  check 20, a0, 0x40101101, csrr a0, misa
  takes 21, misa, 0x40101101, 0x40101101
  check 22, a0, 0, csrr a0, mhartid
  check 23, a0, 0, csrr a0, mvendorid
  check 24, a0, 0, csrr a0, marchid
  check 25, a0, 0, csrr a0, mimpid
  check 26, a0, 0, csrr a0, mconfigptr
  takes 27, mscratch, 0xffffffff
  takes 28, mepc, 0xfffffffc
  takes 29, mcounteren, 7
  takes 30, mstatush, 0
  takes 31, mip, 0x80, 0x80           # the timer, until mtimecmp is written: stores to mip change nothing
  test 32                          # MSI, MTI, MEI
  li a0, -1
  csrw mie, a0
  csrr a0, mie
  csrwi mie, 0
  expect a0, 0x888

# MPP takes machine and user mode, and nothing else: it keeps what it had.
  test 40
  previous_mode 3
  mpp_is 3
  test 41
  li t0, 0x1000
  csrc mstatus, t0                 # would be supervisor
  mpp_is 3
  test 42
  li t0, 0x800
  csrc mstatus, t0                 # would be hypervisor
  mpp_is 3
  test 43
  previous_mode 0
  mpp_is 0
  test 44
  li t0, 0x800
  csrs mstatus, t0
  mpp_is 0
  test 45
  li a0, -1
  csrw mstatus, a0                 # MIE, MPIE, MPP, MPRV and TW are all there is
  csrr a0, mstatus
  csrw mstatus, zero
  expect a0, 0x221888

# Trigger registers do not trap, and there is no trigger.
  test 50
  li a0, 1 << 31
  csrw tselect, a0
  csrr a1, tselect
  expect a1, 0
  csrw tdata1, a0
  csrw tdata2, a0
  check 51, a0, 0, csrr a0, tdata1
  check 52, a0, 0, csrr a0, tdata2

# Whoever writes a half of minstret does not count in it.
  test 60
  csrwi minstret, 0
  csrr a0, minstret
  expect a0, 0
  test 61
  li t0, -1
  csrw minstret, t0
  csrw minstreth, t0
  nop
  csrr a0, minstret
  csrr a1, minstreth
  expect a0, 0
  expect a1, 0
  test 62
  csrr a0, instret
  nop
  nop
  csrr a1, instret
  sub a1, a1, a0
  expect a1, 3
  test 63
  csrr a0, cycle
  beq a0, zero, 1f
1: csrr a1, cycle
  sub a1, a1, a0
  expect a1, 2
  test 64
  csrr a0, time
  csrr a1, time
  bltu a1, a0, fail
  check 65, a0, 0, csrr a0, mhpmcounter3
  check 66, a0, 0, csrr a0, mhpmcounter31h
  check 67, a0, 0, csrr a0, mhpmevent3

# Protection entries keep what they are given; their granularity is a word.
  test 70
  csrw pmpcfg0, zero
  li a0, -1
  csrw pmpaddr0, a0
  csrr a0, pmpaddr0
  expect a0, -1
  takes 71, pmpaddr15, 0xffffffff
  test 72
  li a0, 0x0f1f170f
  csrw pmpcfg3, a0
  csrr a1, pmpcfg3
  csrw pmpcfg3, zero
  expect a1, 0x0f1f170f
  j pass

handler: j unexpected
