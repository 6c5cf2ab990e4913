// What happens to a message that arrives: at the switch, a disk, a client, or a host and its VM.

import { isActing, runsByItself } from '../../ft/pair-end.ts';
import { type ProtocolMessage, receiveMessage } from '../../ft/receive-message.ts';
import { receiveBuffers } from '../../machine/machine.ts';
import { dropOne, schedule } from '../../sim/event-queue.ts';
import { farEnd } from '../../sim/link.ts';
import { after } from '../../sim/time.ts';
import { linkOf } from '../net/cables.ts';
import { onFrame } from '../net/client.ts';
import { doStep } from '../net/client-steps.ts';
import { type DiskService, serve } from '../net/disk-server.ts';
import { clientAt, decodeRequest, parseUdp } from '../net/ethernet.ts';
import type { Message, StorageReply } from '../net/messages.ts';
import { lossOf, send, switchFrame } from '../net/network.ts';
import type { Observer } from '../state/observation.ts';
import { copyPlain } from '../state/snapshot.ts';
import { type Host, hostOf, type World, type WorldEvent } from '../state/world.ts';
import { canBeInjected, deliver, goOn } from './inputs.ts';
import { momentOf } from './moment.ts';
import { isAnswered, serveLater } from './storage.ts';

export function arrive(
  world: World,
  event: Extract<WorldEvent, { kind: 'arrival' }>,
  observe: Observer,
): void {
  const reason = lossOf(world, event);
  if (reason !== null) {
    observe({ at: world.now, kind: 'frameLost', link: event.link, reason });
    return;
  }
  const { from, message } = event;
  const to = farEnd(linkOf(world, event.link), from);
  if (to === 'switch') {
    if (message.kind === 'ethernet') switchFrame(world, linkOf(world, event.link), message.bytes, observe);
    return;
  }
  const delivery = { kind: 'delivery' as const, to, from, message };
  const host = world.hosts.find(({ id }) => id === to);
  if (host?.isPaused) host.stalled.push(delivery);
  else deliverMessage(world, delivery, observe);
}

export function deliverMessage(
  world: World,
  { to, from, message }: Extract<WorldEvent, { kind: 'delivery' }>,
  observe: Observer,
): void {
  if (to === 'disk') {
    if (message.kind === 'storage') serveLater(world, world.disk, message.request);
    return;
  }
  const client = world.clients.find(({ config }) => config.id === to);
  if (client) {
    if (message.kind === 'ethernet')
      doStep(world, client, onFrame(client, message.bytes, world.now), observe);
    return;
  }
  const host = hostOf(world, to);
  if (host.isPaused) host.stalled.push({ kind: 'delivery', to, from, message });
  else if (host.isAlive) receiveAtHost(world, host, from, message, observe);
}

/** A message has come to a host that has power. */
export function receiveAtHost(
  world: World,
  host: Host,
  from: string,
  message: Message,
  observe: Observer,
): void {
  switch (message.kind) {
    case 'ethernet':
      receivePacket(world, host, message.bytes, observe);
      break;
    case 'channel':
    case 'transfer':
    case 'checkpoint':
      receiveForProtocol(world, host, from, ownCopy(message), observe);
      break;
    case 'storageReply':
      receiveFromDisk(world, host, message.reply, observe);
      break;
    case 'storage':
      break;
  }
}

type OfHosts = Extract<Message, { kind: 'channel' | 'transfer' | 'checkpoint' }>;

/** No two hosts share what they change, and a cable may bring the same message twice. */
function ownCopy(received: OfHosts): OfHosts {
  const { kind, message } = received;
  if (kind === 'transfer' && message.kind === 'state') {
    const { replica, pendingIo } = message.state;
    const state = { ...message.state, replica: copyPlain(replica), pendingIo: copyPlain(pendingIo) };
    return { kind, message: { ...message, state } };
  }
  if (kind === 'transfer' && message.kind === 'go')
    return { kind, message: { ...message, deferred: copyPlain(message.deferred) } };
  if (kind === 'checkpoint' && message.kind === 'checkpoint')
    return { kind, message: { ...message, pendingIo: copyPlain(message.pendingIo) } };
  return received;
}

function receiveForProtocol(
  world: World,
  host: Host,
  from: string,
  message: ProtocolMessage,
  observe: Observer,
): void {
  goOn(world, host, receiveMessage(host, world.config, from, message, momentOf(world, host)), observe);
}

/** A frame on the LAN is the VM's only where the VM is live: a backup's network card is not connected. */
function receivePacket(world: World, host: Host, bytes: Uint8Array<ArrayBuffer>, observe: Observer): void {
  if (!canBeInjected(world, host) || !isActing(host)) return;
  const room = receiveBuffers(host.machine) - packetsWaiting(host);
  if (room <= 0) {
    observe({ at: world.now, kind: 'frameLost', link: `lan-${host.id}`, reason: 'full' });
    return;
  }
  const datagram = parseUdp(bytes);
  const request = datagram && decodeRequest(datagram.payload);
  const client = datagram && clientAt(world.clients, datagram.from);
  if (request && client) {
    observe({ at: world.now, kind: 'requestArrived', host: host.id, client, request: request.sequence });
  }
  const { groupPackets, groupWait } = world.config.network;
  host.group.push(bytes);
  // Of what has no room the group would wait in vain.
  if (host.group.length >= groupPackets || room === 1) deliverGroup(world, host, observe);
  else if (host.group.length === 1) {
    const event = { kind: 'groupDue' as const, host: host.id, set: ++host.groupSet };
    schedule(world.queue, after(world.now, groupWait), event);
  }
}

/**
 * Packets that are to take a buffer of the guest's each, but have not yet. There are never more of them than free buffers: a
 * network card drops what its ring has no room for, however long the guest stands still, and its sender asks again.
 */
const packetsWaiting = ({ group, deferred }: Host): number =>
  group.length + deferred.filter(({ kind }) => kind === 'packet').length;

/** §3.5: packets that came together enter together, and the device interrupts once, for the last. */
export function deliverGroup(world: World, host: Host, observe: Observer): void {
  host.groupSet++;
  dropOne(world.queue, (event) => event.kind === 'groupDue' && event.host === host.id);
  const group = host.group.splice(0);
  if (!canBeInjected(world, host)) return;
  group.forEach((bytes, i) => {
    const isLast = i === group.length - 1;
    deliver(world, host, { kind: 'packet', bytes, ...(isLast ? {} : { interrupt: false }) }, observe);
  });
}

/** A disk has served a request: the shared one answers over its cable, a host's own at once. */
export function served(world: World, diskId: string, service: DiskService, observe: Observer): void {
  const own = world.hosts.find(({ disk }) => disk?.id === diskId);
  const { host: hostId } = service.request;
  if (own && !own.isAlive) return;
  const answer = serve(own?.disk ?? world.disk, service, world.now);
  if (answer === null) return;
  if (answer.fact) observe({ at: world.now, ...answer.fact });
  if (own === undefined)
    send(world, `storage-${hostId}`, 'disk', { kind: 'storageReply', reply: answer.reply }, observe);
  else if (own.isPaused)
    own.stalled.push({
      kind: 'delivery',
      to: own.id,
      from: diskId,
      message: { kind: 'storageReply', reply: answer.reply },
    });
  else receiveFromDisk(world, own, answer.reply, observe);
}

function receiveFromDisk(world: World, host: Host, reply: StorageReply, observe: Observer): void {
  const { replica } = host;
  if (reply.kind === 'flag') {
    const { generation, won } = reply;
    receiveForProtocol(world, host, 'disk', { kind: 'flag', generation, won }, observe);
    return;
  }
  const { request, ok } = reply;
  const isUnderWay = replica.pendingIo.some(
    ({ issued, operation }) => issued && operation.request === request,
  );
  if (!isUnderWay || !host.isAlive || isAnswered(host, request)) return;
  const bytes = reply.bytes ? { bytes: reply.bytes } : {};
  if (replica.role === 'backup' && !runsByItself(host, world.config.protocol))
    receiveForProtocol(world, host, 'disk', { kind: 'ownIo', request, ok, ...bytes }, observe);
  else if (canBeInjected(world, host))
    deliver(world, host, { kind: 'diskCompletion', request, ok, ...bytes }, observe);
}
