// Interrupt controllers, UART, test finisher, tohost and the memory map, driven over the bus and by programs.
import { expect, test } from 'vitest';
import { inject, type Machine } from '../machine.ts';
import { boot, go } from '../testing/test-machine.ts';
import { load, store } from './bus.ts';
import { externalInterruptPending, setInterruptLevel } from './plic.ts';

const PLIC = 0x0c00_0000;
const UART = 0x1000_0000;
const read = (machine: Machine, address: number, size = 4) => load(machine, address, size, 0);
const uart = (machine: Machine, register: number) => read(machine, UART + register, 1);
const setUart = (machine: Machine, register: number, value: number) =>
  store(machine, UART + register, 1, value);

/** A PLIC with sources 3, 5 and 7 enabled at the given priorities. */
function plicWith(p3: number, p5: number, p7: number): Machine {
  const machine = boot('nop');
  for (const [source, priority] of [
    [3, p3],
    [5, p5],
    [7, p7],
  ] as const)
    store(machine, PLIC + 4 * source, 4, priority);
  store(machine, PLIC + 0x2000, 4, 0b1010_1000);
  for (const source of [3, 5, 7]) setInterruptLevel(machine.plic, source, true);
  return machine;
}

test('claims come by priority, then by number; zero priority never', () => {
  const machine = plicWith(2, 7, 7);
  expect(read(machine, PLIC + 0x1000)).toBe(0b1010_1000);
  const claims = [1, 2, 3, 4].map(() => read(machine, PLIC + 0x20_0004));
  expect(claims).toEqual([5, 7, 3, 0]);
  expect(read(plicWith(0, 0, 0), PLIC + 0x20_0004)).toBe(0);
});

test('the threshold holds back interrupts, not claims', () => {
  const machine = plicWith(1, 2, 3);
  expect(externalInterruptPending(machine.plic)).toBe(true);
  store(machine, PLIC + 0x20_0000, 4, 3);
  expect(externalInterruptPending(machine.plic)).toBe(false);
  expect(read(machine, PLIC + 0x20_0004)).toBe(7);
});

test('a source in service is silent until completed, then asks again if its wire is high', () => {
  const machine = plicWith(0, 1, 0);
  expect(read(machine, PLIC + 0x20_0004)).toBe(5);
  setInterruptLevel(machine.plic, 5, true);
  expect(externalInterruptPending(machine.plic)).toBe(false);
  store(machine, PLIC + 0x20_0004, 4, 5);
  expect(externalInterruptPending(machine.plic)).toBe(true);
  expect(read(machine, PLIC + 0x20_0004)).toBe(5);
  setInterruptLevel(machine.plic, 5, false);
  store(machine, PLIC + 0x20_0004, 4, 5);
  expect(externalInterruptPending(machine.plic)).toBe(false);
});

test('completing what is not enabled does nothing', () => {
  const machine = plicWith(0, 1, 0);
  read(machine, PLIC + 0x20_0004);
  store(machine, PLIC + 0x2000, 4, 0);
  store(machine, PLIC + 0x20_0004, 4, 5);
  store(machine, PLIC + 0x20_0004, 4, 0xffff_ffff);
  store(machine, PLIC + 0x2000, 4, 0xffff_ffff);
  expect(externalInterruptPending(machine.plic)).toBe(false); // 3 and 7 have priority 0; 5 stays in service
  expect(machine.plic.inService).toBe(1 << 5);
});

test('PLIC registers keep what they can: priorities and threshold 3 bits, source 0 nothing', () => {
  const machine = boot('nop');
  for (const offset of [0, 4, 0x1000, 0x2000, 0x20_0000]) store(machine, PLIC + offset, 4, 0xffff_ffff);
  const values = [0, 4, 0x1000, 0x2000, 0x20_0000, 0x2080, 0x20_1000].map(
    (o) => read(machine, PLIC + o)! >>> 0,
  );
  expect(values).toEqual([0, 7, 0, 0xffff_fffe, 7, 0, 0]);
  expect(read(machine, PLIC, 2)).toBe(null);
  expect(store(machine, PLIC + 4, 1, 1)).toBe(false);
});

test('a byte sent is emitted at the instruction that sent it, and numbered', () => {
  const machine = boot('li s0, 0x10000000; li t0, 72; sb t0, 0(s0); li t0, 105; sw t0, 0(s0); wfi');
  const sent = (byte: number, number: number) => ({
    reason: 'emission',
    emissions: [{ kind: 'console', byte, number }],
  });
  expect(go(machine)).toEqual(sent(72, 1));
  expect(machine.cpu.instructions).toBe(3);
  expect(go(machine)).toEqual(sent(105, 2));
  expect(go(machine)).toEqual({ reason: 'waiting' });
});

test('only what comes from the line is counted as received, with room for it or not', () => {
  const machine = boot('li s0, 0x10000000; li t0, 0x10; sb t0, 4(s0); sb t0, 0(s0); wfi');
  for (let byte = 1; byte <= 3; byte++) inject(machine, { kind: 'console', byte });
  expect(go(machine)).toEqual({ reason: 'waiting' }); // what it sent came back to itself
  expect([machine.uart.bytesSent, machine.uart.bytesReceived]).toEqual([0, 3]);
});

test('received bytes wait in order; without FIFO one, with it sixteen, and the next one overruns', () => {
  const machine = boot('nop');
  for (const room of [1, 16]) {
    setUart(machine, 2, room === 1 ? 0 : 1);
    for (let byte = 1; byte <= room + 1; byte++) inject(machine, { kind: 'console', byte });
    expect(uart(machine, 5)).toBe(0x63);
    expect(uart(machine, 5)).toBe(0x61);
    const bytes = Array.from({ length: room }, () => uart(machine, 0));
    expect(bytes).toEqual(Array.from({ length: room }, (_, i) => i + 1));
    expect([uart(machine, 5), uart(machine, 0)]).toEqual([0x60, 0]);
  }
});

test('a wide load of the UART reads its registers one after the other, and takes one byte typed', () => {
  const machine = boot('nop');
  setUart(machine, 2, 1);
  setUart(machine, 1, 1);
  setUart(machine, 3, 3);
  for (const byte of [0x41, 0xff, 0x43]) inject(machine, { kind: 'console', byte });
  expect(read(machine, 0x1000_0000)! >>> 0).toBe(0x03c4_0141); // the byte, IER, IIR, LCR
  expect(read(machine, 0x1000_0000, 2)).toBe(0x01ff);
  expect(read(machine, 0x1000_0004)! >>> 0).toBe(0x00b0_6108); // MCR, LSR (one is left), MSR, SCR
  expect([uart(machine, 0), uart(machine, 5)]).toEqual([0x43, 0x60]);
});

test('UART interrupts by priority, each ended as the data sheet says', () => {
  const machine = boot('nop');
  const wire = () => machine.plic.levels >> 10;
  expect([uart(machine, 2), wire()]).toEqual([1, 0]);
  setUart(machine, 1, 7);
  expect(wire()).toBe(1);
  for (const byte of [1, 2]) inject(machine, { kind: 'console', byte });
  expect(uart(machine, 2)).toBe(6); // overrun
  uart(machine, 5);
  expect(uart(machine, 2)).toBe(4); // data
  uart(machine, 0);
  expect(uart(machine, 2)).toBe(2); // sent: reading tells and ends it
  expect([uart(machine, 2), wire()]).toEqual([1, 0]);
  setUart(machine, 0, 65);
  expect([uart(machine, 2), wire()]).toEqual([2, 0]);
  setUart(machine, 2, 0xc1);
  inject(machine, { kind: 'console', byte: 3 });
  expect(uart(machine, 2)).toBe(0xcc); // below the trigger level: time-out
  for (let i = 0; i < 13; i++) inject(machine, { kind: 'console', byte: 3 });
  expect(uart(machine, 2)).toBe(0xc4);
  setUart(machine, 2, 0xc3);
  expect([uart(machine, 2), wire()]).toEqual([0xc1, 0]);
});

test('divisor latch, scratch, line and modem registers', () => {
  const machine = boot('nop');
  setUart(machine, 3, 0x83);
  setUart(machine, 0, 0x34);
  setUart(machine, 1, 0x12);
  expect([uart(machine, 0), uart(machine, 1)]).toEqual([0x34, 0x12]);
  setUart(machine, 3, 3);
  expect([uart(machine, 1), uart(machine, 3)]).toEqual([0, 3]);
  setUart(machine, 7, 0x5a);
  expect([uart(machine, 7), uart(machine, 6)]).toEqual([0x5a, 0xb0]);
  setUart(machine, 4, 0x1b);
  expect([uart(machine, 4), uart(machine, 6)]).toEqual([0x1b, 0xb0]);
  setUart(machine, 0, 77);
  expect([uart(machine, 0), machine.outbox.emissions.length]).toEqual([77, 0]);
});

test.each([
  ['li t0, 0x5555; sw t0, 0(s0)', 0],
  ['li t0, 0x7777; sh t0, 0(s0)', 0],
  ['li t0, 0x73333; sw t0, 0(s0)', 7],
  ['li t0, 0x3333; sw t0, 0(s0)', 1],
  ['li t0, 0x73333; sh t0, 0(s0)', 1],
])('the test finisher: %s ends with %d', (body, code) => {
  const machine = boot(`li s0, 0x100000; ${body}; nop`);
  expect(go(machine)).toEqual({ reason: 'exit', code });
  const { instructions } = machine.cpu;
  expect(go(machine)).toEqual({ reason: 'exit', code });
  expect(machine.cpu.instructions).toBe(instructions);
});

test('what means nothing to the test finisher ends nothing', () => {
  const machine = boot(
    'li s0, 0x100000; li t0, 0x5555; sb t0, 0(s0); sw t0, 4(s0); sw zero, 0(s0); lw a0, 0(s0); wfi',
  );
  expect(go(machine)).toEqual({ reason: 'waiting' });
});

test.each([
  ['li t0, 1; sw t0, 0(s0)', { reason: 'exit', code: 0 }],
  ['li t0, 0x15; sw t0, 0(s0)', { reason: 'exit', code: 10 }],
  ['li t0, 6; sw t0, 0(s0)', { reason: 'waiting' }],
  ['li t0, 1; sb t0, 0(s0)', { reason: 'waiting' }],
  ['li t0, 1; sw t0, 4(s0)', { reason: 'waiting' }],
])('tohost: %s', (body, stop) => {
  const machine = boot(`la s0, tohost; ${body}; wfi; .data; .balign 64; .globl tohost; tohost: .dword 0`);
  expect(go(machine)).toEqual(stop);
});

test('slots without a device answer so, and addresses without anything fault', () => {
  const machine = boot('nop');
  expect([0, 4, 8, 12].map((offset) => read(machine, 0x1000_8000 + offset))).toEqual([
    0x7472_6976, 2, 0, 0x5944_5355,
  ]);
  store(machine, 0x1000_3000 + 0x70, 4, 1);
  expect(read(machine, 0x1000_3000 + 0x70)).toBe(0);
  for (const address of [0, 0x1000_0100, 0x1000_9000, 0x7fff_fffc, 0x8001_0000, 0xffff_fffc]) {
    expect(read(machine, address)).toBe(null);
    expect(store(machine, address, 4, 0)).toBe(false);
  }
  expect(read(machine, 0x0200_0002, 4)).toBe(null);
});
