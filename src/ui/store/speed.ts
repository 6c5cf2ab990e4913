// The speed's scale: logarithmic, ten steps a decade, rounded to the figures people know from resistors and f-stops.
import { FASTEST, SLOWEST } from './preferences.ts';

const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];

/** The slider's last position; the first is 0. */
export const LAST_POSITION = Math.round(Math.log10(FASTEST / SLOWEST) * STEPS.length);

/** Simulated ns in a second of the wall's, at a position of the slider. */
export function speedAt(position: number): number {
  const clamped = Math.max(0, Math.min(LAST_POSITION, Math.round(position)));
  const decade = SLOWEST * 10 ** Math.floor(clamped / STEPS.length);
  return Math.round(decade * STEPS[clamped % STEPS.length]! * 100) / 100;
}

/** The position whose speed is nearest. */
export function positionOf(speed: number): number {
  return Math.max(0, Math.min(LAST_POSITION, Math.round(Math.log10(speed / SLOWEST) * STEPS.length)));
}

/** A third of a decade faster. */
export function faster(speed: number): number {
  return speedAt(positionOf(speed) + 3);
}

/** A third of a decade slower. */
export function slower(speed: number): number {
  return speedAt(positionOf(speed) - 3);
}
