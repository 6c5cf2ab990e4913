// For tests of guests: one on a bare machine, with a clock made of instruction counts, a small disk, and packets put in by hand.
import { assemble } from '../../assembler/assembler.ts';
import type { Image } from '../../isa/image.ts';
import type { Emission, InstructionCount, Stop } from '../../machine/boundary.ts';
import { createMachine, inject, type Machine, readMemory, run } from '../../machine/machine.ts';
import console from '../../scenario/guests/console.s?raw';
import disk from '../../scenario/guests/disk.s?raw';
import kernel from '../../scenario/guests/kernel.s?raw';
import network from '../../scenario/guests/network.s?raw';
import packet from '../../scenario/guests/packet.s?raw';
import requests from '../../scenario/guests/requests.s?raw';
import virtio from '../../scenario/guests/virtio.s?raw';
import { VM_MAC } from '../base/config.ts';
import {
  clientEndpoint,
  type Datagram,
  decodeReply,
  type Endpoint,
  parseUdp,
  udpFrame,
  VM_ENDPOINT,
} from '../net/ethernet.ts';

export type EthernetFrame = Uint8Array<ArrayBuffer>;
type DiskEmission = Extract<Emission, { kind: 'diskRead' | 'diskWrite' }>;

const INCLUDED = new Map([
  ['kernel.s', kernel],
  ['virtio.s', virtio],
  ['disk.s', disk],
  ['network.s', network],
  ['packet.s', packet],
  ['requests.s', requests],
  ['console.s', console],
]);
const BOARD = { ramBytes: 64 * 1024, mac: VM_MAC };
const TIMER_HZ = 1000;
/** Between two timer interrupts, in ticks of the clock. */
export const TICK = 10_000_000 / TIMER_HZ;
const INSTRUCTIONS_PER_TICK = 10;
/** How long a guest that never sleeps runs before the test goes on. */
const BUSY_INSTRUCTIONS = 10_000;

/** A guest on a machine, and what has come out of it. */
export interface GuestHost {
  image: Image;
  machine: Machine;
  /** Whether the guest never sleeps. */
  isBusy: boolean;
  /** How much the clock is ahead of the instructions: the time spent asleep. */
  slept: number;
  /** Every value of the clock that the guest was told, the last one last. */
  clockReads: number[];
  blocks: Map<number, EthernetFrame>;
  /** Disk operations that have not been completed yet. */
  pending: DiskEmission[];
  frames: EthernetFrame[];
  /** What it has written on the console. */
  written: string;
  /** How often it has asked for entropy; it was told 1, 2, 3 and so on. */
  drawn: number;
  /** Why it stopped for good. */
  end: Stop | undefined;
}

/** Boots a guest's source text; `blocks` is what stands in blocks of the disk, all else there is zero. */
export function boot(
  source: string,
  { blocks = [], sectors = 16, isBusy = false, harts = 1 }: Partial<BenchOptions> = {},
): GuestHost {
  const include = (name: string) => INCLUDED.get(name);
  const assembled = assemble(source, { file: 'guest.s', include, defsym: { TIMER_HZ } });
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.errors[0]));
  const { image } = assembled;
  const host: GuestHost = {
    image,
    machine: createMachine({ ...BOARD, diskSectors: sectors, harts }, withDirt(image)),
    isBusy,
    slept: 0,
    clockReads: [],
    blocks: new Map(blocks),
    pending: [],
    frames: [],
    written: '',
    drawn: 0,
    end: undefined,
  };
  settle(host);
  return host;
}

interface BenchOptions {
  blocks: [number, EthernetFrame][];
  sectors: number;
  isBusy: boolean;
  harts: 1 | 2;
}

/** What is to be zero is not when the guest starts: it has to see to that itself. */
function withDirt(image: Image): Image {
  const bytes = new Uint8Array(image.end - image.base).fill(0xa5);
  bytes.set(image.bytes);
  return { ...image, bytes };
}

/** A block with these words at its beginning. */
export function blockWith(...words: number[]): EthernetFrame {
  const block = new Uint8Array(512);
  new Uint32Array(block.buffer).set(words);
  return block;
}

/** What the guest would be told the time is, in ticks. */
export const clock = (host: GuestHost) =>
  Math.floor(host.machine.cpu.instructions / INSTRUCTIONS_PER_TICK) + host.slept;

/** Lets the guest run until it has nothing more to do but wait for the world, or has ended; a busy one for a while. */
export function settle(host: GuestHost, instructions = host.isBusy ? BUSY_INSTRUCTIONS : 1_000_000): void {
  const { machine } = host;
  const until = (machine.cpu.instructions + instructions) as InstructionCount;
  for (;;) {
    const stop = run(machine, until);
    if (stop.reason === 'waiting') return;
    if (stop.reason === 'budget' && host.isBusy) return;
    if (stop.reason === 'budget') throw new Error('The guest never comes to rest.');
    if (stop.reason === 'clock') {
      host.clockReads.push(clock(host));
      inject(machine, { kind: 'clock', time: clock(host) });
    } else if (stop.reason === 'entropy') {
      host.drawn++;
      inject(machine, { kind: 'entropy', bits: host.drawn });
    } else if (stop.reason === 'emission') {
      for (const emission of stop.emissions) take(host, emission);
    } else if (stop.reason !== 'timerSet') {
      host.end = stop;
      return;
    }
  }
}

function take(host: GuestHost, emission: Emission): void {
  if (emission.kind === 'packet') host.frames.push(emission.bytes);
  else if (emission.kind === 'diskRead' || emission.kind === 'diskWrite') host.pending.push(emission);
  else if (emission.kind === 'console') host.written += String.fromCharCode(emission.byte);
  else throw new Error(`The guest should not ask for ${emission.kind}.`);
}

/** Carries out the oldest disk operation, or the given one, and tells the guest. */
export function completeDisk(host: GuestHost, ok = true, which = 0): DiskEmission {
  const [operation] = host.pending.splice(which, 1);
  if (operation === undefined) throw new Error('No disk operation is pending.');
  const { kind, request, sector } = operation;
  if (ok && kind === 'diskWrite') host.blocks.set(sector, operation.bytes);
  const bytes = kind === 'diskRead' ? (host.blocks.get(sector) ?? blockWith()) : undefined;
  inject(host.machine, { kind: 'diskCompletion', request, ok, ...(ok && bytes ? { bytes } : {}) });
  settle(host);
  return operation;
}

/** A frame reaches the guest. */
export function receive(host: GuestHost, frame: EthernetFrame): void {
  inject(host.machine, { kind: 'packet', bytes: frame });
  settle(host);
}

/** Somebody types on the console. */
export function type(host: GuestHost, text: string): void {
  for (const character of text) {
    inject(host.machine, { kind: 'console', byte: character.charCodeAt(0) });
    settle(host);
  }
}

/** The timer interrupts the guest at `time`. */
export function tick(host: GuestHost, time = clock(host)): void {
  host.slept += time - clock(host);
  inject(host.machine, { kind: 'timer' });
  settle(host);
}

/** A client's request as a frame. */
export const requestFrame = (client: number, ...words: number[]): EthernetFrame =>
  udpFrame(clientEndpoint(client), VM_ENDPOINT, new Uint8Array(Uint32Array.from(words).buffer));

/** A client asks: sequence number, operation, arguments. */
export const ask = (
  host: GuestHost,
  client: number,
  sequence: number,
  operation: number,
  ...more: number[]
) => receive(host, requestFrame(client, sequence, operation, ...more));

/** The replies that have come out since the last look: client, sequence number, status, value. */
export function replies(host: GuestHost): number[][] {
  return host.frames.splice(0).map((frame) => {
    const datagram = parseUdp(frame);
    if (datagram === undefined) throw new Error('The guest sent no UDP datagram.');
    const reply = decodeReply(datagram.payload);
    const client = datagram.to.ip[3] - 100;
    if (reply === undefined || !isBetween(datagram, VM_ENDPOINT, clientEndpoint(client)))
      throw new Error('The guest sent something that is no reply, or not to the client that asked.');
    return [client, reply.sequence, reply.status, reply.value];
  });
}

const isBetween = (datagram: Datagram, from: Endpoint, to: Endpoint): boolean =>
  [datagram.from, datagram.to].map(nameOf).join() === [from, to].map(nameOf).join();

const nameOf = ({ mac, ip, port }: Endpoint): string => [...mac, ...ip, port].join();

/** The word in guest memory at a label, or some words after it. */
export const wordAt = (host: GuestHost, label: string, index = 0): number => {
  const address = host.image.symbols.get(label);
  if (address === undefined) throw new Error(`The guest has no label ${label}.`);
  return new DataView(readMemory(host.machine, address + 4 * index, 4).buffer).getUint32(0, true);
};
