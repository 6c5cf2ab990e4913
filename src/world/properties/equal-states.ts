// I6, §2.1: at equal instruction numbers, with the same entries applied, the two machines are equal to the last bit.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import type { Property, Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  /** Nobody is alone yet, so that what is recorded will be replayed. */
  isReplicated: boolean;
  /** By sequence number: where and when the primary was and the hash of its state, until the backup gets there. */
  recorded: Record<number, { at: number; instruction: number; state: string }>;
}

const afresh = (pair: Pair): Memory => ({ pair, isReplicated: true, recorded: {} });

export const equalStates: Property<Memory> = {
  id: 'I6',
  name: 'Equal states',
  section: '§2.1',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config)),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'recorded': {
        const { at, instruction, state } = fact;
        if (memory.isReplicated && fact.generation === memory.pair.generation)
          memory.recorded[fact.sequence] = { at, instruction, state };
        return undefined;
      }
      case 'replayed':
        return compare(memory, fact);
      case 'diverged': {
        const { sequence, expected, found, instruction } = fact;
        const original = memory.recorded[sequence];
        return {
          key: 'replayDiverged',
          values: { sequence, expected, found, instruction },
          against: original ? { at: original.at, kind: 'recorded' } : null,
          entries: [sequence],
        };
      }
      case 'wentLive':
      case 'wentSolo':
        if (fact.generation !== memory.pair.generation) return undefined;
        memory.isReplicated = false;
        memory.recorded = {};
        return undefined;
      default:
        return undefined;
    }
  },
};

function compare(memory: Memory, fact: Extract<Observation, { kind: 'replayed' }>): Verdict {
  if (!memory.isReplicated || fact.generation !== memory.pair.generation) return undefined;
  const { sequence, instruction } = fact;
  const original = memory.recorded[sequence];
  delete memory.recorded[sequence];
  if (original?.instruction === instruction && original.state === fact.state) return 'holds';
  return {
    key: 'statesDiffer',
    values: { sequence, instruction, recordedAt: original?.instruction ?? 0 },
    against: original ? { at: original.at, kind: 'recorded' } : null,
    entries: [sequence],
  };
}
