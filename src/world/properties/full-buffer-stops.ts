// I20, §3.2: a full send buffer stops the primary, an empty receive buffer the backup.

import type { HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  /** Hosts whose send buffer is full, and since when. */
  full: Record<HostId, FactReference>;
  isReplaying: boolean;
  received: number;
  /** The last entry replayed, and where it left the backup's machine. */
  replayed: number;
  instruction: number;
  latest: FactReference | null;
}

const afresh = (pair: Pair, instruction: number, latest: FactReference | null) => ({
  pair,
  full: {},
  isReplaying: true,
  received: 0,
  replayed: 0,
  instruction,
  latest,
});

export const fullBufferStops: Property<Memory> = {
  id: 'I20',
  name: 'Full buffer stops',
  section: '§3.2',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config), 0, null),
  check(memory, fact) {
    const { generation } = memory.pair;
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact), fact.instruction, referTo(fact)));
        return undefined;
      case 'sendBufferFull':
        memory.full[fact.host] = referTo(fact);
        return undefined;
      case 'sendBufferDrained':
      case 'hostRepaired':
        delete memory.full[fact.host];
        return undefined;
      case 'recorded':
        return judgePrimary(memory, fact);
      case 'replayed':
        if (fact.generation !== generation) return undefined;
        memory.replayed = fact.sequence;
        memory.instruction = fact.instruction;
        memory.latest = referTo(fact);
        return undefined;
      case 'received':
        return fact.generation === generation && memory.isReplaying ? judgeBackup(memory, fact) : undefined;
      case 'wentLive':
      case 'wentSolo':
        delete memory.full[fact.host];
        if (fact.generation === generation) memory.isReplaying = false;
        return undefined;
      default:
        return undefined;
    }
  },
};

/** What the instruction did that filled the buffer is still recorded, and so is what is done to the VM from outside. */
function judgePrimary({ full }: Memory, fact: Extract<Observation, { kind: 'recorded' }>): Verdict {
  const against = full[fact.host];
  if (against === undefined || fact.entry === 'control') return undefined;
  if (fact.at === against.at) return 'holds';
  const { host, sequence, instruction } = fact;
  return { key: 'ranWithFullBuffer', values: { host, sequence, instruction }, against, entries: [sequence] };
}

/** Entries come to an empty buffer: the machine must be where the last one left it. */
function judgeBackup(memory: Memory, fact: Extract<Observation, { kind: 'received' }>): Verdict {
  const wasEmpty = memory.replayed === memory.received && memory.latest !== null;
  memory.received = fact.last;
  if (!wasEmpty) return undefined;
  const { host, instruction } = fact;
  if (instruction <= memory.instruction) return 'holds';
  return {
    key: 'ranWithEmptyBuffer',
    values: { host, instruction, stood: memory.instruction },
    against: memory.latest,
    entries: [memory.replayed, fact.first],
  };
}
