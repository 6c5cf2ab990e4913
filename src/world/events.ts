// What each pending event does when its time has come: a frame arrives, a timer is due, the disk has served, a fault strikes.

import { arbitrated, askAgain } from '../ft/arbitration.ts';
import type { ChannelMessage, Command, TimerName } from '../ft/commands.ts';
import type { LogEntry } from '../ft/entry.ts';
import { beat, heard, suspect } from '../ft/failure-detection.ts';
import { acknowledge, acknowledged, receive, retransmit } from '../ft/logging-channel.ts';
import { releaseAcknowledged } from '../ft/output-rule.ts';
import { schedule } from '../sim/event-queue.ts';
import { farEnd } from '../sim/link.ts';
import { type Client, type ClientStep, onFrame, onTimer } from './client.ts';
import { enqueue, serve } from './disk-server.ts';
import { clientAt, decodeRequest, parseUdp } from './ethernet.ts';
import { strike } from './failures.ts';
import { followGuestClock } from './host-clock.ts';
import { execute, retryIo } from './host-commands.ts';
import { deliver, deliverDeferred, replay, settle } from './hypervisor.ts';
import type { Message, StorageReply } from './messages.ts';
import { isDelivered, send, switchFrame } from './network.ts';
import type { Observer } from './observation.ts';
import { type Host, hostOf, instructionOf, linkOf, type World, type WorldEvent } from './world.ts';

/** What happens when a pending event's time has come. */
export function handleEvent(world: World, event: WorldEvent, observe: Observer): void {
  switch (event.kind) {
    case 'arrival': {
      const link = linkOf(world, event.link);
      if (isDelivered(world, event, world.now))
        receiveMessage(world, event.link, farEnd(link, event.from), event.message, observe);
      else observe({ at: world.now, kind: 'frameLost', link: event.link });
      break;
    }
    case 'hostTimer': {
      const host = hostOf(world, event.host);
      if (host.isAlive && host.timersSet[event.timer] === event.set)
        onHostTimer(world, host, event.timer, observe);
      break;
    }
    case 'guestTimer': {
      const host = hostOf(world, event.host);
      if (host.guestTimerSet === event.set && canBeInjected(host))
        deliver(world, host, { kind: 'timer' }, observe);
      break;
    }
    case 'storageRetry':
      retryIo(world, hostOf(world, event.host), event.request);
      break;
    case 'diskService': {
      const { reply, fact } = serve(world.disk, event.service.request, world.now);
      if (fact) observe({ at: world.now, ...fact });
      send(world, `storage-${event.service.request.host}`, 'disk', { kind: 'storageReply', reply });
      break;
    }
    case 'clientTimer': {
      const client = world.clients.find(({ config }) => config.id === event.client) as Client;
      if (client.timerSet === event.set) doStep(world, client, onTimer(client, world.now), observe);
      break;
    }
    case 'command':
      strike(world, event.command, observe);
      break;
  }
}

/** A machine that this host runs on its own account; a backup's takes nothing but its log. */
const canBeInjected = (host: Host): boolean =>
  host.isAlive &&
  (host.replica.role === 'primary' || host.replica.role === 'solo') &&
  host.machine.ending.kind === 'running';

function receiveMessage(world: World, linkId: string, to: string, message: Message, observe: Observer): void {
  if (to === 'switch') {
    if (message.kind === 'ethernet') switchFrame(world, linkOf(world, linkId), message.bytes, observe);
    return;
  }
  if (to === 'disk') {
    if (message.kind !== 'storage') return;
    const service = enqueue(world.disk, message.request, world.now);
    schedule(world.queue, service.ends, { kind: 'diskService', service });
    return;
  }
  const client = world.clients.find(({ config }) => config.id === to);
  if (client) {
    if (message.kind === 'ethernet')
      doStep(world, client, onFrame(client, message.bytes, world.now), observe);
    return;
  }
  const host = hostOf(world, to);
  if (host.isAlive) receiveAtHost(world, host, message, observe);
}

function receiveAtHost(world: World, host: Host, message: Message, observe: Observer): void {
  switch (message.kind) {
    case 'ethernet':
      receivePacket(world, host, message.bytes, observe);
      break;
    case 'channel':
      receiveOnChannel(world, host, message.message, observe);
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
  if (!canBeInjected(host)) return;
  const datagram = parseUdp(bytes);
  const request = datagram && decodeRequest(datagram.payload);
  const client = datagram && clientAt(world.clients, datagram.from);
  if (request && client) {
    observe({ at: world.now, kind: 'requestArrived', host: host.id, client, request: request.sequence });
  }
  deliver(world, host, { kind: 'packet', bytes }, observe);
}

function receiveOnChannel(world: World, host: Host, message: ChannelMessage, observe: Observer): void {
  const { replica } = host;
  const { protocol } = world.config;
  const out: Command[] = [];
  heard(replica, protocol, world.now, out);
  if (message.kind === 'entries' && replica.role === 'backup') {
    receive(replica.receiver, message.bytes, out);
    followGuestClock(world, host, lastTimeIn(replica.receiver.entries));
    // §2.3: whoever has begun to go live acknowledges nothing more, or the old primary could let outputs out that nobody saw it produce.
    if (replica.arbitration === 'none') acknowledge(replica.receiver, instructionOf(host), out);
  } else if (message.kind === 'ack' && replica.role === 'primary') {
    acknowledged(replica, protocol, message.through, message.window, out);
    releaseAcknowledged(replica, out);
  }
  execute(world, host, out, observe);
  deliverDeferred(world, host, observe);
  if (replica.role === 'backup') replay(world, host, observe);
  settle(world, host);
}

/** The newest of the guest's clock values in the log, in ticks; 0 when there is none. */
function lastTimeIn(entries: readonly LogEntry[]): number {
  const last = entries.findLast((entry) => entry.kind === 'clock' || entry.kind === 'timer');
  return last && 'time' in last ? last.time : 0;
}

function receiveFromDisk(world: World, host: Host, reply: StorageReply, observe: Observer): void {
  if (reply.kind === 'flag') {
    const out: Command[] = [];
    arbitrated(host.replica, reply.generation, reply.won, out);
    execute(world, host, out, observe);
    deliverDeferred(world, host, observe);
    if (host.replica.role === 'backup') replay(world, host, observe);
    settle(world, host);
    return;
  }
  const isAwaited = host.replica.pendingIo.some((io) => io.issued && io.operation.request === reply.request);
  if (!isAwaited || !canBeInjected(host)) return;
  const bytes = reply.bytes ? { bytes: reply.bytes } : {};
  deliver(world, host, { kind: 'diskCompletion', request: reply.request, ok: reply.ok, ...bytes }, observe);
}

function onHostTimer(world: World, host: Host, timer: TimerName, observe: Observer): void {
  const { protocol } = world.config;
  const out: Command[] = [];
  switch (timer) {
    case 'heartbeat':
      beat(host.replica, protocol, out);
      break;
    case 'silence':
      suspect(host.replica, protocol, world.now, out);
      break;
    case 'retransmit':
      retransmit(host.replica, protocol, out);
      break;
    case 'arbitration':
      askAgain(host.replica, protocol, out);
      break;
  }
  execute(world, host, out, observe);
  deliverDeferred(world, host, observe);
  if (host.replica.role === 'backup') replay(world, host, observe);
  settle(world, host);
}

/** Carries out what a client wants. */
export function doStep(world: World, client: Client, step: ClientStep, observe: Observer): void {
  if (step.fact) {
    client.timerSet++;
    observe({ at: world.now, ...step.fact });
  }
  if (step.frame)
    send(world, `lan-${client.config.id}`, client.config.id, { kind: 'ethernet', bytes: step.frame });
  if (step.timerAt !== undefined) {
    const set = ++client.timerSet;
    schedule(world.queue, step.timerAt, { kind: 'clientTimer', client: client.config.id, set });
  }
}
