// Frames of plain hosts: onto their cables, and off them into their machines; and what an observer on the cable makes of them.

import { toHex } from '../../base/bytes.ts';
import { inject, receiveBuffers } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { directionFrom, transmissionTime } from '../../sim/link.ts';
import { after, milliseconds } from '../../sim/time.ts';
import { linkOf } from '../net/cables.ts';
import { noteReceived, noteSent, tell } from '../net/exchanges.ts';
import { send } from '../net/network.ts';
import { hostAt, parseStorageReply, parseStorageRequest } from '../net/storage-protocol.ts';
import { noteAnswered, noteAsked, noteDropped } from '../net/storage-seen.ts';
import type { Fact, Observer } from '../state/observation.ts';
import { type Client, type Disk, isHeld, type PlainHost } from '../state/plain-host.ts';
import { flagHolder, type World } from '../state/world.ts';
import { settle } from './running.ts';

/** A frame that would wait longer than this for the cable, and than so many like it take, is dropped: the card's queue is full. */
const LONGEST_QUEUE = milliseconds(5);
const LONGEST_QUEUE_FRAMES = 32;
/** Whoever has sent so much is kept from running for a while, or nothing else would get anywhere. */
const PENALTY = milliseconds(1_000);

/** A frame leaves a plain host. */
export function transmit(
  world: World,
  host: PlainHost,
  bytes: Uint8Array<ArrayBuffer>,
  observe: Observer,
): void {
  const link = host.kind === 'client' ? `lan-${host.id}` : storageLinkFor(world, bytes);
  if (link === undefined) return;
  const cable = linkOf(world, link);
  const waits = cable.freeAt[directionFrom(cable, host.id)] - world.now;
  if (waits > Math.max(LONGEST_QUEUE, LONGEST_QUEUE_FRAMES * transmissionTime(cable, bytes.length))) {
    const flood = host.kind === 'client' ? tell(host, 'flood') : noteDropped(host.seen, world.hosts, bytes);
    if (flood === null) return;
    tellAll(world, flood, observe);
    holdBack(world, host);
    return;
  }
  if (host.kind === 'client') tellAll(world, noteSent(host, world.config.service, bytes, world.now), observe);
  else noteReply(world, host, bytes, observe);
  send(world, link, host.id, { kind: 'ethernet', bytes }, observe);
}

function holdBack(world: World, host: PlainHost): void {
  if (isHeld(host, world.now)) return;
  host.heldUntil = after(world.now, PENALTY);
  schedule(world.queue, host.heldUntil, { kind: 'floodOver', host: host.id });
}

/** The disk's host knows behind which of its cables a host is by its address. */
function storageLinkFor({ hosts }: World, bytes: Uint8Array): string | undefined {
  const host = hostAt(hosts, bytes[5] as number);
  return host === undefined ? undefined : `storage-${host}`;
}

function tellAll(world: World, facts: readonly Fact[], observe: Observer): void {
  for (const fact of facts) observe({ at: world.now, ...fact });
}

function noteReply(world: World, disk: Disk, bytes: Uint8Array<ArrayBuffer>, observe: Observer): void {
  const reply = parseStorageReply(bytes);
  const winner = reply && flagHolder(world, reply.generation);
  const fact = reply && noteAnswered(disk.seen, world.hosts, reply, winner);
  if (fact) observe({ at: world.now, ...fact });
}

/** A frame has come to a plain host that has power. What is for others, or finds no buffer, does not enter its machine. */
export function receiveFrame(
  world: World,
  host: PlainHost,
  from: string,
  bytes: Uint8Array<ArrayBuffer>,
  observe: Observer,
): void {
  if (host.machine.ending.kind !== 'running' || !isFor(host, bytes)) return;
  if (receiveBuffers(host.machine) === 0) {
    const link = host.kind === 'client' ? `lan-${host.id}` : `storage-${from}`;
    observe({ at: world.now, kind: 'frameLost', link, reason: 'full' });
    return;
  }
  inject(host.machine, { kind: 'packet', bytes });
  host.isIdle = false;
  noteArrival(world, host, bytes, observe);
  settle(world, host);
}

/** For its address, or for all. */
function isFor({ machine }: PlainHost, bytes: Uint8Array): boolean {
  const to = toHex(bytes.subarray(0, 6));
  return to === 'ffffffffffff' || to === toHex(machine.config.mac);
}

function noteArrival(
  world: World,
  host: Client | Disk,
  bytes: Uint8Array<ArrayBuffer>,
  observe: Observer,
): void {
  if (host.kind === 'client') {
    const fact = noteReceived(host, bytes, world.now);
    if (fact) observe({ at: world.now, ...fact });
    return;
  }
  const request = parseStorageRequest(bytes);
  const from = request && hostAt(world.hosts, request.host);
  if (request === undefined || from === undefined) return;
  noteAsked(host.seen, world.hosts, request);
  const { kind: operation, io, generation } = request;
  observe({ at: world.now, kind: 'storageArrived', host: from, operation, io, generation });
}
