// What happens to a message that arrives: at the switch, a disk, a client, or a host and its VM.

import { arbitrated } from '../../ft/arbitration.ts';
import { consoleReleased } from '../../ft/console-outputs.ts';
import { issueReady } from '../../ft/disk-io.ts';
import type { Effect } from '../../ft/effects.ts';
import type { LogEntry } from '../../ft/entry.ts';
import { heard } from '../../ft/failure-detection.ts';
import {
  acknowledge,
  acknowledged,
  executedThrough,
  mayAcknowledge,
  receive,
} from '../../ft/logging-channel.ts';
import type { PairMessage } from '../../ft/messages.ts';
import { releaseAcknowledged } from '../../ft/output-rule.ts';
import { schedule } from '../../sim/event-queue.ts';
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
import { type Host, hostOf, isActing, isHandedOver, type World, type WorldEvent } from '../state/world.ts';
import { endDecidedClone, handOverOnceQuiet, tellQuiet } from '../vm/cloning.ts';
import { finishPowerOff } from '../vm/operations.ts';
import { receiveTransfer } from '../vm/transfer-messages.ts';
import { receiveCheckpoint } from './checkpointing.ts';
import { execute, serveLater } from './effects.ts';
import { followGuestClock } from './host-clock.ts';
import { deliver, deliverDeferred, runsByItself, settle } from './hypervisor.ts';
import { replay } from './replay.ts';

/** A machine that this host runs on its own account; a backup's takes nothing but its log. */
export const canBeInjected = (world: World, host: Host): boolean =>
  host.isAlive &&
  (isActing(host) || (host.replica.role === 'backup' && runsByItself(world, host))) &&
  host.machine.ending.kind === 'running';

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
  else receiveMessage(world, delivery, observe);
}

export function receiveMessage(
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

function receiveAtHost(world: World, host: Host, from: string, message: Message, observe: Observer): void {
  switch (message.kind) {
    case 'ethernet':
      receivePacket(world, host, message.bytes, observe);
      break;
    case 'channel':
      receiveOnChannel(world, host, from, message.message, observe);
      break;
    case 'transfer':
      receiveTransfer(world, host, from, message.message, observe);
      break;
    case 'checkpoint':
      receiveCheckpoint(world, host, from, message.message, observe);
      break;
    case 'storageReply':
      receiveFromDisk(world, host, message.reply, observe);
      break;
    case 'storage':
      break;
  }
}

/** A frame on the LAN is the VM's only where the VM is live: a backup's network card is not connected. */
function receivePacket(world: World, host: Host, bytes: Uint8Array<ArrayBuffer>, observe: Observer): void {
  if (!canBeInjected(world, host) || !isActing(host)) return;
  const datagram = parseUdp(bytes);
  const request = datagram && decodeRequest(datagram.payload);
  const client = datagram && clientAt(world.clients, datagram.from);
  if (request && client) {
    observe({ at: world.now, kind: 'requestArrived', host: host.id, client, request: request.sequence });
  }
  const { groupPackets, groupWait } = world.config.network;
  host.group.push(bytes);
  if (host.group.length >= groupPackets) deliverGroup(world, host, observe);
  else if (host.group.length === 1) {
    const event = { kind: 'groupDue' as const, host: host.id, set: ++host.groupSet };
    schedule(world.queue, after(world.now, groupWait), event);
  }
}

/** §3.5: packets that came together enter together, and the device interrupts once, for the last. */
export function deliverGroup(world: World, host: Host, observe: Observer): void {
  host.groupSet++;
  const group = host.group.splice(0);
  if (!canBeInjected(world, host)) return;
  group.forEach((bytes, i) => {
    const isLast = i === group.length - 1;
    deliver(world, host, { kind: 'packet', bytes, ...(isLast ? {} : { interrupt: false }) }, observe);
  });
}

function receiveOnChannel(
  world: World,
  host: Host,
  from: string,
  message: PairMessage,
  observe: Observer,
): void {
  const { replica } = host;
  const { protocol } = world.config;
  if (message.generation !== replica.generation || from !== host.peer) return;
  // What this end of the pair knows is on its way to another host: more would be lost here.
  if (isHandedOver(host)) return;
  const out: Effect[] = [];
  heard(replica, protocol, world.now, out);
  if (message.kind === 'entries') receiveEntries(world, host, message.bytes, out);
  else if (message.kind === 'ack' && replica.role === 'primary') {
    acknowledged(replica, protocol, message, out);
    releaseAcknowledged(replica, out);
    issueReady(replica, protocol, out);
  } else if (message.kind === 'heartbeat' && replica.role === 'primary') {
    executedThrough(replica, message.executed);
    issueReady(replica, protocol, out);
  } else if (message.kind === 'heartbeat') {
    consoleReleased(replica, message.released);
  }
  afterChange(world, host, out, observe);
}

function receiveEntries(world: World, host: Host, bytes: Uint8Array<ArrayBuffer>, out: Effect[]): void {
  const { replica } = host;
  const { protocol } = world.config;
  const stillListens = replica.role === 'solo' && !protocol.rules.muteWhenGoingLive;
  if (replica.role !== 'backup' && !stillListens) return;
  receive(replica.receiver, bytes, out);
  if (stillListens) replica.receiver.entries = [];
  else followGuestClock(world, host, lastTimeIn(replica.receiver.entries));
  if (mayAcknowledge(replica, protocol)) acknowledge(replica, out);
}

/** Carries out what came of something that a host has heard, and goes on with its machine. */
export function afterChange(world: World, host: Host, out: Effect[], observe: Observer): void {
  execute(world, host, out, observe);
  endDecidedClone(world, host, observe);
  finishPowerOff(world, host, observe);
  deliverDeferred(world, host, observe);
  if (host.replica.role === 'backup') replay(world, host, observe);
  settle(world, host);
}

/** The newest of the guest's clock values in the log, in ticks; 0 when there is none. */
function lastTimeIn(entries: readonly LogEntry[]): number {
  const last = entries.findLast((entry) => entry.kind === 'clock' || entry.kind === 'timer');
  return last && 'time' in last ? last.time : 0;
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
    const out: Effect[] = [];
    arbitrated(replica, world.config.protocol, reply.generation, reply.won, out);
    afterChange(world, host, out, observe);
    return;
  }
  const io = replica.pendingIo.find(({ issued, operation }) => issued && operation.request === reply.request);
  if (io === undefined || !host.isAlive) return;
  const bytes = reply.bytes ? { bytes: reply.bytes } : {};
  if (replica.role === 'backup' && !runsByItself(world, host)) {
    ownIoDone(world, host, io, reply, observe);
    return;
  }
  if (!canBeInjected(world, host)) return;
  deliver(world, host, { kind: 'diskCompletion', request: reply.request, ok: reply.ok, ...bytes }, observe);
  handOverOnceQuiet(world, host, observe);
  tellQuiet(world, host, observe);
}

/** §4.1, §4.2: a backup has carried out an operation itself; it completes in the guest where the log says so. */
function ownIoDone(
  world: World,
  host: Host,
  io: Host['replica']['pendingIo'][number],
  { ok, bytes }: Extract<StorageReply, { kind: 'done' }>,
  observe: Observer,
): void {
  const { disk } = world.config;
  // §4.2: what went well for the primary has to go well here too, so it is tried again.
  if (!ok && disk.isShared) return;
  io.own = { ok, ...(bytes ? { bytes } : {}) };
  replay(world, host, observe);
}
