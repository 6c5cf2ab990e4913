// The state of a world: computers, links and the switch, and the events that are pending between them.

import { namedStream, type PrngState } from '../../base/prng.ts';
import type { Arrival, TimerName } from '../../ft/effects.ts';
import type { EndView } from '../../ft/pair-end.ts';
import { createReplica, type Role } from '../../ft/replica.ts';
import { type Injection, type InstructionCount, NO_INSTRUCTIONS } from '../../machine/boundary.ts';
import { createMachine, createMachineState, type MachineSnapshot } from '../../machine/machine.ts';
import type { Machine, MachineConfig } from '../../machine/state.ts';
import { createQueue, dropWhere, type EventQueue, nextAt, schedule } from '../../sim/event-queue.ts';
import type { Link } from '../../sim/link.ts';
import { type Duration, nanoseconds, type SimTime, START } from '../../sim/time.ts';
import { type HostConfig, type HostId, VM_MAC, type WorldConfig } from '../base/config.ts';
import { type Conditional, conditionalsAfter } from '../language/conditions.ts';
import type { ConditionalCommand, Fault, ScriptedCommand, TimedCommand } from '../language/faults.ts';
import { createLinks } from '../net/cables.ts';
import { createMedium, type Medium, type MediumService } from '../net/medium.ts';
import type { Message } from '../net/messages.ts';
import { createStorageClient, type StorageClient } from '../net/storage-client.ts';
import { flagIn, hostAt } from '../net/storage-protocol.ts';
import { createKeyboard, type Keyboard } from '../net/terminal.ts';
import { type Computer, createComputer, isRunning } from './computer.ts';
import type { Observation } from './observation.ts';
import { type Client, createClient, createDisk, type Disk } from './plain-host.ts';

export { type Computer, isRunning };

/** Pending events are data: what happens is decided by `kind` when their time comes. */
export type WorldEvent =
  /** One copy of a frame would arrive, but for what happens to it on the way: see `lossOf` in network.ts. */
  | {
      kind: 'arrival';
      link: string;
      from: string;
      sentAt: SimTime;
      leavesAt: SimTime;
      age: number;
      isLost: boolean;
      message: Message;
    }
  /** What had arrived at a paused host and is dealt with now. */
  | { kind: 'delivery'; to: string; from: string; message: Message }
  | { kind: 'hostTimer'; host: HostId; timer: TimerName; set: number }
  | { kind: 'guestTimer'; host: string; set: number }
  /** Whoever has flooded a cable may run again. */
  | { kind: 'floodOver'; host: string }
  | { kind: 'storageRetry'; host: HostId; request: number; issue: number }
  /** A medium has done an operation: that of the disk's server, or a host's own. */
  | { kind: 'mediumDone'; medium: string; service: MediumService }
  | { kind: 'clusterDecision'; host: HostId; generation: number }
  | { kind: 'transferTimeout'; host: HostId; number: number; set: number }
  /** Without bounce buffers: a device has done its DMA into running memory, and interrupts now. */
  | { kind: 'dmaDone'; host: HostId; injection: Dma; power: number }
  /** A group of packets waits no longer for more (§3.5). */
  | { kind: 'groupDue'; host: HostId; set: number }
  | { kind: 'keystroke' }
  | { kind: 'epoch'; host: HostId; set: number }
  | { kind: 'epochCopied'; host: HostId; set: number }
  /** A condition has come true while a machine that its command touches may have been ahead. */
  | { kind: 'strike'; fault: Fault }
  | { kind: 'command'; command: TimedCommand };

/** At one instant everything else happens before a command does, so that one given by hand and one in a scenario are the same. */
const COMMAND_RANK = 1;

/** What a device brings into memory. */
export type Dma = Extract<Injection, { kind: 'packet' | 'diskCompletion' }>;

/** What has arrived for a guest that stands still. `isLanded`: it is in memory already (§3.4), and only its interrupt waits. */
export type Deferred = Arrival & { isLanded?: true };

/** A host of the VM, with its end of the pair, which only ft changes. */
export interface Host extends Computer, EndView {
  /** Without exact delivery: a backup's guest has asked for a value that the log does not have yet. */
  isReading: 'clock' | 'entropy' | null;
  deferred: Deferred[];
  /** Packets that wait for others to share their interrupt. */
  group: Uint8Array<ArrayBuffer>[];
  groupSet: number;
  /** How often each timer was set: an event of an earlier setting is void. */
  timersSet: Record<TimerName, number>;
  /** How often it has issued disk operations: a retry that was meant for an earlier one is void. */
  issues: number;
  /** What it has asked of the disk's server. */
  storage: StorageClient;
  /** Its own disk, where disks are not shared (§4.1). */
  disk: Medium | null;
  transferSet: number;
  /** What the VM's memory was when it was last copied: frozen, and its hash. */
  copied: { snapshot: MachineSnapshot; hash: string } | null;
  copiedBlocks: Readonly<Record<number, Uint8Array<ArrayBuffer>>> | null;
  /** The second hart runs next when the first has come to `next`. */
  interleaving: { next: InstructionCount; noise: PrngState } | null;
  epochSet: number;
  /** The cluster service has found no host for a backup yet, and said so. */
  isUnanswered: boolean;
}

export interface World {
  config: WorldConfig;
  now: SimTime;
  queue: EventQueue<WorldEvent>;
  /** Of the VM. */
  hosts: Host[];
  clients: Client[];
  disk: Disk;
  /** All of these, in this order. */
  computers: readonly Computer[];
  links: Link[];
  /** The switch: behind which of its links each MAC (as hex) was last seen. */
  forwarding: Record<string, string>;
  keyboard: Keyboard;
  conditionals: Conditional[];
}

export const machineConfigOf = (config: WorldConfig): MachineConfig => ({
  ramBytes: config.ramBytes,
  mac: VM_MAC,
  diskSectors: config.disk.blocks,
  harts: config.harts,
});

/** A host's machine before any VM has come to it. */
export const blankMachine = (config: WorldConfig): Machine => createMachineState(machineConfigOf(config), 0);

function firstRole({ replication }: WorldConfig, index: number): Role {
  if (replication.mode === 'none') return index === 0 ? 'solo' : 'spare';
  return index === 0 ? 'primary' : index === 1 ? 'backup' : 'spare';
}

function createHost(config: WorldConfig, index: number): Host {
  const host = config.hosts[index] as HostConfig;
  const role = firstRole(config, index);
  const isPaired = role === 'primary' || role === 'backup';
  const machine =
    role === 'spare' ? blankMachine(config) : createMachine(machineConfigOf(config), config.image);
  return {
    ...createComputer(host, machine, `host ${host.id}`, config.seed),
    peer: isPaired ? (config.hosts[1 - index] as HostConfig).id : null,
    vmPercent: 100,
    replica: createReplica(role, 1, config.protocol, START),
    isReading: null,
    deferred: [],
    group: [],
    groupSet: 0,
    timersSet: {
      heartbeat: 0,
      silence: 0,
      retransmit: 0,
      arbitration: 0,
      flush: 0,
      pacing: 0,
      progress: 0,
      announce: 0,
    },
    issues: 0,
    storage: createStorageClient(),
    disk: config.disk.isShared ? null : createMedium(`disk-${host.id}`, config.disk, config.seed),
    transfer: null,
    incoming: null,
    handover: null,
    transfers: 0,
    transferSet: 0,
    copied: null,
    copiedBlocks: null,
    interleaving:
      config.harts === 2
        ? { next: NO_INSTRUCTIONS, noise: namedStream(`host ${host.id} harts`, config.seed) }
        : null,
    epochSet: 0,
    isCopying: false,
    isUnanswered: false,
  };
}

/** A world at its first instant, before anything has happened. `start` (advance.ts) sets it going. */
export function createWorld(config: WorldConfig): World {
  const hosts = config.hosts.map((_, index) => createHost(config, index));
  const clients = config.clients.map((_, index) => createClient(config, index));
  const disk = createDisk(config);
  const world: World = {
    config,
    now: START,
    queue: createQueue(),
    hosts,
    clients,
    disk,
    computers: [...hosts, ...clients, disk],
    links: createLinks(config),
    forwarding: {},
    keyboard: createKeyboard(),
    conditionals: [],
  };
  setCommands(world, config.commands);
  return world;
}

/**
 * These commands are to come, and no others.
 * @param facts what has happened so far: conditions count from the beginning of the run
 */
export function setCommands(
  world: World,
  commands: readonly ScriptedCommand[],
  facts: Iterable<Observation> = [],
): void {
  dropWhere(world.queue, (event) => event.kind === 'command');
  for (const command of commands) {
    if ('at' in command) schedule(world.queue, command.at, { kind: 'command', command }, COMMAND_RANK);
  }
  const conditional = commands.filter((command): command is ConditionalCommand => 'when' in command);
  world.conditionals = conditionalsAfter(facts, conditional);
}

/** When the next pending event is due. */
export const nextEventAt = (world: World): SimTime => nextAt(world.queue);

/** No host can affect another sooner than this: the latency of the shortest link. */
export const lookahead = (world: World): Duration =>
  nanoseconds(Math.min(...world.links.map((link) => link.latency)));

export const instructionOf = ({ machine }: Computer): InstructionCount => machine.cpu.instructions;

/** The computer of that id: a host of the VM, a client, or the disk. */
export function computerOf(world: World, id: string): Computer {
  return world.computers.find((computer) => computer.id === id) as Computer;
}

/** The host that has the flag of a generation, as the disk's medium has it. */
export function flagHolder({ hosts, disk }: World, generation: number): HostId | undefined {
  const number = flagIn(disk.medium.blocks[disk.config.blocks], generation);
  return number === undefined ? undefined : hostAt(hosts, number);
}

/** Whether it is one of the VM's, whose two are recorded and replayed. */
export const isHost = (computer: Computer): computer is Host => 'replica' in computer;

export function hostOf(world: World, id: HostId): Host {
  return world.hosts.find((host) => host.id === id) as Host;
}
