// §2.1: at equal instruction numbers, with the same entries applied, the two machines are equal to the last bit.

import type { Property } from './property.ts';

interface Memory {
  /** By sequence number: where the primary was and the hash of its state, until the backup gets there. */
  recorded: Record<number, { instruction: number; state: string }>;
}

export const equalStates: Property<Memory> = {
  name: 'Equal states',
  section: '§2.1',
  begin: () => ({ recorded: {} }),
  check(memory, fact) {
    if (fact.kind === 'recorded') {
      memory.recorded[fact.sequence] = { instruction: fact.instruction, state: fact.state };
      return undefined;
    }
    if (fact.kind === 'diverged') {
      const { sequence, expected, found, instruction } = fact;
      return { key: 'replayDiverged', values: { sequence, expected, found, instruction } };
    }
    if (fact.kind !== 'replayed') return undefined;
    const { sequence, instruction } = fact;
    const original = memory.recorded[sequence];
    delete memory.recorded[sequence];
    if (original?.instruction === instruction && original.state === fact.state) return 'holds';
    return { key: 'statesDiffer', values: { sequence, instruction, recordedAt: original?.instruction ?? 0 } };
  },
};
