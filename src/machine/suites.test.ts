// Suites in the manner of the official ISA tests: programs in the environment that these are written for, which report through
// tohost which of their tests failed.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../assembler/assembler.ts';
import type { InstructionCount } from './boundary.ts';
import type { Engine } from './compiler/compiled-code.ts';
import { createMachine, inject, type Machine, run } from './machine.ts';

const SUITES = [
  'ui.s',
  'um.s',
  'ua.s',
  'uc.s',
  'mi-traps.s',
  'mi-csr.s',
  'mi-fetch.s',
  'mi-interrupts.s',
  'mi-user.s',
];

const sourceOf = (name: string) =>
  readFileSync(new URL(`./testdata/suites/${name}`, import.meta.url), 'utf8');

/** Those of machine mode begin with `mi`. */
function machineFor(suite: string, source: string, engine: Engine): Machine {
  const defsym = { MACHINE: Number(suite.startsWith('mi')) };
  const result = assemble(source, { file: suite, include: sourceOf, defsym });
  if (!result.ok)
    throw new Error(result.errors.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  const machine = createMachine({ ramBytes: 1 << 20, mac: new Uint8Array(6), diskSectors: 0 }, result.image);
  machine.compiled.engine = engine;
  return machine;
}

const MOST = 1_000_000;

/** How it ended, stopped each `quantum` instructions on the way: 0, or the number of the test that failed. */
function outcome(machine: Machine, quantum: number): number | string {
  const { cpu } = machine;
  while (cpu.instructions < MOST) {
    const stop = run(
      machine,
      (cpu.instructions - (cpu.instructions % quantum) + quantum) as InstructionCount,
    );
    if (stop.reason === 'exit') return stop.code;
    if (stop.reason === 'clock') inject(machine, { kind: 'clock', time: cpu.instructions });
    else if (stop.reason !== 'budget') return `${stop.reason} at ${cpu.pc.toString(16)}`;
  }
  return `never ended, at ${cpu.pc.toString(16)}`;
}

test.each(SUITES)('%s', (suite) => {
  for (const engine of ['interpreter', 'compiler'] as const)
    for (const quantum of [MOST, 1, 7]) {
      const failed = outcome(machineFor(suite, sourceOf(suite), engine), quantum);
      expect({ engine, quantum, failed }).toEqual({ engine, quantum, failed: 0 });
    }
});

test('a suite that fails tells by which of its tests', () => {
  const wrong = sourceOf('um.s').replace('mul, 0x00000001, -1, -1', 'mul, 0x00000002, -1, -1');
  expect(outcome(machineFor('um.s', wrong, 'interpreter'), MOST)).toBe(4);
});
