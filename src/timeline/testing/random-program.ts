// For tests: small programs that do at random all that gives a machine states between two instructions.

import { below, type PrngState } from '../../base/prng.ts';

const pick = <T>(noise: PrngState, list: readonly T[]): T => list[below(noise, list.length)] as T;

/** What one line of the loop is: arithmetic, memory, traps, inputs, outputs, sleep. */
const LINES: readonly ((noise: PrngState) => string)[] = [
  (noise) => `addi a0, a0, ${below(noise, 100)}`,
  () => 'add a1, a1, a0',
  () => 'mul a2, a1, a0',
  (noise) => `sw a0, ${4 * below(noise, 8)}(s1)`,
  (noise) => `lw a2, ${4 * below(noise, 8)}(s1)`,
  () => 'beq zero, zero, . + 8',
  () => 'ecall',
  () => 'ecall',
  () => 'ebreak',
  () => '.word 0',
  () => 'rdtime a3',
  () => 'csrrw a4, seed, zero',
  () => 'sb a0, 0(s0)',
  () => 'wfi',
];

/** A program that never ends: a timer interrupts it again and again, and it traps, reads what only the log tells, prints and sleeps. */
export function randomProgram(noise: PrngState): string {
  const lines = Array.from({ length: 4 + below(noise, 16) }, () => `  ${pick(noise, LINES)(noise)}`);
  return `
_start:
  la t0, handler
  csrw mtvec, t0
  li s0, 0x10000000
  la s1, data
  li t0, 0x80
  csrw mie, t0
  li t1, 0x02004000
  sw zero, 0(t1)
  sw zero, 4(t1)
  csrsi mstatus, 8
loop:
${lines.join('\n')}
  nop
  j loop

  .balign 4
handler:
  csrr t1, mcause
  bltz t1, timer
  csrr t1, mepc
  addi t1, t1, 4
  csrw mepc, t1
  addi s5, s5, 1
  mret
timer:
  li t1, 0x0200bff8
  lw t2, 0(t1)
  addi t2, t2, ${2 + below(noise, 40)}
  li t1, 0x02004000
  sw t2, 0(t1)
  sw zero, 4(t1)
  mret

  .data
  .balign 4
data:
  .space 32
`;
}
