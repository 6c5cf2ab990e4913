// A split virtqueue from the device's side: chains of descriptors come in, used buffers go back (VIRTIO 1.2, §2.7).
import { readNumber, viewRam, writeNumber, writeRam } from '../memory/dma.ts';
import { isRam } from '../memory/ram.ts';
import type { Machine } from '../state.ts';

export const QUEUE_SIZE_MAX = 256;

const DESCRIPTOR_BYTES = 16;
const DESCRIPTOR_NEXT = 1;
const DESCRIPTOR_WRITE = 2;
const DESCRIPTOR_INDIRECT = 4;
const AVAILABLE_NO_INTERRUPT = 1;

export interface Virtqueue {
  /** In descriptors; the driver chooses a power of two up to `QUEUE_SIZE_MAX`. */
  size: number;
  ready: boolean;
  /** Guest addresses of the three areas, as 64-bit numbers. */
  descriptors: number;
  available: number;
  used: number;
  /** The ring positions up to which the device has come: 16 bits, they wrap. */
  nextAvailable: number;
  nextUsed: number;
}

/** A run of guest memory, inside RAM. */
export interface Segment {
  readonly address: number;
  readonly length: number;
}

/** One buffer: what the device may read, then what it may write. */
export interface Chain {
  /** Its first descriptor, by which it goes back. */
  readonly head: number;
  readonly readable: readonly Segment[];
  readonly writable: readonly Segment[];
}

/** A queue that the driver has not set up. */
export function createQueue(): Virtqueue {
  return {
    size: QUEUE_SIZE_MAX,
    ready: false,
    descriptors: 0,
    available: 0,
    used: 0,
    nextAvailable: 0,
    nextUsed: 0,
  };
}

/** Back to what `createQueue` makes. */
export function resetQueue(queue: Virtqueue): void {
  Object.assign(queue, createQueue());
}

/** Whether its three areas lie in RAM and its size is one that a split queue can have (§2.7). */
export function isUsable(machine: Machine, queue: Virtqueue): boolean {
  const { size } = queue;
  return (
    size > 0 &&
    size <= QUEUE_SIZE_MAX &&
    (size & (size - 1)) === 0 &&
    isRam(machine.ram, queue.descriptors, DESCRIPTOR_BYTES * size) &&
    isRam(machine.ram, queue.available, 6 + 2 * size) &&
    isRam(machine.ram, queue.used, 6 + 8 * size)
  );
}

/** How many chains the driver has made available and the device has not taken: more than `size` when the driver wrote nonsense. */
export function waitingChains(machine: Machine, queue: Virtqueue): number {
  return (readNumber(machine.ram, queue.available + 2, 2)! - queue.nextAvailable) & 0xffff;
}

/** The next available chain, left in place: `consume` takes it. 'none' when there is none, 'broken' when the driver wrote nonsense. */
export function peekChain(machine: Machine, queue: Virtqueue): Chain | 'none' | 'broken' {
  const { ram } = machine;
  const waiting = waitingChains(machine, queue);
  if (waiting === 0) return 'none';
  if (waiting > queue.size) return 'broken';
  const slot = queue.nextAvailable & (queue.size - 1);
  return readChain(machine, queue, readNumber(ram, queue.available + 4 + 2 * slot, 2)!);
}

/** Follows a chain from its head. At most `size` descriptors, so that a loop ends; readable ones stand first (§2.7.4.2). */
function readChain(machine: Machine, queue: Virtqueue, head: number): Chain | 'broken' {
  const readable: Segment[] = [];
  const writable: Segment[] = [];
  let index = head;
  for (let count = 0; count < queue.size; count++) {
    if (index >= queue.size) return 'broken';
    const at = queue.descriptors + DESCRIPTOR_BYTES * index;
    const segment = readSegment(machine, at);
    const flags = readNumber(machine.ram, at + 12, 2)!;
    if (segment === null || (flags & DESCRIPTOR_INDIRECT) !== 0) return 'broken';
    if ((flags & DESCRIPTOR_WRITE) !== 0) writable.push(segment);
    else if (writable.length === 0) readable.push(segment);
    else return 'broken';
    if ((flags & DESCRIPTOR_NEXT) === 0) return { head, readable, writable };
    index = readNumber(machine.ram, at + 14, 2)!;
  }
  return 'broken';
}

function readSegment(machine: Machine, at: number): Segment | null {
  const { ram } = machine;
  const address = readNumber(ram, at, 4)! + readNumber(ram, at + 4, 4)! * 2 ** 32;
  const length = readNumber(ram, at + 8, 4)!;
  return isRam(ram, address, length) ? { address, length } : null;
}

/** Takes the chain that `peekChain` showed. */
export function consume(queue: Virtqueue): void {
  queue.nextAvailable = (queue.nextAvailable + 1) & 0xffff;
}

/** Gives a chain back, `written` bytes of its writable part filled (§2.7.8). */
export function putUsed(machine: Machine, queue: Virtqueue, head: number, written: number): void {
  const slot = queue.used + 4 + 8 * (queue.nextUsed & (queue.size - 1));
  writeNumber(machine, slot, 4, head);
  writeNumber(machine, slot + 4, 4, written);
  queue.nextUsed = (queue.nextUsed + 1) & 0xffff;
  writeNumber(machine, queue.used + 2, 2, queue.nextUsed);
}

/** Whether the driver wants to hear of used buffers (§2.7.7). */
export function wantsInterrupt(machine: Machine, queue: Virtqueue): boolean {
  return (readNumber(machine.ram, queue.available, 2)! & AVAILABLE_NO_INTERRUPT) === 0;
}

/** The bytes of all segments together. */
export function totalLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}

/** Copies `length` bytes that begin `skip` bytes into the segments, as if these were one run (§2.7.4.1). */
export function gather(
  machine: Machine,
  segments: readonly Segment[],
  skip: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = -skip;
  for (const segment of segments) {
    const from = Math.max(0, -at);
    const count = Math.min(segment.length, length - at) - from;
    if (count > 0) bytes.set(viewRam(machine.ram, segment.address + from, count), at + from);
    at += segment.length;
  }
  return bytes;
}

/** Spreads `bytes` over the segments from their beginning; what finds no room is left out. */
export function scatter(machine: Machine, segments: readonly Segment[], bytes: Uint8Array): void {
  let at = 0;
  for (const segment of segments) {
    const part = bytes.subarray(at, at + segment.length);
    if (part.length > 0) writeRam(machine, segment.address, part);
    at += segment.length;
  }
}
