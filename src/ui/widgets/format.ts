// Numbers, times and sizes as the page writes them. English and Chinese group digits alike, so one form serves both.
import { wordDigits } from '../../base/hex.ts';

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Holds a number and its unit, or its groups of digits, together on one line. */
const NO_BREAK = '\u00a0';

/** `12345` as `12,345`. */
export function formatCount(count: number): string {
  return GROUPED.format(count);
}

/** An instant for the readout, exact to the nanosecond: `12.345 678 ms`. */
export function formatInstant(ns: number): string {
  const whole = Math.floor(ns / 1e6);
  const rest = String(Math.round(ns - whole * 1e6)).padStart(6, '0');
  return `${formatCount(whole)}.${rest.slice(0, 3)}${NO_BREAK}${rest.slice(3)}${NO_BREAK}ms`;
}

/** An instant in running text, to the microsecond: `12.345 ms`. */
export function formatMoment(ns: number): string {
  const us = Math.floor(ns / 1000);
  return `${formatCount(Math.floor(us / 1000))}.${String(us % 1000).padStart(3, '0')}${NO_BREAK}ms`;
}

function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** A length of time in the unit that suits it, to three digits at most: `640 ns`, `62 µs`, `1.24 ms`, `10 ms`, `2.5 s`. */
export function formatDuration(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)}${NO_BREAK}ns`;
  if (ns < 999_500) return `${significant(ns / 1e3, ns < 1e5 ? 2 : 3)}${NO_BREAK}µs`;
  if (ns < 999_500_000) return `${significant(ns / 1e6, 3)}${NO_BREAK}ms`;
  return `${significant(ns / 1e9, 3)}${NO_BREAK}s`;
}

/** A waiting time that runs on screen: always in ms with two decimals, so that its width stays. */
export function formatWait(ns: number): string {
  return `${(ns / 1e6).toFixed(2)}${NO_BREAK}ms`;
}

/** How much simulated time one second of the wall's is: `1 s = 2.5 ms`. */
export function formatSpeed(nsPerSecond: number): string {
  return `1${NO_BREAK}s${NO_BREAK}=${NO_BREAK}${formatDuration(nsPerSecond)}`;
}

/** Bytes in KiB with one decimal from 1 KiB on: `640 B`, `1.1 KiB`, `64 KiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}${NO_BREAK}B`;
  const kib = bytes / 1024;
  if (kib < 1024) return `${trimmed(kib)}${NO_BREAK}KiB`;
  return `${trimmed(kib / 1024)}${NO_BREAK}MiB`;
}

function trimmed(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** A rate of bits: `860 bit/s`, `14.2 kbit/s`, `1.43 Mbit/s`, `4 Gbit/s`. */
export function formatRate(bitsPerSecond: number): string {
  if (bitsPerSecond < 1000) return `${Math.round(bitsPerSecond)}${NO_BREAK}bit/s`;
  if (bitsPerSecond < 999_500) return `${significant(bitsPerSecond / 1e3, 3)}${NO_BREAK}kbit/s`;
  if (bitsPerSecond < 999_500_000) return `${significant(bitsPerSecond / 1e6, 3)}${NO_BREAK}Mbit/s`;
  return `${significant(bitsPerSecond / 1e9, 3)}${NO_BREAK}Gbit/s`;
}

/** An address or word: `0x8000_0010`. */
export function formatAddress(value: number): string {
  const digits = wordDigits(value);
  return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

/** Parts per million as a percentage: `1 %`, `0.05 %`. */
export function formatPercent(ppm: number): string {
  return `${significant(ppm / 1e4, 3)}${NO_BREAK}%`;
}
