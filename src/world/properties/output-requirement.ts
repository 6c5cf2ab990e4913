// §2.2, the Output Requirement: what the new primary does must fit with everything that the old one has shown the world.

import type { OutputFacts } from '../observation.ts';
import type { Property } from './property.ts';

interface Memory {
  /** By sequence number: shown by the primary and not yet reproduced by the backup, and the other way round. */
  shown: Record<number, OutputFacts>;
  reproduced: Record<number, OutputFacts>;
  /** After a takeover: shown by the dead primary, and due from the new one before anything else. */
  owed: OutputFacts[];
}

export const outputRequirement: Property<Memory> = {
  name: 'Output Requirement',
  section: '§2.2',
  begin: () => ({ shown: {}, reproduced: {}, owed: [] }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'outputReleased':
        return fact.isProtected
          ? pair(memory.shown, memory.reproduced, fact.output)
          : settle(memory, fact.output);
      case 'outputDropped':
        return pair(memory.reproduced, memory.shown, fact.output);
      case 'wentLive':
        memory.owed = Object.values(memory.shown);
        return undefined;
      default:
        return undefined;
    }
  },
};

/** One side of an output has been seen. When the other side has been too, they have to be the same. */
function pair(own: Memory['shown'], other: Memory['shown'], output: OutputFacts) {
  const counterpart = other[output.sequence];
  if (counterpart === undefined) {
    own[output.sequence] = output;
    return undefined;
  }
  delete other[output.sequence];
  return counterpart.digest === output.digest ? ('holds' as const) : contradiction(counterpart, output);
}

function settle(memory: Memory, output: OutputFacts) {
  const due = memory.owed.shift();
  if (due === undefined) return undefined;
  return due.digest === output.digest ? ('holds' as const) : contradiction(due, output);
}

function contradiction(shown: OutputFacts, found: OutputFacts) {
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
  };
}
