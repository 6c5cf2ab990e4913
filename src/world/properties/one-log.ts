// I2, §3.2: what is acknowledged was received, what is received was sent, what is sent was recorded: one sequence without gaps.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import { entriesFrom, type FactReference, type Property, referTo, type Verdict } from './property.ts';

const STAGES = ['recorded', 'sent', 'received', 'acked'] as const;
type Stage = (typeof STAGES)[number];

interface Memory {
  pair: Pair;
  /** How far the log is at each stage, and the fact that brought it there. */
  through: Record<Stage, number>;
  facts: Record<Stage, FactReference | null>;
}

const afresh = (pair: Pair): Memory => ({
  pair,
  through: { recorded: 0, sent: 0, received: 0, acked: 0 },
  facts: { recorded: null, sent: null, received: null, acked: null },
});

export const oneLog: Property<Memory> = {
  id: 'I2',
  name: 'One log',
  section: '§3.2',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config)),
  check(memory, fact) {
    const { generation, primary } = memory.pair;
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'recorded':
        if (fact.generation !== generation || fact.host !== primary) return undefined;
        return advance(memory, 'recorded', fact.sequence, fact.sequence, fact);
      case 'sent':
        if (fact.message !== 'entries' || fact.generation !== generation || fact.host !== primary)
          return undefined;
        return advance(memory, 'sent', fact.first ?? 0, fact.last ?? 0, fact);
      case 'received':
        if (fact.generation !== generation) return undefined;
        return advance(memory, 'received', fact.first, fact.last, fact);
      case 'acked':
        if (fact.generation !== generation) return undefined;
        return advance(memory, 'acked', memory.through.acked + 1, fact.through, fact);
      default:
        return undefined;
    }
  },
};

/** Entries `first` to `last` come to a stage. Only what is sent may be sent again. */
function advance(memory: Memory, stage: Stage, first: number, last: number, fact: Observation): Verdict {
  const { through, facts } = memory;
  const previous = through[stage];
  const isNext = stage === 'sent' ? first <= previous + 1 && last >= first : first === previous + 1;
  if (!isNext || (stage === 'acked' && last < previous))
    return {
      key: `${stage}OutOfOrder`,
      values: { sequence: first, previous },
      against: facts[stage],
      entries: entriesFrom(first, last),
    };
  const before = STAGES[STAGES.indexOf(stage) - 1];
  if (before !== undefined && last > through[before])
    return {
      key: `${stage}TooEarly`,
      values: { sequence: last, limit: through[before] },
      against: facts[before],
      entries: entriesFrom(through[before] + 1, last),
    };
  if (last <= previous) return 'holds';
  through[stage] = last;
  facts[stage] = referTo(fact);
  return 'holds';
}
