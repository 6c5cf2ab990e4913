// The world around the pair as the page shows it: clients, what is on the other cables, the disk.

import { toHex } from '../../base/bytes.ts';
import { inOrder, type Pending } from '../../sim/event-queue.ts';
import { farEnd } from '../../sim/link.ts';
import { firstWord } from '../../world/base/blocks.ts';
import { linkOf } from '../../world/net/cables.ts';
import { type Client, isDone, outstanding, retryAt } from '../../world/net/client.ts';
import type { DiskServer } from '../../world/net/disk-server.ts';
import { clientAt, decodeReply, decodeRequest, isAnnouncement, parseUdp } from '../../world/net/ethernet.ts';
import type { Message } from '../../world/net/messages.ts';
import { isDelivered, VM_KEY } from '../../world/net/network.ts';
import type { World, WorldEvent } from '../../world/state/world.ts';
import type { ClientView, DiskState, DiskView, FlightView, LinkView, OwnDiskView } from '../frame.ts';

export function viewClient(client: Client): ClientView {
  const open = outstanding(client);
  const answered = client.history.findLast((exchange) => exchange.answered !== undefined);
  return {
    id: client.config.id,
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
    answered: client.history.length - (open ? 1 : 0),
  };
}

type FlightContent = Pick<FlightView, 'kind' | 'client' | 'request' | 'value' | 'block' | 'won'>;

/** What a message is, seen from outside. */
function describeMessage(world: World, message: Message): FlightContent {
  switch (message.kind) {
    case 'ethernet':
      return describeFrame(world, message.bytes);
    case 'storage': {
      const { request } = message;
      if (request.kind === 'testAndSet') return { kind: 'testAndSet' };
      if (request.kind === 'flush') return { kind: 'other' };
      return { kind: request.kind === 'read' ? 'diskRead' : 'diskWrite', block: request.block };
    }
    case 'storageReply': {
      const { reply } = message;
      return reply.kind === 'flag' ? { kind: 'testAndSetReply', won: reply.won } : { kind: 'diskReply' };
    }
    default:
      return { kind: 'other' };
  }
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
      ...describeMessage(world, event.message),
      progress: at === event.sentAt ? 1 : (world.now - event.sentAt) / (at - event.sentAt),
      lost: !isDelivered(world, event),
    },
  ];
}

/** Everything on the LAN and the storage links. */
export const viewFlights = (world: World): FlightView[] =>
  inOrder(world.queue).flatMap((pending) => viewFlight(world, pending));

export function viewDisk(world: World): DiskView {
  const { disk } = world;
  const generation = Math.max(...world.hosts.map((host) => host.replica.generation));
  const winner = disk.flags[generation];
  const services = inOrder(world.queue).flatMap(({ event }) =>
    event.kind === 'diskService' && event.disk === disk.id ? [event.service] : [],
  );
  const isShared = world.config.disk.isShared;
  return {
    ...stateOf(disk),
    isShared,
    blocks: disk.config.blocks,
    used: Object.entries(isShared ? disk.blocks : {}).map(([number, bytes]) => {
      const writer = disk.writers[Number(number)];
      return {
        block: Number(number),
        value: firstWord(bytes),
        ...(writer ? { writtenAt: writer.at, by: writer.host } : {}),
        hex: toHex(bytes.subarray(0, 64)),
      };
    }),
    flag: { generation, ...(winner === undefined ? {} : { winner }) },
    busy: services.flatMap(({ request, begins }) =>
      begins <= world.now && (request.kind === 'read' || request.kind === 'write')
        ? [{ kind: request.kind, block: request.block, host: request.host }]
        : [],
    ),
  };
}

const stateOf = ({ isUp, failing }: DiskServer): DiskState => ({
  isUp,
  failsReads: failing.reads,
  failsWrites: failing.writes,
  isFull: failing.full,
});

/** A host's own disk. */
export const viewOwnDisk = (disk: DiskServer): OwnDiskView => ({
  ...stateOf(disk),
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
