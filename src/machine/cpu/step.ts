// One instruction of the kind that the interpreter's loop leaves: system instructions, devices, odd addresses, and every trap.

import {
  csrOf,
  immediateB,
  immediateI,
  immediateJ,
  immediateS,
  rdOf,
  rs1Of,
  rs2Of,
} from '../../isa/fields.ts';
import { decode, type Format, INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import { countAfter } from '../boundary.ts';
import { load, loadReadsClock, store } from '../devices/bus.ts';
import { SINK } from '../memory/decode-cache.ts';
import { isRam, RAM_BASE } from '../memory/ram.ts';
import type { Machine } from '../state.ts';
import { atomic } from './atomics.ts';
import { type Cpu, MODE_MACHINE, MODE_USER } from './cpu.ts';
import { inputOf, mayAccess, readCsr, writeCsr } from './csr.ts';
import { interpretPast } from './interpreter.ts';
import { EXECUTE, isPmpOff, pmpAllows, READ, WRITE } from './pmp.ts';
import * as trap from './trap.ts';

/** What only the outside can supply, and what the instruction at pc needs before it can retire. */
export type Input = 'clock' | 'entropy';

/** The mode whose rights loads and stores have: MPRV lends machine mode those of MPP (§3.1.6.3). */
export function dataMode(cpu: Cpu): number {
  if (cpu.mode === MODE_USER || (cpu.mstatus & trap.MSTATUS_MPRV) === 0) return cpu.mode;
  return (cpu.mstatus & trap.MSTATUS_MPP) >>> trap.MSTATUS_MPP_SHIFT;
}

/** How much of RAM, from its start, can be reached in one way without looking at each address: all of it or nothing. */
export function openRam(machine: Machine, mode: number, access: number): number {
  const { ram, cpu } = machine;
  if (mode === MODE_MACHINE && isPmpOff(cpu.pmp)) return ram.size;
  return pmpAllows(cpu.pmp, mode, RAM_BASE, ram.size, access) ? ram.size : 0;
}

/** The instruction word at pc, or null when it can't be fetched. */
export function fetch(machine: Machine): number | null {
  const { cpu, ram } = machine;
  if (!isRam(ram, cpu.pc, 4) || !pmpAllows(cpu.pmp, cpu.mode, cpu.pc, 4, EXECUTE)) return null;
  return ram.words[(cpu.pc - RAM_BASE) >> 2]!;
}

/** What the instruction at pc waits for, or null. A function of the machine's state, and changes none of it. */
export function neededInput(machine: Machine): Input | null {
  const word = machine.cpu.waiting ? null : fetch(machine);
  const opcode = word === null ? -1 : decode(word);
  if (word === null || opcode < 0) return null;
  const { format } = INSTRUCTIONS[opcode]!;
  if (format === 'csr' || format === 'csri')
    return mayAccess(machine.cpu, csrOf(word), writesCsr(opcode, word)) ? inputOf(csrOf(word)) : null;
  if (format !== 'load') return null;
  const { address, size } = loadOperands(machine.cpu, word);
  const readsClock = loadReadsClock(address, size) && mayReach(machine, address, size, READ);
  return readsClock ? 'clock' : null;
}

/**
 * Executes the instruction at pc, whatever it is. `input` is the clock or the entropy for one that needs it.
 * It retires, or it traps; a trap counts nothing.
 */
export function step(machine: Machine, input: number): void {
  const { cpu } = machine;
  const word = fetch(machine);
  if (word === null) {
    trap.raise(machine, trap.CAUSE_FETCH_ACCESS, cpu.pc);
    return;
  }
  const opcode = decode(word);
  if (opcode < 0) {
    trap.raise(machine, trap.CAUSE_ILLEGAL, isHalf(word) ? word & 0xffff : word);
    return;
  }
  const execute = EXECUTE_BY_FORMAT[INSTRUCTIONS[opcode]!.format];
  if (execute === undefined) interpretPast(machine, 1, machine.ram.size, machine.ram.size);
  else execute(machine, word, opcode, input);
}

/** A compressed instruction, of which there are none here: it ends with its first half, and mtval tells no more than the instruction (§3.1.16). */
const isHalf = (word: number): boolean => (word & 3) !== 3;

type Execute = (machine: Machine, word: number, opcode: number, input: number) => void;

/** Formats that stand here can trap or leave RAM; of the others the interpreter's loop is the only implementation. */
const EXECUTE_BY_FORMAT: Partial<Record<Format, Execute>> = {
  load: executeLoad,
  S: executeStore,
  amo: executeAtomic,
  lr: executeAtomic,
  csr: executeCsr,
  csri: executeCsr,
  none: executeSystem,
  B: (machine, word) => jumpOrTrap(machine, immediateB(word)),
  J: (machine, word) => jumpOrTrap(machine, immediateJ(word)),
  jalr: (machine, word) =>
    jumpOrTrap(machine, ((machine.cpu.x[rs1Of(word)]! + immediateI(word)) & ~1) - machine.cpu.pc),
};

function retire(machine: Machine, next: number): void {
  machine.cpu.pc = next >>> 0;
  machine.cpu.instructions = countAfter(machine.cpu.instructions, 1);
}

function mayReach(machine: Machine, address: number, size: number, access: number): boolean {
  return pmpAllows(machine.cpu.pmp, dataMode(machine.cpu), address, size, access);
}

/**
 * Where the part begins that made a load or store fault, which is what mtval tells of a misaligned one (§3.1.16): at the first byte that is
 * not RAM or may not be reached. When each could be by itself, as on both sides of a border between two regions of protection, it is
 * the first behind those that could be together. An aligned access lies in one region of either kind, and faults as a whole: so do
 * fetches and atomics.
 */
function faultingAddress(machine: Machine, address: number, size: number, access: number): number {
  if (address % size === 0) return address;
  for (let n = 0; n < size; n++)
    if (!isRam(machine.ram, address + n, 1) || !mayReach(machine, address + n, 1, access)) return address + n;
  let together = 1;
  while (mayReach(machine, address, together + 1, access)) together++;
  return address + together;
}

/** A jump by `distance` bytes: the loop does all but the taken one to a misaligned target, which changes nothing and traps. */
function jumpOrTrap(machine: Machine, distance: number): void {
  const before = machine.cpu.instructions;
  interpretPast(machine, 1, 0, 0);
  if (machine.cpu.instructions === before)
    trap.raise(machine, trap.CAUSE_MISALIGNED_FETCH, machine.cpu.pc + distance);
}

function loadOperands(cpu: Cpu, word: number): { address: number; size: number } {
  return { address: (cpu.x[rs1Of(word)]! + immediateI(word)) >>> 0, size: 1 << ((word >>> 12) & 3) };
}

function executeLoad(machine: Machine, word: number, opcode: number, input: number): void {
  const { cpu } = machine;
  const { address, size } = loadOperands(cpu, word);
  const value = mayReach(machine, address, size, READ) ? load(machine, address, size, input) : null;
  if (value === null) {
    trap.raise(machine, trap.CAUSE_LOAD_ACCESS, faultingAddress(machine, address, size, READ));
    return;
  }
  const unused = 32 - 8 * size;
  const isUnsigned = opcode === OP.LBU || opcode === OP.LHU;
  cpu.x[rdOf(word) || SINK] = isUnsigned ? value : (value << unused) >> unused;
  retire(machine, cpu.pc + 4);
}

function executeStore(machine: Machine, word: number): void {
  const { cpu } = machine;
  const address = (cpu.x[rs1Of(word)]! + immediateS(word)) >>> 0;
  const size = 1 << ((word >>> 12) & 3);
  const done = mayReach(machine, address, size, WRITE) && store(machine, address, size, cpu.x[rs2Of(word)]!);
  if (!done) {
    trap.raise(machine, trap.CAUSE_STORE_ACCESS, faultingAddress(machine, address, size, WRITE));
    return;
  }
  retire(machine, cpu.pc + 4);
}

function executeAtomic(machine: Machine, word: number, opcode: number): void {
  const { cpu, ram } = machine;
  const isLoad = opcode === OP.LR_W;
  const address = cpu.x[rs1Of(word)]! >>> 0;
  if ((address & 3) !== 0) {
    trap.raise(machine, isLoad ? trap.CAUSE_MISALIGNED_LOAD : trap.CAUSE_MISALIGNED_STORE, address);
    return;
  }
  const access = isLoad ? READ : opcode === OP.SC_W ? WRITE : READ | WRITE;
  const allowed =
    ((access & READ) === 0 || mayReach(machine, address, 4, READ)) &&
    ((access & WRITE) === 0 || mayReach(machine, address, 4, WRITE));
  // Devices take no atomics.
  const operand = cpu.x[rs2Of(word)]!;
  const result = allowed ? atomic(machine, opcode, address, operand, ram.size, ram.size) : null;
  if (result === null) {
    trap.raise(machine, isLoad ? trap.CAUSE_LOAD_ACCESS : trap.CAUSE_STORE_ACCESS, address);
    return;
  }
  cpu.x[rdOf(word) || SINK] = result;
  retire(machine, cpu.pc + 4);
}

/** csrrs and csrrc (and with an immediate) of x0 or 0 write nothing (Zicsr, §6.1). */
function writesCsr(opcode: number, word: number): boolean {
  return opcode === OP.CSRRW || opcode === OP.CSRRWI || rs1Of(word) !== 0;
}

function executeCsr(machine: Machine, word: number, opcode: number, input: number): void {
  const { cpu } = machine;
  const csr = csrOf(word);
  const writes = writesCsr(opcode, word);
  const old = mayAccess(cpu, csr, writes) ? readCsr(machine, csr, input) : null;
  if (old === null) {
    trap.raise(machine, trap.CAUSE_ILLEGAL, word);
    return;
  }
  const operand = INSTRUCTIONS[opcode]!.format === 'csri' ? rs1Of(word) : cpu.x[rs1Of(word)]!;
  if (writes) writeCsr(machine, csr, newCsrValue(opcode, old, operand));
  cpu.x[rdOf(word) || SINK] = old;
  retire(machine, cpu.pc + 4);
}

function newCsrValue(opcode: number, old: number, operand: number): number {
  if (opcode === OP.CSRRS || opcode === OP.CSRRSI) return (old | operand) >>> 0;
  if (opcode === OP.CSRRC || opcode === OP.CSRRCI) return (old & ~operand) >>> 0;
  return operand >>> 0;
}

function executeSystem(machine: Machine, word: number, opcode: number): void {
  const { cpu } = machine;
  switch (opcode) {
    case OP.ECALL:
      trap.raise(
        machine,
        cpu.mode === MODE_USER ? trap.CAUSE_ECALL_FROM_USER : trap.CAUSE_ECALL_FROM_MACHINE,
        0,
      );
      return;
    case OP.EBREAK:
      trap.raise(machine, trap.CAUSE_BREAKPOINT, cpu.pc);
      return;
    case OP.MRET:
      if (cpu.mode !== MODE_MACHINE) {
        trap.raise(machine, trap.CAUSE_ILLEGAL, word);
        return;
      }
      trap.returnFromTrap(machine);
      retire(machine, cpu.pc);
      return;
    case OP.WFI:
      if (cpu.mode === MODE_USER && (cpu.mstatus & trap.MSTATUS_TW) !== 0) {
        trap.raise(machine, trap.CAUSE_ILLEGAL, word);
        return;
      }
      cpu.waiting = true;
      retire(machine, cpu.pc + 4);
      return;
    default: // fence.i
      interpretPast(machine, 1, 0, 0);
      return;
  }
}
