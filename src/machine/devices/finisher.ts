// The test finisher at 0x0010_0000 and the `tohost` word: two ways for a program to say that it is over, and how it went.
import type { Ending } from '../cpu/cpu.ts';

export const FINISHER_BASE = 0x0010_0000;
export const FINISHER_BYTES = 0x1000;
export const FINISHER_PASS = 0x5555;
const FAIL = 0x3333;
export const FINISHER_RESET = 0x7777;

/** What a store to the finisher means; null when it means nothing. A reset ends the program like a pass; a failure without a code is 1. */
export function finisherEnding(offset: number, size: number, value: number): Ending | null {
  if (offset !== 0 || size < 2) return null;
  const command = value & 0xffff;
  if (command === FINISHER_PASS || command === FINISHER_RESET) return { kind: 'exit', code: 0 };
  if (command === FAIL) return { kind: 'exit', code: (size === 4 && value >>> 16) || 1 };
  return null;
}

/** What a word stored to `tohost` means: 1 is success, another odd number n the failure of test n >> 1; even ones are calls that no host answers. */
export function tohostEnding(value: number): Ending | null {
  return (value & 1) === 0 ? null : { kind: 'exit', code: value >>> 1 };
}
