// A virtio driver for tests: sets a device up over the bus and offers it chains of descriptors.
import type { Emission } from '../boundary.ts';
import { load, store } from '../devices/bus.ts';
import { VIRTIO_BASE, VIRTIO_SLOT_BYTES } from '../devices/virtio-mmio.ts';
import { type Machine, type MachineConfig, readMemory } from '../machine.ts';
import { readNumber, writeNumber, writeRam } from '../memory/dma.ts';
import { boot } from './test-machine.ts';

export const NET = 0;
export const DISK = 1;
export const STATUS = 0x70;

/** Rings of queue q of the tests: 16 descriptors; buffers from BUFFERS on. */
const QUEUE_SIZE = 16;
const descriptorsOf = (queue: number) => 0x8000_4000 + 0x1000 * queue;
const availableOf = (queue: number) => descriptorsOf(queue) + 0x400;
const usedOf = (queue: number) => descriptorsOf(queue) + 0x800;
export const BUFFERS = 0x8000_8000;

/** A register of the device in a virtio slot. */
export function get(machine: Machine, slot: number, offset: number, size = 4): number {
  return load(machine, VIRTIO_BASE + slot * VIRTIO_SLOT_BYTES + offset, size, 0)! >>> 0;
}

/** Sets a register of the device in a virtio slot. */
export function set(machine: Machine, slot: number, offset: number, value: number): void {
  store(machine, VIRTIO_BASE + slot * VIRTIO_SLOT_BYTES + offset, 4, value);
}

/** §3.1.1's steps up to FEATURES_OK, wanting the given feature bits 0 to 31 and, with 1 in `high`, VERSION_1. */
export function negotiate(machine: Machine, slot: number, low = 0, high = 1): number {
  set(machine, slot, STATUS, 0);
  set(machine, slot, STATUS, 3);
  set(machine, slot, 0x24, 0);
  set(machine, slot, 0x20, low);
  set(machine, slot, 0x24, 1);
  set(machine, slot, 0x20, high);
  set(machine, slot, STATUS, 11);
  return get(machine, slot, STATUS);
}

/** Puts a queue's rings in their places; returns whether it is ready. */
export function setUpQueue(machine: Machine, slot: number, queue: number, size = QUEUE_SIZE): boolean {
  set(machine, slot, 0x30, queue);
  set(machine, slot, 0x38, size);
  for (const [offset, address] of [
    [0x80, descriptorsOf(queue)],
    [0x90, availableOf(queue)],
    [0xa0, usedOf(queue)],
  ] as const) {
    set(machine, slot, offset, address);
    set(machine, slot, offset + 4, 0);
  }
  set(machine, slot, 0x44, 1);
  return get(machine, slot, 0x44) === 1;
}

/** A machine whose device in `slot` is live, with all its queues. */
export function bootWithDevice(slot: number, config: Partial<MachineConfig> = {}): Machine {
  const machine = boot('1: j 1b', config);
  negotiate(machine, slot);
  for (let queue = 0; queue < (slot === NET ? 2 : 1); queue++) setUpQueue(machine, slot, queue);
  set(machine, slot, STATUS, 15);
  return machine;
}

export interface Piece {
  address: number;
  length: number;
  writable?: boolean;
  flags?: number;
  next?: number;
}

/** Writes a chain into the descriptors from `head` on, and makes it available. */
export function offer(machine: Machine, queue: number, head: number, pieces: readonly Piece[]): void {
  for (const [n, piece] of pieces.entries()) {
    const at = descriptorsOf(queue) + 16 * ((head + n) % QUEUE_SIZE);
    const flags = (n < pieces.length - 1 ? 1 : 0) | (piece.writable ? 2 : 0);
    writeNumber(machine, at, 4, piece.address);
    writeNumber(machine, at + 4, 4, 0);
    writeNumber(machine, at + 8, 4, piece.length);
    writeNumber(machine, at + 12, 2, piece.flags ?? flags);
    writeNumber(machine, at + 14, 2, piece.next ?? (head + n + 1) % QUEUE_SIZE);
  }
  const index = readNumber(machine.ram, availableOf(queue) + 2, 2)!;
  writeNumber(machine, availableOf(queue) + 4 + 2 * (index % QUEUE_SIZE), 2, head);
  writeNumber(machine, availableOf(queue) + 2, 2, index + 1);
}

/** Rings the bell; returns what the device emitted. */
export function notify(machine: Machine, slot: number, queue: number): Emission[] {
  set(machine, slot, 0x50, queue);
  return machine.outbox.emissions.splice(0);
}

/** The used ring so far: chain heads and written lengths. */
export function usedBuffers(machine: Machine, queue: number): [number, number][] {
  const count = readNumber(machine.ram, usedOf(queue) + 2, 2)!;
  return Array.from({ length: count }, (_, n) => {
    const at = usedOf(queue) + 4 + 8 * (n % QUEUE_SIZE);
    return [readNumber(machine.ram, at, 4)!, readNumber(machine.ram, at + 4, 4)!];
  });
}

/** Asks the device not to interrupt for used buffers, or to do so again. */
export function silence(machine: Machine, queue: number, isSilent: boolean): void {
  writeNumber(machine, availableOf(queue), 2, isSilent ? 1 : 0);
}

/** Whether the device pulls its wire at the PLIC. */
export function interrupts(machine: Machine, slot: number): boolean {
  return (machine.plic.levels & (1 << (slot + 1))) !== 0;
}

/** Puts bytes into guest memory. */
export function put(machine: Machine, address: number, bytes: ArrayLike<number>): void {
  writeRam(machine, address, Uint8Array.from(bytes));
}

/** Bytes of guest memory as a list. */
export function peek(machine: Machine, address: number, length: number): number[] {
  return [...readMemory(machine, address, length)];
}
