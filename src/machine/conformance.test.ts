// Random RV32IMA programs whose results an independent emulator computed.

import { expect, test } from 'vitest';
import { toHex } from '../base/bytes.ts';
import { flatImage } from '../isa/image.ts';
import type { InstructionCount } from './boundary.ts';
import { createMachine, readMemory, run } from './machine.ts';
import { bytesOf, ISA_PROGRAMS } from './testing/isa-programs.ts';

test(`all ${ISA_PROGRAMS.length} programs end with the registers and the memory they should`, () => {
  for (const [number, program] of ISA_PROGRAMS.entries()) {
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
