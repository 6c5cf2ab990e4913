// A full-duplex cable with latency and bandwidth, which can be cut one way or both and which can damage traffic.

import { assert } from '../base/assert.ts';
import { below, chance, type PrngState } from '../base/prng.ts';
import { after, type Duration, milliseconds, nanoseconds, type SimTime, START, scaled } from './time.ts';

/** Which way along a link: from its first end to its second, or back. */
export type Direction = 0 | 1;

/** What a link does to traffic beside carrying it: parts per million of the frames, and time added to each. */
export interface Impairment {
  loss: number;
  duplication: number;
  reordering: number;
  delay: Duration;
}

export interface Link extends Impairment {
  id: string;
  ends: [string, string];
  latency: Duration;
  bitsPerSecond: number;
  /** It carries TCP, which hands over in order: a frame never overtakes an earlier one, and none comes twice. */
  isOrdered: boolean;
  cut: [boolean, boolean];
  /** Counts the cuts of each direction. A frame that left in an earlier age than the present one never arrives. */
  age: [number, number];
  /** When each direction's transmitter has sent all it was given. */
  freeAt: [SimTime, SimTime];
  /** When the last frame of each direction arrives. */
  lastArrival: [SimTime, SimTime];
  /** Decides which frames are damaged. Nothing is drawn while the link is well. */
  noise: PrngState;
}

/** What becomes of one copy of a frame. */
export interface Flight {
  at: SimTime;
  /** When it has left its sender for good. */
  leavesAt: SimTime;
  age: number;
  /** It is lost on the way, which nobody knows before it would arrive. */
  isLost: boolean;
  /** It arrives before a frame that was sent earlier. */
  overtakes: boolean;
}

const UNIMPAIRED: Impairment = { loss: 0, duplication: 0, reordering: 0, delay: nanoseconds(0) };
const MILLION = 1_000_000;

/** A frame put on a cut cable belongs to no age: it is lost, even if the cable is mended while it would fly. */
const NO_AGE = -1;

/** Frames that are to arrive out of order are held up for a while, at most this long, so that later ones pass them. */
const HELD_UP_MAX = milliseconds(2);

/** `noise` is the link's own stream, and `isOrdered` says whether its frames stay in order whatever happens to them. */
export function createLink(
  id: string,
  ends: [string, string],
  latency: Duration,
  bitsPerSecond: number,
  noise: PrngState,
  isOrdered: boolean,
): Link {
  return {
    id,
    ends,
    latency,
    bitsPerSecond,
    isOrdered,
    cut: [false, false],
    age: [0, 0],
    freeAt: [START, START],
    lastArrival: [START, START],
    noise,
    ...UNIMPAIRED,
  };
}

export const directionFrom = (link: Link, end: string): Direction => (link.ends[0] === end ? 0 : 1);
export const farEnd = (link: Link, end: string): string =>
  link.ends[0] === end ? link.ends[1] : link.ends[0];

/** Time on the transmitter, in nanoseconds, rounded up: a frame occupies its last nanosecond whole. */
export function transmissionTime(link: Link, bytes: number): Duration {
  return nanoseconds(Math.ceil((bytes * 8 * 1e9) / link.bitsPerSecond));
}

/**
 * Puts a frame of `bytes` bytes on the link, behind what is already being sent that way.
 * @returns what becomes of it, and of its copy when the link makes one
 */
export function transmit(link: Link, direction: Direction, bytes: number, now: SimTime): Flight[] {
  const begins = link.freeAt[direction] > now ? link.freeAt[direction] : now;
  const time = transmissionTime(link, bytes);
  const sent = after(begins, time);
  link.freeAt[direction] = sent;
  const isLost = happens(link, link.loss);
  const isDoubled = !isLost && happens(link, link.duplication);
  const isHeldUp = !isLost && happens(link, link.reordering);
  let at = after(after(sent, link.latency), link.delay);
  if (isHeldUp) at = after(at, nanoseconds(1 + below(link.noise, HELD_UP_MAX)));
  const last = link.lastArrival[direction];
  if (link.isOrdered && at < last) at = last;
  const age = link.cut[direction] ? NO_AGE : link.age[direction];
  const flies = !isLost && age !== NO_AGE;
  const overtakes = flies && at < last;
  if (flies && at > last) link.lastArrival[direction] = at;
  const flight: Flight = { at, leavesAt: leavesSender(link, sent), age, isLost, overtakes };
  return isDoubled ? [flight, { ...flight, at: after(at, time), overtakes: false }] : [flight];
}

const happens = (link: Link, ppm: number): boolean => ppm > 0 && chance(link.noise, ppm, MILLION);

/**
 * When a frame whose last bit is on the cable at `sent` has left its sender for good. On short cables latency is time in
 * the two ends' interrupt handlers and network stacks, so half of it is spent in each: a sender that loses power before
 * that takes the frame with it. Delay that was added to the cable's own is spent on the way.
 */
const leavesSender = (link: Link, sent: SimTime): SimTime => after(sent, scaled(link.latency, 1 / 2));

const waysOf = (direction: Direction | undefined): readonly Direction[] =>
  direction === undefined ? [0, 1] : [direction];

/** Cuts one direction, or both: what is on the cable is lost. @returns whether that changed anything */
export function cutLink(link: Link, now: SimTime, direction?: Direction): boolean {
  const whole = waysOf(direction).filter((way) => !link.cut[way]);
  for (const way of whole) {
    link.cut[way] = true;
    link.age[way]++;
    forgetUnsent(link, way, now);
  }
  return whole.length > 0;
}

/** The transmitter has nothing to send any more: its cable was cut, or its host lost power. */
export function forgetUnsent(link: Link, direction: Direction, now: SimTime): void {
  link.freeAt[direction] = now;
  link.lastArrival[direction] = now;
}

/** Mends both directions' cuts, and what impairs the link. @returns whether that changed anything */
export function mendLink(link: Link): boolean {
  const isWell = !link.cut[0] && !link.cut[1] && !isImpaired(link);
  link.cut = [false, false];
  Object.assign(link, UNIMPAIRED);
  return !isWell;
}

/** Whether it does anything to its traffic but carry it. */
export const isImpaired = ({ loss, duplication, reordering, delay }: Link): boolean =>
  loss > 0 || duplication > 0 || reordering > 0 || delay > 0;

/** Impairs the link in these respects, both ways, and leaves the others as they are. @returns whether that changed anything */
export function impairLink(link: Link, impairment: Partial<Impairment>): boolean {
  const { loss, duplication, reordering, delay } = { ...link, ...impairment };
  assert(
    !link.isOrdered || (duplication === 0 && reordering === 0),
    `${link.id} carries TCP, which is in order`,
  );
  const changes =
    loss !== link.loss ||
    duplication !== link.duplication ||
    reordering !== link.reordering ||
    delay !== link.delay;
  Object.assign(link, { loss, duplication, reordering, delay });
  return changes;
}

/** Whether a frame that left in `age` reaches the far end now. */
export const arrives = (link: Link, direction: Direction, age: number): boolean =>
  !link.cut[direction] && link.age[direction] === age;
