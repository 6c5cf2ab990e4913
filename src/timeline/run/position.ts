// Where a run stands: an instant, or in the middle of one. Every state of a run has one position, and positions have one order.

import { err, ok, type Result } from '../../base/result.ts';
import { changesBefore, changesOf } from '../../machine/machine.ts';
import type { SimTime } from '../../sim/time.ts';
import { type Computer, instructionOf } from '../../world/state/world.ts';

/**
 * With `step`: so many steps of the instant have been made, one at least, and there are more (`stepInstant` says what a step is).
 * Without it: everything that happens at the instant has happened.
 */
export interface Position {
  readonly at: SimTime;
  readonly step?: number;
}

/** Less than zero when `a` comes before `b`. */
export const comparePositions = (a: Position, b: Position): number =>
  a.at - b.at ||
  (a.step === b.step ? 0 : (a.step ?? Number.POSITIVE_INFINITY) - (b.step ?? Number.POSITIVE_INFINITY));

/**
 * A state of one machine: it has retired so many instructions, and since then it was changed so often, by what was put in and by the
 * interrupts and exceptions that it took. Both machines of a pair come to the same places.
 */
export interface MachinePlace {
  readonly instruction: number;
  readonly changes: number;
}

export const placeOf = (host: Computer): MachinePlace => ({
  instruction: instructionOf(host),
  changes: changesOf(host.machine),
});

/** The place that its machine had before this one, as long as it is the same machine. */
export function placeBefore(host: Computer): MachinePlace {
  const { instruction, changes } = placeOf(host);
  return changes > 0
    ? { instruction, changes: changes - 1 }
    : { instruction: instruction - 1, changes: changesBefore(host.machine) };
}

/** Less than zero when a machine comes to `a` first. */
export const comparePlaces = (a: MachinePlace, b: MachinePlace): number =>
  a.instruction - b.instruction || a.changes - b.changes;

/** `7`, or `7+1` for one change behind the seventh instruction. */
export const formatPlace = ({ instruction, changes }: MachinePlace): string =>
  changes === 0 ? `${instruction}` : `${instruction}+${changes}`;

const PLACE = /^\s*(\d{1,15})(?:\s*\+\s*(\d{1,9}))?\s*$/;

/** What `formatPlace` makes; an error is a part of a sentence. */
export function parsePlace(text: string): Result<MachinePlace> {
  const [, instruction, changes = '0'] = PLACE.exec(text) ?? [];
  if (instruction === undefined)
    return err(
      `"${text.trim()}" is no count of instructions: write 7, or 7+1 for one change behind the seventh`,
    );
  return ok({ instruction: Number(instruction), changes: Number(changes) });
}
