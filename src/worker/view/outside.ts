// The world around the pair as the page shows it: clients, what is on the other cables, the disk.

import { toHex } from '../../base/bytes.ts';
import { inOrder, type Pending } from '../../sim/event-queue.ts';
import { farEnd } from '../../sim/link.ts';
import { firstWord } from '../../world/base/blocks.ts';
import { linkOf } from '../../world/net/cables.ts';
import { clientAt, decodeReply, decodeRequest, isAnnouncement, parseUdp } from '../../world/net/ethernet.ts';
import { outstanding, retryAt } from '../../world/net/exchanges.ts';
import type { Medium, MediumOperation } from '../../world/net/medium.ts';
import type { Message } from '../../world/net/messages.ts';
import { isDelivered, VM_KEY } from '../../world/net/network.ts';
import { parseStorageReply, parseStorageRequest } from '../../world/net/storage-protocol.ts';
import { type Client, isDone, type PlainHost } from '../../world/state/plain-host.ts';
import { flagHolder, type World, type WorldEvent } from '../../world/state/world.ts';
import type {
  ClientView,
  DiskState,
  DiskView,
  FlightView,
  LinkView,
  OwnDiskView,
  PowerView,
} from '../frame.ts';
import { stateOf as machineState } from './opened-machine.ts';

export function viewClient(client: Client): ClientView {
  const open = outstanding(client);
  const answered = client.history.findLast((exchange) => exchange.answered !== undefined);
  return {
    id: client.config.id,
    ...powerOf(client),
    state: open ? 'waiting' : isDone(client) ? 'done' : 'thinking',
    ...(open
      ? {
          request: {
            sequence: open.request,
            operation: client.asking?.operation ?? client.config.operation,
            sentAt: open.sent,
            tries: open.tries,
            retryAt: retryAt(client, open),
          },
        }
      : {}),
    ...(answered
      ? {
          lastAnswer: {
            sequence: answered.request,
            value: answered.value ?? 0,
            at: answered.answered as number,
          },
        }
      : {}),
    answered: client.history.filter((exchange) => exchange.answered !== undefined).length,
  };
}

function powerOf(host: PlainHost): PowerView {
  const state = machineState(host);
  return { trouble: state === 'running' || state === 'asleep' ? null : state, cpuPercent: host.cpuPercent };
}

type FlightContent = Pick<FlightView, 'kind' | 'client' | 'request' | 'value' | 'block' | 'won'>;

/** What a message is, seen from outside. */
function describeMessage(world: World, link: string, message: Message): FlightContent {
  switch (message.kind) {
    case 'ethernet':
      return link.startsWith('storage-')
        ? describeStorage(message.bytes)
        : describeFrame(world, message.bytes);
    default:
      return { kind: 'other' };
  }
}

/** What a frame of the storage network is. */
function describeStorage(bytes: Uint8Array<ArrayBuffer>): FlightContent {
  const request = parseStorageRequest(bytes);
  if (request) {
    if (request.kind === 'testAndSet') return { kind: 'testAndSet' };
    if (request.kind === 'flush') return { kind: 'other' };
    return { kind: request.kind === 'read' ? 'diskRead' : 'diskWrite', block: request.block };
  }
  const reply = parseStorageReply(bytes);
  if (reply === undefined) return { kind: 'other' };
  return reply.kind === 'testAndSet'
    ? { kind: 'testAndSetReply', won: reply.status === 'done' }
    : { kind: 'diskReply' };
}

/** What a frame of the LAN is. */
export function describeFrame(world: World, bytes: Uint8Array<ArrayBuffer>): FlightContent {
  if (isAnnouncement(bytes)) return { kind: 'announcement' };
  const datagram = parseUdp(bytes);
  if (datagram === undefined) return { kind: 'other' };
  const asker = clientAt(world.clients, datagram.from);
  const request = decodeRequest(datagram.payload);
  if (asker !== undefined && request) return { kind: 'request', client: asker, request: request.sequence };
  const client = clientAt(world.clients, datagram.to);
  const reply = decodeReply(datagram.payload);
  if (client === undefined || !reply) return { kind: 'other' };
  return { kind: 'reply', client, request: reply.sequence, value: reply.value };
}

/** What goes over the cables between hosts is the logging channel's, FT VMotion's and checkpointing's. */
const isBetweenHosts = ({ kind }: Message): boolean =>
  kind === 'channel' || kind === 'transfer' || kind === 'checkpoint';

function viewFlight(world: World, { at, order, event }: Pending<WorldEvent>): FlightView[] {
  if (event.kind !== 'arrival' || isBetweenHosts(event.message)) return [];
  return [
    {
      id: order,
      link: event.link,
      from: event.from,
      to: farEnd(linkOf(world, event.link), event.from),
      ...describeMessage(world, event.link, event.message),
      progress: at === event.sentAt ? 1 : (world.now - event.sentAt) / (at - event.sentAt),
      lost: !isDelivered(world, event),
    },
  ];
}

/** Everything on the LAN and the storage links. */
export const viewFlights = (world: World): FlightView[] =>
  inOrder(world.queue).flatMap((pending) => viewFlight(world, pending));

export function viewDisk(world: World): DiskView {
  const { disk, config } = world;
  const { medium } = disk;
  const generation = Math.max(...world.hosts.map((host) => host.replica.generation));
  const winner = flagHolder(world, generation);
  const services = inOrder(world.queue).flatMap(({ event }) =>
    event.kind === 'mediumDone' && event.medium === medium.id ? [event.service] : [],
  );
  const isShared = world.config.disk.isShared;
  return {
    ...stateOf(medium),
    ...powerOf(disk),
    isUp: disk.isAlive,
    isShared,
    blocks: config.disk.blocks,
    used: dataIn(world).map(([number, bytes]) => {
      const writer = medium.writers[number];
      return {
        block: number,
        value: firstWord(bytes),
        ...(writer ? { writtenAt: writer.at, by: writer.host } : {}),
        hex: toHex(bytes.subarray(0, 64)),
      };
    }),
    flag: { generation, ...(winner === undefined ? {} : { winner }) },
    busy: services.flatMap(({ operation, begins }) =>
      begins <= world.now ? busyView(world, operation) : [],
    ),
  };
}

/** The blocks of the shared disk that were ever written: behind them is what its server keeps for itself. */
const dataIn = ({ config, disk }: World): [number, Uint8Array][] =>
  Object.entries(config.disk.isShared ? disk.medium.blocks : {})
    .map(([number, bytes]): [number, Uint8Array] => [Number(number), bytes])
    .filter(([number]) => number < config.disk.blocks);

function busyView({ config, disk }: World, operation: MediumOperation): DiskView['busy'] {
  if (operation.kind === 'flush' || operation.block >= config.disk.blocks) return [];
  const { kind, block } = operation;
  const asked = disk.seen.asked.find((each) => each.kind === kind && each.block === block);
  return asked === undefined ? [] : [{ kind, block, host: asked.host }];
}

const stateOf = ({ failing }: Medium): Omit<DiskState, 'isUp'> => ({
  failsReads: failing.reads,
  failsWrites: failing.writes,
  isFull: failing.full,
});

/** A host's own disk. */
export const viewOwnDisk = (disk: Medium, isUp: boolean): OwnDiskView => ({
  ...stateOf(disk),
  isUp,
  used: Object.entries(disk.blocks).map(([block, bytes]) => ({
    block: Number(block),
    value: firstWord(bytes),
  })),
});

export const viewLinks = (world: World): LinkView[] =>
  world.links.map(({ id, ends, cut, latency, bitsPerSecond, loss, duplication, reordering, delay }) => ({
    id,
    ends: [...ends],
    cut: [...cut],
    loss,
    duplication,
    reordering,
    delayNs: delay,
    latencyNs: latency,
    bitsPerSecond,
  }));

/** The host behind whose port the switch has last seen the VM's MAC. */
export function viewVmAt(world: World): string | null {
  const port = world.forwarding[VM_KEY];
  return port === undefined ? null : linkOf(world, port).ends[0];
}
