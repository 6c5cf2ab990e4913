// I1, §2.2, the Output Rule, seen from outside: while the pair is protected no output leaves before its entry is in the backup's hands.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  isDiskShared: boolean;
  /** Last sequence number that the backup has received, and that the primary was told of. */
  received: number;
  acked: number;
  ack: FactReference | null;
}

const afresh = (pair: Pair) => ({ pair, received: 0, acked: 0, ack: null });

export const outputRule: Property<Memory> = {
  id: 'I1',
  name: 'Output Rule',
  section: '§2.2',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => ({ ...afresh(firstPair(config)), isDiskShared: config.protocol.isDiskShared }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'received':
        if (fact.generation === memory.pair.generation) memory.received = fact.last;
        return undefined;
      case 'acked':
        if (fact.generation !== memory.pair.generation) return undefined;
        memory.acked = fact.through;
        memory.ack = referTo(fact);
        return undefined;
      case 'outputReleased':
        return judge(memory, fact);
      default:
        return undefined;
    }
  },
};

function judge(memory: Memory, fact: Extract<Observation, { kind: 'outputReleased' }>): Verdict {
  const { host, output, isProtected } = fact;
  const { sequence, kind } = output;
  // Who was a primary in an earlier generation has a log of its own, and is none of this pair's.
  if (!isProtected || sequence === 0 || host !== memory.pair.primary) return undefined;
  // §4.1: a disk of the machine's own is part of it, not of the world.
  if (kind === 'diskWrite' && !memory.isDiskShared) return undefined;
  const { received, acked, ack } = memory;
  if (sequence <= received && sequence <= acked) return 'holds';
  return {
    key: 'outputBeforeAck',
    values: { host, output: kind, sequence, received, acked },
    against: ack,
    entries: [sequence],
    outputs: [output],
  };
}
