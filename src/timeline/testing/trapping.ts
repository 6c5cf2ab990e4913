// For tests: a program that traps for ever, between two additions.

/** Its trap handler begins with another instruction than it ends in. */
export const TRAPPING = `
_start:
  la t0, handler
  csrw mtvec, t0
again:
  addi a0, a0, 1
call:
  ecall
  j again
  .balign 4
handler:
  csrr t1, mepc
  addi t1, t1, 4
  csrw mepc, t1
  mret
`;
