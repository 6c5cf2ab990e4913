// Loads and stores at any alignment, over the border of two lines or pages: as fast as others, and whoever minds a line hears of them.
import { describe, expect, test } from 'vitest';
import type { InstructionCount } from '../boundary.ts';
import { type Engine, hashMachine, type Machine, run, setEngine, watchStores } from '../machine.ts';
import { writeRam } from '../memory/dma.ts';
import { boot, go, register, registers } from '../testing/test-machine.ts';
import { COMPILER_LIMITS } from './compiled-code.ts';

const EAGER = { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 };
/** Where a line ends, and where a page does. */
const BORDERS = [0x8000_4040, 0x8000_5000];

function booted(source: string, engine: Engine): Machine {
  const machine = boot(source);
  setEngine(machine, engine, EAGER);
  return machine;
}

/** Does `body` again and again, with s0 at the border and another number in t1 each time. */
const again = (body: string, border: number) => `
    li s0, ${border}; li t1, 0x12345678
  1: ${body}
    addi t1, t1, 0x7b
    j 1b`;

const CROSSING = ['sw t1, -1(s0)', 'sw t1, -2(s0)', 'sw t1, -3(s0)', 'sh t1, -1(s0)'];

describe.each<Engine>(['interpreter', 'compiler'])('on the %s', (engine) => {
  test.each(BORDERS)('loads over the border at %d read what is there', (border) => {
    const machine = booted(
      `
        li s0, ${border}; li t0, 0x84838281; sw t0, -4(s0); li t0, 0x88878685; sw t0, 0(s0)
        li t1, 50
      1: lw a0, -1(s0); lw a1, -2(s0); lw a2, -3(s0); lh a3, -1(s0); lhu a4, -1(s0); lw a5, -7(s0); lh a6, 1(s0)
        addi t1, t1, -1; bnez t1, 1b
        wfi`,
      engine,
    );
    go(machine);
    expect(registers(machine, 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6')).toEqual([
      0x8786_8584, 0x8685_8483, 0x8584_8382, 0xffff_8584, 0x8584, 0x8100_0000, 0xffff_8786,
    ]);
    expect(machine.compiled.regions.length).toBe(engine === 'compiler' ? 1 : 0);
  });

  describe.each(BORDERS)('a store over the border at %d', (border) => {
    // The byte makes one of the two lines dirty first, so that the other alone is clean.
    test.each(
      CROSSING.flatMap((store) => ['nop', 'sb t1, -9(s0)', 'sb t1, 9(s0)'].map((byte) => [store, byte])),
    )('%s after %s is seen by the next state hash', (store, byte) => {
      const source = again(`${byte}; ${store}`, border);
      const machine = booted(source, engine);
      for (let n = 1; n <= 40; n++) {
        run(machine, (25 * n) as InstructionCount);
        const reference = booted(source, 'interpreter');
        run(reference, (25 * n) as InstructionCount);
        writeRam(reference, 0x8000_0000, machine.ram.bytes.slice()); // every page is hashed
        expect(hashMachine(machine)).toBe(hashMachine(reference));
      }
      expect(machine.compiled.regions.length).toBe(engine === 'compiler' ? 1 : 0);
    });

    test.each(CROSSING.flatMap((store) => [-1, 0].map((at) => [store, at] as const)))(
      '%s is noticed by who watches the byte at %d from there',
      (store, at) => {
        const machine = booted(again(store, border), engine);
        go(machine, 400);
        const seen: number[] = [];
        watchStores(machine, border + at, 1, ({ instructions }) => seen.push(instructions));
        const { instructions } = machine.cpu;
        go(machine, 90);
        const rounds = Array.from({ length: 30 }, (_, n) => n);
        expect(seen.map((number) => Math.floor((number - instructions) / 3))).toEqual(rounds);
      },
    );
  });

  // The last byte of the line before, and the first three of an instruction on the next: addi a0, a0, 1 or 2.
  test('a store into the line behind, which is code, takes effect at once', () => {
    const machine = booted(
      `
        la s0, code; li s1, 0x15051300; li s2, 0x25051300; li s3, 60
      1: andi t0, s3, 7; mv t1, s1; bnez t0, 2f; mv t1, s2
      2: sw t1, -1(s0)
        jal code
        addi s3, s3, -1; bnez s3, 1b
        wfi
        .balign 64
      code: addi a0, a0, 0
        ret`,
      engine,
    );
    go(machine);
    expect(register(machine, 'a0')).toBe(60 + 7);
  });
});
