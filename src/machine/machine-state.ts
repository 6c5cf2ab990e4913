// A machine comes into being: its parts put together, RAM empty, no program yet.

import { NO_INSTRUCTIONS } from './boundary.ts';
import { createCompiledCode } from './compiler/compiled-code.ts';
import { createCpu } from './cpu/cpu.ts';
import { createClint } from './devices/clint.ts';
import { createPlic } from './devices/plic.ts';
import { createUart } from './devices/uart.ts';
import { createDisk } from './devices/virtio-block.ts';
import { createNet, FRAME_BYTES_MAX } from './devices/virtio-net.ts';
import { createCodeCache } from './memory/decode-cache.ts';
import { createRam, isRam, LINE_SHIFT, MARK_WATCHED, RAM_BASE } from './memory/ram.ts';
import { createSnapshotBase } from './snapshot-base.ts';
import type { Machine, MachineConfig } from './state.ts';
import { createRamHash } from './state-hash.ts';

export const NO_TOHOST = -1;

/** A machine out of reset, with empty RAM, about to run at `entry`. */
export function createMachineState(config: MachineConfig, entry: number): Machine {
  const { harts = 1, frameBytesMax = FRAME_BYTES_MAX, ...board } = config;
  return {
    // What is as usual is not said: whether it was said makes no difference.
    config: {
      ...board,
      ...(harts === 1 ? {} : { harts }),
      ...(frameBytesMax === FRAME_BYTES_MAX ? {} : { frameBytesMax }),
    },
    tohost: NO_TOHOST,
    ram: createRam(config.ramBytes),
    cpu: createCpu(entry, 0),
    otherHarts: harts === 1 ? [] : [createCpu(entry, 1)],
    clint: createClint(),
    plic: createPlic(),
    uart: createUart(),
    net: createNet(),
    disk: createDisk(),
    ending: { kind: 'running' },
    outbox: { emissions: [], timerSet: false },
    firstTrap: null,
    changes: { after: NO_INSTRUCTIONS, count: 0 },
    hartId: 0,
    code: createCodeCache(config.ramBytes),
    compiled: createCompiledCode('compiler'),
    ramHash: createRamHash(config.ramBytes),
    snapshotBase: createSnapshotBase(config.ramBytes),
    watched: null,
    watchedCode: null,
  };
}

/** From now on a word stored at `address` can end the program; outside RAM, or at no word, nothing is watched. */
export function watchTohost(machine: Machine, address: number): void {
  const { ram } = machine;
  if (machine.tohost !== NO_TOHOST) ram.marks[(machine.tohost - RAM_BASE) >>> LINE_SHIFT]! &= ~MARK_WATCHED;
  machine.tohost = isRam(ram, address, 4) && address % 4 === 0 ? address : NO_TOHOST;
  if (machine.tohost !== NO_TOHOST) ram.marks[(machine.tohost - RAM_BASE) >>> LINE_SHIFT]! |= MARK_WATCHED;
}
