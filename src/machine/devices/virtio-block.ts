// The block device: requests become emissions, and end when their completion is injected (VIRTIO 1.2, §5.2).
import type { Injection } from '../boundary.ts';
import { writeNumber } from '../memory/dma.ts';
import type { Machine } from '../state.ts';
import {
  createTransport,
  isLive,
  needsReset,
  notifyOwed,
  notifyUsed,
  oweNotification,
  type VirtioModel,
  type VirtioTransport,
} from './virtio-mmio.ts';
import {
  type Chain,
  consume,
  gather,
  peekChain,
  putUsed,
  type Segment,
  scatter,
  totalLength,
} from './virtqueue.ts';

const DEVICE_ID = 2;
export const DISK_SOURCE = 2;
export const SECTOR_BYTES = 512;
const REQUEST_QUEUE = 0;

const FEATURE_SIZE_MAX = 1 << 1;
const FEATURE_SEG_MAX = 1 << 2;
const FEATURE_BLK_SIZE = 1 << 6;
const FEATURE_FLUSH = 1 << 9;
const SEGMENT_BYTES_MAX = 65536;
const SEGMENTS_MAX = 126;
/** More than the two limits above add up to is refused, so that a driver that ignores them can't make us copy without end. */
const REQUEST_BYTES_MAX = SEGMENT_BYTES_MAX * SEGMENTS_MAX;

const HEADER_BYTES = 16;
const TYPE_IN = 0;
const TYPE_OUT = 1;
const TYPE_FLUSH = 4;
const TYPE_GET_ID = 8;
const STATUS_OK = 0;
const STATUS_IO_ERROR = 1;
const STATUS_UNSUPPORTED = 2;
const ID_BYTES = 20;
const ID = Uint8Array.from('understudy', (letter) => letter.charCodeAt(0));

/** A request that was emitted and whose completion has not been injected. */
export interface DiskRequest {
  readonly request: number;
  readonly head: number;
  /** Where its last byte, the status, goes. */
  readonly statusAddress: number;
  /** Where a read's data goes. */
  readonly data: readonly Segment[];
}

export interface BlockDevice {
  readonly transport: VirtioTransport;
  nextRequest: number;
  /** In the order in which they were made. */
  outstanding: readonly DiskRequest[];
}

/** A disk that no driver has touched. */
export function createDisk(): BlockDevice {
  return { transport: createTransport(DEVICE_ID, DISK_SOURCE, 1), nextRequest: 0, outstanding: [] };
}

export const DISK_MODEL: VirtioModel = {
  features: FEATURE_SIZE_MAX | FEATURE_SEG_MAX | FEATURE_BLK_SIZE | FEATURE_FLUSH,
  config: (machine) => {
    const config = new DataView(new ArrayBuffer(24));
    config.setBigUint64(0, BigInt(machine.config.diskSectors), true);
    config.setUint32(8, SEGMENT_BYTES_MAX, true);
    config.setUint32(12, SEGMENTS_MAX, true);
    config.setUint32(20, SECTOR_BYTES, true);
    return new Uint8Array(config.buffer);
  },
  notify: startAll,
  // Requests that are under way lose their chains; their completions will find nothing. Their numbers are never used again.
  reset: (machine) => {
    machine.disk.outstanding = [];
  },
};

function startAll(machine: Machine): void {
  const { transport } = machine.disk;
  const queue = transport.queues[REQUEST_QUEUE]!;
  let used = false;
  for (;;) {
    const chain = peekChain(machine, queue);
    if (chain === 'none') break;
    const status = chain === 'broken' ? undefined : statusAddressOf(chain);
    const flood = machine.disk.outstanding.length >= queue.size;
    if (chain === 'broken' || status === undefined || flood || totalLength(chain.readable) < HEADER_BYTES) {
      needsReset(machine, transport);
      return;
    }
    consume(queue);
    const ended = start(machine, chain, status);
    if (ended === null) continue;
    writeNumber(machine, status, 1, ended.status);
    putUsed(machine, queue, chain.head, ended.written + 1);
    used = true;
  }
  if (used) notifyUsed(machine, transport, queue);
}

// More requests than the queue has descriptors can only come from a driver that offers one twice: that is the flood above.

/** The last writable byte is the request's status (§5.2.6). */
function statusAddressOf(chain: Chain): number | undefined {
  const last = chain.writable.findLast(({ length }) => length > 0);
  return last && last.address + last.length - 1;
}

/** How a request ended that needs nothing from outside. */
interface Ended {
  readonly status: number;
  readonly written: number;
}
const failed = (status: number): Ended => ({ status, written: 0 });

/** Emits a request, or says how it ended at once. */
function start(machine: Machine, chain: Chain, statusAddress: number): Ended | null {
  const header = gather(machine, chain.readable, 0, HEADER_BYTES);
  const view = new DataView(header.buffer);
  const type = view.getUint32(0, true);
  const sector = Number(view.getBigUint64(8, true));
  const out = totalLength(chain.readable) - HEADER_BYTES;
  const room = totalLength(chain.writable) - 1;
  const request = machine.disk.nextRequest;
  const { emissions } = machine.outbox;
  const data = type === TYPE_IN ? upTo(chain.writable, room) : [];
  switch (type) {
    case TYPE_IN:
      if (!fits(machine, sector, room)) return refused(machine, sector);
      emissions.push({ kind: 'diskRead', request, sector, sectors: room / SECTOR_BYTES, memory: data });
      break;
    case TYPE_OUT:
      if (!fits(machine, sector, out)) return refused(machine, sector);
      emissions.push({
        kind: 'diskWrite',
        request,
        sector,
        bytes: gather(machine, chain.readable, HEADER_BYTES, out),
        memory: behind(chain.readable, HEADER_BYTES),
      });
      break;
    case TYPE_FLUSH:
      emissions.push({ kind: 'diskFlush', request });
      break;
    case TYPE_GET_ID:
      return putId(machine, chain, room);
    default:
      return failed(STATUS_UNSUPPORTED);
  }
  machine.disk.nextRequest = request + 1;
  machine.disk.outstanding = [
    ...machine.disk.outstanding,
    { request, head: chain.head, statusAddress, data },
  ];
  return null;
}

function refused(machine: Machine, sector: number): Ended {
  machine.outbox.emissions.push({ kind: 'diskRefused', sector });
  return failed(STATUS_IO_ERROR);
}

function putId(machine: Machine, chain: Chain, room: number): Ended {
  if (room < ID_BYTES) return failed(STATUS_IO_ERROR);
  const id = new Uint8Array(ID_BYTES);
  id.set(ID);
  scatter(machine, chain.writable, id);
  return { status: STATUS_OK, written: ID_BYTES };
}

/** Whether a transfer is of whole sectors, at least one, and inside the disk. */
function fits(machine: Machine, sector: number, bytes: number): boolean {
  const sectors = bytes / SECTOR_BYTES;
  return (
    sectors > 0 &&
    Number.isInteger(sectors) &&
    bytes <= REQUEST_BYTES_MAX &&
    sector + sectors <= machine.config.diskSectors
  );
}

/** The first `length` bytes of the segments. */
function upTo(segments: readonly Segment[], length: number): Segment[] {
  const first: Segment[] = [];
  let left = length;
  for (const { address, length } of segments) {
    if (left > 0) first.push({ address, length: Math.min(length, left) });
    left -= length;
  }
  return first;
}

/** The segments without their first `length` bytes. */
function behind(segments: readonly Segment[], length: number): Segment[] {
  const rest: Segment[] = [];
  let skipped = length;
  for (const { address, length } of segments) {
    if (length > skipped) rest.push({ address: address + skipped, length: length - skipped });
    skipped = Math.max(0, skipped - length);
  }
  return rest;
}

type Completion = Extract<Injection, { kind: 'diskCompletion' }>;

/** A request has ended outside. One that the driver has reset away is not known any more, and nothing happens. */
export function completeRequest(machine: Machine, { request, ok, bytes, interrupt }: Completion): void {
  const { disk } = machine;
  const done = disk.outstanding.find((candidate) => candidate.request === request);
  const queue = disk.transport.queues[REQUEST_QUEUE]!;
  if (done === undefined) return;
  disk.outstanding = disk.outstanding.filter((candidate) => candidate !== done);
  if (!isLive(disk.transport) || !queue.ready) return;
  const written = ok && bytes !== undefined ? Math.min(bytes.length, totalLength(done.data)) : 0;
  scatter(machine, done.data, (bytes ?? new Uint8Array(0)).subarray(0, written));
  writeNumber(machine, done.statusAddress, 1, ok ? STATUS_OK : STATUS_IO_ERROR);
  putUsed(machine, queue, done.head, written + 1);
  oweNotification(disk.transport);
  if (interrupt !== false) notifyCompleted(machine);
}

/** The driver is notified of the requests of whose end it has not been notified. */
export function notifyCompleted(machine: Machine): void {
  const { transport } = machine.disk;
  notifyOwed(machine, transport, transport.queues[REQUEST_QUEUE]!);
}
