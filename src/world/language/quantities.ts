// Instants, lengths of time and shares as people write them: `12ms`, `2.5%`. Exact both ways: nothing rounds.

import { err, ok, type Result } from '../../base/result.ts';
import { type Duration, instantAt, nanoseconds, type SimTime } from '../../sim/time.ts';

const UNITS = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 } as const;

/** More than a cable could hold a frame up and anybody still wait for it. */
const LONGEST_DELAY = 10e9;

/** A decimal number times `scale` where that is whole; else undefined. */
function scaled(decimal: string, scale: bigint): bigint | undefined {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const parts = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * scale;
  return product % parts === 0n ? product / parts : undefined;
}

function parseTime(text: string, what: string): Result<number, string> {
  const match = /^(\d{1,16}(?:\.\d{1,9})?)(ns|us|µs|ms|s)$/.exec(text.trim());
  if (match === null)
    return err(`"${text}" is not ${what}: write a number and ns, us, ms or s, such as 12ms`);
  const [, decimal = '', unit] = match;
  const ns = scaled(decimal, BigInt(UNITS[unit as keyof typeof UNITS]));
  if (ns === undefined) return err(`"${text}" is finer than a nanosecond`);
  return ok(Number(ns));
}

/** Reads `12ms`, `3456789ns`, `1.5s`, `250us`. A fraction finer than a nanosecond is refused: nothing rounds. */
export function parseInstant(text: string): Result<SimTime, string> {
  const parsed = parseTime(text, 'an instant');
  if (!parsed.ok) return parsed;
  if (!Number.isSafeInteger(parsed.value)) return err(`"${text}" is later than any run lasts`);
  return ok(instantAt(parsed.value));
}

/** A delay, written as `parseInstant` reads instants: at most 10 s. */
export function parseDelay(text: string): Result<Duration, string> {
  const parsed = parseTime(text, 'a delay');
  if (!parsed.ok) return parsed;
  if (parsed.value > LONGEST_DELAY) return err(`"${text}" is too long a delay: it may be 10s at most`);
  return ok(nanoseconds(parsed.value));
}

/** An instant or a length of time as text: milliseconds, as far behind the point as it takes to be exact. */
export function formatInstant(at: SimTime | Duration): string {
  const whole = Math.floor(at / 1e6);
  const fraction = String(at % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}ms` : `${whole}.${fraction}ms`;
}

/** Reads `5%` or `0.01%` as parts per million, 0 to 1,000,000. */
export function parseShare(text: string): Result<number, string> {
  const decimal = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(text)?.[1];
  if (decimal === undefined) return err(`"${text}" is not a share: write a number and %, such as 5%`);
  const ppm = scaled(decimal, 10_000n);
  if (ppm === undefined) return err(`"${text}" is finer than a millionth`);
  if (ppm > 1_000_000n) return err(`"${text}" is more than all: 100% is the most`);
  return ok(Number(ppm));
}

/** Parts per million as `parseShare` reads them. */
export function formatShare(ppm: number): string {
  const fraction = String(ppm % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  const whole = Math.floor(ppm / 10_000);
  return fraction === '' ? `${whole}%` : `${whole}.${fraction}%`;
}

/** Reads a whole percentage of a CPU, 1 to 100. */
export function parsePercent(text: string): Result<number, string> {
  const percent = /^([1-9]\d?|100)%$/.exec(text)?.[1];
  if (percent === undefined) return err(`"${text}" is not a share of a CPU: write 1% to 100%, such as 50%`);
  return ok(Number(percent));
}
