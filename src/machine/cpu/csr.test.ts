// CSR rules: what fields take, what counters count, and that each write instruction writes what it should.
import { expect, test } from 'vitest';
import { inject } from '../machine.ts';
import { boot, go, ran, registers } from '../testing/test-machine.ts';

const MAX = 0xffff_ffff;

test.each([
  ['mstatus', 0x0022_1888],
  ['mie', 0x888],
  ['mtvec', 0xffff_fffd],
  ['mcounteren', 7],
  ['menvcfg', 1],
  ['mscratch', MAX],
  ['mepc', 0xffff_fffc],
  ['mcause', MAX],
  ['mtval', MAX],
  ['mseccfg', 0x100],
  ['misa', 0x4010_1101],
  ['mstatush', 0],
  ['mcountinhibit', 0],
  ['mhpmevent3', 0],
  ['mhpmcounter31', 0],
  ['mhpmcounter3h', 0],
  ['tselect', 0],
  ['tdata1', 0],
  ['tdata2', 0],
  ['pmpaddr15', MAX],
  ['pmpcfg3', 0x1f1f_1f1f],
])('%s takes %d of all ones, and zero again', (name, all) => {
  const ones = name.startsWith('pmpcfg') ? 'li t0, 0x7f7f7f7f' : 'li t0, -1';
  const machine = ran(
    `${ones}; li a0, 7; li a1, 7; csrw ${name}, t0; csrr a0, ${name}; csrw ${name}, zero; csrr a1, ${name}; wfi`,
  );
  expect(registers(machine, 'a0', 'a1')).toEqual([all, name === 'misa' ? all : 0]);
});

test('mip is what the devices say: the timer is pending until mtimecmp is written', () => {
  const machine = boot(`
      li t0, -1; csrr a0, mip; csrw mip, t0; csrr a1, mip; csrw mip, zero; csrr a2, mip
      li s0, 0x02004000; sw t0, 0(s0); csrw mip, t0; csrr a3, mip; wfi`);
  expect([go(machine), go(machine)]).toEqual([{ reason: 'timerSet' }, { reason: 'waiting' }]);
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3')).toEqual([0x80, 0x80, 0x80, 0]);
});

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** The registers of machine mode that have to exist, and hold nothing here (privileged specification, tables 4 to 8, but those of a debugger). */
const ZERO_READ_ONLY = from(0xf11, 0xf15);
const ZERO = [
  ...[0x310, 0x31a, 0x320, 0x757], // mstatush, menvcfgh, mcountinhibit, mseccfgh
  ...from(0x323, 0x33f), // mhpmevent3 to 31
  ...from(0x7a0, 0x7a3), // tselect, tdata1 to 3
  ...from(0xb03, 0xb1f), // mhpmcounter3 to 31
  ...from(0xb83, 0xb9f), // mhpmcounter3h to 31h
];

/** What `instructions` leave in a0, which holds -1 before, and mcause, 0 unless they trapped. */
const afterwards = (instructions: string) =>
  registers(
    ran(
      `la t0, 1f; csrw mtvec, t0; li t1, -1; li a0, -1; ${instructions}; .balign 4; 1: csrr a1, mcause; wfi`,
    ),
    'a0',
    'a1',
  );

test('what has to exist and holds nothing reads as 0, without a trap, also after a write', () => {
  for (const csr of [...ZERO_READ_ONLY, ...ZERO])
    expect([csr, afterwards(`csrr a0, ${csr}`)]).toEqual([csr, [0, 0]]);
  for (const csr of ZERO)
    expect([csr, afterwards(`csrrw t2, ${csr}, t1; csrr a0, ${csr}`)]).toEqual([csr, [0, 0]]);
  for (const csr of ZERO_READ_ONLY)
    expect([csr, afterwards(`csrrw a0, ${csr}, t1`)]).toEqual([csr, [MAX, 2]]);
});

test('the numbers beside them are no registers', () => {
  for (const csr of [0x2ff, 0x302, 0x303, 0x311, 0x321, 0x322, 0x7a4, 0xb01, 0xb81, 0xf10, 0xf16])
    expect([csr, afterwards(`csrr a0, ${csr}`)]).toEqual([csr, [MAX, 2]]);
});

test('the identity registers are there and say nothing', () => {
  const machine = ran(
    'csrr a0, mvendorid; csrr a1, marchid; csrr a2, mimpid; csrr a3, mhartid; csrr a4, 0xf15; li a5, 1; wfi',
  );
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3', 'a4', 'a5')).toEqual([0, 0, 0, 0, 0, 1]);
});

test.each([1, 2])('MPP keeps machine mode when %d is written to it', (mode) => {
  const machine = ran(
    `li t0, 0x1800; csrw mstatus, t0; li t0, ${mode << 11}; csrw mstatus, t0; csrr a0, mstatus; wfi`,
  );
  expect(registers(machine, 'a0')).toEqual([0x1800]);
});

test('each of the six instructions returns the old value and writes its own', () => {
  const machine = ran(`
      li t0, 0xf0f0; csrw mscratch, t0
      li t1, 0x0ff0
      csrrs a0, mscratch, t1; csrrc a1, mscratch, t1; csrrw a2, mscratch, t1
      csrrsi a3, mscratch, 15; csrrci a4, mscratch, 3; csrrwi a5, mscratch, 31
      csrr a6, mscratch
      csrrw t1, mscratch, t1; csrr a7, mscratch
      wfi`);
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 't1')).toEqual([
    0xf0f0, 0xfff0, 0xf000, 0x0ff0, 0x0fff, 0x0ffc, 31, 0x0ff0, 31,
  ]);
});

test('cycle and instret are the instruction number until they are written', () => {
  const machine = ran(`
      csrr a0, instret; csrr a1, cycle; csrrs a2, instreth, zero
      li t0, 100; csrw minstret, t0; csrr a3, minstret; csrr a4, instret
      csrr a5, mcycle
      li t0, -1; csrw minstret, t0; csrr s0, minstret; csrr s1, minstret; csrr s2, minstreth
      wfi`);
  expect(registers(machine, 'a0', 'a1', 'a2')).toEqual([0, 1, 0]);
  // The writing instruction doesn't count itself: the next one reads what was written.
  expect(registers(machine, 'a3', 'a4', 'a5')).toEqual([100, 101, 7]);
  expect(registers(machine, 's0', 's1', 's2')).toEqual([MAX, 0, 1]);
  expect(machine.cpu.instructions).toBe(14);
});

test('the upper halves of counters can be written, and carry', () => {
  const machine = ran(`
      li t0, 7; csrw mcycleh, t0; csrr a0, mcycleh; csrr a1, mcycle
      li t0, -2; csrw mcycle, t0; nop; nop; csrr a2, mcycleh; csrr a3, cycle; csrr a4, cycleh
      csrw minstret, zero; csrw minstreth, zero; csrr a5, minstret; csrr a6, minstreth
      wfi`);
  expect(registers(machine, 'a0', 'a1')).toEqual([7, 2]);
  expect(registers(machine, 'a2', 'a3', 'a4')).toEqual([8, 1, 8]);
  // The write of the upper half, too, keeps the counter from counting itself: still 0.
  expect(registers(machine, 'a5', 'a6')).toEqual([0, 0]);
});

test('reading time stops before the instruction, and the clock completes it', () => {
  const machine = boot('nop; rdtime a0; rdtimeh a1; wfi');
  expect(go(machine)).toEqual({ reason: 'clock' });
  expect([machine.cpu.instructions, machine.cpu.pc]).toEqual([1, 0x8000_0004]);
  expect(go(machine)).toEqual({ reason: 'clock' });
  inject(machine, { kind: 'clock', time: 0x12_3456_789a });
  expect(machine.cpu.instructions).toBe(2);
  expect(go(machine)).toEqual({ reason: 'clock' });
  inject(machine, { kind: 'clock', time: 0x13_0000_0000 });
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(registers(machine, 'a0', 'a1')).toEqual([0x3456_789a, 0x13]);
});

test('mtime is the same clock, at both its words', () => {
  const machine = boot('li s0, 0x0200bff8; sw zero, 0(s0); lw a0, 0(s0); lw a1, 4(s0); wfi');
  for (const _ of [0, 1]) {
    expect(go(machine)).toEqual({ reason: 'clock' });
    inject(machine, { kind: 'clock', time: 0x5_8000_0001 });
  }
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(registers(machine, 'a0', 'a1')).toEqual([0x8000_0001, 5]);
});

test('seed stops for entropy and marks it as good', () => {
  const machine = boot('csrrw a0, seed, zero; wfi');
  expect(go(machine)).toEqual({ reason: 'entropy' });
  inject(machine, { kind: 'entropy', bits: 0xbeef });
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(registers(machine, 'a0')).toEqual([0x8000_beef]);
});

test('clock and entropy are refused where nobody reads them', () => {
  const machine = boot('nop; rdtime a0; wfi');
  expect(() => inject(machine, { kind: 'clock', time: 1 })).toThrow('not stopped at a read of the clock');
  go(machine);
  expect(() => inject(machine, { kind: 'entropy', bits: 1 })).toThrow('not stopped at a read of the entropy');
  inject(machine, { kind: 'clock', time: 1 });
  go(machine);
  expect(() => inject(machine, { kind: 'clock', time: 1 })).toThrow('not stopped');
});
