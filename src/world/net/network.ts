// Frames onto links and off them, and the switch that learns behind which of its ports a MAC lives.

import { toHex } from '../../base/bytes.ts';
import { schedule } from '../../sim/event-queue.ts';
import { arrives, directionFrom, farEnd, forgetUnsent, type Link, transmit } from '../../sim/link.ts';
import { VM_MAC } from '../base/config.ts';
import type { LossReason, Observer } from '../state/observation.ts';
import type { World, WorldEvent } from '../state/world.ts';
import { linkOf } from './cables.ts';
import { lengthOf, type Message } from './messages.ts';

type Arrival = Extract<WorldEvent, { kind: 'arrival' }>;

/** Sends a message from one end of a link. Whether it arrives is found out when it would: each copy of it by itself. */
export function send(
  world: World,
  linkId: string,
  from: string,
  message: Message,
  observe: Observer = () => {},
): void {
  const link = linkOf(world, linkId);
  const sentAt = world.now;
  const flights = transmit(link, directionFrom(link, from), lengthOf(message), sentAt);
  for (const { at, leavesAt, age, isLost } of flights) {
    const arrival: Arrival = {
      kind: 'arrival',
      link: linkId,
      from,
      sentAt,
      leavesAt,
      age,
      isLost,
      message,
    };
    // Of these nothing is ever changed; frozen, all snapshots share them.
    const isPlain = message.kind === 'channel' || message.kind === 'ethernet';
    schedule(world.queue, at, isPlain ? Object.freeze(arrival) : arrival);
  }
  if (flights.length > 1) observe({ at: sentAt, kind: 'frameDuplicated', link: linkId });
  if (flights.some(({ overtakes }) => overtakes))
    observe({ at: sentAt, kind: 'frameReordered', link: linkId });
}

/** Why a frame that would arrive now does not; null if it does. */
export function lossOf(world: World, event: Arrival): LossReason | null {
  const link = linkOf(world, event.link);
  const outage = world.computers.find(({ id }) => id === event.from)?.lastOutage;
  if (outage && event.sentAt <= outage.from && outage.from < event.leavesAt) return 'power';
  if (!arrives(link, directionFrom(link, event.from), event.age)) return 'cut';
  return event.isLost ? 'loss' : null;
}

/** Whether a frame that would arrive now does: its cable was whole all the way, and its sender alive until it had left. */
export const isDelivered = (world: World, event: Arrival): boolean => lossOf(world, event) === null;

/** What a host that lost power had not sent yet never will be, and is not in the way of what it sends when it is back. */
export function emptyTransmitters(world: World, host: string): void {
  for (const link of world.links) {
    if (link.ends.includes(host)) forgetUnsent(link, directionFrom(link, host), world.now);
  }
}

/** The forwarding table's name for the VM. */
export const VM_KEY = toHex(VM_MAC);

const isBroadcast = (frame: Uint8Array): boolean => frame.subarray(0, 6).every((byte) => byte === 0xff);

/** A frame reaches the switch: it learns where the sender is, and passes the frame on, to every port if it doesn't know better. */
export function switchFrame(
  world: World,
  link: Link,
  bytes: Uint8Array<ArrayBuffer>,
  observe: Observer,
): void {
  const source = toHex(bytes.subarray(6, 12));
  const before = world.forwarding[source];
  world.forwarding[source] = link.id;
  if (source === VM_KEY && before !== link.id) {
    observe({ at: world.now, kind: 'macMoved', port: farEnd(link, 'switch') });
  }
  const known = isBroadcast(bytes) ? undefined : world.forwarding[toHex(bytes.subarray(0, 6))];
  for (const port of world.links) {
    if (port.ends[1] !== 'switch' || port === link) continue;
    if (known === undefined || known === port.id)
      send(world, port.id, 'switch', { kind: 'ethernet', bytes }, observe);
  }
}
