// I7, §2.1: whatever enters the primary's machine enters the backup's at the same instruction, in the same order, once.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  isReplicated: boolean;
  /** By sequence number: entries that are recorded and not replayed. */
  recorded: Record<number, { at: number; instruction: number }>;
  replayed: number;
  latest: FactReference | null;
}

const afresh = (pair: Pair): Memory => ({
  pair,
  isReplicated: true,
  recorded: {},
  replayed: 0,
  latest: null,
});

export const exactDelivery: Property<Memory> = {
  id: 'I7',
  name: 'Exact delivery',
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
        if (memory.isReplicated && fact.generation === memory.pair.generation)
          memory.recorded[fact.sequence] = { at: fact.at, instruction: fact.instruction };
        return undefined;
      case 'replayed':
        if (!memory.isReplicated || fact.generation !== memory.pair.generation) return undefined;
        return deliver(memory, fact);
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

function deliver(memory: Memory, fact: Extract<Observation, { kind: 'replayed' }>): Verdict {
  const { host, sequence, instruction } = fact;
  const { replayed: previous, latest } = memory;
  const original = memory.recorded[sequence];
  delete memory.recorded[sequence];
  memory.replayed = sequence;
  memory.latest = referTo(fact);
  if (sequence !== previous + 1)
    return {
      key: 'deliveredOutOfOrder',
      values: { host, sequence, previous },
      against: latest,
      entries: [previous, sequence],
    };
  if (original === undefined || original.instruction === instruction) return 'holds';
  return {
    key: 'deliveredElsewhere',
    values: { host, sequence, instruction, recordedAt: original.instruction },
    against: { at: original.at, kind: 'recorded' },
    entries: [sequence],
  };
}
