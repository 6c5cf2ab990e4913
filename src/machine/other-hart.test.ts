// Two harts on one memory: what the second may do, what parks it, and that its state is state like any other.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstructionCount } from './boundary.ts';
import { COMPILER_LIMITS } from './compiler/compiled-code.ts';
import {
  type Engine,
  hashMachine,
  inject,
  type Machine,
  machineFromSnapshot,
  restoreMachine,
  run,
  runOtherHart,
  runTraced,
  setEngine,
  snapshotMachine,
} from './machine.ts';
import { writeRam } from './memory/dma.ts';
import { boot, go, register, registers, wordAt } from './testing/test-machine.ts';

const SPLIT = 'csrr t0, mhartid; bnez t0, second';
const bootTwo = (source: string) => boot(source, { harts: 2 });
/** The second hart, as a machine to look at. */
const second = (machine: Machine): Machine => ({ ...machine, cpu: machine.otherHarts[0]! });
const isParked = (machine: Machine) => second(machine).cpu.waiting;

test('both harts begin at the entry, each with its number; the second counts its own instructions', () => {
  const machine = bootTwo('csrr a2, mhartid; csrr a3, minstret; la a4, 1f; 1: j 1b');
  go(machine, 10);
  expect(registers(second(machine), 'a0', 'a2')).toEqual([1, 0]);
  const before = hashMachine(machine);
  runOtherHart(machine, 3);
  expect(hashMachine(machine)).not.toBe(before);
  expect(machine.cpu.instructions).toBe(10);
  expect(second(machine).cpu.instructions).toBe(3);
  expect(registers(machine, 'a0', 'a2', 'a3')).toEqual([0, 0, 1]);
  expect(registers(second(machine), 'a0', 'a2', 'a3')).toEqual([1, 1, 1]);
});

test('with one hart there is no other to run, and having said so makes no difference', () => {
  const source = 'csrr a1, mhartid; 1: addi a0, a0, 1; j 1b';
  const [told, untold] = [boot(source, { harts: 1 }), boot(source)];
  for (const machine of [told, untold]) go(machine, 100);
  const hash = hashMachine(untold);
  runOtherHart(told, 100);
  expect(hashMachine(told)).toBe(hash);
  expect(hashMachine(boot(source))).not.toBe(hashMachine(bootTwo(source)));
  expect(() => boot('nop', { harts: 3 as 2 })).toThrow('A machine of 3 harts: it must be 1 or 2.');
});

const COUNT = (count: string) => `
    la s0, word
  1: ${count}
    j 1b
    .balign 4
  word: .word 0`;

test('a count is lost where the harts take turns in the middle of it, and never when it is atomic', () => {
  const inTurns = (source: string, turn: number) => {
    const machine = bootTwo(source);
    for (let n = 0; n < 700; n++) {
      go(machine, turn);
      runOtherHart(machine, turn);
    }
    return wordAt(machine, register(machine, 's0'));
  };
  expect(inTurns(COUNT('lw t0, (s0); addi t0, t0, 1; sw t0, (s0)'), 2)).toBeLessThan(400);
  expect(inTurns(COUNT('li t0, 1; amoadd.w zero, t0, (s0)'), 3)).toBeGreaterThan(1390);
});

const RESERVE = `
    la s0, word; ${SPLIT}
    lr.w t1, (s0); sc.w a1, a0, (s0); 1: j 1b
  second: nop; nop; sw a0, (s0); lr.w t1, (s0); sc.w a1, a0, (s0); 1: j 1b
    .balign 4
  word: .word 7`;

test("a hart's reservation is lost when the other has had its turn, or a device has written there", () => {
  const until = { beforeSc: 5, afterSc: 6 };
  const first = bootTwo(RESERVE);
  go(first, until.beforeSc);
  runOtherHart(first, 7);
  go(first, 1);
  expect(registers(first, 'a1')).toEqual([1]);

  const other = (between: (machine: Machine) => void) => {
    const machine = bootTwo(RESERVE);
    runOtherHart(machine, 8);
    between(machine);
    runOtherHart(machine, 1);
    return registers(second(machine), 'a1');
  };
  expect(other(() => {})).toEqual([0]);
  expect(other((machine) => go(machine, 0))).toEqual([0]);
  expect(other((machine) => go(machine, 1))).toEqual([1]);
  expect(other((machine) => runTraced(machine, 1 as InstructionCount, {}))).toEqual([1]);
  const write = (at: number) => (machine: Machine) => {
    const address = machine.otherHarts[0]!.reservation;
    writeRam(machine, address + at, Uint8Array.of(7));
  };
  expect([other(write(0)), other(write(-1)), other(write(4))]).toEqual([[1], [0], [0]]);

  const alone = bootTwo(RESERVE);
  go(alone, until.beforeSc);
  runOtherHart(alone, 0);
  go(alone, 1);
  expect(registers(alone, 'a1')).toEqual([0]);
});

test.each([
  ['the clock', 'rdtime a0', 6],
  ["the timer's clock", 'li t1, 0x0200bff8; lw a0, (t1)', 8],
  ['entropy', 'csrrw a0, seed, zero', 6],
  ['WFI', 'wfi', 7],
  ['the end by tohost', 'la t1, tohost; li t2, 1; sw t2, (t1)', 10],
  ['a fault that nobody handles', '.word 0', 6],
  ['a device that nobody expects not to answer', 'li t1, 0x10000000; sb a0, (t1)', 7],
])('what stops a hart for the world parks the second for good: %s', (_, instruction, count) => {
  const machine = bootTwo(`${SPLIT}; 1: j 1b; second: nop; nop; nop; nop; ${instruction}; nop; 1: j 1b
    .balign 4; tohost: .word 0`);
  runOtherHart(machine, 5);
  expect(isParked(machine)).toBe(false);
  runOtherHart(machine, 100);
  expect([isParked(machine), second(machine).cpu.instructions]).toEqual([true, count]);
  machine.clint.timerPending = false;
  const hash = hashMachine(machine);
  inject(machine, { kind: 'timer' });
  runOtherHart(machine, 100);
  machine.clint.timerPending = false;
  expect(hashMachine(machine)).toBe(hash);
  expect(go(machine, 100)).toEqual({ reason: 'budget' });
});

test('devices and interrupts are for the first hart', () => {
  const machine = bootTwo(`
      la t0, handler; csrw mtvec, t0
      li t0, 0x888; csrw mie, t0; csrsi mstatus, 8
    1: addi a2, a2, 1; j 1b
      .balign 4
    handler: csrr a3, mcause; li t0, 0x10000000; lb a4, 5(t0); 2: j 2b`);
  machine.clint.timerPending = true;
  runOtherHart(machine, 100);
  go(machine, 100);
  expect(registers(machine, 'a2', 'a3', 'a4')).toEqual([0, 0x8000_0007, 0x60]);
  expect(registers(second(machine), 'a2', 'a3', 'a4')).toEqual([47, 0, 0]);
  const faulty = bootTwo(
    'la t0, h; csrw mtvec, t0; li t0, 0x0c000000; lw a1, (t0); .balign 4; h: csrr a2, mcause; 1: j 1b',
  );
  runOtherHart(faulty, 100);
  expect(registers(second(faulty), 'a2')).toEqual([5]);
});

test('when the program has ended the second hart stands still', () => {
  const machine = bootTwo(
    'bnez a0, 1f; li t0, 0x100000; li t1, 0x5555; sw t1, (t0); 1: addi a1, a1, 1; j 1b',
  );
  runOtherHart(machine, 10);
  expect(go(machine)).toEqual({ reason: 'exit', code: 0 });
  const hash = hashMachine(machine);
  runOtherHart(machine, 10);
  expect(hashMachine(machine)).toBe(hash);
});

/** Both harts count, in shared memory and by rewriting the code that both run; what they do depends on the order. */
const RACE = `
    la s0, words; addi s3, s0, 4; addi s4, s0, 8; la s1, patch; li s2, 1 << 20
  1: lw t0, (s0); addi t0, t0, 1; add t0, t0, a0; sw t0, (s0)
    lr.w t1, (s3); add t1, t1, t0; sc.w t2, t1, (s3); add a1, a1, t2
    amoxor.w t3, t0, (s4); add a2, a2, t3
    andi t4, t0, 31; bnez t4, patch
    lw t5, (s1); add t5, t5, s2; sw t5, (s1)
  patch: addi a3, a3, 0
    j 1b
    .balign 64
  words: .word 0, 0, 0`;

type Deed = { kind: 'first' | 'second' | 'save' | 'restore' | 'copy'; n: number };
const kind = fc.constantFrom('first', 'first', 'second', 'second', 'save', 'restore', 'copy') as fc.Arbitrary<
  Deed['kind']
>;

/** The state after each deed; a run is cut into pieces of at most `piece` instructions. */
function statesOf(engine: Engine, piece: number, deeds: readonly Deed[]): string[] {
  let machine = bootTwo(RACE);
  const engage = () => setEngine(machine, engine, { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 });
  engage();
  const saved = [snapshotMachine(machine)];
  return deeds.map(({ kind, n }) => {
    for (let left = n; left > 0; left -= piece) {
      const now = Math.min(piece, left);
      if (kind === 'first') run(machine, (machine.cpu.instructions + now) as InstructionCount);
      if (kind === 'second') runOtherHart(machine, now);
    }
    if (kind === 'save') saved.push(snapshotMachine(machine));
    if (kind === 'restore') restoreMachine(machine, saved[n % saved.length]!);
    if (kind === 'copy') {
      machine = machineFromSnapshot(snapshotMachine(machine));
      engage();
    }
    return hashMachine(machine);
  });
}

test('the same turns lead to the same state, compiled or not, cut or not, saved and restored or not', () => {
  const deeds = fc.array(fc.record({ kind, n: fc.integer({ min: 1, max: 2000 }) }), { maxLength: 12 });
  fc.assert(
    fc.property(deeds, fc.integer({ min: 1, max: 300 }), (done, piece) => {
      const whole = statesOf('interpreter', 1e9, done);
      expect(statesOf('compiler', piece, done)).toEqual(whole);
      expect(statesOf('interpreter', piece, done)).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test('a snapshot holds the second hart', () => {
  const machine = bootTwo(RACE);
  const takeTurns = (of: Machine) => {
    go(of, 501);
    runOtherHart(of, 500);
    return hashMachine(of);
  };
  const before = takeTurns(machine);
  const saved = snapshotMachine(machine);
  const after = takeTurns(machine);
  restoreMachine(machine, saved);
  for (const restored of [machine, machineFromSnapshot(saved)]) {
    expect(hashMachine(restored)).toBe(before);
    expect(takeTurns(restored)).toBe(after);
  }
});

test('other turns lead to another state', () => {
  const state = (turns: number[]) => {
    const machine = bootTwo(RACE);
    for (const turn of turns) {
      go(machine, 1000);
      runOtherHart(machine, turn);
    }
    return hashMachine(machine);
  };
  expect(state([500, 501])).not.toBe(state([501, 500]));
});
