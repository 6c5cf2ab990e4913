// The machine's face: make one, run it, put things in, look at it, save and restore it.

import { hexWord } from '../base/hex.ts';
import { type Image, RAM_BASE, RAM_BYTES_MAX } from '../isa/image.ts';
import { deviceTreeAddress } from './devices/device-tree.ts';
import { FRAME_BYTES_LIMIT, FRAME_BYTES_MAX } from './devices/virtio-net.ts';
import { createMachineState, watchTohost } from './machine-state.ts';
import { writeRam } from './memory/dma.ts';
import { isRam, PAGE_BYTES } from './memory/ram.ts';
import type { Machine, MachineConfig } from './state.ts';

export { applyBesideRam, type BesideRam, besideRamBytes } from './beside-ram.ts';
export { unwatchCode, watchCode } from './code-watch.ts';
export { type Engine, setEngine } from './compiler/compiled-code.ts';
export { changesBefore, changesOf } from './cpu/changes.ts';
export { timerDeadline } from './devices/clint.ts';
export { receiveBuffers } from './devices/virtio-net.ts';
export { flipBit } from './flip-bit.ts';
export { createMachineState } from './machine-state.ts';
export { type NoticedStore, type StoredBy, unwatchStores, watchStores } from './memory/store-watch.ts';
export {
  beginStoredLines,
  isOnLines,
  type StoredLines,
  storedLines,
  uniteLines,
} from './memory/stored-lines.ts';
export { runOtherHart } from './other-hart.ts';
export { differingPages, pageOf, writePage } from './pages.ts';
export { inject, type MachineObserver, run, runTraced } from './run.ts';
export {
  type MachineSnapshot,
  machineFromSnapshot,
  restoreMachine,
  snapshotMachine,
  stateBesideRam,
} from './snapshot.ts';
export type { Machine, MachineConfig } from './state.ts';
export { hashMachine } from './state-hash.ts';

export const RAM_BYTES_MIN = 64 * 1024;
const REGISTER_A1 = 11;

/**
 * A machine that is about to execute `image`'s first instruction: pc at its entry, a0 the hart's number, a1 the address of the
 * device tree, which lies at the top of RAM, or 0 without one. Throws a RangeError whose sentence says what does not fit.
 */
export function createMachine(config: MachineConfig, image: Image, deviceTree?: Uint8Array): Machine {
  checkConfig(config);
  checkImage(config, image);
  const machine = createMachineState(config, image.entry);
  writeRam(machine, image.base, image.bytes);
  if (deviceTree !== undefined) loadDeviceTree(machine, image, deviceTree);
  const tohost = image.symbols.get('tohost');
  if (tohost !== undefined) watchTohost(machine, tohost);
  return machine;
}

function loadDeviceTree(machine: Machine, image: Image, deviceTree: Uint8Array): void {
  const address = deviceTreeAddress(machine.config.ramBytes, image, deviceTree.length);
  if (address === null)
    throw new RangeError(
      `The program leaves no room in RAM for the device tree's ${deviceTree.length} bytes.`,
    );
  writeRam(machine, address, deviceTree);
  for (const hart of [machine.cpu, ...machine.otherHarts]) hart.x[REGISTER_A1] = address;
}

/**
 * Before its first instruction: hands a machine a page of parameters, at the top of RAM, and its address in a1.
 * Throws a RangeError when the program reaches into it.
 */
export function handOver(machine: Machine, image: Image, page: Uint8Array): void {
  const address = RAM_BASE + machine.config.ramBytes - page.length;
  if (Math.max(image.end, image.base + image.bytes.length) > address)
    throw new RangeError(
      `The program leaves no room in RAM for the page of ${page.length} bytes at its top.`,
    );
  writeRam(machine, address, page);
  machine.cpu.x[REGISTER_A1] = address;
}

function checkConfig({ ramBytes, mac, diskSectors, harts = 1, frameBytesMax }: MachineConfig): void {
  if (!Number.isInteger(ramBytes / PAGE_BYTES) || ramBytes < RAM_BYTES_MIN || ramBytes > RAM_BYTES_MAX)
    throw new RangeError(`RAM of ${ramBytes} bytes: it must be a multiple of 4 KiB from 64 KiB to 128 MiB.`);
  if (mac.length !== 6) throw new RangeError(`A network address of ${mac.length} bytes: it must have 6.`);
  if (!Number.isSafeInteger(diskSectors) || diskSectors < 0)
    throw new RangeError(`A disk of ${diskSectors} sectors: it must be a whole number, zero or more.`);
  if (harts !== 1 && harts !== 2) throw new RangeError(`A machine of ${harts} harts: it must be 1 or 2.`);
  const longest = frameBytesMax ?? FRAME_BYTES_MAX;
  if (!Number.isInteger(longest) || longest < FRAME_BYTES_MAX || longest > FRAME_BYTES_LIMIT)
    throw new RangeError(
      `Frames of up to ${longest} bytes: it must be a whole number from ${FRAME_BYTES_MAX} to ${FRAME_BYTES_LIMIT}.`,
    );
}

function checkImage({ ramBytes }: MachineConfig, { base, bytes, end, entry }: Image): void {
  const range = `${hexWord(RAM_BASE)} to ${hexWord(RAM_BASE + ramBytes)}`;
  if (base < RAM_BASE || Math.max(end, base + bytes.length) > RAM_BASE + ramBytes)
    throw new RangeError(
      `The program takes ${hexWord(base)} to ${hexWord(Math.max(end, base + bytes.length))}, and RAM is ${range}.`,
    );
  if (entry % 4 !== 0 || entry < RAM_BASE || entry >= RAM_BASE + ramBytes)
    throw new RangeError(
      `The entry ${hexWord(entry)} is not the address of an instruction in RAM, ${range}.`,
    );
}

/** Up to `length` bytes of RAM from `address`, copied; fewer where RAM ends, none outside. Nothing in the machine changes. */
export function readMemory(machine: Machine, address: number, length: number): Uint8Array<ArrayBuffer> {
  if (!isRam(machine.ram, address, 0)) return new Uint8Array(0);
  const start = address - RAM_BASE;
  return machine.ram.bytes.slice(start, start + length);
}
