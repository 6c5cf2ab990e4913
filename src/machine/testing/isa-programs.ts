// For tests: random RV32IMA programs, and what an independent emulator says that they come to.
import { readFileSync } from 'node:fs';
import { fromHex } from '../../base/bytes.ts';

export interface IsaProgram {
  code: string;
  codeBase: number;
  scratch: number;
  regs: number[];
  mem: string;
  outRegs: number[];
  outMem: string;
}

export const ISA_PROGRAMS = JSON.parse(
  readFileSync(new URL('../testdata/isa-programs.json', import.meta.url), 'utf8'),
) as IsaProgram[];

export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new Error(bytes.error);
  return bytes.value;
}
