// All of a machine's state as one record, and what the engine keeps beside it.

import type { Emission, InstructionCount, Trap } from './boundary.ts';
import type { CodeWatch } from './code-watch.ts';
import type { CompiledCode } from './compiler/compiled-code.ts';
import type { Changes } from './cpu/changes.ts';
import type { Cpu, Ending } from './cpu/cpu.ts';
import type { Clint } from './devices/clint.ts';
import type { Plic } from './devices/plic.ts';
import type { Uart } from './devices/uart.ts';
import type { BlockDevice } from './devices/virtio-block.ts';
import type { NetDevice } from './devices/virtio-net.ts';
import type { CodeCache } from './memory/decode-cache.ts';
import type { Ram } from './memory/ram.ts';
import type { StoreWatch } from './memory/store-watch.ts';
import type { SnapshotBase } from './snapshot-base.ts';
import type { RamHash } from './state-hash.ts';

export interface MachineConfig {
  /** 64 KiB to 128 MiB, a multiple of 4 KiB. */
  readonly ramBytes: number;
  /** The network device's address: 6 bytes. */
  readonly mac: Uint8Array;
  /** The disk's size in sectors of 512 bytes. */
  readonly diskSectors: number;
  /** 1 unless told. With 2, a broken board on purpose: what the second does, and when, is nowhere recorded (`runOtherHart`). */
  readonly harts?: 1 | 2;
  /** The longest frame that the network device sends, without its check sequence: 1518 bytes unless told, or more (jumbo frames). */
  readonly frameBytesMax?: number;
}

/**
 * A machine. Everything that a later instruction can depend on is in `cpu`, `otherHarts`, `clint`, `plic`, `uart`, `net`, `disk`,
 * `ending` and the bytes of `ram`; a snapshot and the state hash cover exactly these.
 */
export interface Machine {
  readonly config: MachineConfig;
  /** Where the program reports its end, when it has a `tohost` symbol in RAM: a word's address, else -1. */
  tohost: number;
  readonly ram: Ram;
  /** The first hart: of most machines the only one. */
  readonly cpu: Cpu;
  /** Of a machine with two harts the second. */
  readonly otherHarts: readonly Cpu[];
  readonly clint: Clint;
  readonly plic: Plic;
  readonly uart: Uart;
  readonly net: NetDevice;
  readonly disk: BlockDevice;
  ending: Ending;

  /** What the instruction being executed asks of the outside. Empty between two calls from outside. */
  readonly outbox: Outbox;
  /**
   * The first of the exceptions raised since an instruction retired, with the instruction count it was raised at. It says how a program got
   * stuck, which happens within one call from outside: no part of the state.
   */
  firstTrap: (Trap & { at: InstructionCount }) | null;
  /** Names the states that share an instruction count. A snapshot has it, the state hash does not: the program can't tell. */
  readonly changes: Changes;
  /** The number of the hart in `cpu`: 0, but while `runOtherHart` runs. */
  readonly hartId: number;
  /** Caches, which nothing in the guest can tell from their absence. */
  readonly code: CodeCache;
  readonly compiled: CompiledCode;
  readonly ramHash: RamHash;
  readonly snapshotBase: SnapshotBase;
  /** Who wants to know of stores, if anybody does. */
  watched: StoreWatch | null;
  /** Who wants to know which instructions are reached. */
  watchedCode: CodeWatch | null;
}

export interface Outbox {
  emissions: Emission[];
  /** mtimecmp was written. */
  timerSet: boolean;
}
