// A machine copied page by page, with everything beside RAM, is the same machine and goes on the same way.
import { expect, test } from 'vitest';
import { COMPILER_LIMITS } from './compiler/compiled-code.ts';
import {
  applyBesideRam,
  besideRamBytes,
  createMachineState,
  differingPages,
  type Engine,
  hashMachine,
  inject,
  type Machine,
  type MachineSnapshot,
  pageOf,
  runOtherHart,
  setEngine,
  snapshotMachine,
  stateBesideRam,
  writePage,
} from './machine.ts';
import { boot, go, register } from './testing/test-machine.ts';

const EAGER = { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 };

/** Counts in RAM and in registers, page after page, and takes a trap now and then. */
const BUSY = `
        la t0, handler
        csrw mtvec, t0
        la s0, data
        li s1, 0x8000
1:      lw t1, 0(s0)
        addi t1, t1, 3
        sw t1, 0(s0)
        addi s2, s2, 68
        and t2, s2, s1
        add s0, s0, t2
        sub s2, s2, t2
        addi a0, a0, 1
        andi t3, a0, 0xff
        bnez t3, 1b
        ecall
        la s0, data
        j 1b
handler:
        csrr t4, mepc
        addi t4, t4, 4
        csrw mepc, t4
        mret
        .balign 4096
data:   .word 0
`;

function copyInto(machine: Machine, from: MachineSnapshot | null, to: MachineSnapshot): number {
  const pages = differingPages(from, to);
  for (const page of pages) writePage(machine, page, pageOf(to, page));
  applyBesideRam(machine, stateBesideRam(to));
  return pages.length;
}

const blank = ({ config }: Machine) => createMachineState(config, 0);

test.each<Engine>(['interpreter', 'compiler'])(
  'a copy of a running machine is that machine, by the %s',
  (engine) => {
    const source = boot(BUSY);
    const target = blank(source);
    for (const machine of [source, target]) setEngine(machine, engine, EAGER);
    let copied: MachineSnapshot | null = null;
    for (let round = 0; round < 5; round++) {
      inject(source, { kind: 'console', byte: 65 + round });
      go(source, 3333);
      const snapshot = snapshotMachine(source);
      copyInto(target, copied, snapshot);
      copied = snapshot;
      expect(hashMachine(target)).toBe(hashMachine(source));
      // What the copy does meanwhile is overwritten, but for the pages that only the copy wrote to.
      if (round < 3) continue;
      for (const machine of [source, target]) go(machine, 10_000);
      expect(hashMachine(target)).toBe(hashMachine(source));
      copied = snapshotMachine(source);
    }
    expect(source.compiled.regions.length > 0).toBe(engine === 'compiler');
  },
);

test.each<Engine>(['interpreter', 'compiler'])(
  'code that has been running is overwritten under the %s',
  (engine) => {
    const target = boot('1: addi a0, a0, 1; j 1b');
    setEngine(target, engine, EAGER);
    go(target, 5000);
    expect(target.compiled.entries.size > 0).toBe(engine === 'compiler');
    const source = boot('1: addi a0, a0, 5; j 1b');
    copyInto(target, null, snapshotMachine(source));
    go(target, 5000);
    go(source, 5000);
    expect(register(target, 'a0')).toBe(5 * 2500);
    expect(hashMachine(target)).toBe(hashMachine(source));
    expect(snapshotMachine(target).registers).toEqual(snapshotMachine(source).registers);
  },
);

test('the second hart comes along', () => {
  const source = boot('1: addi a0, a0, 2; j 1b', { harts: 2 });
  const target = blank(source);
  runOtherHart(source, 100);
  copyInto(target, null, snapshotMachine(source));
  expect(hashMachine(target)).toBe(hashMachine(source));
  expect(target.otherHarts[0]!.x[10]).toBe(101);
});

test('pages differ where they were written; from nothing, where they are not zero', () => {
  const machine = boot('sw a0, 0(a1); ebreak; .balign 4096; .word 1; .zero 8192; .word 2');
  const first = snapshotMachine(machine);
  expect(differingPages(null, first)).toEqual([0, 1, 3]);
  expect(differingPages(first, first)).toEqual([]);
  machine.cpu.x[10] = 7;
  machine.cpu.x[11] = 0x8000_2ffc | 0;
  go(machine, 1);
  const second = snapshotMachine(machine);
  expect(differingPages(first, second)).toEqual([2]);
  expect(pageOf(first, 2).every((byte) => byte === 0)).toBe(true);
  expect([...pageOf(second, 2).subarray(4092)]).toEqual([7, 0, 0, 0]);
  writePage(machine, 2, new Uint8Array(4096));
  expect([pageOf(second, 2)[4092], pageOf(snapshotMachine(machine), 2)[4092]]).toEqual([7, 0]);
});

test('a page is written whole and inside RAM', () => {
  const machine = boot('nop');
  expect(() => writePage(machine, 0, new Uint8Array(4095))).toThrow('4096 bytes');
  expect(() => writePage(machine, 16, new Uint8Array(4096))).toThrow('of RAM');
});

test('what is beside RAM says nothing of the engine, never changes, and has a size', () => {
  const states = (['interpreter', 'compiler'] as const).map((engine) => {
    const machine = boot('1: jal zero, 2f; 2: addi zero, a0, 1; addi a0, a0, 1; j 1b');
    setEngine(machine, engine, EAGER);
    go(machine, 4002);
    return { machine, state: stateBesideRam(snapshotMachine(machine)) };
  });
  expect(states[0]!.state).toEqual(states[1]!.state);
  const { machine, state } = states[0]!;
  const before = structuredClone(state);
  const other = blank(machine);
  applyBesideRam(other, state);
  for (const each of [machine, other]) {
    inject(each, { kind: 'console', byte: 1 });
    each.cpu.x[5] = 9;
    each.ending = { kind: 'exit', code: 3 };
  }
  expect(state).toEqual(before);
  const ended = stateBesideRam(snapshotMachine(machine));
  expect(besideRamBytes(ended)).toBe(besideRamBytes(state) + 8 + 8 - 'running'.length + 'exit'.length);
});
