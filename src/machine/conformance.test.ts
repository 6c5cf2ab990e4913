// Random RV32IMA programs whose results an independent emulator computed.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { flatImage } from '../isa/image.ts';
import type { InstructionCount } from './boundary.ts';
import { createMachine, readMemory, run } from './machine.ts';

interface Program {
  code: string;
  codeBase: number;
  scratch: number;
  regs: number[];
  mem: string;
  outRegs: number[];
  outMem: string;
}

const programs = JSON.parse(
  readFileSync(new URL('./testdata/isa-programs.json', import.meta.url), 'utf8'),
) as Program[];

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new Error(bytes.error);
  return bytes.value;
}

test(`all ${programs.length} programs end with the registers and the memory they should`, () => {
  for (const [number, program] of programs.entries()) {
    const code = bytesOf(program.code);
    const machine = createMachine(
      { ramBytes: 1 << 20, mac: new Uint8Array(6), diskSectors: 0 },
      flatImage(code, program.codeBase),
    );
    machine.cpu.x.set(program.regs, 1);
    machine.ram.bytes.set(bytesOf(program.mem), program.scratch - 0x8000_0000);
    const end = program.codeBase + code.length;
    while (machine.cpu.pc !== end)
      expect(run(machine, (machine.cpu.instructions + 1) as InstructionCount)).toEqual({ reason: 'budget' });
    const registers = Array.from(machine.cpu.x.subarray(1, 32), (word) => word >>> 0);
    expect(registers, `program ${number}`).toEqual(program.outRegs);
    expect(toHex(readMemory(machine, program.scratch, 256)), `program ${number}`).toBe(program.outMem);
  }
});
