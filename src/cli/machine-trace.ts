// What a machine does, a line for each instruction: its number, its address, itself, and the registers it changed.

import { disassemble, type SymbolAt } from '../assembler/disassembler.ts';
import { hexWord, wordDigits } from '../base/hex.ts';
import { REGISTER_NAMES } from '../isa/registers.ts';
import type { Cpu } from '../machine/cpu/cpu.ts';

/** In the order in which changes are told. */
const CONTROL_REGISTERS = [
  'mstatus',
  'mie',
  'mtvec',
  'mscratch',
  'mepc',
  'mcause',
  'mtval',
  'mcounteren',
  'menvcfg',
  'mseccfg',
] as const;

const NUMBER_WIDTH = 10;
const PLACE_WIDTH = 20;
const TEXT_WIDTH = 28;

/** The registers as they were after the last instruction, so that a trap's changes show at the handler's first. */
export interface Trace {
  readonly x: Int32Array;
  readonly control: number[];
  mode: number;
  readonly symbolAt: SymbolAt;
}

export function createTrace(cpu: Cpu, symbolAt: SymbolAt): Trace {
  return { x: cpu.x.slice(), control: CONTROL_REGISTERS.map((name) => cpu[name]), mode: cpu.mode, symbolAt };
}

/** The line, without its end, for the instruction that has just retired. */
export function traceLine(trace: Trace, cpu: Cpu, instruction: number, pc: number, word: number): string {
  const place = trace.symbolAt(pc);
  const columns = [
    String(instruction).padStart(NUMBER_WIDTH),
    wordDigits(pc),
    (place === undefined ? '' : `<${place}>`).padEnd(PLACE_WIDTH),
    disassemble(word, pc, trace.symbolAt).text.padEnd(TEXT_WIDTH),
    changesOf(trace, cpu).join(' '),
  ];
  return columns.join('  ').trimEnd();
}

/** What changed since the last call, as `name=value`. */
function changesOf(trace: Trace, cpu: Cpu): string[] {
  const changes: string[] = [];
  for (let n = 1; n < 32; n++) {
    if (cpu.x[n] === trace.x[n]) continue;
    trace.x[n] = cpu.x[n]!;
    changes.push(`${REGISTER_NAMES[n]}=${hexWord(cpu.x[n]!)}`);
  }
  for (const [n, name] of CONTROL_REGISTERS.entries()) {
    if (cpu[name] === trace.control[n]) continue;
    trace.control[n] = cpu[name];
    changes.push(`${name}=${hexWord(cpu[name])}`);
  }
  if (cpu.mode !== trace.mode) changes.push(`mode=${cpu.mode === 0 ? 'U' : 'M'}`);
  trace.mode = cpu.mode;
  return changes;
}
