// What a machine does, a line for each instruction and for each interrupt and exception: its number, its address, itself, and the
// registers it changed.

import { disassemble, type SymbolAt } from '../assembler/disassembler.ts';
import { hexWord, wordDigits } from '../base/hex.ts';
import { REGISTER_NAMES } from '../isa/registers.ts';
import type { Cpu } from '../machine/cpu/cpu.ts';
import { changesOf, type Machine } from '../machine/machine.ts';
import { nameOfCause } from './machine-report.ts';

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

/** The registers as they were after the last line. */
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
  return line(trace, cpu, `${instruction}`, pc, disassemble(word, pc, trace.symbolAt).text);
}

/** The line for an interrupt or exception that the machine has just taken at `pc`. It retires nothing: its number is that of the last instruction, and the how manieth change since. */
export function trapLine(trace: Trace, machine: Machine, pc: number): string {
  const { cpu } = machine;
  const number = `${cpu.instructions}+${changesOf(machine)}`;
  return line(trace, cpu, number, pc, nameOfCause(cpu.mcause));
}

function line(trace: Trace, cpu: Cpu, number: string, pc: number, text: string): string {
  const place = trace.symbolAt(pc);
  const columns = [
    number.padStart(NUMBER_WIDTH),
    wordDigits(pc),
    (place === undefined ? '' : `<${place}>`).padEnd(PLACE_WIDTH),
    text.padEnd(TEXT_WIDTH),
    changedRegisters(trace, cpu).join(' '),
  ];
  return columns.join('  ').trimEnd();
}

/** What changed since the last call, as `name=value`. */
function changedRegisters(trace: Trace, cpu: Cpu): string[] {
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
