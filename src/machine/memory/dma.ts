// How devices reach RAM: reads, and writes that keep the dirty sets, the decode cache and the reservation true.

import type { Machine } from '../state.ts';
import { beforeStore, beforeStoreOf } from './decode-cache.ts';
import { isRam, LINE_BYTES, putBytes, RAM_BASE, type Ram } from './ram.ts';
import { loseReservations } from './reservations.ts';
import { noticeStore } from './store-watch.ts';

/** `length` bytes at `address`, shared with RAM: copy what has to last. The range must be RAM. */
export function viewRam(ram: Ram, address: number, length: number): Uint8Array<ArrayBuffer> {
  return ram.bytes.subarray(address - RAM_BASE, address - RAM_BASE + length);
}

/** A little-endian number of `size` bytes (1, 2 or 4); null outside RAM. Any alignment. */
export function readNumber(ram: Ram, address: number, size: number): number | null {
  if (!isRam(ram, address, size)) return null;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + ram.bytes[address - RAM_BASE + i]!;
  return value;
}

/** Stores bytes at `address`, all of which must be RAM. A reservation of any of them is lost. */
export function writeRam(machine: Machine, address: number, bytes: Uint8Array): void {
  const start = address - RAM_BASE;
  const end = start + bytes.length;
  for (let at = start & -LINE_BYTES; at < end; at += LINE_BYTES) beforeStore(machine, at);
  machine.ram.bytes.set(bytes, start);
  if (machine.watched !== null) noticeStore(machine, address, bytes.length);
  loseReservations(machine, address, bytes.length);
}

/** Stores the low `size` bytes of `value` at `address`, little-endian, all of which must be RAM: as `writeRam` does. */
export function writeNumber(machine: Machine, address: number, size: number, value: number): void {
  const start = address - RAM_BASE;
  beforeStoreOf(machine, start, size);
  putBytes(machine.ram, start, size, value);
  if (machine.watched !== null) noticeStore(machine, address, size);
  loseReservations(machine, address, size);
}
