// Simulated time: integer nanoseconds, as instants and as durations that can't be mixed up. Numbers become time here and nowhere else.

import type { Brand } from '../base/brand.ts';

/** An instant, in nanoseconds since the run began. */
export type SimTime = Brand<number, 'SimTime'>;

/** A length of time, in nanoseconds. */
export type Duration = Brand<number, 'Duration'>;

export const START = 0 as SimTime;

/** Later than anything that happens. */
export const NEVER = Number.MAX_SAFE_INTEGER as SimTime;

/** The instant `n` ns after the start: for whole numbers that come from documents, from the page, or from a calculation with a unit of its own. */
export const instantAt = (n: number): SimTime => n as SimTime;

export const nanoseconds = (n: number): Duration => n as Duration;
export const microseconds = (n: number): Duration => (n * 1_000) as Duration;
export const milliseconds = (n: number): Duration => (n * 1_000_000) as Duration;

/** No time at all, and longer than anything takes. */
export const NO_TIME = 0 as Duration;
export const FOREVER = Number.MAX_SAFE_INTEGER as Duration;

export const after = (instant: SimTime, wait: Duration): SimTime => (instant + wait) as SimTime;
/** May lie before the start. */
export const before = (instant: SimTime, length: Duration): SimTime => (instant - length) as SimTime;
/** One nanosecond on, and one back: of an instant as a bound, what lies on its other side. */
export const justAfter = (instant: SimTime): SimTime => (instant + 1) as SimTime;
export const justBefore = (instant: SimTime): SimTime => (instant - 1) as SimTime;
export const between = (from: SimTime, to: SimTime): Duration => (to - from) as Duration;
export const earlier = (a: SimTime, b: SimTime): SimTime => (a < b ? a : b);
export const later = (a: SimTime, b: SimTime): SimTime => (a > b ? a : b);
/** `instant`, or the bound that it lies beyond. */
export const within = (from: SimTime, instant: SimTime, to: SimTime): SimTime =>
  later(from, earlier(instant, to));

export const sum = (a: Duration, b: Duration): Duration => (a + b) as Duration;
export const shorter = (a: Duration, b: Duration): Duration => (a < b ? a : b);
export const longer = (a: Duration, b: Duration): Duration => (a > b ? a : b);
/** Rounded up to whole nanoseconds, as whoever waits has to. */
export const scaled = (length: Duration, factor: number): Duration => Math.ceil(length * factor) as Duration;
