// When code is compiled, kept, dropped and left alone; and that none of it shows.
import { afterEach, expect, test, vi } from 'vitest';
import type { InstructionCount } from '../boundary.ts';
import {
  hashMachine,
  type Machine,
  machineFromSnapshot,
  restoreMachine,
  run,
  runTraced,
  snapshotMachine,
} from '../machine.ts';
import { writeRam } from '../memory/dma.ts';
import { boot, go, register, wordAt } from '../testing/test-machine.ts';
import { COMPILER_LIMITS, type CompiledRegion, type CompilerLimits, setEngine } from './compiled-code.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const EAGER: CompilerLimits = { ...COMPILER_LIMITS, samples: 1, jumpsOut: 4, sampleEvery: 1 };

function compiling(source: string, limits = COMPILER_LIMITS): Machine {
  const machine = boot(source);
  setEngine(machine, 'compiler', limits);
  return machine;
}

/** The hash after `count` instructions of the interpreter alone. */
function interpreted(source: string, count: number): string {
  const machine = boot(source);
  setEngine(machine, 'interpreter');
  while (machine.cpu.instructions < count) run(machine, count as InstructionCount);
  expect(machine.compiled.regions).toEqual([]);
  return hashMachine(machine);
}

const LOOP = `
    li a0, 0
    li a1, 1000000
  1: addi a0, a0, 1
    xor a2, a2, a0
    bne a0, a1, 1b
    wfi`;

test('a loop is compiled when it is hot, and not before', () => {
  const machine = compiling(LOOP);
  go(machine, 1000);
  expect(machine.compiled.regions).toEqual([]);
  go(machine, 100_000);
  expect(machine.compiled.regions.length).toBe(1);
  expect(machine.compiled.uses).toBeGreaterThan(0);
  expect(go(machine, 10_000_000)).toEqual({ reason: 'waiting' });
  expect(machine.cpu.instructions).toBe(3 + 3_000_000 + 1);
  expect(register(machine, 'a0')).toBe(1_000_000);
});

test('small quanta compile no more than large ones do', () => {
  const machine = compiling(LOOP);
  for (let n = 0; n < 3000; n++) go(machine, 97);
  expect(machine.compiled.regions.length).toBe(1);
});

test('every single instruction number can be reached', () => {
  const machine = compiling(LOOP, EAGER);
  go(machine, 500);
  const reference = boot(LOOP);
  setEngine(reference, 'interpreter');
  go(reference, 500);
  for (let n = 0; n < 50; n++) {
    expect(go(machine, 1)).toEqual(go(reference, 1));
    expect([machine.cpu.pc, ...machine.cpu.x]).toEqual([reference.cpu.pc, ...reference.cpu.x]);
  }
  expect(machine.compiled.regions.length).toBe(1);
});

test('tracing goes through compiled code one instruction at a time', () => {
  const machine = compiling(LOOP, EAGER);
  go(machine, 500);
  const pcs: number[] = [];
  const until = (machine.cpu.instructions + 7) as InstructionCount;
  runTraced(machine, until, { retires: (_, pc) => pcs.push(pc) });
  const head = 0x8000_000c;
  expect(pcs.length).toBe(7);
  for (const pc of pcs) expect(pc - head).toBeLessThan(12);
  expect(hashMachine(machine)).toBe(interpreted(LOOP, machine.cpu.instructions));
});

/** A loop that writes the instruction at `patch` anew: adding 1 and adding 16 in turn. */
const PATCHED = (fence: string) => `
    la s0, patch
    lw s1, even
    lw s2, odd
    li s3, 300
  1: sw s1, 0(s0)
    ${fence}
    mv t0, s1
    mv s1, s2
    mv s2, t0
    li s4, 50
  2: addi s4, s4, -1
    bnez s4, 2b
    .balign 64
  patch: nop
    .balign 64
    addi s3, s3, -1
    bnez s3, 1b
    wfi
  even: addi a0, a0, 1
  odd: addi a0, a0, 16`;

test.each(['fence.i', 'nop'])('a store to compiled code takes effect at once, with %s behind it', (fence) => {
  const machine = compiling(PATCHED(fence), EAGER);
  expect(go(machine, 1_000_000)).toEqual({ reason: 'waiting' });
  expect(register(machine, 'a0')).toBe(150 + 150 * 16);
  expect(machine.compiled.regions.length).toBeGreaterThan(0);
  expect(machine.compiled.storesToLine.size).toBeGreaterThan(0);
});

test('code that is written again and again is not compiled again and again', () => {
  const machine = compiling(PATCHED('nop'), EAGER);
  go(machine, 30_000);
  const regions = [...machine.compiled.regions];
  go(machine, 10_000);
  expect(machine.compiled.regions).toEqual(regions);
});

test('data on the same line as code are slow, not wrong', () => {
  const source = `
    la s0, data
    li s1, 1000
  1: lw t0, 0(s0)
    add t0, t0, s1
    sw t0, 0(s0)
    addi s1, s1, -1
    bnez s1, 1b
    wfi
  data: .word 0`;
  const machine = compiling(source, EAGER);
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(wordAt(machine, 0x8000_0024)).toBe(500_500);
  expect(hashMachine(machine)).toBe(interpreted(source, machine.cpu.instructions));
});

test('what a device writes over compiled code is executed', () => {
  const source = '1: nop; addi a0, a0, 1; j 1b';
  const machine = compiling(source, EAGER);
  go(machine, 300);
  const before = register(machine, 'a0');
  expect(machine.compiled.regions.length).toBe(1);
  writeRam(machine, 0x8000_0000, Uint8Array.of(0x13, 0x05, 0x05, 0x10)); // addi a0, a0, 256
  go(machine, 300);
  expect(register(machine, 'a0')).toBe(before + 257 * 100);
});

test('a restored machine does not run what another state had compiled', () => {
  const source = `
    la s0, 2f
    lw s1, new
    1: li a1, 100
    2: addi a0, a0, 1
      addi a1, a1, -1
      bnez a1, 2b
      sw s1, 0(s0)
      j 1b
    new: addi a0, a0, 16`;
  const machine = compiling(source, EAGER);
  go(machine, 200);
  const before = snapshotMachine(machine);
  const hashes = [hashMachine(machine)];
  go(machine, 2000);
  hashes.push(hashMachine(machine));
  expect(machine.compiled.regions.length).toBeGreaterThan(0);
  const copy = machineFromSnapshot(before);
  setEngine(copy, 'compiler', EAGER);
  restoreMachine(machine, before);
  expect(machine.cpu.x.buffer).toBe(machine.ram.bytes.buffer);
  for (const each of [machine, copy]) {
    expect(hashMachine(each)).toBe(hashes[0]);
    go(each, 2000);
    expect(hashMachine(each)).toBe(hashes[1]);
  }
});

test('going back and forth compiles nothing anew when the code is the same', () => {
  const machine = compiling(`${LOOP}; .balign 4096`, EAGER);
  go(machine, 500);
  const before = snapshotMachine(machine);
  const [region] = machine.compiled.regions;
  for (let n = 0; n < 20; n++) {
    go(machine, 10_000);
    restoreMachine(machine, before);
  }
  go(machine, 10_000);
  expect(machine.compiled.regions).toEqual([region]);
});

/** Many loops one after the other, over and over. */
const MANY = `
  again:
    ${Array.from({ length: 40 }, () => 'li a1, 20; 1: addi a1, a1, -1; add a0, a0, a1; bnez a1, 1b; csrr t0, mscratch; csrr t0, mscratch').join('\n')}
    j again`;

test('regions and their bytes stay within bounds; those used longest ago go', () => {
  const limits = { ...EAGER, burstBytes: Number.MAX_SAFE_INTEGER, regions: 5 };
  const machine = compiling(MANY, limits);
  for (let n = 0; n < 50; n++) {
    go(machine, 500);
    expect(machine.compiled.regions.length).toBeLessThanOrEqual(5);
  }
  expect(machine.compiled.uses).toBeGreaterThan(100);
  expect(hashMachine(machine)).toBe(interpreted(MANY, machine.cpu.instructions));
  const bytes = machine.compiled.regions.reduce((sum, region) => sum + region.bytes, 0);
  expect(machine.compiled.bytes).toBe(bytes);
  setEngine(machine, 'compiler', { ...limits, bytes: 1 });
  go(machine, 20_000);
  expect(machine.compiled.regions.length).toBe(1);
  const [{ region }] = machine.compiled.regions as [CompiledRegion];
  expect(machine.compiled.entries.size).toBe(region.entries.length);
});

test('a region that is made anew where there is room for one only is counted once', () => {
  const source = `
    la t0, f
    la t1, g
  1: li a1, 200
  2: jalr t0
    addi a1, a1, -1
    bnez a1, 2b
    mv t2, t0
    mv t0, t1
    mv t1, t2
    j 1b
  f: addi a0, a0, 1
    ret
    .zero 512
  g: addi a0, a0, 2
    ret`;
  const machine = compiling(source, { ...EAGER, burstBytes: Number.MAX_SAFE_INTEGER, regions: 1 });
  go(machine, 20_000);
  expect(machine.compiled.regions.map(({ growth }) => growth)).not.toContain(0);
  const bytes = machine.compiled.regions.reduce((sum, region) => sum + region.bytes, 0);
  expect(machine.compiled.bytes).toBe(bytes);
});

test('only so much is compiled at once', () => {
  const machine = compiling(MANY, { ...EAGER, burstBytes: 1, instructionsPerByte: 1_000_000_000 });
  go(machine, 20_000);
  expect(machine.compiled.regions.length).toBe(1);
});

test('two machines with the same code share its modules', () => {
  const compile = vi.fn(WebAssembly.Module);
  vi.stubGlobal('WebAssembly', {
    Module: compile,
    Instance: WebAssembly.Instance,
    Memory: WebAssembly.Memory,
  });
  const source = `${LOOP}; .word 12345`;
  const hashes = [1, 2].map(() => {
    const machine = compiling(source.replace('xor', 'sub'), EAGER);
    go(machine, 10_000);
    expect(machine.compiled.regions.length).toBe(1);
    return hashMachine(machine);
  });
  expect(hashes[0]).toBe(hashes[1]);
  expect(compile).toHaveBeenCalledTimes(1);
});

test.each([
  ['is not there', undefined],
  ['may not compile', { ...WebAssembly, Module: refuse }],
  ['has no room', { Module: WebAssembly.Module, Instance: WebAssembly.Instance, Memory: refuse }],
])('where WebAssembly %s, the interpreter does it all', (_, substitute) => {
  vi.stubGlobal('WebAssembly', substitute);
  const source = LOOP.replace('xor', 'or');
  const machine = compiling(source, EAGER);
  go(machine, 10_000);
  expect(machine.compiled.isRefused).toBe(true);
  expect(machine.compiled.regions).toEqual([]);
  expect(hashMachine(machine)).toBe(interpreted(source, machine.cpu.instructions));
});

function refuse(): never {
  throw new RangeError('no');
}

test('memory that user mode may not reach is not reached by compiled code', () => {
  // User mode may execute and read everything, and write nothing.
  const source = `
    la t0, handler
    csrw mtvec, t0
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1d
    csrw pmpcfg0, t0
    la s0, data
    call work
    la t0, work
    csrw mepc, t0
    la ra, 1f
    mret
  work:
    li a1, 200
  2: sw a1, 0(s0)
    addi a1, a1, -1
    bnez a1, 2b
    ret
  1: j 1b
    .balign 4
  handler:
    addi a0, a0, 1
    csrr t1, mepc
    addi t1, t1, 4
    csrw mepc, t1
    mret
    .balign 64
  data: .word 0`;
  const machine = compiling(source, EAGER);
  go(machine, 5000);
  expect(machine.compiled.regions.length).toBeGreaterThan(0);
  expect(register(machine, 'a0')).toBe(200);
  expect(hashMachine(machine)).toBe(interpreted(source, machine.cpu.instructions));
});

test('pages that compiled code writes are saved and hashed', () => {
  const source = `
    li s0, 0x80004000
    li s1, 0x80008000
  1: sw s0, 0(s0)
    addi s0, s0, 64
    bltu s0, s1, 1b
    li s0, 0x80004000
    j 1b`;
  const machine = compiling(source, EAGER);
  go(machine, 100);
  const snapshots = Array.from({ length: 10 }, () => {
    go(machine, 333);
    return { snapshot: snapshotMachine(machine), hash: hashMachine(machine) };
  });
  expect(machine.compiled.regions.length).toBeGreaterThan(0);
  for (const { snapshot, hash } of snapshots) {
    expect(hash).toBe(interpreted(source, snapshot.registers.cpu.instructions));
    expect(hashMachine(machineFromSnapshot(snapshot))).toBe(hash);
  }
});
