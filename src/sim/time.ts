// Simulated time: integer nanoseconds, as instants and as durations that can't be mixed up.

import type { Brand } from '../base/brand.ts';

/** An instant, in nanoseconds since the run began. */
export type SimTime = Brand<number, 'SimTime'>;

/** A length of time, in nanoseconds. */
export type Duration = Brand<number, 'Duration'>;

export const START = 0 as SimTime;

/** Later than anything that happens. */
export const NEVER = Number.MAX_SAFE_INTEGER as SimTime;

export const nanoseconds = (n: number): Duration => n as Duration;
export const microseconds = (n: number): Duration => (n * 1_000) as Duration;
export const milliseconds = (n: number): Duration => (n * 1_000_000) as Duration;

export const after = (instant: SimTime, wait: Duration): SimTime => (instant + wait) as SimTime;
export const between = (from: SimTime, to: SimTime): Duration => (to - from) as Duration;
export const earlier = (a: SimTime, b: SimTime): SimTime => (a < b ? a : b);
