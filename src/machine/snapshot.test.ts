// Snapshots share what did not change, restore what did, and never change themselves; the state hash sees every bit of state.
import { expect, test } from 'vitest';
import { flatImage } from '../isa/image.ts';
import {
  createMachine,
  hashMachine,
  inject,
  type Machine,
  machineFromSnapshot,
  readMemory,
  restoreMachine,
  snapshotMachine,
} from './machine.ts';
import { writeRam } from './memory/dma.ts';
import { pageIn } from './memory/page-table.ts';
import { bytesOfSaved, ZERO_PAGE } from './memory/saved-page.ts';
import { boot, go } from './testing/test-machine.ts';

const put = (machine: Machine, address: number, ...bytes: number[]) =>
  writeRam(machine, address, Uint8Array.from(bytes));

/** What a snapshot keeps of each page, as objects, by page number. */
const pagesOf = (machine: Machine) => {
  const { table } = snapshotMachine(machine);
  return Array.from({ length: 16 }, (_, page) => pageIn(table, page));
};

test('a snapshot copies the pages written since the last and shares the others', () => {
  const machine = boot('1: j 1b');
  put(machine, 0x8000_3000, 1);
  const first = pagesOf(machine);
  put(machine, 0x8000_3fff, 2);
  put(machine, 0x8000_5000, 3);
  const second = pagesOf(machine);
  const changed = second.flatMap((page, n) => (page === first[n] ? [] : [n]));
  expect(changed).toEqual([3, 5]);
  expect(first[5]).toBe(null);
  expect([first[3]!, second[3]!].map((page) => bytesOfSaved(page)[4095])).toEqual([0, 2]);
});

test('a snapshot without writes shares the whole table; one of zeros costs nothing', () => {
  const machine = boot('1: j 1b');
  const first = snapshotMachine(machine);
  go(machine, 1000);
  expect(snapshotMachine(machine).table).toBe(first.table);
  put(machine, 0x8000_4000, 0, 0);
  expect(pagesOf(machine)[4]).toBe(ZERO_PAGE);
});

test('a snapshot shares the registers that did not change, and no later change reaches it', () => {
  const machine = boot('1: j 1b');
  inject(machine, { kind: 'console', byte: 1 });
  const first = snapshotMachine(machine);
  const hash = hashMachine(machine);
  machine.cpu.x[5] = 6;
  const second = snapshotMachine(machine);
  expect(second.registers.net).toBe(first.registers.net);
  expect(second.registers.cpu.pmp).toBe(first.registers.cpu.pmp);
  expect([first.registers.cpu.x[5], second.registers.cpu.x[5]]).toEqual([0, 6]);
  restoreMachine(machine, first);
  expect(hashMachine(machine)).toBe(hash);
  machine.cpu.pmp.address[0] = 7;
  machine.net.transport.queues[0]!.ready = true;
  machine.uart.received.push(9);
  const third = snapshotMachine(machine);
  expect(third.registers.uart.received).toEqual([1, 9]);
  expect(hashMachine(machineFromSnapshot(first))).toBe(hash);
});

test('restoring brings back every page, forward and backward, and the stores after it are noticed', () => {
  const machine = boot('1: j 1b');
  const snapshots = [1, 2, 3].map((n) => {
    put(machine, 0x8000_1000 * 1 + 0x1000 * n, n);
    put(machine, 0x8000_1000, n);
    return { snapshot: snapshotMachine(machine), hash: hashMachine(machine) };
  });
  put(machine, 0x8000_f000, 9);
  for (const n of [0, 2, 1, 0]) {
    const { snapshot, hash } = snapshots[n]!;
    restoreMachine(machine, snapshot);
    expect(hashMachine(machine)).toBe(hash);
    expect(readMemory(machine, 0x8000_1000, 1)).toEqual(Uint8Array.of(n + 1));
    put(machine, 0x8000_1000, 77);
    expect(hashMachine(machine)).not.toBe(hash);
    expect(hashMachine(machineFromSnapshot(snapshot))).toBe(hash);
  }
});

test('code that a restore replaces is decoded anew', () => {
  const machine = boot('1: addi a0, a0, 1; j 1b');
  const before = snapshotMachine(machine);
  go(machine, 10);
  put(machine, 0x8000_0000, 0x13, 0x05, 0x05, 0x10); // addi a0, a0, 256
  go(machine, 10);
  expect(machine.cpu.x[10]).toBe(5 + 5 * 256);
  restoreMachine(machine, before);
  go(machine, 10);
  expect(machine.cpu.x[10]).toBe(5);
});

test('tohost is watched after a restore, too', () => {
  const source = 'la s0, tohost; li t0, 5; sw t0, 0(s0); .data; .globl tohost; tohost: .word 0';
  const machine = machineFromSnapshot(snapshotMachine(boot(source)));
  expect(go(machine)).toEqual({ reason: 'exit', code: 2 });
  const ended = machineFromSnapshot(snapshotMachine(machine));
  expect(go(ended)).toEqual({ reason: 'exit', code: 2 });
});

test('a snapshot into a machine with other RAM is a mistake', () => {
  const snapshot = snapshotMachine(boot('nop'));
  expect(() => restoreMachine(boot('nop', { ramBytes: 128 * 1024 }), snapshot)).toThrow('as much RAM');
});

test.each<[string, (machine: Machine) => void]>([
  ['pc', ({ cpu }) => (cpu.pc += 4)],
  ['a register', ({ cpu }) => (cpu.x[31] = 1)],
  ['the instruction number', (machine) => go(machine, 3)],
  ['the mode', ({ cpu }) => (cpu.mode = 0)],
  ['waiting', ({ cpu }) => (cpu.waiting = true)],
  ['a reservation', ({ cpu }) => (cpu.reservation = 0x8000_0000)],
  ['mscratch', ({ cpu }) => (cpu.mscratch = 1)],
  ['minstret', ({ cpu }) => (cpu.instretOffset.high = 1)],
  ['PMP', ({ cpu }) => (cpu.pmp.address[15] = 1)],
  ['a timer that is no longer pending', ({ clint }) => (clint.timerPending = false)],
  ['a typed byte', (machine) => inject(machine, { kind: 'console', byte: 1 })],
  ['an interrupt wire', ({ plic }) => (plic.levels = 4)],
  ['a queue', ({ net }) => (net.transport.queues[1]!.nextUsed = 1)],
  [
    'an outstanding request',
    ({ disk }) => (disk.outstanding = [{ request: 0, head: 0, statusAddress: 0, data: [] }]),
  ],
  ['how it ended', (machine) => (machine.ending = { kind: 'exit', code: 0 })],
  ['a bit of RAM', (machine) => put(machine, 0x8000_9001, 1)],
])('the state hash sees %s', (_, change) => {
  const machine = boot('1: j 1b');
  const before = hashMachine(machine);
  expect(hashMachine(boot('1: j 1b'))).toBe(before);
  change(machine);
  expect(hashMachine(machine)).not.toBe(before);
});

test('the state hash does not see what was written to x0', () => {
  const machine = boot('1: jal zero, 1b');
  const before = hashMachine(machine);
  machine.cpu.x[32] = 5;
  expect(hashMachine(machine)).toBe(before);
});

test('the state hash sees which page it is, and forgets what was undone', () => {
  const machine = boot('1: j 1b');
  const hashes = [0x8000_2000, 0x8000_3000].map((address) => {
    put(machine, address, 1);
    const hash = hashMachine(machine);
    put(machine, address, 0);
    return hash;
  });
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(hashMachine(machine)).toBe(hashMachine(boot('1: j 1b')));
});

test('what has no room is refused with a sentence', () => {
  const config = { ramBytes: 65536, mac: new Uint8Array(6), diskSectors: 1 };
  const code = new Uint8Array(8);
  const make =
    (change: object, image = flatImage(code)) =>
    () =>
      createMachine({ ...config, ...change }, image);
  for (const ramBytes of [4096, 65537, 129 * 2 ** 20])
    expect(make({ ramBytes })).toThrow(
      `RAM of ${ramBytes} bytes: it must be a multiple of 4 KiB from 64 KiB to 128 MiB.`,
    );
  expect(make({ mac: new Uint8Array(5) })).toThrow('A network address of 5 bytes: it must have 6.');
  expect(make({ diskSectors: -1 })).toThrow('A disk of -1 sectors: it must be a whole number, zero or more.');
  expect(make({}, flatImage(code, 0x8000_fffc))).toThrow(
    'The program takes 0x8000fffc to 0x80010004, and RAM is 0x80000000 to 0x80010000.',
  );
  expect(make({}, { ...flatImage(code), end: 0x8001_0001 })).toThrow('takes 0x80000000 to 0x80010001');
  expect(make({}, { ...flatImage(code), entry: 0x8000_0002 })).toThrow(
    'The entry 0x80000002 is not the address',
  );
});

test('reading memory stops where RAM does', () => {
  const machine = boot('.word 0x04030201');
  expect(readMemory(machine, 0x8000_0001, 3)).toEqual(Uint8Array.of(2, 3, 4));
  expect(readMemory(machine, 0x8000_fffe, 10).length).toBe(2);
  expect(readMemory(machine, 0x8001_0000, 1).length).toBe(0);
  expect(readMemory(machine, 0x1000_0000, 1).length).toBe(0);
});
