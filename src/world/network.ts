// Frames onto links and off them, and the switch that learns behind which of its ports a MAC lives.

import { schedule } from '../sim/event-queue.ts';
import { arrives, directionFrom, farEnd, type Link, leavesSender, transmit } from '../sim/link.ts';
import type { SimTime } from '../sim/time.ts';
import { VM_MAC } from './config.ts';
import { lengthOf, type Message } from './messages.ts';
import type { Observer } from './observation.ts';
import { linkOf, type World, type WorldEvent } from './world.ts';

/** Sends a message from one end of a link. Whether it arrives is found out when it would. */
export function send(world: World, linkId: string, from: string, message: Message): void {
  const link = linkOf(world, linkId);
  const at = transmit(link, directionFrom(link, from), lengthOf(message), world.now);
  // A frame put on a cut cable belongs to no age: it is lost, even if the cable is mended while it would fly.
  const age = link.cut ? -1 : link.age;
  schedule(world.queue, at, { kind: 'arrival', link: linkId, age, from, sentAt: world.now, message });
}

/** Whether a frame that would arrive now does: its cable was whole all the way, and its sender alive until it had left. */
export function isDelivered(
  world: World,
  event: Extract<WorldEvent, { kind: 'arrival' }>,
  at: SimTime,
): boolean {
  const link = linkOf(world, event.link);
  const sender = world.hosts.find((host) => host.id === event.from);
  return arrives(link, event.age) && (sender === undefined || leavesSender(link, at) <= sender.diedAt);
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The forwarding table's name for the VM. */
export const VM_KEY = hex(VM_MAC);

const isBroadcast = (frame: Uint8Array): boolean => frame.subarray(0, 6).every((byte) => byte === 0xff);

/** A frame reaches the switch: it learns where the sender is, and passes the frame on, to every port if it doesn't know better. */
export function switchFrame(
  world: World,
  link: Link,
  bytes: Uint8Array<ArrayBuffer>,
  observe: Observer,
): void {
  const source = hex(bytes.subarray(6, 12));
  const before = world.forwarding[source];
  world.forwarding[source] = link.id;
  if (source === VM_KEY && before !== link.id) {
    observe({ at: world.now, kind: 'macMoved', port: farEnd(link, 'switch') });
  }
  const known = isBroadcast(bytes) ? undefined : world.forwarding[hex(bytes.subarray(0, 6))];
  for (const port of world.links) {
    if (port.ends[1] !== 'switch' || port === link) continue;
    if (known === undefined || known === port.id) send(world, port.id, 'switch', { kind: 'ethernet', bytes });
  }
}
