// What the table says of one fact: what events are told apart by, the numbers that say which one it is, its line, what steps stop at it.

import type { Observation } from '../../world/state/observation.ts';
import type { FactKind, FactLane, FactNumbers, Values, Weight } from './fact-shape.ts';
import { FACTS } from './fact-table.ts';

/** What an event is: the kind of its fact; the host, client, link or disk that it is about; what sort of its kind. '' without one. */
export interface EventKey {
  kind: FactKind;
  who: string;
  what: string;
}

/** What a step can be by, besides an instruction. */
export type FactUnit = 'entry' | 'output' | 'packet' | 'event' | 'failure';

/** A fact as its sentence tells it. `key` is its sentence's. */
export interface Narrated {
  kind: FactKind;
  key: string;
  values: Values;
  weight: Weight;
}

/** A row, for the facts that are of its kind. */
type Row = {
  weight: Weight | ((who: string) => Weight);
  lane: FactLane | null;
  unit?: FactUnit;
  isFailure?: true | ((what: string) => boolean);
  who?: (fact: Observation) => string;
  what?: (fact: Observation) => string;
  numbers?: (fact: Observation) => FactNumbers;
  told?: readonly string[] | ((fact: Observation, guest: string) => Values | undefined);
  sentences?: { keys: readonly string[]; of: (fact: Observation) => string };
};

const rowOf = (kind: FactKind): Row => FACTS[kind] as Row;

export const keyOf = (fact: Observation): EventKey => ({
  kind: fact.kind,
  who: whoOf(fact),
  what: rowOf(fact.kind).what?.(fact) ?? '',
});

/** Whom a fact is about. */
export function whoOf(fact: Observation): string {
  const { who } = rowOf(fact.kind);
  if (who !== undefined) return who(fact);
  const { host, client, link, disk } = fact as Partial<Record<'host' | 'client' | 'link' | 'disk', string>>;
  return host ?? client ?? link ?? disk ?? '';
}

/** The numbers of a fact that say which one of its kind it is. */
export function numbersOf(fact: Observation): FactNumbers {
  const { numbers } = rowOf(fact.kind);
  if (numbers !== undefined) return numbers(fact);
  return [
    'io' in fact ? fact.io : 'generation' in fact ? fact.generation : 0,
    'instruction' in fact ? fact.instruction : 0,
    0,
  ];
}

/** How much a fact matters. */
export function weightOf({ kind, who }: Pick<EventKey, 'kind' | 'who'>): Weight {
  const { weight } = rowOf(kind);
  return typeof weight === 'number' ? weight : weight(who);
}

/** Whether something goes wrong with it. */
export function isFailure({ kind, what }: Pick<EventKey, 'kind' | 'what'>): boolean {
  const { isFailure = false } = rowOf(kind);
  return typeof isFailure === 'boolean' ? isFailure : isFailure(what);
}

/** At what a step by this unit stops. */
export function stopsOf(unit: FactUnit): (key: EventKey) => boolean {
  switch (unit) {
    case 'event':
      return (key) => weightOf(key) <= 2;
    case 'failure':
      return isFailure;
    default:
      return ({ kind }) => rowOf(kind).unit === unit;
  }
}

/** The kinds of facts that a lane of the timeline shows. */
export const kindsIn = (lane: FactLane): FactKind[] =>
  (Object.keys(FACTS) as FactKind[]).filter((kind) => rowOf(kind).lane === lane);

/** All keys of sentences of facts of a kind. */
export function sentencesOf(kind: FactKind): readonly string[] {
  const { sentences, told } = rowOf(kind);
  return sentences?.keys ?? (told === undefined ? [] : [kind]);
}

/** The line for a fact; most facts of the wire have none. `guest`: its program's name. */
export function narrate(fact: Observation, guest: string): Narrated | undefined {
  const { told, sentences } = rowOf(fact.kind);
  if (told === undefined) return undefined;
  const values = typeof told === 'function' ? told(fact, guest) : valuesOf(fact, told);
  if (values === undefined) return undefined;
  return { kind: fact.kind, key: sentences?.of(fact) ?? fact.kind, values, weight: weightOf(keyOf(fact)) };
}

/** These fields of a fact, as far as it has them; of what is so or not 1 and 0. */
function valuesOf(fact: Observation, fields: readonly string[]): Values {
  const values: Values = {};
  for (const field of fields) {
    const value = (fact as unknown as Record<string, string | number | boolean | undefined>)[field];
    if (value !== undefined) values[field] = typeof value === 'boolean' ? Number(value) : value;
  }
  return values;
}
