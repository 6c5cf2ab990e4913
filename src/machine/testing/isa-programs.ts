// For tests: random RV32IMA programs, and what an independent emulator says that they come to.
import { fromHex } from '../../base/bytes.ts';
import text from '../testdata/isa-programs.json?raw';

export interface IsaProgram {
  code: string;
  codeBase: number;
  scratch: number;
  regs: number[];
  mem: string;
  outRegs: number[];
  outMem: string;
}

export const ISA_PROGRAMS = JSON.parse(text) as IsaProgram[];

export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new Error(bytes.error);
  return bytes.value;
}
