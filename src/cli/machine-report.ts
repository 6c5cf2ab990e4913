// What there is to say of a bare machine's end: the document, the line on stderr, the exit status.

import { disassemble, type SymbolAt } from '../assembler/disassembler.ts';
import { hexWord } from '../base/hex.ts';
import type { Trap } from '../machine/boundary.ts';
import { CAUSE_ILLEGAL } from '../machine/cpu/trap.ts';
import { hashMachine, type Machine, readMemory } from '../machine/machine.ts';
import type { BareExit } from './bare-machine.ts';
import { BROKEN, LIMIT, OK } from './io.ts';

/** `limit`: it was stopped, by the instructions it may execute or by what a report can hold of its UART's bytes. */
export type MachineExit =
  | BareExit
  | { readonly reason: 'limit'; readonly code: null; readonly limit: 'instructions' | 'uart' };

export interface StateHash {
  readonly instructions: number;
  readonly hash: string;
}

export interface Outcome {
  readonly exit: MachineExit;
  readonly seconds: number;
  readonly uart: string;
  /** At each stop, when they were asked for. */
  readonly stops: readonly StateHash[] | undefined;
}

export function stateHash(machine: Machine): StateHash {
  return { instructions: machine.cpu.instructions, hash: hashMachine(machine) };
}

/** The document of `--json`. Registers are unsigned. */
export function machineReport(machine: Machine, { exit, seconds, uart, stops }: Outcome) {
  const { cpu } = machine;
  const registers: Record<string, number> = { pc: cpu.pc };
  for (let n = 0; n < 32; n++) registers[`x${n}`] = cpu.x[n]! >>> 0;
  const { instructions, hash } = stateHash(machine);
  return { exit, instructions, seconds, uart, registers, hash, ...(stops === undefined ? {} : { stops }) };
}

export function statusOf(exit: MachineExit): number {
  if (exit.reason === 'exit') return exit.code === 0 ? OK : BROKEN;
  return exit.reason === 'stuck' ? BROKEN : LIMIT;
}

/** Names of exceptions by cause (privileged specification, table 14). */
const CAUSES: Readonly<Record<number, string>> = {
  0: 'instruction address misaligned',
  1: 'instruction access fault',
  2: 'illegal instruction',
  3: 'breakpoint',
  4: 'load address misaligned',
  5: 'load access fault',
  6: 'store or atomic address misaligned',
  7: 'store or atomic access fault',
  8: 'environment call from user mode',
  11: 'environment call from machine mode',
};

/** Of interrupts, by their number (table 14). */
const INTERRUPTS: Readonly<Record<number, string>> = { 3: 'software', 7: 'timer', 11: 'external' };

/** What mcause says, in words. */
export function nameOfCause(cause: number): string {
  const number = cause & 0x7fff_ffff;
  return number === cause ? `trap: ${CAUSES[cause] ?? cause}` : `interrupt: ${INTERRUPTS[number] ?? number}`;
}

/** The causes whose mtval is an address. */
const WITH_ADDRESS = [0, 1, 4, 5, 6, 7];

/** Says where a program is, in words for people. */
export interface ReportSource {
  readonly machine: Machine;
  readonly symbolAt: SymbolAt;
}

/** What there is to say when the guest did not end well. */
export function complaintOf(file: string, source: ReportSource, exit: MachineExit): string | undefined {
  const { cpu } = source.machine;
  const after = `after ${cpu.instructions} instructions`;
  switch (exit.reason) {
    case 'exit':
      return exit.code === 0 ? undefined : `${file} reported failure ${exit.code}.`;
    case 'stuck':
      return `${file} is stuck ${after}: ${trapText(source, exit.first)}, and the trap handler at ${place(source, exit.pc)} can't run: ${causeText(exit)}.`;
    case 'waiting':
      return `${file} waits at ${place(source, cpu.pc)} for an interrupt that will never come, ${after}.${lastTrap(source)}`;
    case 'limit':
      return `${file} was stopped at ${instructionAt(source, cpu.pc)} ${after}.${lastTrap(source)}`;
  }
}

/** The latest exception may be why a program is where it does not want to be. */
function lastTrap(source: ReportSource): string {
  const trap = source.machine.firstTrap;
  return trap === null ? '' : ` Its last exception, after ${trap.at}: ${trapText(source, trap)}.`;
}

const trapText = (source: ReportSource, trap: Trap): string =>
  `at ${instructionAt(source, trap.pc)}, ${causeText(trap)}`;

function causeText({ cause, value }: Trap): string {
  const isCompressed = cause === CAUSE_ILLEGAL && value !== 0 && (value & 3) !== 3;
  const name = `${CAUSES[cause]}${isCompressed ? ', a compressed one' : ''} (cause ${cause})`;
  return WITH_ADDRESS.includes(cause) ? `${name} for ${hexWord(value)}` : name;
}

function place({ symbolAt }: ReportSource, address: number): string {
  const symbol = symbolAt(address);
  return symbol === undefined ? hexWord(address) : `${hexWord(address)} <${symbol}>`;
}

/** The address with the instruction that stands there now; no instruction stands where there is no RAM. */
function instructionAt(source: ReportSource, address: number): string {
  const bytes = readMemory(source.machine, address, 4);
  const where = place(source, address);
  if (bytes.length < 4) return where;
  const word = new DataView(bytes.buffer).getUint32(0, true);
  return `${where} (${disassemble(word, address, source.symbolAt).text})`;
}
