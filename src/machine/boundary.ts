// What crosses the edge of a machine: why it stopped, what it asks of the world, and what the world puts in.

import type { Brand } from '../base/brand.ts';

/** How many instructions the guest has retired since reset. Traps retire nothing. Exact; never `minstret`, which a guest may write. */
export type InstructionCount = Brand<number, 'InstructionCount'>;

export const NO_INSTRUCTIONS = 0 as InstructionCount;

/** More than any machine retires. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER as InstructionCount;

/** For whole numbers that come from a log, from the page, or from a calculation with a unit of its own. */
export const instructionCount = (n: number): InstructionCount => n as InstructionCount;

export const countAfter = (count: InstructionCount, instructions: number): InstructionCount =>
  (count + instructions) as InstructionCount;

export const fewer = (a: InstructionCount, b: InstructionCount): InstructionCount => (a < b ? a : b);

/** Guest memory that a device copies from or to, of one operation in the order of its bytes: operations may race there (§3.4). */
export interface MemoryRange {
  address: number;
  length: number;
}

/** What a device of the machine asks of the outside, at the instruction that asked. A hypervisor carries it out, holds it or drops it. */
export type Emission =
  /** An Ethernet frame without its check sequence, as the guest's network driver queued it. */
  | { kind: 'packet'; bytes: Uint8Array<ArrayBuffer> }
  /** The data was copied out of guest memory when the guest notified the device: §3.4's bounce buffer. `request` names it for its completion. */
  | {
      kind: 'diskWrite';
      request: number;
      sector: number;
      bytes: Uint8Array<ArrayBuffer>;
      memory: MemoryRange[];
    }
  | { kind: 'diskRead'; request: number; sector: number; sectors: number; memory: MemoryRange[] }
  | { kind: 'diskFlush'; request: number }
  /** The disk has not got these sectors, or they are not whole ones: the guest has been told that it failed. Nothing is to be done. */
  | { kind: 'diskRefused'; sector: number }
  /** A byte sent by the UART: the `number`-th since reset, from 1. */
  | { kind: 'console'; byte: number; number: number };

/** An exception: the instruction it happened to, and what mcause and mtval were set to. */
export interface Trap {
  pc: number;
  cause: number;
  value: number;
}

/** Why `run` returned. The machine is always between two instructions. */
export type Stop =
  /** The asked-for instruction number is reached. Interrupts that are pending are not taken yet. */
  | { reason: 'budget' }
  /** In WFI, with no enabled interrupt pending: only an injection can wake it. */
  | { reason: 'waiting' }
  /** Before an instruction that reads `time`, `timeh` or mtime; it retires when `inject` supplies the clock. */
  | { reason: 'clock' }
  /** Before an instruction that reads `seed`; it retires when `inject` supplies the entropy. */
  | { reason: 'entropy' }
  /** After an instruction by which devices asked something of the outside, in this order. */
  | { reason: 'emission'; emissions: Emission[] }
  /** After an instruction that wrote mtimecmp: whoever keeps the clock has to arm its timer anew. */
  | { reason: 'timerSet' }
  /** The guest ended itself through the test finisher or `tohost`. 0 is success. It never runs again. */
  | { reason: 'exit'; code: number }
  /** The guest can do nothing any more but trap at the same place for ever; `first` is the trap that led there. It never runs again. */
  | ({ reason: 'stuck'; first: Trap } & Trap);

/** The one door through which anything that is not a function of the machine's state enters it (§2.1). Same state and same injection, same state after. */
export type Injection =
  /** Completes the clock read at which the machine stopped. `time` is in ticks of the 10 MHz time base. */
  | { kind: 'clock'; time: number }
  /** Completes the read of `seed` at which the machine stopped: 16 bits. */
  | { kind: 'entropy'; bits: number }
  /** The clock has passed mtimecmp: MTIP is raised, until the guest writes mtimecmp. */
  | { kind: 'timer' }
  /**
   * A received Ethernet frame is copied into the next receive buffer (dropped if there is none) and the device interrupts; without
   * `interrupt`, not before a `deviceInterrupt`.
   */
  | { kind: 'packet'; bytes: Uint8Array<ArrayBuffer>; interrupt?: false }
  /** A disk request ends; a read's data is copied into guest memory now, while the guest is stopped. `interrupt` as for a packet. */
  | {
      kind: 'diskCompletion';
      request: number;
      ok: boolean;
      bytes?: Uint8Array<ArrayBuffer>;
      interrupt?: false;
    }
  /** The interrupt for everything that the device has put in without one since its last. Nothing happens when there is nothing of the kind. */
  | { kind: 'deviceInterrupt'; device: 'network' | 'disk' }
  /** A byte typed on the UART. */
  | { kind: 'console'; byte: number };
