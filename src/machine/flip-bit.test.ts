// A flipped bit is seen by loads, by code that was decoded or compiled from it, by snapshots and by the state hash.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMPILER_LIMITS } from './compiler/compiled-code.ts';
import {
  type Engine,
  flipBit,
  hashMachine,
  readMemory,
  restoreMachine,
  setEngine,
  snapshotMachine,
} from './machine.ts';
import { boot, go, register } from './testing/test-machine.ts';

const RAM = 0x8000_0000;
const RAM_BYTES = 64 * 1024;

test('any bit of RAM flips, alone, and back', () => {
  const machine = boot('1: j 1b');
  const before = readMemory(machine, RAM, RAM_BYTES);
  const hash = hashMachine(machine);
  const saved = snapshotMachine(machine);
  /** Where RAM is not as it was, and which bits of the byte. */
  const changes = () => {
    const now = readMemory(machine, RAM, RAM_BYTES);
    return [...before.entries()].flatMap(([at, byte]) => (byte === now[at] ? [] : [[at, byte ^ now[at]!]]));
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: RAM_BYTES - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      expect(flipBit(machine, RAM + at, bit)).toBe(true);
      expect(changes()).toEqual([[at, 1 << bit]]);
      expect(hashMachine(machine)).not.toBe(hash);
      const faulty = snapshotMachine(machine);
      restoreMachine(machine, saved);
      expect(changes()).toEqual([]);
      restoreMachine(machine, faulty);
      expect(changes()).toEqual([[at, 1 << bit]]);
      flipBit(machine, RAM + at, bit);
      expect(hashMachine(machine)).toBe(hash);
    }),
    { numRuns: 20 },
  );
});

test.each([0, 0x1000_0000, RAM - 1, RAM + RAM_BYTES, 0xffff_ffff, 2 ** 32 + RAM])(
  'there is nothing to flip at %d',
  (address) => {
    const machine = boot('1: j 1b');
    const hash = hashMachine(machine);
    expect(flipBit(machine, address, 0)).toBe(false);
    expect(hashMachine(machine)).toBe(hash);
  },
);

test.each<Engine>(['interpreter', 'compiler'])(
  'code that has been running changes under the %s',
  (engine) => {
    const machine = boot('1: addi a0, a0, 1; j 1b');
    setEngine(machine, engine, { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 });
    go(machine, 200_000);
    expect(machine.compiled.entries.size > 0).toBe(engine === 'compiler');
    const before = register(machine, 'a0');
    flipBit(machine, RAM + 2, 5); // addi a0, a0, 3
    go(machine, 2000);
    expect(register(machine, 'a0')).toBe(before + 3000);
  },
);
