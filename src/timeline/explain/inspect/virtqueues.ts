// The virtqueues of a machine's devices, decoded: rings, chains of descriptors, and what is under way (VIRTIO 1.2, §2.7).

import type { Virtqueue } from '../../../machine/devices/virtqueue.ts';
import type { Machine } from '../../../machine/machine.ts';
import { readNumber } from '../../../machine/memory/dma.ts';

export interface DescriptorView {
  index: number;
  address: number;
  length: number;
  /** The device writes here; otherwise it reads. */
  isWritable: boolean;
  next: number | null;
}

export interface ChainView {
  head: number;
  descriptors: DescriptorView[];
  /** The chain leads out of the table, or round and round. */
  isBroken: boolean;
}

export interface QueueView {
  device: 'network' | 'disk';
  name: 'receive' | 'transmit' | 'requests';
  size: number;
  isReady: boolean;
  descriptors: number;
  available: number;
  used: number;
  /** How far the driver has offered chains, how far the device has taken them and given them back: 16 bits, they wrap. */
  offered: number;
  taken: number;
  givenBack: number;
  /** Offered and not taken yet, in their order. */
  waiting: ChainView[];
  /** Taken and not given back: the disk is at work on them. */
  underWay: ChainView[];
  /** Given back last, the newest first, and how many bytes the device wrote. */
  recent: { head: number; written: number }[];
}

const DESCRIPTOR_BYTES = 16;
const NEXT = 1;
const WRITE = 2;
const RECENT = 8;

/** All queues; one that the driver has not set up is empty. */
export function virtqueuesOf(machine: Machine): QueueView[] {
  const { net, disk } = machine;
  const [receive, transmit] = net.transport.queues as [Virtqueue, Virtqueue];
  const heads = disk.outstanding.map(({ head }) => head);
  return [
    queueView(machine, 'network', 'receive', receive, []),
    queueView(machine, 'network', 'transmit', transmit, []),
    queueView(machine, 'disk', 'requests', disk.transport.queues[0] as Virtqueue, heads),
  ];
}

function queueView(
  machine: Machine,
  device: QueueView['device'],
  name: QueueView['name'],
  queue: Virtqueue,
  heads: readonly number[],
): QueueView {
  const { size, ready, descriptors, available, used, nextAvailable, nextUsed } = queue;
  const word = (address: number, bytes: number): number => readNumber(machine.ram, address, bytes) ?? 0;
  const offered = ready ? word(available + 2, 2) : 0;
  const count = Math.min((offered - nextAvailable) & 0xffff, size);
  const slot = (position: number): number => position & (size - 1);
  const waiting = ready
    ? Array.from({ length: count }, (_, i) =>
        chainView(machine, queue, word(available + 4 + 2 * slot(nextAvailable + i), 2)),
      )
    : [];
  const recent = ready
    ? Array.from({ length: Math.min(nextUsed, RECENT, size) }, (_, i) => {
        const at = used + 4 + 8 * slot(nextUsed - 1 - i);
        return { head: word(at, 4), written: word(at + 4, 4) };
      })
    : [];
  return {
    device,
    name,
    size,
    isReady: ready,
    descriptors,
    available,
    used,
    offered,
    taken: nextAvailable,
    givenBack: nextUsed,
    waiting,
    underWay: heads.map((head) => chainView(machine, queue, head)),
    recent,
  };
}

function chainView({ ram }: Machine, { size, descriptors }: Virtqueue, head: number): ChainView {
  const found: DescriptorView[] = [];
  for (let index: number | null = head; index !== null; ) {
    const at: number = descriptors + DESCRIPTOR_BYTES * index;
    const flags = readNumber(ram, at + 12, 2);
    if (index >= size || flags === null || found.length === size)
      return { head, descriptors: found, isBroken: true };
    const next: number | null = (flags & NEXT) === 0 ? null : (readNumber(ram, at + 14, 2) ?? 0);
    found.push({
      index,
      address: (readNumber(ram, at, 4) ?? 0) + (readNumber(ram, at + 4, 4) ?? 0) * 2 ** 32,
      length: readNumber(ram, at + 8, 4) ?? 0,
      isWritable: (flags & WRITE) !== 0,
      next,
    });
    index = next;
  }
  return { head, descriptors: found, isBroken: false };
}
