// A plain host: a computer that runs a program of its own, which nobody records. The clients, and the server of the disk.

import { namedStream } from '../../base/prng.ts';
import type { Image } from '../../isa/image.ts';
import { createMachine, handOver, timerDeadline } from '../../machine/machine.ts';
import type { Machine, MachineConfig } from '../../machine/state.ts';
import type { SimTime } from '../../sim/time.ts';
import type { ClientConfig, DiskConfig, PlainHostConfig, WorldConfig } from '../base/config.ts';
import { BOOT_BLOCK_BYTES, clientBootBlock, diskBootBlock } from '../net/boot-block.ts';
import { clientEndpoint, DISK_ENDPOINT } from '../net/ethernet.ts';
import { createExchanges, type Exchanges, outstanding } from '../net/exchanges.ts';
import { createMedium, type Medium } from '../net/medium.ts';
import { STORAGE_FRAME_BYTES } from '../net/storage-protocol.ts';
import { createStorageSeen, type StorageSeen } from '../net/storage-seen.ts';
import { createScreen, type Screen } from '../net/terminal.ts';
import { serviceOf } from '../services/index.ts';
import { type Computer, createComputer } from './computer.ts';

interface Plain extends Computer {
  /** What its program has sent over its serial line. */
  screen: Screen;
  /** It has flooded a cable, and is kept from running until then. */
  heldUntil?: SimTime;
}

/** A client, and what its cable has carried. */
export interface Client extends Plain, Exchanges {
  kind: 'client';
  config: ClientConfig;
  /** Counts from 1, as in its addresses. */
  number: number;
}

/** The server of the disk, with its medium and what it was asked. */
export interface Disk extends Plain {
  kind: 'disk';
  config: DiskConfig;
  medium: Medium;
  seen: StorageSeen;
}

export type PlainHost = Client | Disk;

const plain = (config: PlainHostConfig, machine: Machine, name: string, seed: number): Plain => ({
  ...createComputer(config, machine, name, seed),
  screen: createScreen(),
});

export function createClient(config: WorldConfig, index: number): Client {
  const client = config.clients[index] as ClientConfig;
  const page = clientPage(config, client, index + 1);
  return {
    ...plain(client, clientMachine(client, index + 1, page), `client ${client.id}`, config.seed),
    ...createExchanges(),
    kind: 'client',
    config: client,
    number: index + 1,
  };
}

function clientPage(config: WorldConfig, client: ClientConfig, number: number): Uint8Array<ArrayBuffer> {
  const { code = 0, words = [] } = serviceOf(config.service).operations[client.operation] ?? {};
  return clientBootBlock(client, number, { code, words }, namedStream(`client ${client.id}`, config.seed));
}

const clientMachine = (client: ClientConfig, number: number, page: Uint8Array): Machine =>
  boot(clientBoard(client, number), client.image, page);

function boot(board: MachineConfig, image: Image, page: Uint8Array): Machine {
  const machine = createMachine(board, image);
  handOver(machine, image, page);
  return machine;
}

const clientBoard = ({ ramBytes }: ClientConfig, number: number): MachineConfig => ({
  ramBytes,
  mac: clientEndpoint(number).mac,
  diskSectors: 0,
});

export function createDisk(config: WorldConfig): Disk {
  const { disk, seed } = config;
  return {
    ...plain(disk, diskMachine(disk, diskBootBlock(disk)), 'disk server', seed),
    kind: 'disk',
    config: disk,
    medium: createMedium('disk', disk, seed),
    seen: createStorageSeen(),
  };
}

/** Behind the data is the block with the flags. */
const diskMachine = (disk: DiskConfig, page: Uint8Array): Machine =>
  boot(
    {
      ramBytes: disk.ramBytes,
      mac: DISK_ENDPOINT.mac,
      diskSectors: disk.blocks + 1,
      frameBytesMax: STORAGE_FRAME_BYTES,
    },
    disk.image,
    page,
  );

/** The machine as it is when power is back: its memory is gone, but for the page that a battery keeps. */
export function bootedAgain(host: PlainHost): Machine {
  const page = bootBlockOf(host.machine);
  return host.kind === 'client'
    ? clientMachine(host.config, host.number, page)
    : diskMachine(host.config, page);
}

/** The page at the top of its RAM. */
const bootBlockOf = (machine: Machine): Uint8Array =>
  machine.ram.bytes.slice(machine.config.ramBytes - BOOT_BLOCK_BYTES);

/**
 * Whether a client is to ask nothing more: it waits for no answer, and has made all its requests, or its program has ended, or sleeps and
 * has set no time at which it would wake. Which of its requests is its last, after a loss of power only its program knows.
 */
export function isDone(client: Client): boolean {
  const { history, config, power, machine, isIdle, isAlive } = client;
  if (!isAlive || outstanding(client) !== undefined) return false;
  const hasAsked = power === 0 && history.length >= config.requests;
  const isAsleep = isIdle && !Number.isFinite(timerDeadline(machine.clint));
  return hasAsked || isAsleep || machine.ending.kind !== 'running';
}

export const isPlain = (computer: Computer): computer is PlainHost => 'kind' in computer;
export const isDisk = (computer: Computer): computer is Disk => isPlain(computer) && computer.kind === 'disk';

/** Whether it is kept from running, for a flood. */
export const isHeld = ({ heldUntil }: PlainHost, now: SimTime): boolean =>
  heldUntil !== undefined && heldUntil > now;
