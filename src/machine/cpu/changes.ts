// What happens to a machine between two instructions: counted, so that each of its states has a name of its own.

import type { InstructionCount } from '../boundary.ts';
import type { Machine } from '../state.ts';

/** How often something has changed since the instruction number `after` retired. Of an earlier number it says nothing any more. */
export interface Changes {
  after: InstructionCount;
  count: number;
}

/**
 * How often the machine was changed since its last instruction retired: by what was put in, by an interrupt or an exception that it took,
 * by a fault. Together with the instruction count this names a state: a pair's machines that do the same have the same numbers.
 */
export const changesOf = ({ changes, cpu }: Machine): number =>
  changes.after === cpu.instructions ? changes.count : 0;

/** How often it was changed before its last instruction retired, since the one before that. */
export const changesBefore = ({ changes, cpu }: Machine): number =>
  changes.after === cpu.instructions - 1 ? changes.count : 0;

/** Counts a change that retires nothing. */
export function noteChange(machine: Machine): void {
  const count = changesOf(machine) + 1;
  machine.changes.after = machine.cpu.instructions;
  machine.changes.count = count;
}
