// The virtio-mmio transport, version 2: the registers through which a driver finds, sets up and drives a device (VIRTIO 1.2, §4.2).

import type { Machine } from '../state.ts';
import { setInterruptLevel } from './plic.ts';
import {
  createQueue,
  isUsable,
  QUEUE_SIZE_MAX,
  resetQueue,
  type Virtqueue,
  wantsInterrupt,
} from './virtqueue.ts';

export const VIRTIO_BASE = 0x1000_1000;
export const VIRTIO_SLOT_BYTES = 0x1000;
export const VIRTIO_SLOTS = 8;

const MAGIC = 0x7472_6976;
const VERSION = 2;
/** 'USDY' */
const VENDOR = 0x5944_5355;

const STATUS_DRIVER_OK = 4;
const STATUS_FEATURES_OK = 8;
const STATUS_NEEDS_RESET = 64;
const INTERRUPT_USED = 1;
const INTERRUPT_CONFIG = 2;
/** No bit of the register: buffers have been used quietly, and the driver is still to be notified of them. */
const INTERRUPT_OWED = 1 << 8;
/** VIRTIO_F_VERSION_1 is feature bit 32; without it a driver is of the legacy kind, for which this device has no rules. */
const VERSION_1_IN_HIGH = 1;

export interface VirtioTransport {
  /** 1 network, 2 block. */
  readonly deviceId: number;
  /** The interrupt source at the PLIC. */
  readonly source: number;
  status: number;
  /** The register InterruptStatus, and `INTERRUPT_OWED`. */
  interruptStatus: number;
  /** Which half of the feature bits, and which queue, the driver is looking at. */
  deviceFeaturesSel: number;
  driverFeaturesSel: number;
  driverFeaturesLow: number;
  driverFeaturesHigh: number;
  queueSel: number;
  readonly queues: readonly Virtqueue[];
}

/** What makes one kind of device out of the transport. */
export interface VirtioModel {
  /** Offered feature bits 0 to 31. */
  readonly features: number;
  /** The configuration space, little-endian. */
  config(machine: Machine): Uint8Array;
  /** The driver says that queue number `queue` has new buffers. */
  notify(machine: Machine, queue: number): void;
  /** Forget everything that belongs to this kind of device. */
  reset(machine: Machine): void;
}

/** A device that no driver has touched. */
export function createTransport(deviceId: number, source: number, queues: number): VirtioTransport {
  return {
    deviceId,
    source,
    status: 0,
    interruptStatus: 0,
    deviceFeaturesSel: 0,
    driverFeaturesSel: 0,
    driverFeaturesLow: 0,
    driverFeaturesHigh: 0,
    queueSel: 0,
    queues: Array.from({ length: queues }, createQueue),
  };
}

/** Whether the driver has finished its part and wrote no nonsense since: only then does the device touch its queues (§2.1.2). */
export function isLive(transport: VirtioTransport): boolean {
  return (transport.status & (STATUS_DRIVER_OK | STATUS_NEEDS_RESET)) === STATUS_DRIVER_OK;
}

/** Buffers of `queue` have been used: the interrupt, unless the driver asked for silence. Nothing is owed to it then: it looks at all queues. */
export function notifyUsed(machine: Machine, transport: VirtioTransport, queue: Virtqueue): void {
  if (!wantsInterrupt(machine, queue)) return;
  transport.interruptStatus &= ~INTERRUPT_OWED;
  raise(machine, transport, INTERRUPT_USED);
}

/** Buffers have been used of which the driver does not hear before `notifyOwed`. */
export function oweNotification(transport: VirtioTransport): void {
  transport.interruptStatus |= INTERRUPT_OWED;
}

/** The notification that is owed, if one is. */
export function notifyOwed(machine: Machine, transport: VirtioTransport, queue: Virtqueue): void {
  if ((transport.interruptStatus & INTERRUPT_OWED) === 0) return;
  transport.interruptStatus &= ~INTERRUPT_OWED;
  notifyUsed(machine, transport, queue);
}

/** The driver of a live device wrote what no driver may write: the device stops until it is reset, and says so (§2.1.2). */
export function needsReset(machine: Machine, transport: VirtioTransport): void {
  transport.status |= STATUS_NEEDS_RESET;
  raise(machine, transport, INTERRUPT_CONFIG);
}

function raise(machine: Machine, transport: VirtioTransport, why: number): void {
  transport.interruptStatus |= why;
  setInterruptLevel(machine.plic, transport.source, true);
}

function interruptRegister(transport: VirtioTransport): number {
  return transport.interruptStatus & ~INTERRUPT_OWED;
}

/** A load. Registers answer to aligned words only (§4.2.2.2), the configuration space to any size. */
export function readTransport(
  machine: Machine,
  transport: VirtioTransport,
  model: VirtioModel,
  offset: number,
  size: number,
): number {
  if (offset >= 0x100) return readConfig(model.config(machine), offset - 0x100, size);
  return size === 4 ? readRegister(transport, model, offset) : 0;
}

function readConfig(config: Uint8Array, offset: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value |= (config[offset + i] ?? 0) << (8 * i);
  return value;
}

function readRegister(transport: VirtioTransport, model: VirtioModel, offset: number): number {
  switch (offset) {
    case 0x00: // MagicValue
    case 0x04: // Version
    case 0x0c: // VendorID
      return readIdentity(offset);
    case 0x08: // DeviceID
      return transport.deviceId;
    case 0x10: // DeviceFeatures
      if (transport.deviceFeaturesSel === 0) return model.features;
      return transport.deviceFeaturesSel === 1 ? VERSION_1_IN_HIGH : 0;
    case 0x34: // QueueNumMax
      return selectedQueue(transport) === undefined ? 0 : QUEUE_SIZE_MAX;
    case 0x44: // QueueReady
      return selectedQueue(transport)?.ready ? 1 : 0;
    case 0x60: // InterruptStatus
      return interruptRegister(transport);
    case 0x70: // Status
      return transport.status;
    case 0xb0: // SHMLenLow, SHMLenHigh, SHMBaseLow, SHMBaseHigh: there is no shared memory region
    case 0xb4:
    case 0xb8:
    case 0xbc:
      return -1;
    default:
      // ConfigGeneration among them: the configuration never changes.
      return 0;
  }
}

/** What a slot without a device answers, too: its DeviceID is 0 (§4.2.2.1). */
export function readIdentity(offset: number): number {
  if (offset === 0x00) return MAGIC;
  if (offset === 0x04) return VERSION;
  return offset === 0x0c ? VENDOR : 0;
}

function selectedQueue(transport: VirtioTransport): Virtqueue | undefined {
  return transport.queues[transport.queueSel];
}

/** A store of an aligned word to a register; others, and stores to the configuration space, are ignored. */
export function writeTransport(
  machine: Machine,
  transport: VirtioTransport,
  model: VirtioModel,
  offset: number,
  size: number,
  value: number,
): void {
  if (size !== 4) return;
  const word = value >>> 0;
  switch (offset) {
    case 0x14: // DeviceFeaturesSel
      transport.deviceFeaturesSel = word;
      return;
    case 0x20: // DriverFeatures
      writeDriverFeatures(transport, word);
      return;
    case 0x24: // DriverFeaturesSel
      transport.driverFeaturesSel = word;
      return;
    case 0x30: // QueueSel
      transport.queueSel = word;
      return;
    case 0x50: // QueueNotify
      notify(machine, transport, model, word);
      return;
    case 0x64: // InterruptACK
      transport.interruptStatus &= ~word | INTERRUPT_OWED;
      setInterruptLevel(machine.plic, transport.source, interruptRegister(transport) !== 0);
      return;
    case 0x70: // Status
      writeStatus(machine, transport, model, word);
      return;
    default:
      writeQueueRegister(machine, selectedQueue(transport), offset, word);
  }
}

/** After FEATURES_OK the negotiation is over (§3.1.1). */
function writeDriverFeatures(transport: VirtioTransport, word: number): void {
  if ((transport.status & STATUS_FEATURES_OK) !== 0) return;
  if (transport.driverFeaturesSel === 0) transport.driverFeaturesLow = word;
  if (transport.driverFeaturesSel === 1) transport.driverFeaturesHigh = word;
}

function notify(machine: Machine, transport: VirtioTransport, model: VirtioModel, queue: number): void {
  if (isLive(transport) && transport.queues[queue]?.ready) model.notify(machine, queue);
}

/** Zero resets. FEATURES_OK does not stick when the driver wants what was not offered, or not VERSION_1 (§2.2.2, §6.1). */
function writeStatus(machine: Machine, transport: VirtioTransport, model: VirtioModel, word: number): void {
  if (word === 0) {
    resetTransport(machine, transport);
    model.reset(machine);
    return;
  }
  const agreed =
    (transport.driverFeaturesLow & ~model.features) === 0 &&
    transport.driverFeaturesHigh === VERSION_1_IN_HIGH;
  const accepted = agreed ? 0xff : 0xff & ~STATUS_FEATURES_OK;
  transport.status = (word & accepted & ~STATUS_NEEDS_RESET) | (transport.status & STATUS_NEEDS_RESET);
}

function resetTransport(machine: Machine, transport: VirtioTransport): void {
  const { deviceId, source, queues, ...fresh } = createTransport(0, 0, 0);
  Object.assign(transport, fresh);
  for (const queue of transport.queues) resetQueue(queue);
  setInterruptLevel(machine.plic, transport.source, false);
}

/** A queue can be set up only while it is not ready, and made ready only when it can work (§4.2.2.2). */
function writeQueueRegister(
  machine: Machine,
  queue: Virtqueue | undefined,
  offset: number,
  word: number,
): void {
  if (queue === undefined) return;
  if (offset === 0x44) {
    queue.ready = (word & 1) !== 0 && (queue.ready || isUsable(machine, queue));
    return;
  }
  if (queue.ready) return;
  switch (offset) {
    case 0x38: // QueueNum
      queue.size = word;
      return;
    case 0x80: // QueueDescLow, QueueDescHigh
    case 0x84:
      queue.descriptors = withHalf(queue.descriptors, offset !== 0x80, word);
      return;
    case 0x90: // QueueDriverLow, QueueDriverHigh
    case 0x94:
      queue.available = withHalf(queue.available, offset !== 0x90, word);
      return;
    case 0xa0: // QueueDeviceLow, QueueDeviceHigh
    case 0xa4:
      queue.used = withHalf(queue.used, offset !== 0xa0, word);
  }
}

/** A 64-bit number with one half replaced. Above 2^53 it loses low bits, which is as good: no RAM is there. */
function withHalf(number: number, high: boolean, word: number): number {
  return high ? word * 2 ** 32 + (number >>> 0) : Math.floor(number / 2 ** 32) * 2 ** 32 + word;
}
