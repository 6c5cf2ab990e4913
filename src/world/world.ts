// The state of a world: hosts, links, switch, clients and disk server, and the events that are pending between them.

import { namedStream, type PrngState } from '../base/prng.ts';
import type { TimerName } from '../ft/commands.ts';
import { createReplica, type Replica } from '../ft/replica.ts';
import type { Injection, InstructionCount, Stop } from '../machine/boundary.ts';
import { createMachine } from '../machine/machine.ts';
import type { Machine } from '../machine/state.ts';
import { createQueue, dropWhere, type EventQueue, nextAt, schedule } from '../sim/event-queue.ts';
import { createLink, type Link } from '../sim/link.ts';
import { type Duration, NEVER, type SimTime, START } from '../sim/time.ts';
import { type Client, createClient } from './client.ts';
import { type ClientId, type HostConfig, type HostId, VM_MAC, type WorldConfig } from './config.ts';
import { createDiskServer, type DiskServer, type DiskService } from './disk-server.ts';
import type { TimedCommand } from './faults.ts';
import type { Message } from './messages.ts';
import { createPace, type Pace } from './pace.ts';

/** Pending events are data: what happens is decided by `kind` when their time comes. */
export type WorldEvent =
  | { kind: 'arrival'; link: string; age: number; from: string; sentAt: SimTime; message: Message }
  | { kind: 'hostTimer'; host: HostId; timer: TimerName; set: number }
  | { kind: 'guestTimer'; host: HostId; set: number }
  | { kind: 'storageRetry'; host: HostId; request: number }
  | { kind: 'diskService'; service: DiskService }
  | { kind: 'clientTimer'; client: ClientId; set: number }
  | { kind: 'command'; command: TimedCommand };

/** At one instant everything else happens before a command does, so that one given by hand and one in a scenario are the same. */
const COMMAND_RANK = 1;

export interface Host {
  id: HostId;
  /** Where the other half of the pair runs. */
  peer: HostId;
  config: HostConfig;
  isAlive: boolean;
  /** When it lost power. `NEVER` while it has it. */
  diedAt: SimTime;
  machine: Machine;
  replica: Replica;
  pace: Pace;
  /** Why the machine has stopped, and when it did; the host has not dealt with it yet. */
  stop: { at: SimTime; stop: Stop } | null;
  /** The guest is in WFI. */
  isIdle: boolean;
  /** What has arrived for a guest that is stopped because the send buffer is full. */
  deferred: Injection[];
  /** Added to this host's clock it gives the guest's, in ticks: the guest's clock goes on across a failover. */
  guestClockOffset: number;
  /** How often each timer was set: an event of an earlier setting is void. */
  timersSet: Record<TimerName, number>;
  guestTimerSet: number;
  entropy: PrngState;
}

export interface World {
  config: WorldConfig;
  now: SimTime;
  queue: EventQueue<WorldEvent>;
  hosts: Host[];
  links: Link[];
  /** The switch: behind which of its links each MAC (as hex) was last seen. */
  forwarding: Record<string, string>;
  clients: Client[];
  disk: DiskServer;
}

/** Ids of the links of a world with these hosts and clients. */
export function linkIds(hosts: readonly HostId[], clients: readonly ClientId[]): string[] {
  return [
    'log',
    ...hosts.map((host) => `lan-${host}`),
    ...clients.map((client) => `lan-${client}`),
    ...hosts.map((host) => `storage-${host}`),
  ];
}

function createLinks(config: WorldConfig): Link[] {
  const { lan, log, storage } = config.links;
  const [a, b] = config.hosts;
  return [
    createLink('log', [a.id, b.id], log.latency, log.bitsPerSecond),
    ...[...config.hosts, ...config.clients].map(({ id }) =>
      createLink(`lan-${id}`, [id, 'switch'], lan.latency, lan.bitsPerSecond),
    ),
    ...config.hosts.map(({ id }) =>
      createLink(`storage-${id}`, [id, 'disk'], storage.latency, storage.bitsPerSecond),
    ),
  ];
}

function createHost(config: WorldConfig, index: 0 | 1): Host {
  const host = config.hosts[index];
  const machineConfig = { ramBytes: config.ramBytes, mac: VM_MAC, diskSectors: config.disk.blocks };
  return {
    id: host.id,
    peer: config.hosts[1 - index]?.id as HostId,
    config: host,
    isAlive: true,
    diedAt: NEVER,
    machine: createMachine(machineConfig, config.image),
    replica: createReplica(index === 0 ? 'primary' : 'backup', config.protocol, START),
    pace: createPace(host, namedStream(`host ${host.id} speed`, config.seed)),
    stop: null,
    isIdle: false,
    deferred: [],
    guestClockOffset: 0,
    timersSet: { heartbeat: 0, silence: 0, retransmit: 0, arbitration: 0 },
    guestTimerSet: 0,
    entropy: namedStream(`host ${host.id} entropy`, config.seed),
  };
}

/** A world at its first instant, before anything has happened. `start` (advance.ts) sets it going. */
export function createWorld(config: WorldConfig): World {
  const world: World = {
    config,
    now: START,
    queue: createQueue(),
    hosts: [createHost(config, 0), createHost(config, 1)],
    links: createLinks(config),
    forwarding: {},
    clients: config.clients.map((client, index) => createClient(client, index, config.seed, config.service)),
    disk: createDiskServer(config.disk),
  };
  setCommands(world, config.commands);
  return world;
}

/** These commands are to come, and no others. */
export function setCommands(world: World, commands: readonly TimedCommand[]): void {
  dropWhere(world.queue, (event) => event.kind === 'command');
  for (const command of commands) {
    schedule(world.queue, command.at, { kind: 'command', command }, COMMAND_RANK);
  }
}

/** When the next pending event is due. */
export const nextEventAt = (world: World): SimTime => nextAt(world.queue);

/** No host can affect another sooner than this: the latency of the shortest link. */
export const lookahead = (world: World): Duration =>
  Math.min(...world.links.map((link) => link.latency)) as Duration;

export const instructionOf = (host: Host): InstructionCount => host.machine.cpu.instructions;

export function hostOf(world: World, id: HostId): Host {
  return world.hosts.find((host) => host.id === id) as Host;
}

export function linkOf(world: World, id: string): Link {
  return world.links.find((link) => link.id === id) as Link;
}
