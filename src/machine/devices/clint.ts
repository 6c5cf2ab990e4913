// The core-local interruptor: software interrupt, and the comparison of a clock that the machine does not have.
import type { Outbox } from '../state.ts';

export const CLINT_BASE = 0x0200_0000;
export const CLINT_BYTES = 0x1_0000;
const MSIP = 0;
const MTIMECMP = 0x4000;
const MTIME = 0xbff8;

/**
 * mtimecmp is the guest's, the clock is not: whoever keeps it injects `timer` when it passes mtimecmp.
 */
export interface Clint {
  msip: number;
  mtimecmpLow: number;
  mtimecmpHigh: number;
  /** MTIP: pending after reset and when injected, lowered by a write to mtimecmp. */
  timerPending: boolean;
}

/** The state after reset, as on QEMU's board: mtimecmp is 0. Every clock has passed that, so the timer interrupt is pending. */
export function createClint(): Clint {
  return { msip: 0, mtimecmpLow: 0, mtimecmpHigh: 0, timerPending: true };
}

/** mtimecmp in ticks; infinite when no clock of ours ever gets there. */
export function timerComparand({ mtimecmpLow, mtimecmpHigh }: Clint): number {
  const ticks = mtimecmpHigh * 2 ** 32 + mtimecmpLow;
  return Number.isSafeInteger(ticks) ? ticks : Number.POSITIVE_INFINITY;
}

/** The clock value, in ticks, at which the timer has to be injected next; infinite when it is pending already, and when that is never. */
export function timerDeadline(clint: Clint): number {
  return clint.timerPending ? Number.POSITIVE_INFINITY : timerComparand(clint);
}

/** Whether a load of `size` bytes at `offset` reads the clock. */
export function readsMtime(offset: number, size: number): boolean {
  return size === 4 && (offset === MTIME || offset === MTIME + 4);
}

/** The half of the clock value `time` (in ticks) that lies at `high`. */
export function timeWord(time: number, high: boolean): number {
  return (high ? Math.floor(time / 2 ** 32) : time) >>> 0;
}

/** A load of an aligned word; null where there is no register. `time` is the clock, for the two words that need it. */
export function readClint(clint: Clint, offset: number, size: number, time: number): number | null {
  if (size !== 4) return null;
  if (offset === MSIP) return clint.msip;
  if (offset === MTIMECMP) return clint.mtimecmpLow;
  if (offset === MTIMECMP + 4) return clint.mtimecmpHigh;
  if (readsMtime(offset, size)) return timeWord(time, offset !== MTIME);
  return null;
}

/** A store of an aligned word; false where there is no register. The clock can't be set from here: writes to mtime are ignored. */
export function writeClint(
  clint: Clint,
  outbox: Outbox,
  offset: number,
  size: number,
  value: number,
): boolean {
  if (size !== 4) return false;
  if (offset === MSIP) clint.msip = value & 1;
  else if (offset === MTIMECMP) clint.mtimecmpLow = value >>> 0;
  else if (offset === MTIMECMP + 4) clint.mtimecmpHigh = value >>> 0;
  else return readsMtime(offset, size);
  if (offset !== MSIP) {
    clint.timerPending = false;
    outbox.timerSet = true;
  }
  return true;
}
