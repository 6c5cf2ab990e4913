// Control and status registers: which exist, who may touch them, what they hold and what a write leaves in them (WARL).

import { INTERRUPT_EXTERNAL, INTERRUPT_SOFTWARE, INTERRUPT_TIMER } from '../../isa/interrupts.ts';
import type { Machine } from '../state.ts';
import { type Counter, type Cpu, MODE_MACHINE, MODE_USER, PMP_ENTRIES } from './cpu.ts';
import { readPmpConfig, writePmpAddress, writePmpConfig } from './pmp.ts';
import {
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPP_SHIFT,
  MSTATUS_MPRV,
  MSTATUS_TW,
  pendingInterrupts,
} from './trap.ts';

const SEED = 0x015;
const MHARTID = 0xf14;
const CYCLE = 0xc00;
const TIME = 0xc01;
const INSTRET = 0xc02;
/** A user counter's upper half, and a machine counter's, stand this far behind the lower. */
const UPPER_HALF = 0x80;

/** MXL 1 (32 bits), extensions A, I, M and user mode. */
const MISA = 0x4010_1101;
const MIE_WRITABLE = (1 << INTERRUPT_SOFTWARE) | (1 << INTERRUPT_TIMER) | (1 << INTERRUPT_EXTERNAL);
const MSTATUS_WRITABLE = MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPRV | MSTATUS_TW;
const COUNTEREN_WRITABLE = 7;
const MENVCFG_FIOM = 1;
const MSECCFG_USEED = 1 << 8;
/** In `seed`: the 16 bits of entropy are good (OPST is ES16). */
const SEED_ES16 = 0x8000_0000;

/** What reading this CSR takes from outside the machine, if anything. */
export function inputOf(csr: number): 'clock' | 'entropy' | null {
  if (csr === SEED) return 'entropy';
  return csr === TIME || csr === TIME + UPPER_HALF ? 'clock' : null;
}

/**
 * Whether the current mode may read `csr`, and write it if `writes`. Says nothing of whether it exists. `seed` may only be read
 * together with a write (Zkr, §4.1).
 */
export function mayAccess(cpu: Cpu, csr: number, writes: boolean): boolean {
  const isReadOnly = csr >>> 10 === 3;
  if (writes && isReadOnly) return false;
  if (csr === SEED) return writes && (cpu.mode === MODE_MACHINE || (cpu.mseccfg & MSECCFG_USEED) !== 0);
  return cpu.mode === MODE_MACHINE || isCounterEnabled(cpu, csr);
}

/** User mode has no CSRs but cycle, time and instret, and these when mcounteren lets it (§3.1.11). */
function isCounterEnabled(cpu: Cpu, csr: number): boolean {
  const counter = csr & ~UPPER_HALF;
  return counter >= CYCLE && counter <= INSTRET && (cpu.mcounteren & (1 << (counter - CYCLE))) !== 0;
}

/** The register's value as an unsigned word; null when there is none of this number. `input` is the clock or entropy for those that need it. */
export function readCsr(machine: Machine, csr: number, input: number): number | null {
  const { cpu } = machine;
  if (csr >= 0x3a0 && csr < 0x3a0 + PMP_ENTRIES / 4) return readPmpConfig(cpu.pmp, csr - 0x3a0);
  if (csr >= 0x3b0 && csr < 0x3b0 + PMP_ENTRIES) return cpu.pmp.address[csr - 0x3b0]!;
  switch (csr) {
    case SEED:
      return (SEED_ES16 | (input & 0xffff)) >>> 0;
    case 0x300: // mstatus
      return cpu.mstatus;
    case 0x301: // misa
      return MISA;
    case 0x304: // mie
      return cpu.mie;
    case 0x305: // mtvec
      return cpu.mtvec;
    case 0x306: // mcounteren
      return cpu.mcounteren;
    case 0x30a: // menvcfg
      return cpu.menvcfg;
    case 0x340: // mscratch
      return cpu.mscratch;
    case 0x341: // mepc
      return cpu.mepc;
    case 0x342: // mcause
      return cpu.mcause;
    case 0x343: // mtval
      return cpu.mtval;
    case 0x344: // mip
      return pendingInterrupts(machine);
    case 0x747: // mseccfg
      return cpu.mseccfg;
    case 0xb00: // mcycle
    case CYCLE:
      return counterLow(cpu, cpu.cycleOffset);
    case 0xb80: // mcycleh
    case CYCLE + UPPER_HALF:
      return counterHigh(cpu, cpu.cycleOffset);
    case 0xb02: // minstret
    case INSTRET:
      return counterLow(cpu, cpu.instretOffset);
    case 0xb82: // minstreth
    case INSTRET + UPPER_HALF:
      return counterHigh(cpu, cpu.instretOffset);
    case MHARTID:
      return machine.hartId;
    case TIME:
      return input >>> 0;
    case TIME + UPPER_HALF:
      return Math.floor(input / 2 ** 32) >>> 0;
    default:
      return isAlwaysZero(csr) ? 0 : null;
  }
}

/** Registers that have to exist and may hold nothing: identity, hardware counters and their events, triggers, upper halves. */
function isAlwaysZero(csr: number): boolean {
  if (csr >= 0xf11 && csr <= 0xf15) return true; // mvendorid, marchid, mimpid, mconfigptr
  if ((csr >= 0xb03 && csr <= 0xb1f) || (csr >= 0xb83 && csr <= 0xb9f)) return true; // mhpmcounter3 … 31
  if (csr >= 0x323 && csr <= 0x33f) return true; // mhpmevent3 … 31
  if (csr >= 0x7a0 && csr <= 0x7a3) return true; // tselect, tdata1 … 3
  return csr === 0x310 || csr === 0x31a || csr === 0x320 || csr === 0x757; // mstatush, menvcfgh, mcountinhibit, mseccfgh
}

/** Writes a register that `readCsr` knows. Fields that can't take the value keep what they have. */
export function writeCsr(machine: Machine, csr: number, value: number): void {
  const { cpu } = machine;
  if (csr >= 0x3a0 && csr < 0x3a0 + PMP_ENTRIES / 4) {
    writePmpConfig(cpu.pmp, csr - 0x3a0, value);
    return;
  }
  if (csr >= 0x3b0 && csr < 0x3b0 + PMP_ENTRIES) {
    writePmpAddress(cpu.pmp, csr - 0x3b0, value);
    return;
  }
  switch (csr) {
    case 0x300: // mstatus
      cpu.mstatus = legalStatus(cpu.mstatus, value);
      return;
    case 0x304: // mie
      cpu.mie = value & MIE_WRITABLE;
      return;
    case 0x305: // mtvec: direct or vectored
      cpu.mtvec = (value & ~2) >>> 0;
      return;
    case 0x306: // mcounteren
      cpu.mcounteren = value & COUNTEREN_WRITABLE;
      return;
    case 0x30a: // menvcfg
      cpu.menvcfg = value & MENVCFG_FIOM;
      return;
    case 0x340: // mscratch
      cpu.mscratch = value >>> 0;
      return;
    case 0x341: // mepc: instructions are words
      cpu.mepc = (value & ~3) >>> 0;
      return;
    case 0x342: // mcause
      cpu.mcause = value >>> 0;
      return;
    case 0x343: // mtval
      cpu.mtval = value >>> 0;
      return;
    case 0x747: // mseccfg
      cpu.mseccfg = value & MSECCFG_USEED;
      return;
    case 0xb00: // mcycle
      setCounter(cpu, cpu.cycleOffset, value, counterHigh(cpu, cpu.cycleOffset));
      return;
    case 0xb80: // mcycleh
      setCounter(cpu, cpu.cycleOffset, counterLow(cpu, cpu.cycleOffset), value);
      return;
    case 0xb02: // minstret
      setCounter(cpu, cpu.instretOffset, value, counterHigh(cpu, cpu.instretOffset));
      return;
    case 0xb82: // minstreth
      setCounter(cpu, cpu.instretOffset, counterLow(cpu, cpu.instretOffset), value);
      return;
  }
}

/** There is no supervisor: MPP takes machine and user only. */
function legalStatus(old: number, value: number): number {
  const mpp = (value & MSTATUS_MPP) >>> MSTATUS_MPP_SHIFT;
  const isLegal = mpp === MODE_MACHINE || mpp === MODE_USER;
  return ((value & MSTATUS_WRITABLE & ~MSTATUS_MPP) | ((isLegal ? value : old) & MSTATUS_MPP)) >>> 0;
}

function counterLow(cpu: Cpu, offset: Counter): number {
  return (cpu.instructions + offset.low) % 2 ** 32;
}

function counterHigh(cpu: Cpu, offset: Counter): number {
  return (Math.floor((cpu.instructions + offset.low) / 2 ** 32) + offset.high) % 2 ** 32;
}

/** From the next instruction on the counter reads as written: the one that writes it does not count in it (§3.1.10). */
function setCounter(cpu: Cpu, offset: Counter, low: number, high: number): void {
  const count = cpu.instructions + 1;
  const borrow = (low >>> 0) - (count % 2 ** 32);
  offset.low = (borrow + 2 ** 32) % 2 ** 32;
  offset.high = ((high >>> 0) - Math.floor(count / 2 ** 32) - (borrow < 0 ? 1 : 0) + 2 ** 33) % 2 ** 32;
}
