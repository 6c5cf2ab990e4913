// I8, §2.1: clock and entropy are read once, on the primary. The backup is given what the log says.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import type { Property, Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  isReplicated: boolean;
  /** By sequence number: values that are recorded and not replayed. */
  recorded: Record<number, { at: number; says: string }>;
}

const afresh = (pair: Pair): Memory => ({ pair, isReplicated: true, recorded: {} });

export const loggedValues: Property<Memory> = {
  id: 'I8',
  name: 'Logged values',
  section: '§2.1',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config)),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'recorded':
        if (memory.isReplicated && isRead(fact) && fact.generation === memory.pair.generation)
          memory.recorded[fact.sequence] = { at: fact.at, says: fact.says };
        return undefined;
      case 'replayed':
        if (!isRead(fact) || fact.generation !== memory.pair.generation) return undefined;
        return compare(memory, fact);
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

type EntryFact = Extract<Observation, { kind: 'recorded' | 'replayed' }>;

const isRead = ({ entry }: EntryFact): boolean => entry === 'clock' || entry === 'entropy';

function compare(memory: Memory, fact: EntryFact): Verdict {
  const { host, sequence, entry, says } = fact;
  const original = memory.recorded[sequence];
  delete memory.recorded[sequence];
  if (original === undefined) return undefined;
  if (original.says === says) return 'holds';
  return {
    key: 'otherValue',
    values: { host, sequence, entry, says, recorded: original.says },
    against: { at: original.at, kind: 'recorded' },
    entries: [sequence],
  };
}
