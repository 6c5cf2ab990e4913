// What each pending event does when its time has come: a frame arrives, a timer is due, the disk has served, a fault strikes.

import { arbitrated, askAgain } from '../ft/arbitration.ts';
import type { Command, PairMessage, TimerName } from '../ft/commands.ts';
import { issueReady } from '../ft/disk-io.ts';
import type { LogEntry } from '../ft/entry.ts';
import { beat, heard, suspect } from '../ft/failure-detection.ts';
import { announceAgain } from '../ft/going-live.ts';
import {
  acknowledge,
  acknowledged,
  executedThrough,
  mayAcknowledge,
  receive,
  retransmit,
} from '../ft/logging-channel.ts';
import { releaseAcknowledged } from '../ft/output-rule.ts';
import { pace } from '../ft/pacing.ts';
import { flushDue } from '../ft/recording.ts';
import { schedule } from '../sim/event-queue.ts';
import { farEnd } from '../sim/link.ts';
import { after } from '../sim/time.ts';
import { endEpoch, epochCopied, receiveCheckpoint } from './checkpointing.ts';
import { type Client, type ClientStep, onFrame, onTimer } from './client.ts';
import {
  endDecidedClone,
  handOverOnceQuiet,
  receiveTransfer,
  tellQuiet,
  transferTimedOut,
} from './cloning.ts';
import { decide } from './cluster.ts';
import { type DiskService, serve } from './disk-server.ts';
import { clientAt, decodeRequest, parseUdp } from './ethernet.ts';
import { strike } from './failures.ts';
import { followGuestClock } from './host-clock.ts';
import { execute, retryIo, serveLater } from './host-commands.ts';
import { deliver, deliverDeferred, endDma, runsByItself, settle } from './hypervisor.ts';
import type { Message, StorageReply } from './messages.ts';
import { lossOf, send, switchFrame } from './network.ts';
import type { Observer } from './observation.ts';
import { finishPowerOff, keystroke } from './operations.ts';
import { replay } from './replay.ts';
import { type Host, hostOf, isActing, linkOf, type World, type WorldEvent } from './world.ts';

/** What happens when a pending event's time has come. */
export function handleEvent(world: World, event: WorldEvent, observe: Observer): void {
  const host = 'host' in event ? hostOf(world, event.host) : undefined;
  if (host?.isPaused) {
    host.stalled.push(event);
    return;
  }
  // As with a stop, the other hosts' machines may already be ahead of what this one does by itself.
  world.acting = host?.id ?? null;
  happen(world, event, host, observe);
  world.acting = null;
}

function happen(world: World, event: WorldEvent, host: Host | undefined, observe: Observer): void {
  switch (event.kind) {
    case 'arrival':
      arrive(world, event, observe);
      break;
    case 'delivery':
      receiveMessage(world, event, observe);
      break;
    case 'hostTimer':
      if (host?.isAlive && host.timersSet[event.timer] === event.set)
        onHostTimer(world, host, event.timer, observe);
      break;
    case 'guestTimer':
      if (host && host.guestTimerSet === event.set && canBeInjected(world, host))
        deliver(world, host, { kind: 'timer' }, observe);
      break;
    case 'dmaDone':
      if (host && host.power === event.power && canBeInjected(world, host))
        endDma(world, host, event.injection, observe);
      break;
    case 'groupDue':
      if (host && host.groupSet === event.set) deliverGroup(world, host, observe);
      break;
    case 'storageRetry':
      if (host) retryIo(world, host, event, observe);
      break;
    case 'clusterDecision':
      if (host) decide(world, host, event.generation, observe);
      break;
    case 'transferTimeout':
      if (host?.isAlive) transferTimedOut(world, host, event.number, event.set, observe);
      break;
    case 'diskService':
      served(world, event.disk, event.service, observe);
      break;
    case 'clientTimer': {
      const client = world.clients.find(({ config }) => config.id === event.client) as Client;
      if (client.timerSet === event.set) doStep(world, client, onTimer(client, world.now), observe);
      break;
    }
    case 'epoch':
      if (host?.isAlive && host.epochSet === event.set) endEpoch(world, host, observe);
      break;
    case 'epochCopied':
      if (host?.isAlive && host.epochSet === event.set) epochCopied(world, host, observe);
      break;
    case 'keystroke':
      keystroke(world, event.text, event.at, observe);
      break;
    case 'strike':
      strike(world, event.fault, observe);
      break;
    case 'command':
      strike(world, event.command, observe);
      break;
  }
}

/** A machine that this host runs on its own account; a backup's takes nothing but its log. */
const canBeInjected = (world: World, host: Host): boolean =>
  host.isAlive &&
  (isActing(host) || (host.replica.role === 'backup' && runsByItself(world, host))) &&
  host.machine.ending.kind === 'running';

function arrive(world: World, event: Extract<WorldEvent, { kind: 'arrival' }>, observe: Observer): void {
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

function receiveMessage(
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
  // Somebody's condition may have switched the host off at this fact.
  if (!host.isAlive) return;
  const { groupPackets, groupWait } = world.config.network;
  host.group.push(bytes);
  if (host.group.length >= groupPackets) deliverGroup(world, host, observe);
  else if (host.group.length === 1) {
    const event = { kind: 'groupDue' as const, host: host.id, set: ++host.groupSet };
    schedule(world.queue, after(world.now, groupWait), event);
  }
}

/** §3.5: packets that came together enter together, and the device interrupts once, for the last. */
function deliverGroup(world: World, host: Host, observe: Observer): void {
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
  if (host.transfer?.stage === 'paused' && host.transfer.purpose !== 'clone') return;
  const out: Command[] = [];
  heard(replica, protocol, world.now, out);
  if (message.kind === 'entries') receiveEntries(world, host, message.bytes, out);
  else if (message.kind === 'ack' && replica.role === 'primary') {
    acknowledged(replica, protocol, message, out);
    releaseAcknowledged(replica, out);
    issueReady(replica, protocol, out);
  } else if (message.kind === 'heartbeat' && replica.role === 'primary') {
    executedThrough(replica, message.executed);
    issueReady(replica, protocol, out);
  }
  afterChange(world, host, out, observe);
}

function receiveEntries(world: World, host: Host, bytes: Uint8Array<ArrayBuffer>, out: Command[]): void {
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
function afterChange(world: World, host: Host, out: Command[], observe: Observer): void {
  execute(world, host, out, observe);
  if (!host.isAlive) return;
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
function served(world: World, diskId: string, service: DiskService, observe: Observer): void {
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
    const out: Command[] = [];
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

function onHostTimer(world: World, host: Host, timer: TimerName, observe: Observer): void {
  const { protocol } = world.config;
  const { replica } = host;
  const out: Command[] = [];
  switch (timer) {
    case 'heartbeat':
      beat(replica, protocol, out);
      break;
    case 'silence':
      suspect(replica, protocol, world.now, out);
      break;
    case 'retransmit':
      retransmit(replica, protocol, out);
      break;
    case 'arbitration':
      askAgain(replica, protocol, out);
      break;
    case 'flush':
      flushDue(replica, protocol, out);
      break;
    case 'announce':
      announceAgain(replica, protocol, out);
      break;
    case 'pacing':
      pace(replica, protocol, world.now, out);
      break;
  }
  afterChange(world, host, out, observe);
}

/** Carries out what a client wants. */
export function doStep(world: World, client: Client, step: ClientStep, observe: Observer): void {
  if (step.fact) {
    client.timerSet++;
    observe({ at: world.now, ...step.fact });
  }
  if (step.frame)
    send(
      world,
      `lan-${client.config.id}`,
      client.config.id,
      { kind: 'ethernet', bytes: step.frame },
      observe,
    );
  if (step.timerAt !== undefined) {
    const set = ++client.timerSet;
    schedule(world.queue, step.timerAt, { kind: 'clientTimer', client: client.config.id, set });
  }
}
