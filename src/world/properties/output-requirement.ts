// I14, §2.2, the Output Requirement: what the new primary does must fit with everything that the old one has shown the world.

import type { HostId } from '../base/config.ts';
import type { Observation, OutputFacts } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import type { FactReference, Property, Verdict } from './property.ts';

type Seen = { output: OutputFacts } & FactReference;

interface Memory {
  pair: Pair;
  isDiskShared: boolean;
  /** By sequence number: shown by the primary and not yet reproduced by the backup, and the other way round. */
  shown: Record<number, Seen>;
  reproduced: Record<number, Seen>;
  /** After a takeover: shown by the dead primary, and due from the new one before anything else. */
  owed: Seen[];
  debtor: HostId | null;
}

export const outputRequirement: Property<Memory> = {
  id: 'I14',
  name: 'Output Requirement',
  section: '§2.2',
  scope: 'always',
  applies: isLogged,
  begin: (config) => ({
    pair: firstPair(config),
    isDiskShared: config.protocol.isDiskShared,
    shown: {},
    reproduced: {},
    owed: [],
    debtor: null,
  }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, { pair: pairOf(fact), shown: {}, reproduced: {} });
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'outputReleased':
        return isOutput(memory, fact.output) ? released(memory, fact) : undefined;
      case 'outputDropped':
        if (fact.host !== memory.pair.backup || !isOutput(memory, fact.output)) return undefined;
        return match(memory.reproduced, memory.shown, fact);
      case 'wentLive':
        if (fact.generation !== memory.pair.generation) return undefined;
        memory.owed = [...memory.owed, ...Object.values(memory.shown)];
        memory.debtor = fact.host;
        memory.shown = {};
        return undefined;
      default:
        return undefined;
    }
  },
};

/** §4.1: a write to a disk of the machine's own shows nothing to anybody. */
const isOutput = ({ isDiskShared }: Memory, { kind }: OutputFacts): boolean =>
  isDiskShared || kind !== 'diskWrite';

type Shown = Extract<Observation, { kind: 'outputReleased' | 'outputDropped' }>;

function released(memory: Memory, fact: Extract<Shown, { kind: 'outputReleased' }>): Verdict {
  if (fact.host === memory.debtor && memory.owed.length > 0) {
    const due = memory.owed.shift() as Seen;
    return due.output.digest === fact.output.digest ? 'holds' : contradiction(due, due.output, fact.output);
  }
  if (!fact.isProtected || fact.host !== memory.pair.primary || fact.output.sequence === 0) return undefined;
  return match(memory.shown, memory.reproduced, fact);
}

/** One side of an output has been seen. When the other side has been too, they have to be the same. */
function match(own: Memory['shown'], other: Memory['shown'], { at, kind, output }: Shown & { at: number }) {
  const counterpart = other[output.sequence];
  if (counterpart === undefined) {
    own[output.sequence] = { output, at, kind };
    return undefined;
  }
  delete other[output.sequence];
  const isSame =
    counterpart.output.digest === output.digest && counterpart.output.instruction === output.instruction;
  if (isSame) return 'holds' as const;
  return kind === 'outputReleased'
    ? contradiction(counterpart, output, counterpart.output)
    : contradiction(counterpart, counterpart.output, output);
}

function contradiction({ at, kind }: FactReference, shown: OutputFacts, found: OutputFacts) {
  return {
    key: 'outputContradicted',
    values: {
      shownKind: shown.kind,
      shownInstruction: shown.instruction,
      shownValue: shown.value ?? shown.block ?? '',
      shownTo: shown.client ?? 'disk',
      foundKind: found.kind,
      foundInstruction: found.instruction,
      foundValue: found.value ?? found.block ?? '',
      foundTo: found.client ?? 'disk',
    },
    against: { at, kind },
    entries: shown.sequence > 0 ? [shown.sequence] : [],
    outputs: [shown, found],
  };
}
