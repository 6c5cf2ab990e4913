// The bus: loads and stores of any address by what is there, for everything that the interpreter's loop doesn't do itself.

import { beforeStoreOf } from '../memory/decode-cache.ts';
import { getBytes, isRam, putBytes, RAM_BASE } from '../memory/ram.ts';
import { noticeStore } from '../memory/store-watch.ts';
import type { Machine } from '../state.ts';
import { CLINT_BASE, CLINT_BYTES, readClint, readsMtime, writeClint } from './clint.ts';
import { FINISHER_BASE, FINISHER_BYTES, finisherEnding, tohostEnding } from './finisher.ts';
import { PLIC_BASE, PLIC_BYTES, readPlic, setInterruptLevel, writePlic } from './plic.ts';
import { readUart, UART_BASE, UART_BYTES, UART_SOURCE, uartInterrupt, writeUart } from './uart.ts';
import { DISK_MODEL } from './virtio-block.ts';
import {
  readIdentity,
  readTransport,
  VIRTIO_BASE,
  VIRTIO_SLOT_BYTES,
  VIRTIO_SLOTS,
  type VirtioModel,
  type VirtioTransport,
  writeTransport,
} from './virtio-mmio.ts';
import { NET_MODEL } from './virtio-net.ts';

/** Whether a load of `size` bytes at `address` reads the clock, which the machine doesn't have. */
export function loadReadsClock(address: number, size: number): boolean {
  return address >= CLINT_BASE && readsMtime(address - CLINT_BASE, size);
}

/** Devices answer the first hart only. */
function hasDevices({ hartId }: Machine): boolean {
  return hartId === 0;
}

function isIn(address: number, base: number, bytes: number): boolean {
  return address >= base && address < base + bytes;
}

/**
 * `size` bytes (1, 2 or 4) at `address`, little-endian, with zeros above; null for an access fault. RAM may be read at any alignment, devices
 * at their own only. `clock` is for loads that read it.
 */
export function load(machine: Machine, address: number, size: number, clock: number): number | null {
  if (isRam(machine.ram, address, size)) return getBytes(machine.ram, address - RAM_BASE, size);
  if (address % size !== 0 || !hasDevices(machine)) return null;
  if (isIn(address, CLINT_BASE, CLINT_BYTES))
    return readClint(machine.clint, address - CLINT_BASE, size, clock);
  if (isIn(address, PLIC_BASE, PLIC_BYTES)) return readPlic(machine.plic, address - PLIC_BASE, size);
  if (isIn(address, UART_BASE, UART_BYTES)) {
    const value = readUart(machine.uart, address - UART_BASE, size);
    setInterruptLevel(machine.plic, UART_SOURCE, uartInterrupt(machine.uart));
    return value;
  }
  if (isIn(address, VIRTIO_BASE, VIRTIO_SLOTS * VIRTIO_SLOT_BYTES)) return loadVirtio(machine, address, size);
  return isIn(address, FINISHER_BASE, FINISHER_BYTES) ? 0 : null;
}

/** Stores the low `size` bytes of `value`; false for an access fault. */
export function store(machine: Machine, address: number, size: number, value: number): boolean {
  if (isRam(machine.ram, address, size)) {
    storeRam(machine, address, size, value);
    return true;
  }
  if (address % size !== 0 || !hasDevices(machine)) return false;
  if (isIn(address, CLINT_BASE, CLINT_BYTES))
    return writeClint(machine.clint, machine.outbox, address - CLINT_BASE, size, value);
  if (isIn(address, PLIC_BASE, PLIC_BYTES)) return writePlic(machine.plic, address - PLIC_BASE, size, value);
  if (isIn(address, UART_BASE, UART_BYTES)) {
    writeUart(machine.uart, machine.outbox, address - UART_BASE, size, value);
    setInterruptLevel(machine.plic, UART_SOURCE, uartInterrupt(machine.uart));
    return true;
  }
  if (isIn(address, VIRTIO_BASE, VIRTIO_SLOTS * VIRTIO_SLOT_BYTES)) {
    storeVirtio(machine, address, size, value);
    return true;
  }
  if (!isIn(address, FINISHER_BASE, FINISHER_BYTES)) return false;
  machine.ending = finisherEnding(address - FINISHER_BASE, size, value) ?? machine.ending;
  return true;
}

function storeRam(machine: Machine, address: number, size: number, value: number): void {
  const at = address - RAM_BASE;
  beforeStoreOf(machine, at, size);
  putBytes(machine.ram, at, size, value);
  if (machine.watched !== null) noticeStore(machine, address, size, 'instruction');
  if (address === machine.tohost && size === 4) machine.ending = tohostEnding(value) ?? machine.ending;
}

/** The device in a virtio slot; the slots behind the second are empty. */
function deviceInSlot(machine: Machine, slot: number): [VirtioTransport, VirtioModel] | null {
  if (slot === 0) return [machine.net.transport, NET_MODEL];
  return slot === 1 ? [machine.disk.transport, DISK_MODEL] : null;
}

function loadVirtio(machine: Machine, address: number, size: number): number {
  const offset = (address - VIRTIO_BASE) % VIRTIO_SLOT_BYTES;
  const device = deviceInSlot(machine, Math.floor((address - VIRTIO_BASE) / VIRTIO_SLOT_BYTES));
  if (device === null) return size === 4 ? readIdentity(offset) : 0;
  return readTransport(machine, device[0], device[1], offset, size);
}

function storeVirtio(machine: Machine, address: number, size: number, value: number): void {
  const offset = (address - VIRTIO_BASE) % VIRTIO_SLOT_BYTES;
  const device = deviceInSlot(machine, Math.floor((address - VIRTIO_BASE) / VIRTIO_SLOT_BYTES));
  if (device === null) return;
  const { watched } = machine;
  if (watched !== null) watched.by = 'notification';
  writeTransport(machine, device[0], device[1], offset, size, value);
  if (watched !== null) watched.by = 'outside';
}
