// Traps: exceptions and interrupts taken to machine mode, and the return from them (privileged specification, §3.1, §3.3).

import { INTERRUPT_EXTERNAL, INTERRUPT_SOFTWARE, INTERRUPT_TIMER } from '../../isa/interrupts.ts';
import { externalInterruptPending } from '../devices/plic.ts';
import { NOT_RESERVED } from '../memory/reservations.ts';
import type { Machine } from '../state.ts';
import { noteChange } from './changes.ts';
import { MODE_MACHINE, MODE_USER } from './cpu.ts';

export const CAUSE_MISALIGNED_FETCH = 0;
export const CAUSE_FETCH_ACCESS = 1;
export const CAUSE_ILLEGAL = 2;
export const CAUSE_BREAKPOINT = 3;
export const CAUSE_MISALIGNED_LOAD = 4;
export const CAUSE_LOAD_ACCESS = 5;
export const CAUSE_MISALIGNED_STORE = 6;
export const CAUSE_STORE_ACCESS = 7;
export const CAUSE_ECALL_FROM_USER = 8;
export const CAUSE_ECALL_FROM_MACHINE = 11;

/** Of several at once the first is taken (§3.1.9). */
const BY_PRIORITY = [INTERRUPT_EXTERNAL, INTERRUPT_SOFTWARE, INTERRUPT_TIMER];
const CAUSE_IS_INTERRUPT = 0x8000_0000;

export const MSTATUS_MIE = 1 << 3;
export const MSTATUS_MPIE = 1 << 7;
export const MSTATUS_MPP_SHIFT = 11;
export const MSTATUS_MPP = 3 << MSTATUS_MPP_SHIFT;
export const MSTATUS_MPRV = 1 << 17;
export const MSTATUS_TW = 1 << 21;
const MTVEC_VECTORED = 1;

/** mip, which is nothing but the state of the three devices that interrupt. */
export function pendingInterrupts(machine: Machine): number {
  const { clint, plic } = machine;
  return (
    (clint.msip << INTERRUPT_SOFTWARE) |
    (clint.timerPending ? 1 << INTERRUPT_TIMER : 0) |
    (externalInterruptPending(plic) ? 1 << INTERRUPT_EXTERNAL : 0)
  );
}

/**
 * What happens between two instructions: a pending enabled interrupt ends a WFI, and is taken when interrupts are on.
 * In user mode they always are (§3.1.6.1).
 * @returns whether it was taken
 */
export function takeInterrupt(machine: Machine): boolean {
  const { cpu } = machine;
  if (cpu.mie === 0) return false;
  const pending = pendingInterrupts(machine) & cpu.mie;
  if (pending === 0) return false;
  cpu.waiting = false;
  if (cpu.mode === MODE_MACHINE && (cpu.mstatus & MSTATUS_MIE) === 0) return false;
  const number = BY_PRIORITY.find((bit) => (pending & (1 << bit)) !== 0)!;
  const vectored = (cpu.mtvec & MTVEC_VECTORED) !== 0;
  enterHandler(machine, CAUSE_IS_INTERRUPT + number, 0);
  if (vectored) cpu.pc = (cpu.pc + 4 * number) >>> 0;
  return true;
}

/**
 * The instruction at pc traps; nothing of it has happened. A trap that leaves everything as it was, because the handler's own first
 * instruction is what traps, would go on for ever: that ends the program as stuck.
 */
export function raise(machine: Machine, cause: number, value: number): void {
  const { cpu } = machine;
  const before = { ...cpu };
  enterHandler(machine, cause, value);
  const same =
    cpu.pc === before.pc &&
    cpu.mode === before.mode &&
    cpu.mstatus === before.mstatus &&
    cpu.mepc === before.mepc &&
    cpu.mcause === before.mcause &&
    cpu.mtval === before.mtval;
  if (machine.firstTrap?.at !== cpu.instructions)
    machine.firstTrap = { at: cpu.instructions, pc: before.pc, cause, value };
  const { at: _, ...first } = machine.firstTrap;
  if (same) machine.ending = { kind: 'stuck', pc: cpu.pc, cause, value, first };
}

function enterHandler(machine: Machine, cause: number, value: number): void {
  const { cpu } = machine;
  const previousEnable = (cpu.mstatus & MSTATUS_MIE) !== 0 ? MSTATUS_MPIE : 0;
  const cleared = cpu.mstatus & ~(MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP);
  cpu.mstatus = cleared | previousEnable | (cpu.mode << MSTATUS_MPP_SHIFT);
  cpu.mepc = cpu.pc;
  cpu.mcause = cause;
  cpu.mtval = value >>> 0;
  cpu.mode = MODE_MACHINE;
  cpu.reservation = NOT_RESERVED;
  cpu.pc = (cpu.mtvec & ~3) >>> 0;
  if (machine.hartId === 0) noteChange(machine);
}

/** MRET: back to the mode, the interrupt enable and the place that the trap came from. */
export function returnFromTrap(machine: Machine): void {
  const { cpu } = machine;
  const mode = (cpu.mstatus & MSTATUS_MPP) >>> MSTATUS_MPP_SHIFT;
  const enable = (cpu.mstatus & MSTATUS_MPIE) !== 0 ? MSTATUS_MIE : 0;
  const cleared = cpu.mstatus & ~(MSTATUS_MIE | MSTATUS_MPP | (mode === MODE_MACHINE ? 0 : MSTATUS_MPRV));
  cpu.mstatus = cleared | enable | MSTATUS_MPIE | (MODE_USER << MSTATUS_MPP_SHIFT);
  cpu.mode = mode;
  cpu.pc = cpu.mepc;
}
