// The network device: frames the driver queues are emitted, frames that are injected fill the buffers it provides (VIRTIO 1.2, §5.1).
import type { Injection } from '../boundary.ts';
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
  QUEUE_SIZE_MAX,
  scatter,
  totalLength,
  waitingChains,
} from './virtqueue.ts';

const DEVICE_ID = 1;
export const NET_SOURCE = 1;
const RECEIVE_QUEUE = 0;
const TRANSMIT_QUEUE = 1;

const FEATURE_MAC = 1 << 5;
const FEATURE_STATUS = 1 << 16;
const STATUS_LINK_UP = 1;
/** `struct virtio_net_hdr`, which stands before every frame; its last field, num_buffers, is 1 on reception (§5.1.6.4.1). */
const HEADER_BYTES = 12;
const NUM_BUFFERS = 10;
const FRAME_BYTES_MIN = 14;
/** What the device sends unless the board says more: 1500 bytes of payload, two addresses, the type and a VLAN tag. */
export const FRAME_BYTES_MAX = 1518;
/** What any board may say: the longest IPv4 packet, and the same in front of it. */
export const FRAME_BYTES_LIMIT = 65535 + 18;

export interface NetDevice {
  readonly transport: VirtioTransport;
}

/** A network device that no driver has touched. */
export function createNet(): NetDevice {
  return { transport: createTransport(DEVICE_ID, NET_SOURCE, 2) };
}

export const NET_MODEL: VirtioModel = {
  features: FEATURE_MAC | FEATURE_STATUS,
  config: (machine) => Uint8Array.of(...machine.config.mac, STATUS_LINK_UP, 0),
  notify: (machine, queue) => {
    if (queue === TRANSMIT_QUEUE) transmitAll(machine);
  },
  reset: () => {},
};

/** Emits the frame of every available chain, in order, and gives the chains back. */
function transmitAll(machine: Machine): void {
  const { transport } = machine.net;
  const queue = transport.queues[TRANSMIT_QUEUE]!;
  let used = false;
  for (;;) {
    const chain = peekChain(machine, queue);
    if (chain === 'none') break;
    if (chain === 'broken' || totalLength(chain.readable) < HEADER_BYTES) {
      needsReset(machine, transport);
      return;
    }
    consume(queue);
    transmit(machine, chain);
    putUsed(machine, queue, chain.head, 0);
    used = true;
  }
  if (used) notifyUsed(machine, transport, queue);
}

/** What is too short or too long to be a frame goes nowhere, as on a wire. */
function transmit(machine: Machine, chain: Chain): void {
  const { frameBytesMax = FRAME_BYTES_MAX } = machine.config;
  const length = totalLength(chain.readable) - HEADER_BYTES;
  if (length < FRAME_BYTES_MIN || length > frameBytesMax) return;
  const bytes = gather(machine, chain.readable, HEADER_BYTES, length);
  machine.outbox.emissions.push({ kind: 'packet', bytes });
}

type Arrival = Extract<Injection, { kind: 'packet' }>;

/** How many frames the driver has buffers for: as long as there is no driver, as many as a ring may have. Then they are dropped here. */
export function receiveBuffers(machine: Machine): number {
  const { transport } = machine.net;
  const queue = transport.queues[RECEIVE_QUEUE]!;
  return isLive(transport) && queue.ready ? waitingChains(machine, queue) : QUEUE_SIZE_MAX;
}

/** A frame arrives. Whether it finds room or is dropped: the driver hears of those that came quietly before it. */
export function receiveFrame(machine: Machine, { bytes, interrupt }: Arrival): void {
  const { transport } = machine.net;
  if (!isLive(transport) || !transport.queues[RECEIVE_QUEUE]!.ready) return;
  putFrame(machine, bytes);
  if (interrupt !== false) notifyReceived(machine);
}

/** Without a buffer, or room in the buffer, a frame is dropped. */
function putFrame(machine: Machine, frame: Uint8Array): void {
  const { transport } = machine.net;
  const queue = transport.queues[RECEIVE_QUEUE]!;
  const chain = peekChain(machine, queue);
  if (chain === 'none') return;
  if (chain === 'broken') {
    needsReset(machine, transport);
    return;
  }
  const bytes = new Uint8Array(HEADER_BYTES + frame.length);
  if (totalLength(chain.writable) < bytes.length) return;
  bytes[NUM_BUFFERS] = 1;
  bytes.set(frame, HEADER_BYTES);
  consume(queue);
  scatter(machine, chain.writable, bytes);
  putUsed(machine, queue, chain.head, bytes.length);
  oweNotification(transport);
}

/** The driver is notified of the frames that it has not been notified of. */
export function notifyReceived(machine: Machine): void {
  const { transport } = machine.net;
  notifyOwed(machine, transport, transport.queues[RECEIVE_QUEUE]!);
}
