// The lines that were stored to are noted on either engine, whatever stores and whatever is saved or hashed meanwhile: none is missing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPILER_LIMITS } from '../compiler/compiled-code.ts';
import { createMachineState, type Engine, hashMachine, restoreMachine, setEngine } from '../machine.ts';
import { writePage } from '../pages.ts';
import { snapshotMachine } from '../snapshot.ts';
import { boot, go } from '../testing/test-machine.ts';
import { writeRam } from './dma.ts';
import { watchStores } from './store-watch.ts';
import { beginStoredLines, isOnLines, type StoredLines, storedLines, uniteLines } from './stored-lines.ts';

const RAM = 0x8000_0000;
const config = { ramBytes: 64 * 1024, mac: new Uint8Array(6), diskSectors: 0 };
const NONE = new Int32Array(0);

const fresh = () => {
  const machine = createMachineState(config, 0);
  beginStoredLines(machine, NONE);
  return machine;
};

/** A line's number in RAM for each that is in the set. */
function numbersIn(lines: StoredLines): number[] {
  const numbers: number[] = [];
  for (let line = 0; line < config.ramBytes / 64; line++)
    if (isOnLines(lines, RAM + 64 * line, 64)) numbers.push(line);
  return numbers;
}

describe('what was stored to', () => {
  test('is a line, were it what it held; of a range, any line of it', () => {
    const machine = fresh();
    writeRam(machine, RAM + 0x1800, Uint8Array.of(0));
    const lines = storedLines(machine);
    expect([0x17ff, 0x1800, 0x183f, 0x1840].map((at) => isOnLines(lines, RAM + at, 1))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isOnLines(lines, RAM + 0xffe, 0x803)).toBe(true);
    expect(isOnLines(lines, RAM + 0xffe, 0x802)).toBe(false);
    expect(isOnLines(lines, RAM + 0x1840, 0x2000)).toBe(false);
  });

  test('is anything before it begins to be noted, and after a restore', () => {
    const machine = createMachineState(config, 0);
    expect(storedLines(machine)).toBeNull();
    beginStoredLines(machine, NONE);
    expect(storedLines(machine)).toEqual(NONE);
    const snapshot = snapshotMachine(machine);
    writeRam(machine, RAM, Uint8Array.of(1));
    restoreMachine(machine, snapshot);
    expect(storedLines(machine)).toBeNull();
    expect(isOnLines(null, RAM, 1)).toBe(true);
  });

  test('is all of a page that is replaced', () => {
    const machine = fresh();
    writePage(machine, 3, new Uint8Array(4096));
    expect(storedLines(machine)).toEqual(Int32Array.of(3, -1, -1));
  });

  test('is noted line by line as long as the lines are not too many', () => {
    const machine = fresh();
    for (let line = 0; line < 48; line++) writeRam(machine, RAM + 64 * line, Uint8Array.of(1));
    expect(storedLines(machine)).toEqual(Int32Array.of(0, -1, 0xffff));
    for (let page = 1; page < 16; page++)
      for (let line = 0; line < 32; line++)
        writeRam(machine, RAM + 4096 * page + 64 * line, Uint8Array.of(1));
    expect(numbersIn(storedLines(machine)).slice(-64)).toEqual(
      Array.from({ length: 64 }, (_, n) => 15 * 64 + n),
    );
    snapshotMachine(machine);
    beginStoredLines(machine, NONE);
    for (let line = 0; line < 48; line++) writeRam(machine, RAM + 64 * line, Uint8Array.of(1));
    expect(storedLines(machine)).toEqual(Int32Array.of(0, -1, 0xffff));
  });

  test('cannot begin to be noted where it would be missed', () => {
    const machine = fresh();
    writeRam(machine, RAM, Uint8Array.of(1));
    expect(() => beginStoredLines(machine, NONE)).toThrow('dirty');
  });
});

const lineNumbers = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 40 });

test('two sets united are the lines of both', () => {
  const setOf = (numbers: number[]) => {
    const machine = fresh();
    for (const line of numbers) writeRam(machine, RAM + 64 * line, Uint8Array.of(1));
    return storedLines(machine);
  };
  fc.assert(
    fc.property(lineNumbers, lineNumbers, (one, other) => {
      const united = uniteLines(setOf(one), setOf(other));
      expect(numbersIn(united)).toEqual([...new Set([...one, ...other])].sort((a, b) => a - b));
      const machine = fresh();
      beginStoredLines(machine, united);
      expect(storedLines(machine)).toEqual(united);
    }),
  );
  expect(uniteLines(NONE, null)).toBeNull();
  expect(uniteLines(null, NONE)).toBeNull();
});

/** Stores to more and more lines, some again and again. */
const WANDER = `
        la s0, data
        li s1, 0x3fff
        li s3, 1
1:      mul s2, s2, s3
        addi s2, s2, 1013
        and t0, s2, s1
        add t1, s0, t0
        sb t0, 0(t1)
        sw t0, 4(s0)
        addi s3, s3, 36
        j 1b
        .balign 4096
data:   .word 0
`;

test.each<Engine>(['interpreter', 'compiler'])(
  'is every line that somebody sees stored to, by the %s',
  (engine) => {
    const action = fc.constantFrom('go', 'save', 'hash', 'write', 'begin');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
        const [machine, other] = [boot(WANDER), boot(WANDER)];
        const seen = new Set<number>();
        for (const each of [machine, other])
          setEngine(each, engine, { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 });
        watchStores(other, RAM, config.ramBytes, ({ address, length }) => {
          for (let line = (address - RAM) >> 6; line <= (address + length - 1 - RAM) >> 6; line++)
            seen.add(line);
        });
        for (const each of [machine, other]) snapshotMachine(each);
        beginStoredLines(machine, NONE);
        for (const action of ['go', ...actions, 'go']) {
          if (action === 'save') snapshotMachine(machine);
          if (action === 'hash') hashMachine(machine);
          for (const each of [machine, other]) {
            if (action === 'write') writeRam(each, RAM + 0x5fc0, new Uint8Array(100));
            if (action === 'go') go(each, 777);
          }
          if (action === 'begin') {
            snapshotMachine(machine);
            beginStoredLines(machine, storedLines(machine));
          }
        }
        const lines = storedLines(machine);
        const noted = new Set(numbersIn(lines));
        expect([...seen].filter((line) => !noted.has(line))).toEqual([]);
        for (let at = 0; at < lines!.length; at += 3)
          if ((lines![at + 1]! & lines![at + 2]!) !== -1)
            expect(numbersIn(lines!.slice(at, at + 3)).filter((line) => !seen.has(line))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  },
);
