// I5, §2.1: the backup only ever does what the primary has done before.

import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo } from './property.ts';

interface Memory {
  pair: Pair;
  /** What the primary recorded last. */
  latest: FactReference | null;
}

export const primaryAhead: Property<Memory> = {
  id: 'I5',
  name: 'Primary ahead',
  section: '§2.1',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => ({ pair: firstPair(config), latest: null }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        memory.pair = pairOf(fact);
        memory.latest = null;
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'recorded':
        if (fact.host === memory.pair.primary) memory.latest = referTo(fact);
        return undefined;
      case 'replayed': {
        const { host, sequence, instruction, ahead } = fact;
        if (ahead === undefined || fact.generation !== memory.pair.generation) return undefined;
        if (ahead >= instruction) return 'holds';
        return {
          key: 'backupAhead',
          values: { host, sequence, instruction, ahead },
          against: memory.latest,
          entries: [sequence],
        };
      }
      default:
        return undefined;
    }
  },
};
