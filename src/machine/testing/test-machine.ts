// Machines for tests: a program in assembly, run on the bare board until it waits, ends, or needs the world.
import { assemble } from '../../assembler/assembler.ts';
import { REGISTERS } from '../../isa/registers.ts';
import type { InstructionCount, Stop } from '../boundary.ts';
import { createMachine, type Machine, type MachineConfig, run } from '../machine.ts';

const SMALL = { ramBytes: 64 * 1024, mac: Uint8Array.of(2, 0, 0, 0, 0, 1), diskSectors: 64 };

/** A machine about to run `source`. */
export function boot(source: string, config: Partial<MachineConfig> = {}): Machine {
  const result = assemble(source);
  if (!result.ok) throw new Error(result.errors.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return createMachine({ ...SMALL, ...config }, result.image);
}

/** Runs up to `most` more instructions. */
export function go(machine: Machine, most = 100_000): Stop {
  return run(machine, (machine.cpu.instructions + most) as InstructionCount);
}

/** Boots `source` and runs it to its first stop. */
export function ran(source: string): Machine {
  const machine = boot(source);
  go(machine);
  return machine;
}

/** A register's unsigned value, by its name in assembly. */
export function register(machine: Machine, name: string): number {
  return machine.cpu.x[REGISTERS.get(name)!]! >>> 0;
}

/** Several registers' unsigned values. */
export function registers(machine: Machine, ...names: string[]): number[] {
  return names.map((name) => register(machine, name));
}

/** The word at an address in RAM, unsigned. */
export function wordAt(machine: Machine, address: number): number {
  return machine.ram.words[(address - 0x8000_0000) >> 2]! >>> 0;
}
