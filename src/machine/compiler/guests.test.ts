// Programs that were written for other tests, run as compiled code.

import { expect, test } from 'vitest';
import { assemble } from '../../assembler/assembler.ts';
import { toHex } from '../../base/bytes.ts';
import { flatImage } from '../../isa/image.ts';
import counter from '../../scenario/guests/counter.s?raw';
import disk from '../../scenario/guests/disk.s?raw';
import kernel from '../../scenario/guests/kernel.s?raw';
import network from '../../scenario/guests/network.s?raw';
import packet from '../../scenario/guests/packet.s?raw';
import requests from '../../scenario/guests/requests.s?raw';
import virtio from '../../scenario/guests/virtio.s?raw';
import type { InstructionCount, Stop } from '../boundary.ts';
import {
  createMachine,
  hashMachine,
  inject,
  type Machine,
  readMemory,
  run,
  timerDeadline,
} from '../machine.ts';
import { writeRam } from '../memory/dma.ts';
import { bytesOf, ISA_PROGRAMS, type IsaProgram } from '../testing/isa-programs.ts';
import { compileAt } from './compile.ts';
import { COMPILER_LIMITS, type Engine, setEngine } from './compiled-code.ts';

const EAGER = {
  ...COMPILER_LIMITS,
  samples: 1,
  jumpsOut: 4,
  sampleEvery: 1,
  burstBytes: Number.MAX_SAFE_INTEGER,
};

function machineFor(program: IsaProgram, engine: Engine): Machine {
  const config = { ramBytes: 1 << 20, mac: new Uint8Array(6), diskSectors: 0 };
  const machine = createMachine(config, flatImage(bytesOf(program.code), program.codeBase));
  setEngine(machine, engine, EAGER);
  machine.cpu.x.set(program.regs, 1);
  writeRam(machine, program.scratch, bytesOf(program.mem));
  return machine;
}

/** How many instructions the program takes to get to its end. */
function lengthOf(program: IsaProgram): number {
  const machine = machineFor(program, 'interpreter');
  const end = program.codeBase + program.code.length / 2;
  while (machine.cpu.pc !== end) run(machine, (machine.cpu.instructions + 1) as InstructionCount);
  return machine.cpu.instructions;
}

test(`${ISA_PROGRAMS.length} programs end as an independent emulator says`, () => {
  let uses = 0;
  for (const [number, program] of ISA_PROGRAMS.entries()) {
    const machine = machineFor(program, 'compiler');
    compileAt(machine, [program.codeBase]);
    run(machine, lengthOf(program) as InstructionCount);
    uses += machine.compiled.uses;
    const registers = Array.from(machine.cpu.x.subarray(1, 32), (word) => word >>> 0);
    expect(registers, `program ${number}`).toEqual(program.outRegs);
    expect(toHex(readMemory(machine, program.scratch, 256)), `program ${number}`).toBe(program.outMem);
  }
  expect(uses).toBeGreaterThanOrEqual(ISA_PROGRAMS.length);
});

const FILES = new Map(
  Object.entries({ 'kernel.s': kernel, 'virtio.s': virtio, 'disk.s': disk }).concat(
    Object.entries({ 'network.s': network, 'packet.s': packet, 'requests.s': requests }),
  ),
);

function bootCounter(engine: Engine): Machine {
  const result = assemble(counter, { include: (name) => FILES.get(name), defsym: { TIMER_HZ: 1000 } });
  if (!result.ok) throw new Error(JSON.stringify(result.errors[0]));
  const config = { ramBytes: 1 << 20, mac: Uint8Array.of(2, 0, 0, 0, 0, 1), diskSectors: 64 };
  const machine = createMachine(config, result.image);
  setEngine(machine, engine, EAGER);
  return machine;
}

/** The world of a machine: its clock is its instruction number, sleep takes no time, every few stops a packet comes in. */
function answer(machine: Machine, stop: Stop, stops: number): void {
  if (stop.reason === 'clock') inject(machine, { kind: 'clock', time: machine.cpu.instructions });
  if (stop.reason === 'entropy') inject(machine, { kind: 'entropy', bits: 1234 });
  if (stop.reason === 'waiting' && timerDeadline(machine.clint) < Number.POSITIVE_INFINITY)
    inject(machine, { kind: 'timer' });
  if (stop.reason === 'waiting' && stops % 5 === 0)
    inject(machine, { kind: 'packet', bytes: Uint8Array.from({ length: 60 + stops }, (_, n) => n * stops) });
  if (stop.reason !== 'emission') return;
  for (const emission of stop.emissions) {
    if (!('request' in emission)) continue;
    const sectors = emission.kind === 'diskRead' ? emission.sectors : 0;
    const bytes = Uint8Array.from({ length: 512 * sectors }, (_, n) => n);
    inject(machine, { kind: 'diskCompletion', request: emission.request, ok: true, bytes });
  }
}

test('the counter with its kernel stops for the same reasons at the same places', () => {
  const [interpreted, compiled] = [bootCounter('interpreter'), bootCounter('compiler')];
  for (let stops = 1; stops < 800; stops++) {
    const until = (interpreted.cpu.instructions + 5000) as InstructionCount;
    const stop = run(interpreted, until);
    expect(run(compiled, until)).toEqual(stop);
    expect(compiled.cpu.instructions).toBe(interpreted.cpu.instructions);
    expect(hashMachine(compiled)).toBe(hashMachine(interpreted));
    answer(interpreted, stop, stops);
    answer(compiled, stop, stops);
  }
  expect(compiled.compiled.uses).toBeGreaterThan(300);
});
