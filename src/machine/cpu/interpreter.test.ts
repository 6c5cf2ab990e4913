// What each instruction does at its edges, and that the interpreter's case labels are the instructions they say.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INSTRUCTIONS } from '../../isa/instructions.ts';
import { boot, go, ran, register, registers, wordAt } from '../testing/test-machine.ts';

test('each case label is the number of the instruction that its comment names', () => {
  const source = readFileSync(new URL('./interpreter.ts', import.meta.url), 'utf8');
  const labels = [...source.matchAll(/case (\d+):(?: \{\n)?\s*\/\/ ([a-z.]+)\n/g)];
  expect(labels.length).toBe(47);
  for (const [, number, name] of labels)
    expect(`${number} ${name}`).toBe(`${number} ${INSTRUCTIONS[Number(number)]!.name}`);
  expect([...source.matchAll(/case \d+:/g)].length).toBe(labels.length);
});

const MIN = 0x8000_0000;
const MAX = 0x7fff_ffff;
const ONES = 0xffff_ffff;

/** One instruction on a0 and a1, and what it leaves in a2. */
test.each([
  ['add a2, a0, a1', MAX, 1, MIN],
  ['add a2, a0, a1', ONES, ONES, 0xffff_fffe],
  ['sub a2, a0, a1', MIN, 1, MAX],
  ['sub a2, a0, a1', 0, MIN, MIN],
  ['sll a2, a0, a1', 1, 31, MIN],
  ['sll a2, a0, a1', 1, 32, 1],
  ['srl a2, a0, a1', MIN, 31, 1],
  ['srl a2, a0, a1', ONES, 0, ONES],
  ['srl a2, a0, a1', ONES, 0xffff_ffe1, MAX],
  ['sra a2, a0, a1', MIN, 31, ONES],
  ['sra a2, a0, a1', MIN, 0x20, MIN],
  ['slt a2, a0, a1', MIN, MAX, 1],
  ['slt a2, a0, a1', MAX, MIN, 0],
  ['sltu a2, a0, a1', MIN, MAX, 0],
  ['sltu a2, a0, a1', 0, ONES, 1],
  ['xor a2, a0, a1', 0xff00_ff00, 0x0ff0_0ff0, 0xf0f0_f0f0],
  ['or a2, a0, a1', 0xff00_0000, 0x0000_00ff, 0xff00_00ff],
  ['and a2, a0, a1', 0xff00_ff00, 0x0ff0_0ff0, 0x0f00_0f00],
  ['addi a2, a0, -1', 0, 0, ONES],
  ['addi a2, a0, 2047', MAX, 0, 0x8000_07fe],
  ['slti a2, a0, -1', MIN, 0, 1],
  ['sltiu a2, a0, -1', 5, 0, 1],
  ['sltiu a2, a0, 1', 0, 0, 1],
  ['xori a2, a0, -1', 0x1234_5678, 0, 0xedcb_a987],
  ['ori a2, a0, -2048', 0xf, 0, 0xffff_f80f],
  ['andi a2, a0, -2048', ONES, 0, 0xffff_f800],
  ['slli a2, a0, 31', 3, 0, MIN],
  ['srli a2, a0, 31', MIN, 0, 1],
  ['srai a2, a0, 31', MIN, 0, ONES],
  ['mul a2, a0, a1', 0x1_0001, 0x1_0001, 0x2_0001],
  ['mul a2, a0, a1', ONES, ONES, 1],
  ['mulh a2, a0, a1', MIN, MIN, 0x4000_0000],
  ['mulh a2, a0, a1', ONES, 1, ONES],
  ['mulhu a2, a0, a1', ONES, ONES, 0xffff_fffe],
  ['mulhsu a2, a0, a1', ONES, ONES, ONES],
  ['mulhsu a2, a0, a1', MIN, 2, ONES],
  ['div a2, a0, a1', MIN, ONES, MIN],
  ['div a2, a0, a1', 7, 0, ONES],
  ['div a2, a0, a1', 0xffff_fff9, 2, 0xffff_fffd],
  ['divu a2, a0, a1', MIN, ONES, 0],
  ['divu a2, a0, a1', 7, 0, ONES],
  ['divu a2, a0, a1', ONES, 1, ONES],
  ['rem a2, a0, a1', MIN, ONES, 0],
  ['rem a2, a0, a1', 0xffff_fff9, 2, ONES],
  ['rem a2, a0, a1', 0xffff_fff9, 0, 0xffff_fff9],
  ['remu a2, a0, a1', ONES, 0, ONES],
  ['remu a2, a0, a1', ONES, 16, 15],
  ['lui a2, 0x80000', 0, 0, MIN],
  ['auipc a2, 1', 0, 0, 0x8000_1008],
  ['add zero, a0, a1; mv a2, zero', 5, 5, 0],
  ['jal a2, 1f; 1:', 0, 0, 0x8000_000c],
])('%s with %d and %d gives %d', (line, a0, a1, a2) => {
  const machine = boot(`nop; nop; ${line}; wfi`);
  machine.cpu.x.set([a0, a1], 10);
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(register(machine, 'a2')).toBe(a2);
});

test('the upper halves of products are right for any operands', () => {
  const machine = boot('mulh a2, a0, a1; mulhu a3, a0, a1; mulhsu a4, a0, a1; 1: j 1b');
  const upper = (product: bigint) => Number(BigInt.asUintN(32, product >> 32n));
  const word = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, -0x8000_0000, 0x7fff_ffff, 0xffff, 0x1_0000));
  fc.assert(
    fc.property(word, word, (a, b) => {
      machine.cpu.pc = MIN;
      machine.cpu.x.set([a, b], 10);
      go(machine, 3);
      const [sa, sb, ub] = [BigInt(a), BigInt(b), BigInt(b >>> 0)];
      const expected = [upper(sa * sb), upper(BigInt(a >>> 0) * ub), upper(sa * ub)];
      expect(registers(machine, 'a2', 'a3', 'a4')).toEqual(expected);
    }),
  );
});

test.each([
  ['beq', 1, 1, true],
  ['beq', 1, 2, false],
  ['bne', 1, 2, true],
  ['bne', MIN, MIN, false],
  ['blt', MIN, MAX, true],
  ['blt', 1, 1, false],
  ['bge', 1, 1, true],
  ['bge', MIN, MAX, false],
  ['bltu', MAX, MIN, true],
  ['bltu', ONES, 0, false],
  ['bgeu', ONES, 0, true],
  ['bgeu', MAX, MIN, false],
])('%s with %d and %d', (name, a0, a1, isTaken) => {
  const machine = boot(`${name} a0, a1, 1f; li a2, 1; wfi; 1: li a2, 2; wfi`);
  machine.cpu.x.set([a0, a1], 10);
  go(machine);
  expect(register(machine, 'a2')).toBe(isTaken ? 2 : 1);
});

test('loads extend, stores cut, in hardware at any alignment', () => {
  const machine = ran(`
      la s0, data
      lb a0, 3(s0); lbu a1, 3(s0); lh a2, 2(s0); lhu a3, 2(s0); lw a4, 1(s0); lh a5, 3(s0)
      li t0, 0x11223344
      sb t0, 9(s0); sh t0, 11(s0); sw t0, 13(s0)
      lw t1, 8(s0); lw t2, 12(s0); lw t3, 16(s0)
      wfi
      .balign 4
    data: .word 0x80ff017f, 0x12345678, 0, 0, 0`);
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3', 'a4', 'a5')).toEqual([
    0xffff_ff80, 0x80, 0xffff_80ff, 0x80ff, 0x7880_ff01, 0x7880,
  ]);
  expect(registers(machine, 't1', 't2', 't3')).toEqual([0x4400_4400, 0x2233_4433, 0x11]);
});

test('loads and stores across the border of two pages', () => {
  const machine = ran('li s0, 0x80004ffe; li t0, 0xa1b2c3d4; sw t0, 0(s0); lw a0, 0(s0); wfi');
  expect(register(machine, 'a0')).toBe(0xa1b2_c3d4);
  expect([wordAt(machine, 0x8000_4ffc), wordAt(machine, 0x8000_5000)]).toEqual([0xc3d4_0000, 0xa1b2]);
});

test('code runs and jumps across pages, near and far', () => {
  const machine = ran(`
      li a0, 1
      j 2f
      .zero 0xff0
    2: slli a0, a0, 4       # at 0x80000ffc and on over the border
      addi a0, a0, 2
      la t0, 3f
      jalr ra, 0(t0)
      addi a0, a0, 4
      wfi
      .zero 0x3000
    3: slli a0, a0, 4
      bnez a0, 4f
      .zero 0xf00
    4: addi a0, a0, 3
      jalr t1, 1(ra)        # bit 0 of a target is cleared`);
  expect(register(machine, 'a0')).toBe(0x127);
});

test('a store to code is seen by the next instruction, before and after fence.i', () => {
  const machine = ran(`
      la s0, patch
      lw t0, new
      li t2, 2
    1: sw t0, 0(s0)
    patch: addi a0, a0, 1
      lw t0, newer
      fence.i
      addi t2, t2, -1
      bnez t2, 1b
      wfi
      .balign 4
    new: addi a0, a0, 16
    newer: addi a0, a0, 256`);
  expect(register(machine, 'a0')).toBe(256 + 16);
});

test('a misaligned store that reaches into the next line of code is seen there', () => {
  const machine = ran(`
      la s0, code
      li t0, 0x15051300     # but for its lowest byte, the low bytes of addi a0, a0, 1
      jal code
      sw t0, -1(s0)
      jal code
      wfi
      .balign 64
    code: addi a0, a0, 0
      ret`);
  expect(register(machine, 'a0')).toBe(1);
});

test('every retired instruction counts one', () => {
  const machine = boot('li a0, 3; 1: addi a0, a0, -1; bnez a0, 1b; wfi');
  go(machine);
  expect(machine.cpu.instructions).toBe(1 + 6 + 1);
});

test('atomics read, combine and write; the word they return is the old one', () => {
  const operations: [string, number, number, number][] = [
    ['amoswap.w', MIN, 1, 1],
    ['amoadd.w', MAX, 1, MIN],
    ['amoxor.w', 0xff00, 0x0ff0, 0xf0f0],
    ['amoand.w', 0xff00, 0x0ff0, 0x0f00],
    ['amoor.w', 0xff00, 0x0ff0, 0xfff0],
    ['amomin.w', MIN, 1, MIN],
    ['amomax.w', MIN, 1, 1],
    ['amominu.w', MIN, 1, 1],
    ['amomaxu.w', MIN, 1, MIN],
  ];
  for (const [name, memory, operand, after] of operations) {
    const machine = ran(
      `la s0, data; li a1, ${operand}; ${name} a0, a1, (s0); lw a2, 0(s0); wfi; .balign 4; data: .word ${memory}`,
    );
    expect([name, ...registers(machine, 'a0', 'a2')]).toEqual([name, memory, after]);
  }
});

test('a store-conditional succeeds once after its load-reserved, and fails with 1', () => {
  const machine = ran(`
      la s0, data
      li t0, 7
      sc.w a0, t0, (s0)             # no reservation
      lr.w a1, (s0); sc.w a2, t0, (s0)
      lw a3, 0(s0)
      sc.w a4, t0, (s0)             # used up
      addi s1, s0, 4
      lr.w t1, (s0); sc.w a5, t0, (s1)   # another word
      sc.w a6, t0, (s0)             # and the failure took it
      lw a7, 4(s0)
      wfi
      .balign 4
    data: .word 3, 4`);
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7')).toEqual([
    1, 3, 0, 7, 1, 1, 1, 4,
  ]);
});

test('a trap takes the reservation', () => {
  const machine = ran(`
      la t0, handler; csrw mtvec, t0
      la s0, data
      lr.w a1, (s0)
      ecall
      sc.w a0, zero, (s0)
      wfi
      .balign 4
    handler: csrr t0, mepc; addi t0, t0, 4; csrw mepc, t0; mret
    data: .word 9`);
  expect(registers(machine, 'a0', 'a1')).toEqual([1, 9]);
});
