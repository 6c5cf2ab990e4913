// The run told in words: which facts are worth a line, under which key the page finds its sentence, and how much each matters.

import type { Observation, OutputFacts } from '../../world/observation.ts';
import type { NarrationLine } from '../frame.ts';
import { entryKind } from './entries.ts';

export type Line = Pick<NarrationLine, 'key' | 'values' | 'weight'>;

function outputValues({ kind, client, value, block, sequence }: OutputFacts): Line['values'] {
  return {
    kind,
    sequence,
    ...(client === undefined ? {} : { client }),
    ...(value === undefined ? {} : { value }),
    ...(block === undefined ? {} : { block }),
  };
}

/** The line for a fact; most facts of the wire have none. */
export function narrate(fact: Observation, guest: string): Line | undefined {
  switch (fact.kind) {
    case 'started':
      return { key: 'started', values: { guest }, weight: 1 };
    case 'requestSent': {
      const { client, request, operation, tries } = fact;
      return tries === 1
        ? { key: 'requestSent', values: { client, request, operation }, weight: 2 }
        : { key: 'requestRetried', values: { client, request, tries }, weight: 2 };
    }
    case 'requestArrived':
      return line(fact, 2, { client: fact.client, request: fact.request, host: fact.host });
    case 'answered':
      return line(fact, 2, { client: fact.client, request: fact.request, value: fact.value });
    case 'recorded': {
      const { sequence, instruction, output } = fact;
      const entry = entryKind(fact.entry);
      return line(fact, 3, { sequence, entry, ...(output === undefined ? {} : { output }), instruction });
    }
    case 'acked':
      return line(fact, 3, { through: fact.through });
    case 'outputHeld':
      return line(fact, 2, outputValues(fact.output));
    case 'outputReleased':
      return line(fact, 2, { ...outputValues(fact.output), waitedNs: fact.waited });
    case 'outputDropped':
      return line(fact, 2, { ...outputValues(fact.output), host: fact.host });
    case 'diskWritten':
      return line(fact, 2, { block: fact.block, value: fact.value, host: fact.host });
    case 'diskRead':
    case 'diskFenced':
      return line(fact, 2, { block: fact.block, host: fact.host });
    case 'frameLost':
      return line(fact, fact.link === 'log' ? 3 : 2, { link: fact.link });
    case 'hostCrashed':
    case 'wentSolo':
    case 'sendBufferFull':
    case 'sendBufferDrained':
      return line(fact, 1, { host: fact.host });
    case 'macAnnounced':
      return line(fact, 1, { host: fact.host });
    case 'macMoved':
      return line(fact, 1, { host: fact.port });
    case 'linkCut':
    case 'linkMended':
      return line(fact, 1, { link: fact.link });
    case 'suspected':
      return line(fact, 1, { host: fact.host, of: fact.of, silenceNs: fact.silence });
    case 'testAndSetSent':
    case 'testAndSetWon':
    case 'testAndSetLost':
      return line(fact, 1, { host: fact.host, generation: fact.generation });
    case 'draining':
      return line(fact, 1, { host: fact.host, entries: fact.entries });
    case 'wentLive':
      return line(fact, 1, { host: fact.host, instruction: fact.instruction, afterNs: fact.silence });
    case 'ioReissued':
      return line(fact, 1, { host: fact.host, count: fact.count });
    case 'diverged':
      return line(fact, 1, { host: fact.host, sequence: fact.sequence, instruction: fact.instruction });
    case 'violated':
      return line(fact, 1, { property: fact.property, section: fact.section });
    case 'halted':
      return haltLine(fact);
    case 'replayed':
    case 'sent':
    case 'received':
    case 'resent':
      return undefined;
  }
}

function line(fact: Observation, weight: 1 | 2 | 3, values: Line['values']): Line {
  return { key: fact.kind, values, weight };
}

function haltLine(fact: Extract<Observation, { kind: 'halted' }>): Line {
  const { host } = fact;
  if (fact.reason === 'guestExit')
    return { key: 'guestExited', values: { host, code: fact.code ?? 0 }, weight: 1 };
  if (fact.reason === 'guestStuck') {
    return { key: 'guestStuck', values: { host, address: fact.address ?? 0 }, weight: 1 };
  }
  return { key: 'halted', values: { host, reason: fact.reason }, weight: 1 };
}
