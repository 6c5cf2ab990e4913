// I4, §2.1: while it replays, the backup's machine never passes the last entry received: what happens behind that is not known yet.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  isReplaying: boolean;
  /** By sequence number: the instructions of entries that are recorded and not received. */
  recorded: Record<number, number>;
  /** The last entry received, its instruction (null where that is not known) and its receipt. */
  last: number;
  limit: number | null;
  receipt: FactReference | null;
}

const afresh = (pair: Pair, limit: number | null): Memory => ({
  pair,
  isReplaying: true,
  recorded: {},
  last: 0,
  limit,
  receipt: null,
});

export const behindTheLog: Property<Memory> = {
  id: 'I4',
  name: 'Behind the log',
  section: '§2.1',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config), null),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact), fact.instruction));
        return undefined;
      case 'recorded':
        if (memory.isReplaying && fact.generation === memory.pair.generation)
          memory.recorded[fact.sequence] = fact.instruction;
        return undefined;
      case 'received':
        if (fact.generation !== memory.pair.generation || !memory.isReplaying) return undefined;
        return receive(memory, fact);
      case 'wentLive':
      case 'wentSolo':
        if (fact.generation !== memory.pair.generation) return undefined;
        memory.isReplaying = false;
        memory.recorded = {};
        return undefined;
      default:
        return undefined;
    }
  },
};

/** Entries have come to a machine that could run as far as those before them, and no further. */
function receive(memory: Memory, fact: Extract<Observation, { kind: 'received' }>): Verdict {
  const { limit, last, receipt } = memory;
  const { host, instruction } = fact;
  memory.limit = memory.recorded[fact.last] ?? null;
  for (let sequence = fact.first; sequence <= fact.last; sequence++) delete memory.recorded[sequence];
  memory.last = fact.last;
  memory.receipt = referTo(fact);
  if (limit === null) return undefined;
  if (instruction <= limit) return 'holds';
  return {
    key: 'ranPastLog',
    values: { host, instruction, limit, sequence: last },
    against: receipt,
    entries: [last, fact.first],
  };
}
