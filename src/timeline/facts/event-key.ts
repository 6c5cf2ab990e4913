// What events are told apart by: the kind of their fact, whom it is about, what sort it is, and the numbers that say which one.

import type { Observation } from '../../world/state/observation.ts';

/** What an event is: the kind of its fact; the host, client, link or disk that it is about; what sort of its kind. '' without one. */
export interface EventKey {
  kind: Observation['kind'];
  who: string;
  what: string;
}

export const keyOf = (fact: Observation): EventKey => ({
  kind: fact.kind,
  who: whoOf(fact),
  what: whatOf(fact),
});

/** Whom a fact is about. */
export function whoOf(fact: Observation): string {
  const { host, client, link, disk } = fact as Partial<Record<'host' | 'client' | 'link' | 'disk', string>>;
  return host ?? client ?? link ?? disk ?? '';
}

/** What sort of its kind a fact is: of few, since each is a key of its own. A request that is sent again has `again`. */
function whatOf(fact: Observation): string {
  switch (fact.kind) {
    case 'recorded':
    case 'replayed':
      return fact.entry;
    case 'outputHeld':
    case 'outputReleased':
    case 'outputDropped':
      return fact.output.kind;
    case 'requestSent':
      return fact.tries > 1 ? 'again' : fact.operation;
    case 'sent':
      return fact.message;
    case 'ioStarted':
      return fact.operation;
    case 'diskFailed':
    case 'frameLost':
    case 'halted':
      return fact.reason;
    case 'violated':
      return fact.property;
    default:
      return '';
  }
}

/** The numbers of a fact that say which one of its kind it is: the first a whole one below 2^32. */
export function numbersOf(fact: Observation): [number, number, number] {
  switch (fact.kind) {
    case 'recorded':
    case 'replayed':
      return [fact.sequence, fact.instruction, fact.generation];
    case 'outputHeld':
    case 'outputReleased':
    case 'outputDropped':
      return [fact.output.sequence, fact.output.instruction, fact.output.value ?? Number.NaN];
    case 'sent':
    case 'received':
      return [fact.first ?? 0, fact.last ?? 0, fact.generation];
    case 'acked':
      return [fact.through, fact.executed, fact.generation];
    case 'requestSent':
      return [fact.request, fact.tries, 0];
    case 'requestArrived':
      return [fact.request, 0, 0];
    case 'answered':
      return [fact.request, fact.value, fact.status];
    case 'cloneRound':
      return [fact.round, fact.pages, fact.bytes];
    case 'paced':
      return [fact.percent, fact.lag, 0];
    default:
      return [
        'io' in fact ? fact.io : 'generation' in fact ? fact.generation : 0,
        'instruction' in fact ? fact.instruction : 0,
        0,
      ];
  }
}
