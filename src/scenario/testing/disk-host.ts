// For tests of the disk's program: it on a bare machine, and a medium that does what it is told when it is told.
import { assemble } from '../../assembler/assembler.ts';
import { type Image, RAM_BASE } from '../../isa/image.ts';
import { countAfter, type Emission, type InstructionCount, type Stop } from '../../machine/boundary.ts';
import { createMachine, handOver, inject, type Machine, readMemory, run } from '../../machine/machine.ts';
import { BLOCK_BYTES } from '../../world/base/blocks.ts';
import { type DiskParameters, diskBootBlock } from '../../world/net/boot-block.ts';
import { DISK_ENDPOINT, parseUdp, storageEndpoint, udpFrame } from '../../world/net/ethernet.ts';
import {
  parseStorageReply,
  STORAGE_FRAME_BYTES,
  type StorageReply,
  type StorageRequest,
  storageFrame,
} from '../../world/net/storage-protocol.ts';
import { includeKernel } from '../guests/index.ts';
import diskServer from '../programs/disk-server.s?raw';

export type Bytes = Uint8Array<ArrayBuffer>;
export type MediumOperation = Extract<Emission, { kind: 'diskRead' | 'diskWrite' | 'diskFlush' }>;

const RAM_BYTES = 512 * 1024;
/** Of data; the block behind them has the flags. */
export const BLOCKS = 16;

export interface DiskHost {
  image: Image;
  machine: Machine;
  /** What is on the medium; other blocks are zeros. */
  blocks: Map<number, Bytes>;
  /** What the medium has been asked for and has not done yet. */
  pending: MediumOperation[];
  frames: Bytes[];
  /** Why the machine stopped for good. */
  end: Stop | undefined;
}

export interface Setting {
  source: string;
  parameters: Partial<DiskParameters>;
  blocks: Iterable<[number, Bytes]>;
}

/** The disk's program, assembled. */
export function diskImage(source: string = diskServer): Image {
  const assembled = assemble(source, { file: 'disk-server.s', include: includeKernel });
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.errors[0]));
  return assembled.image;
}

let assembled: Image | undefined;

/** A disk that has not executed anything yet. */
export function startDisk({ source, parameters, blocks = [] }: Partial<Setting> = {}): DiskHost {
  assembled ??= diskImage();
  const image = source === undefined ? assembled : diskImage(source);
  const told = { blocks: BLOCKS, fencing: true, ...parameters };
  const machine = createBoard(image, told);
  return {
    image,
    machine,
    blocks: new Map(blocks),
    pending: [],
    frames: [],
    end: undefined,
  };
}

/** A disk that has read its flags, and waits for requests. */
export function bootDisk(setting: Partial<Setting> = {}): DiskHost {
  const disk = startDisk(setting);
  settle(disk);
  complete(disk);
  return disk;
}

function createBoard(image: Image, parameters: DiskParameters): Machine {
  const board = {
    ramBytes: RAM_BYTES,
    mac: DISK_ENDPOINT.mac,
    diskSectors: parameters.blocks + 1,
    frameBytesMax: STORAGE_FRAME_BYTES,
  };
  const machine = createMachine(board, withDirt(image));
  handOver(machine, image, diskBootBlock(parameters));
  return machine;
}

/** What is to be zero is not when the program starts: it has to see to that itself. */
function withDirt(image: Image): Image {
  const bytes = new Uint8Array(image.end - image.base).fill(0xa5);
  bytes.set(image.bytes);
  return { ...image, bytes };
}

/** Lets the disk run until it waits, has ended, or has retired so many instructions; says which. */
export function settle(disk: DiskHost, instructions?: number): 'waits' | 'ended' | 'stopped' {
  const { machine } = disk;
  const until = countAfter(machine.cpu.instructions, instructions ?? 1_000_000);
  for (;;) {
    const stop = run(machine, until);
    if (stop.reason === 'waiting') return 'waits';
    if (stop.reason === 'budget' && instructions !== undefined) return 'stopped';
    if (stop.reason === 'budget') throw new Error('The disk never comes to rest.');
    if (stop.reason !== 'emission') {
      disk.end = stop;
      return 'ended';
    }
    for (const emission of stop.emissions) take(disk, emission);
  }
}

function take(disk: DiskHost, emission: Emission): void {
  if (emission.kind === 'packet') disk.frames.push(emission.bytes);
  else if (emission.kind === 'console' || emission.kind === 'diskRefused')
    throw new Error(`The disk should not ask for ${emission.kind}.`);
  else disk.pending.push(emission);
}

/** The medium does one of the operations that it was asked for, or fails at it, and says so. */
export function complete(disk: DiskHost, which = 0, ok = true, instructions?: number): MediumOperation {
  const operation = disk.pending[which];
  if (operation === undefined) throw new Error('The medium has not been asked for that.');
  disk.pending.splice(which, 1);
  const bytes = ok ? carryOut(disk, operation) : undefined;
  const { request } = operation;
  inject(disk.machine, { kind: 'diskCompletion', request, ok, ...(bytes && { bytes }) });
  settle(disk, instructions);
  return operation;
}

/** What an operation does to the medium. @returns what was read */
export function carryOut(disk: DiskHost, operation: MediumOperation): Bytes | undefined {
  if (operation.kind === 'diskRead') {
    const bytes = new Uint8Array(operation.sectors * BLOCK_BYTES);
    for (let i = 0; i < operation.sectors; i++)
      bytes.set(disk.blocks.get(operation.sector + i) ?? [], i * BLOCK_BYTES);
    return bytes;
  }
  if (operation.kind === 'diskFlush') return undefined;
  const { sector, bytes } = operation;
  for (let i = 0; i * BLOCK_BYTES < bytes.length; i++)
    disk.blocks.set(sector + i, bytes.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
  return undefined;
}

export function completeAll(disk: DiskHost): void {
  while (disk.pending.length > 0) complete(disk);
}

/** A frame reaches the disk. */
export function receive(disk: DiskHost, bytes: Bytes, instructions?: number): void {
  inject(disk.machine, { kind: 'packet', bytes });
  settle(disk, instructions);
}

/** A request, of which only some fields matter: by the first host, in generation 1, unless told. */
export const request = (fields: Partial<StorageRequest>): StorageRequest => {
  const blocks = fields.bytes === undefined ? 0 : fields.bytes.length / BLOCK_BYTES;
  return { kind: 'read', host: 1, number: 1, generation: 1, block: 0, blocks, io: 0, ...fields };
};

export const ask = (disk: DiskHost, fields: Partial<StorageRequest>): void =>
  receive(disk, storageFrame(request(fields)));

/** A datagram with these words from a host's endpoint to the disk's. */
export const datagram = (host: number, words: readonly number[]): Bytes =>
  udpFrame(storageEndpoint(host), DISK_ENDPOINT, bytesOf(words), false);

export const bytesOf = (words: readonly number[]): Bytes => new Uint8Array(Uint32Array.from(words).buffer);

/** So many blocks, each with its own bytes. */
export const data = (blocks: number, seed = 1): Bytes =>
  Uint8Array.from({ length: blocks * BLOCK_BYTES }, (_, i) => (seed * 37 + i * 7 + (i >> 9)) & 0xff);

/** What the disk has answered since the last look. Each answer must go where its request came from. */
export function answers(disk: DiskHost): StorageReply[] {
  return disk.frames.splice(0).map((frame) => {
    const reply = parseStorageReply(frame);
    const sent = parseUdp(frame);
    if (reply === undefined || sent === undefined)
      throw new Error('The disk sent something that is no answer.');
    if (nameOf(sent.from) !== nameOf(DISK_ENDPOINT)) throw new Error('The disk does not say who it is.');
    if (nameOf(sent.to) !== nameOf(storageEndpoint(reply.host)))
      throw new Error('The disk answered somebody else.');
    return reply;
  });
}

const nameOf = ({ mac, ip, port }: typeof DISK_ENDPOINT): string => [...mac, ...ip, port].join();

/** The answers since the last look, as host, number and status. */
export const statuses = (disk: DiskHost): [number, number, string][] =>
  answers(disk).map(({ host, number, status }) => [host, number, status]);

/** The address of a label of the program. */
export function addressOf(disk: DiskHost, label: string): number {
  const address = disk.image.symbols.get(label);
  if (address === undefined) throw new Error(`The program has no label ${label}.`);
  return address;
}

/** The word in memory at a label, or some words behind it. */
export const wordAt = (disk: DiskHost, label: string, index = 0): number =>
  new DataView(readMemory(disk.machine, addressOf(disk, label) + 4 * index, 4).buffer).getUint32(0, true);

export const retired = (disk: DiskHost): InstructionCount => disk.machine.cpu.instructions;

/** How much RAM the program takes. */
export const ramBytes = (disk: DiskHost): number => disk.image.end - RAM_BASE;
