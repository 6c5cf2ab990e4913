// What happens to a message that arrives: at the switch, a plain host, or a host and its VM.

import { isActing, runsByItself } from '../../ft/pair-end.ts';
import { type ProtocolMessage, receiveMessage } from '../../ft/receive-message.ts';
import { receiveBuffers } from '../../machine/machine.ts';
import { dropOne, schedule } from '../../sim/event-queue.ts';
import { farEnd } from '../../sim/link.ts';
import { after } from '../../sim/time.ts';
import { linkOf } from '../net/cables.ts';
import { clientAt, decodeRequest, parseUdp } from '../net/ethernet.ts';
import type { Message } from '../net/messages.ts';
import { lossOf, switchFrame } from '../net/network.ts';
import { type Completed, forgetFlagRequest, takeReply } from '../net/storage-client.ts';
import { parseStorageReply, type StorageReply } from '../net/storage-protocol.ts';
import type { Observer } from '../state/observation.ts';
import { isPlain } from '../state/plain-host.ts';
import { copyPlain } from '../state/snapshot.ts';
import { computerOf, type Host, isHost, type World, type WorldEvent } from '../state/world.ts';
import { canBeInjected, deliver, goOn } from './inputs.ts';
import { momentOf } from './moment.ts';
import { receiveFrame } from './plain-network.ts';

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
  deliverMessage(world, { kind: 'delivery', to, from, message }, observe);
}

export function deliverMessage(
  world: World,
  { to, from, message }: Extract<WorldEvent, { kind: 'delivery' }>,
  observe: Observer,
): void {
  const computer = computerOf(world, to);
  if (computer.isPaused) computer.stalled.push({ kind: 'delivery', to, from, message });
  else if (!computer.isAlive) return;
  else if (isHost(computer)) receiveAtHost(world, computer, from, message, observe);
  else if (isPlain(computer) && message.kind === 'ethernet')
    receiveFrame(world, computer, from, message.bytes, observe);
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
      if (from === world.disk.id) receiveFromDisk(world, host, message.bytes, observe);
      else receivePacket(world, host, message.bytes, observe);
      break;
    case 'channel':
    case 'transfer':
    case 'checkpoint':
      // No two hosts share what they change, and a cable may bring the same message twice.
      receiveForProtocol(world, host, from, copyPlain(message), observe);
      break;
  }
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
  group.length + deferred.filter(({ kind, isLanded }) => kind === 'packet' && !isLanded).length;

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

/** The disk's server has answered. */
function receiveFromDisk(world: World, host: Host, bytes: Uint8Array<ArrayBuffer>, observe: Observer): void {
  const reply = parseStorageReply(bytes);
  if (reply === undefined) return;
  if (reply.kind === 'testAndSet') {
    receiveFlag(world, host, reply, observe);
    return;
  }
  const completed = takeReply(host.storage, reply);
  if (completed) completeIo(world, host, completed, observe);
}

function receiveFlag(
  world: World,
  host: Host,
  { generation, status }: StorageReply,
  observe: Observer,
): void {
  if (status === 'error') forgetFlagRequest(host.storage);
  if (status !== 'done' && status !== 'lost') return;
  const answer = { kind: 'flag' as const, generation, won: status === 'done' };
  receiveForProtocol(world, host, world.disk.id, answer, observe);
}

/** A disk operation of the VM has come to its end, on the shared disk or on the host's own. */
export function completeIo(
  world: World,
  host: Host,
  { io: request, ok, bytes: data }: Completed,
  observe: Observer,
): void {
  const isUnderWay = host.replica.pendingIo.some(
    ({ issued, operation }) => issued && operation.request === request,
  );
  if (!isUnderWay) return;
  const bytes = data ? { bytes: data } : {};
  if (!runsByItself(host, world.config.protocol))
    receiveForProtocol(world, host, world.disk.id, { kind: 'ownIo', request, ok, ...bytes }, observe);
  else if (canBeInjected(world, host))
    deliver(world, host, { kind: 'diskCompletion', request, ok, ...bytes }, observe);
}
