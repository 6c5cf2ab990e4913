// Frames that are on their way, as a capture on the cables would show them.

import { clientAt, decodeReply, decodeRequest, parseUdp, VM_ENDPOINT } from '../../world/net/ethernet.ts';
import type { World, WorldEvent } from '../../world/state/world.ts';
import type { Breakpoint } from './breakpoints.ts';

type PacketPattern = Extract<Breakpoint, { kind: 'packet' }>;

/** When frames that fit the pattern were put on a cable by a client or a host after `since`: those that have not arrived yet. */
export function framesSent(world: World, pattern: PacketPattern, since: number): number[] {
  const sent: number[] = [];
  for (const { event } of world.queue.heap) {
    if (event.kind !== 'arrival' || sent.includes(event.sentAt)) continue;
    if (isSent(world, pattern, event, since + 1)) sent.push(event.sentAt);
  }
  return sent.sort((a, b) => a - b);
}

/** How many frames that fit the pattern were put on a cable at this very instant, which is the present. */
export const framesSentAt = (world: World, pattern: PacketPattern, instant: number): number =>
  world.queue.heap.filter(({ event }) => isSent(world, pattern, event, instant)).length;

function isSent(world: World, pattern: PacketPattern, event: WorldEvent, from: number): boolean {
  if (event.kind !== 'arrival' || event.message.kind !== 'ethernet') return false;
  return event.sentAt >= from && event.from !== 'switch' && fits(world, pattern, event.message.bytes);
}

function fits(world: World, pattern: PacketPattern, frame: Uint8Array<ArrayBuffer>): boolean {
  const { client, request, bytes, offset = 0 } = pattern;
  if (bytes?.some((byte, i) => frame[offset + i] !== byte)) return false;
  if (client === undefined && request === undefined) return true;
  const datagram = parseUdp(frame);
  if (datagram === undefined) return false;
  const isReply = datagram.from.port === VM_ENDPOINT.port;
  const who = clientAt(world.clients, isReply ? datagram.to : datagram.from);
  const number = (isReply ? decodeReply : decodeRequest)(datagram.payload)?.sequence;
  return (client === undefined || client === who) && (request === undefined || request === number);
}
