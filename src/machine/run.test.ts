// However a run is cut into pieces, and wherever it is saved and restored, the state at an instruction number is the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Injection, InstructionCount, Stop } from './boundary.ts';
import {
  hashMachine,
  inject,
  type Machine,
  machineFromSnapshot,
  restoreMachine,
  run,
  snapshotMachine,
} from './machine.ts';
import { boot, go, register } from './testing/test-machine.ts';

/**
 * A guest that does everything: user mode and back, interrupts of all kinds, stores to its own code, misaligned and atomic
 * accesses, clock, entropy, counters, console, and traps.
 */
const BUSY = `
    .equ CLINT, 0x02000000
    .equ PLIC, 0x0c000000
    .equ UART, 0x10000000
      la t0, handler; csrw mtvec, t0
      li t0, -1; csrw pmpaddr0, t0; li t0, 0x1f; csrw pmpcfg0, t0
      csrwi mcounteren, 7
      li s0, PLIC; li t0, 1; sw t0, 40(s0)
      li t1, PLIC + 0x2000; li t0, 1 << 10; sw t0, 0(t1)
      li s1, UART; li t0, 1; sb t0, 1(s1)
      li t0, 0x888; csrw mie, t0
      la t0, user; csrw mepc, t0
      la gp, data
      mret
  user:
      li s2, 20
    1: rdtime a0; add s3, s3, a0
      rdcycle a1; xor s3, s3, a1
      lw a2, 3(gp); sw s3, 1(gp); sh a2, 11(gp)
      amoadd.w a3, s2, (gp)
      lr.w a4, (gp)
      sc.w a5, s3, (gp)
      la t0, patch; lw t1, 0(t0); xori t1, t1, 0; addi t2, s2, 0; slli t2, t2, 20
      li t3, 0x000fffff; and t1, t1, t3; or t1, t1, t2; sw t1, 0(t0)
    patch: addi s4, s4, 0
      mul s3, s3, s4; divu a6, s3, s2; mulhu a7, s3, s3; add s3, s3, a7
      ecall
      .word 0
      addi s2, s2, -1
      bnez s2, 1b
      wfi
      j user
      .balign 4
  handler:
      csrrw sp, mscratch, sp
      csrr t4, mcause; csrr t5, mepc; add s3, s3, t4; add s3, s3, t5
      bltz t4, interrupt
      addi t5, t5, 4; csrw mepc, t5
      li t6, 8; bne t4, t6, 2f
      andi t6, s2, 7; bnez t6, 2f
      li t6, UART; sb s2, 0(t6)            # now and then a byte
      csrrw t4, seed, zero; add s3, s3, t4
      li t6, CLINT; sw t6, 0(t6); li t4, 1; sw t4, 0(t6)
    2: csrrw sp, mscratch, sp
      mret
  interrupt:
      slli t4, t4, 1
      li t6, CLINT
      li t5, 6; bne t4, t5, 3f; sw zero, 0(t6)
    3: li t5, 14; bne t4, t5, 4f; li t5, 0x02004000; sw s3, 0(t5)
    4: li t5, 22; bne t4, t5, 2b
      li t5, PLIC + 0x200004; lw t6, 0(t5)
      li t4, UART; lbu t4, 0(t4); add s3, s3, t4
      sw t6, 0(t5)
      j 2b
      .balign 64
  data: .word 1, 2, 3, 4`;

/** What enters at which instruction number, besides the clock and the entropy, which are functions of the number. */
const EVENTS: [number, Injection][] = [
  [700, { kind: 'timer' }],
  [1000, { kind: 'console', byte: 65 }],
  [1001, { kind: 'timer' }],
  [1001, { kind: 'console', byte: 66 }],
  [1500, { kind: 'timer' }],
  [2600, { kind: 'console', byte: 67 }],
];

/** Runs to `end` with stops at `cuts`, too; returns the emissions and the machine's hash. */
function runTo(
  machine: Machine,
  end: number,
  cuts: readonly number[],
  atCut: (machine: Machine) => void,
): string {
  const seen: Stop[] = [];
  const at = () => machine.cpu.instructions as number;
  let event = EVENTS.findIndex(([count]) => count > at());
  const stops = [...cuts.filter((cut) => cut < end), end].sort((a, b) => a - b);
  for (const stop of stops) {
    while (at() < stop) {
      const next = EVENTS[event]?.[0] ?? end;
      const reason = run(machine, Math.min(next, stop) as InstructionCount);
      if (reason.reason === 'clock') inject(machine, { kind: 'clock', time: 7 * at() });
      else if (reason.reason === 'entropy') inject(machine, { kind: 'entropy', bits: at() & 0xffff });
      else if (reason.reason === 'emission') seen.push(reason);
      else if (reason.reason === 'waiting') inject(machine, { kind: 'timer' });
      else expect(['budget', 'timerSet']).toContain(reason.reason);
      while (EVENTS[event]?.[0] === at()) inject(machine, EVENTS[event++]![1]);
    }
    atCut(machine);
  }
  return JSON.stringify([hashMachine(machine), machine.cpu.pc, ...seen]);
}

const END = 4000;
const whole = runTo(boot(BUSY), END, [], () => {});

test('the guest that does everything does it', () => {
  const machine = boot(BUSY);
  runTo(machine, END, [], () => {});
  expect(machine.ending.kind).toBe('running');
  expect(register(machine, 's4')).toBeGreaterThan(0);
  expect(whole).toContain('console');
  expect(machine.plic.inService).toBe(0);
});

test('any cutting of the run, with a hash at each cut, ends in the same state', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: END }), { maxLength: 40 }), (cuts) => {
      expect(runTo(boot(BUSY), END, cuts, hashMachine)).toBe(whole);
    }),
    { numRuns: 30 },
  );
  const everywhere = Array.from({ length: END }, (_, n) => n);
  expect(runTo(boot(BUSY), END, everywhere, () => {})).toBe(whole);
});

test('saving and restoring at any cut, into the same or a new machine, changes nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: END }), fc.integer({ min: 1, max: END }), (a, b) => {
      const [early, late] = a < b ? [a, b] : [b, a];
      const machine = boot(BUSY);
      runTo(machine, early, [], () => {});
      const saved = snapshotMachine(machine);
      const hash = hashMachine(machine);
      runTo(machine, late, [], () => {});
      const later = snapshotMachine(machine);
      restoreMachine(machine, saved);
      expect(hashMachine(machine)).toBe(hash);
      expect(runTo(machine, END, [], () => {})).toContain(JSON.parse(whole)[0]);
      restoreMachine(machine, later);
      expect(runTo(machine, END, [], () => {})).toContain(JSON.parse(whole)[0]);
      expect(hashMachine(machineFromSnapshot(saved))).toBe(hash);
      expect(runTo(machineFromSnapshot(saved), END, [], () => {})).toContain(JSON.parse(whole)[0]);
    }),
    { numRuns: 25 },
  );
});

test('the budget comes before interrupts: what is injected at a count is there before the next instruction', () => {
  const machine = boot(`
      li t0, 0x02004004; li t1, -1; sw t1, 0(t0)
      la t0, h; csrw mtvec, t0; li t0, 0x80; csrw mie, t0; csrsi mstatus, 8; 1: j 1b; h: wfi`);
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  const { instructions } = machine.cpu;
  expect(go(machine, 7)).toEqual({ reason: 'budget' });
  inject(machine, { kind: 'timer' });
  expect(go(machine, 0)).toEqual({ reason: 'budget' });
  expect(machine.cpu.mcause).toBe(0);
  go(machine, 1);
  expect([machine.cpu.mcause, machine.cpu.instructions]).toEqual([0x8000_0007, instructions + 8]);
});

test('a guest that does what it should not leaves the simulator in charge', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 16, maxLength: 64 }), (words) => {
      const machine = boot(`la t0, 1f; csrw mtvec, t0; 1: ${words.map((word) => `.word ${word}`).join(';')}`);
      for (let n = 0; n < 200; n++) {
        const stop = go(machine, 500);
        if (stop.reason === 'clock') inject(machine, { kind: 'clock', time: n });
        if (stop.reason === 'entropy') inject(machine, { kind: 'entropy', bits: n });
      }
      hashMachine(machine);
    }),
  );
});
