// A full-duplex cable with latency and bandwidth that can be cut: what is on it then is lost.

import { after, type Duration, type SimTime, START } from './time.ts';

/** Which way along a link: from its first end to its second, or back. */
export type Direction = 0 | 1;

export interface Link {
  id: string;
  ends: [string, string];
  latency: Duration;
  bitsPerSecond: number;
  cut: boolean;
  /** Counts the cuts. A frame that left in an earlier age than the present one never arrives. */
  age: number;
  /** When each direction's transmitter has sent all it was given. */
  freeAt: [SimTime, SimTime];
}

export function createLink(
  id: string,
  ends: [string, string],
  latency: Duration,
  bitsPerSecond: number,
): Link {
  return { id, ends, latency, bitsPerSecond, cut: false, age: 0, freeAt: [START, START] };
}

export const directionFrom = (link: Link, end: string): Direction => (link.ends[0] === end ? 0 : 1);
export const farEnd = (link: Link, end: string): string =>
  link.ends[0] === end ? link.ends[1] : link.ends[0];

/** Time on the transmitter, in nanoseconds, rounded up: a frame occupies its last nanosecond whole. */
export function transmissionTime(link: Link, bytes: number): Duration {
  return Math.ceil((bytes * 8 * 1e9) / link.bitsPerSecond) as Duration;
}

/**
 * Puts a frame of `bytes` bytes on the link, behind what is already being sent that way.
 * @returns when its last bit arrives, if the link isn't cut before that
 */
export function transmit(link: Link, direction: Direction, bytes: number, now: SimTime): SimTime {
  const begins = link.freeAt[direction] > now ? link.freeAt[direction] : now;
  const sent = after(begins, transmissionTime(link, bytes));
  link.freeAt[direction] = sent;
  return after(sent, link.latency);
}

export function cutLink(link: Link, now: SimTime): void {
  link.cut = true;
  link.age++;
  link.freeAt = [now, now];
}

export function mendLink(link: Link): void {
  link.cut = false;
}

/** Whether a frame that left in `age` reaches the far end now. */
export const arrives = (link: Link, age: number): boolean => !link.cut && link.age === age;

/**
 * When a frame that arrives at `arrival` has left its sender for good. On short cables latency is time in the two ends'
 * interrupt handlers and network stacks, so half of it is spent in each: a sender that loses power before that takes
 * the frame with it.
 */
export const leavesSender = (link: Link, arrival: SimTime): SimTime =>
  (arrival - Math.floor(link.latency / 2)) as SimTime;
