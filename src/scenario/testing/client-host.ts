// For tests of clients' programs: one on a bare machine, with a clock of its own, a server that is played by hand, and power that goes.
import { assemble } from '../../assembler/assembler.ts';
import type { PrngState } from '../../base/prng.ts';
import { type Image, RAM_BASE } from '../../isa/image.ts';
import { countAfter, type InstructionCount, type Stop } from '../../machine/boundary.ts';
import {
  createMachine,
  inject,
  type Machine,
  readMemory,
  run,
  timerDeadline,
} from '../../machine/machine.ts';
import { milliseconds, nanoseconds } from '../../sim/time.ts';
import { type Asking, BOOT_BLOCK_BYTES, clientBootBlock, type Workload } from '../../world/net/boot-block.ts';
import { clientEndpoint, type Endpoint, parseUdp, udpFrame, VM_ENDPOINT } from '../../world/net/ethernet.ts';
import { includeKernel } from '../guests/index.ts';
import client from '../programs/client.s?raw';

export const TICKS_A_MILLISECOND = 10_000;
const RAM_BYTES = 64 * 1024;
const INSTRUCTIONS_PER_TICK = 20;
const PAGE = RAM_BASE + RAM_BYTES - BOOT_BLOCK_BYTES;
const SOUND: PrngState = [1, 2, 3, 4];

/** A frame that the client sent, and when, in ticks. */
export interface Sent {
  at: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface ClientHost {
  image: Image;
  machine: Machine;
  number: number;
  /** How much the clock is ahead of the instructions: the time spent asleep. */
  slept: number;
  /** What the client has sent. */
  frames: Sent[];
  /** Why it stopped for good. */
  end: Stop | undefined;
}

export interface Setting {
  image: Image;
  number: number;
  workload: Workload;
  asking: Asking;
  noise: PrngState;
  /** The boot block, when it is to be another than what the others make. */
  page: Uint8Array<ArrayBuffer>;
}

/** The client's program, assembled. */
export const clientImage = (source: string = client): Image => {
  const assembled = assemble(source, { file: 'client.s', include: includeKernel });
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.errors[0]));
  return assembled.image;
};

export const WORKLOAD: Workload = {
  requests: 3,
  startAfter: milliseconds(5),
  thinkTime: milliseconds(2),
  retryAfter: milliseconds(10),
  afterPowerLoss: 'goOn',
};

/** A workload in which some things are told in ticks of 100 ns. */
export const workload = ({ start, think, retry, ...more }: Partial<Workload & Ticks> = {}): Workload => ({
  ...WORKLOAD,
  ...(start !== undefined && { startAfter: nanoseconds(start * 100) }),
  ...(think !== undefined && { thinkTime: nanoseconds(think * 100) }),
  ...(retry !== undefined && { retryAfter: nanoseconds(retry * 100) }),
  ...more,
});

interface Ticks {
  start: number;
  think: number;
  retry: number;
}

/** Boots a client and lets it run until it waits. */
export function bootClient(setting: Partial<Setting> = {}): ClientHost {
  const host = startClient(setting);
  settle(host);
  return host;
}

/** A client that has not executed anything yet. */
export function startClient({
  image = clientImage(),
  number = 2,
  workload: chosen = WORKLOAD,
  asking = { code: 1, words: [] },
  noise = SOUND,
  page = clientBootBlock(chosen, number, asking, noise),
}: Partial<Setting> = {}): ClientHost {
  const machine = createBoard(image, number, page);
  return { image, machine, number, slept: 0, frames: [], end: undefined };
}

const createBoard = (image: Image, number: number, page: Uint8Array): Machine =>
  createMachine({ ramBytes: RAM_BYTES, mac: clientEndpoint(number).mac, diskSectors: 0 }, image, page);

/** The client when the power went and came back: all that is left is the page at the top of RAM. Nothing is executed yet. */
export const powerLost = (host: ClientHost): ClientHost => ({
  ...host,
  machine: createBoard(host.image, host.number, bootBlock(host)),
  slept: clock(host),
  frames: [],
  end: undefined,
});

/** What the client would be told the time is, in ticks. */
export const clock = (host: ClientHost) =>
  Math.floor(host.machine.cpu.instructions / INSTRUCTIONS_PER_TICK) + host.slept;

/** Lets the client run until it waits for the world, has ended, or has retired so many instructions; says which. */
export function settle(host: ClientHost, instructions?: number): 'waits' | 'ended' | 'stopped' {
  const { machine } = host;
  const until = countAfter(machine.cpu.instructions, instructions ?? 1_000_000);
  for (;;) {
    const stop = run(machine, until);
    if (stop.reason === 'waiting') return 'waits';
    if (stop.reason === 'budget' && instructions !== undefined) return 'stopped';
    if (stop.reason === 'budget') throw new Error('The client never comes to rest.');
    if (stop.reason === 'clock') inject(machine, { kind: 'clock', time: clock(host) });
    else if (stop.reason === 'emission') take(host, stop.emissions);
    else if (stop.reason !== 'timerSet') {
      host.end = stop;
      return 'ended';
    }
  }
}

function take(host: ClientHost, emissions: Extract<Stop, { reason: 'emission' }>['emissions']): void {
  for (const emission of emissions) {
    if (emission.kind !== 'packet') throw new Error(`The client should not ask for ${emission.kind}.`);
    host.frames.push({ at: clock(host), bytes: emission.bytes });
  }
}

/** When the client's timer is due, in ticks; infinite if it never is. */
export const timerAt = (host: ClientHost): number => timerDeadline(host.machine.clint);

/** Time passes until the client's timer is due, which interrupts it. */
export function passTime(host: ClientHost, instructions?: number): ReturnType<typeof settle> {
  const at = timerAt(host);
  if (!Number.isFinite(at)) throw new Error('The client has set no timer.');
  host.slept += Math.max(0, at - clock(host));
  inject(host.machine, { kind: 'timer' });
  return settle(host, instructions);
}

/** A frame reaches the client. */
export function receive(host: ClientHost, bytes: Uint8Array<ArrayBuffer>, instructions?: number) {
  inject(host.machine, { kind: 'packet', bytes });
  return settle(host, instructions);
}

/** The server's frame with these words, or somebody else's. */
export const replyFrame = (
  host: ClientHost,
  words: readonly number[],
  from: Endpoint = VM_ENDPOINT,
  to: Endpoint = clientEndpoint(host.number),
): Uint8Array<ArrayBuffer> => udpFrame(from, to, bytesOf(words));

export const bytesOf = (words: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Uint32Array.from(words).buffer);

/** The server answers: sequence number, status, value. */
export const answer = (host: ClientHost, ...words: number[]) => receive(host, replyFrame(host, words));

export function typeByte(host: ClientHost, letter: string): void {
  inject(host.machine, { kind: 'console', byte: letter.charCodeAt(0) });
  settle(host);
}

/** The payload of a frame, as words. */
export function wordsIn({ bytes }: Sent): number[] {
  const datagram = parseUdp(bytes);
  if (datagram === undefined) throw new Error('The client sent no sound UDP datagram.');
  return [...new Uint32Array(datagram.payload.buffer)];
}

/** What the client has sent since the last look, as words: sequence number, operation, and those that go with it. */
export const requests = (host: ClientHost): number[][] => host.frames.splice(0).map(wordsIn);

/** The word in memory at a label, or some words behind it. */
export function wordAt(host: ClientHost, label: string, index = 0): number {
  const address = host.image.symbols.get(label);
  if (address === undefined) throw new Error(`The program has no label ${label}.`);
  return memoryWord(host, address + 4 * index);
}

/** The page that keeps what is in it when the power goes. */
export const bootBlock = (host: ClientHost): Uint8Array<ArrayBuffer> =>
  readMemory(host.machine, PAGE, BOOT_BLOCK_BYTES);

/** The word of the boot block at an offset. */
export const bootWord = (host: ClientHost, offset: number): number => memoryWord(host, PAGE + offset);

const memoryWord = (host: ClientHost, address: number): number =>
  new DataView(readMemory(host.machine, address, 4).buffer).getUint32(0, true);

/** The answers that the client keeps, the oldest first: sequence number, status, value, how often it was asked. */
export function answersOf(host: ClientHost): number[][] {
  const count = wordAt(host, 'answers_count');
  const kept = Math.min(count, 256);
  return Array.from({ length: kept }, (_, i) => {
    const at = 4 * ((count - kept + i) % 256);
    return [0, 1, 2, 3].map((n) => wordAt(host, 'answers', at + n));
  });
}

export const retired = (host: ClientHost): InstructionCount => host.machine.cpu.instructions;
