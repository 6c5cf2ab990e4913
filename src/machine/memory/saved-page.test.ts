// What is kept of a page, by lines or whole, is what it held, however it was written to and whatever was kept before.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachineState, type Machine, restoreMachine, snapshotMachine, writePage } from '../machine.ts';
import { pageOf } from '../pages.ts';
import { squeezeSnapshot } from '../snapshot.ts';
import { writeRam } from './dma.ts';
import { pageIn } from './page-table.ts';
import { ZERO_PAGE } from './saved-page.ts';
import { pageBytesBeyond } from './snapshot-bytes.ts';

const RAM = 0x8000_0000;
const config = { ramBytes: 64 * 1024, mac: new Uint8Array(6), diskSectors: 0 };

const put = (machine: Machine, page: number, line: number, length: number, value: number) =>
  writeRam(machine, RAM + 4096 * page + 64 * line, new Uint8Array(length).fill(value));

/** `toEqual` takes too long for so many. */
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** A write to a line, to some, or to most of a page; often of zeros, often of what is there already. */
const writes = fc.record({
  page: fc.integer({ min: 0, max: 2 }),
  line: fc.integer({ min: 0, max: 31 }),
  length: fc.constantFrom(1, 64, 500, 2048),
  value: fc.integer({ min: 0, max: 2 }),
});

test('every snapshot brings back its own bytes, in any order', () => {
  const steps = fc.array(fc.tuple(fc.array(writes, { maxLength: 12 }), fc.nat(20)), { maxLength: 20 });
  fc.assert(
    fc.property(steps, fc.boolean(), (steps, isSqueezed) => {
      const machine = createMachineState(config, RAM);
      const kept: { snapshot: ReturnType<typeof snapshotMachine>; bytes: Uint8Array }[] = [];
      for (const [stores, back] of steps) {
        for (const { page, line, length, value } of stores) put(machine, page, line, length, value);
        kept.push({ snapshot: snapshotMachine(machine), bytes: machine.ram.bytes.slice() });
        const [last, next] = kept.slice(-2);
        if (isSqueezed && next) squeezeSnapshot(last!.snapshot, next.snapshot);
        const { snapshot, bytes } = kept[back % kept.length]!;
        restoreMachine(machine, snapshot);
        expect(isSame(machine.ram.bytes, bytes)).toBe(true);
      }
      for (const { snapshot, bytes } of kept)
        for (let page = 0; page < 3; page++)
          expect(isSame(pageOf(snapshot, page), bytes.subarray(4096 * page, 4096 * page + 4096))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a page that changed in few lines costs these lines, one that changed in many its bytes', () => {
  const machine = createMachineState(config, RAM);
  writePage(machine, 1, new Uint8Array(4096).fill(7));
  const first = pageIn(snapshotMachine(machine).table, 1)!;
  expect([first.low, first.high]).toEqual([0, 0]);
  put(machine, 1, 3, 1, 9);
  put(machine, 1, 40, 64, 9);
  const second = pageIn(snapshotMachine(machine).table, 1)!;
  expect([second.whole === first.whole, second.low, second.high]).toEqual([true, 1 << 3, 1 << 8]);
  expect(second.lines.length).toBe(2 * 16);
  put(machine, 1, 0, 2048, 5);
  const third = pageIn(snapshotMachine(machine).table, 1)!;
  expect([third.whole === first.whole, third.lines.length]).toEqual([false, 0]);
  put(machine, 1, 0, 4096, 0);
  expect(pageIn(snapshotMachine(machine).table, 1)).toBe(ZERO_PAGE);
});

test('a page written all over with what it held costs nothing new', () => {
  const machine = createMachineState(config, RAM);
  writePage(machine, 1, new Uint8Array(4096).fill(7));
  const first = pageIn(snapshotMachine(machine).table, 1)!;
  writePage(machine, 1, new Uint8Array(4096).fill(7));
  const second = pageIn(snapshotMachine(machine).table, 1)!;
  expect([second.whole === first.whole, second.low | second.high]).toEqual([true, 0]);
});

test('a page that is seldom wanted again takes less, and what is kept at present stays as it is', () => {
  const machine = createMachineState(config, RAM);
  writePage(machine, 1, new Uint8Array(4096).fill(7));
  put(machine, 2, 5, 640, 3);
  const first = snapshotMachine(machine);
  put(machine, 1, 0, 4096, 8);
  put(machine, 2, 5, 640, 4);
  const second = snapshotMachine(machine);
  const before = [first, second].map((each) => pageBytesBeyond(each, null));
  squeezeSnapshot(first, second);
  const after = [first, second].map((each) => pageBytesBeyond(each, null));
  expect(after[0]).toBeLessThan(before[0]! / 4);
  expect(after[1]).toBe(before[1]);
  restoreMachine(machine, first);
  expect(pageOf(first, 1)).toEqual(new Uint8Array(4096).fill(7));
  expect(machine.ram.bytes.subarray(2 * 4096 + 320, 2 * 4096 + 322)).toEqual(Uint8Array.of(3, 3));
});

test('the largest RAM has a table too', () => {
  const machine = createMachineState({ ...config, ramBytes: 128 * 1024 * 1024 }, RAM);
  put(machine, 32767, 0, 64, 1);
  const snapshot = snapshotMachine(machine);
  put(machine, 32767, 0, 64, 2);
  put(machine, 0, 0, 64, 2);
  restoreMachine(machine, snapshot);
  expect([machine.ram.bytes[0], machine.ram.bytes[32767 * 4096]]).toEqual([0, 1]);
});
