// A hart's state: registers, machine-mode CSRs, physical memory protection, and how the program ended.

import { type InstructionCount, NO_INSTRUCTIONS, type Trap } from '../boundary.ts';
import { NOT_RESERVED } from '../memory/reservations.ts';

export const MODE_USER = 0;
export const MODE_MACHINE = 3;

export const PMP_ENTRIES = 16;

/** Physical memory protection, §3.7: `config` holds the pmpcfg bytes, `address` the pmpaddr words. */
export interface Pmp {
  readonly config: Uint8Array;
  readonly address: Uint32Array;
}

/** Why the guest never runs again; `running` while it does. */
export type Ending =
  | { kind: 'running' }
  | { kind: 'exit'; code: number }
  | ({ kind: 'stuck'; first: Trap } & Trap);

/** A 64-bit counter that follows the instruction count at a distance; all its words are unsigned. */
export interface Counter {
  low: number;
  high: number;
}

export interface Cpu {
  /** x0 … x31 as signed words, and the sink. Another array when compiled code first needs it. */
  x: Int32Array;
  /** Address of the next instruction, unsigned. */
  pc: number;
  mode: number;
  /** Retired since reset, exact: the instruction number of the replay. */
  instructions: InstructionCount;
  /** In WFI: nothing runs until an enabled interrupt is pending. */
  waiting: boolean;
  /** Address of the word that LR reserved, or `NOT_RESERVED`. */
  reservation: number;

  // CSRs, as unsigned words.
  mstatus: number;
  mie: number;
  mtvec: number;
  mscratch: number;
  mepc: number;
  mcause: number;
  mtval: number;
  mcounteren: number;
  menvcfg: number;
  mseccfg: number;
  /** What has to be added to `instructions` to give mcycle and minstret: other than zero only when the guest wrote them. */
  readonly cycleOffset: Counter;
  readonly instretOffset: Counter;
  readonly pmp: Pmp;
}

const REGISTER_A0 = 10;

/** The hart as it comes out of reset, its number in a0, about to run at `entry`. */
export function createCpu(entry: number, hartId: number): Cpu {
  const x = new Int32Array(33);
  x[REGISTER_A0] = hartId;
  return {
    x,
    pc: entry,
    mode: MODE_MACHINE,
    instructions: NO_INSTRUCTIONS,
    waiting: false,
    reservation: NOT_RESERVED,
    mstatus: 0,
    mie: 0,
    mtvec: 0,
    mscratch: 0,
    mepc: 0,
    mcause: 0,
    mtval: 0,
    mcounteren: 0,
    menvcfg: 0,
    mseccfg: 0,
    cycleOffset: { low: 0, high: 0 },
    instretOffset: { low: 0, high: 0 },
    pmp: { config: new Uint8Array(PMP_ENTRIES), address: new Uint32Array(PMP_ENTRIES) },
  };
}
