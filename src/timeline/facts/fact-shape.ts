// What a row of the table of facts is made of.

import type { Observation } from '../../world/state/observation.ts';

export type FactKind = Observation['kind'];

export type FactOf<K extends FactKind> = Extract<Observation, { kind: K }>;

/** 1: a turning point of the run, kept as long as the run is. 2: what the protocol does. 3: each entry, frame and operation. */
export type Weight = 1 | 2 | 3;

/** Where the timeline shows a fact: by its name at a line over all lanes (`marks`), or as part of what one lane draws. */
export type FactLane = 'marks' | 'clients' | 'gate' | 'entries' | 'fill' | 'lag' | 'pair' | 'properties';

/** What a sentence has to fill in. Times in nanoseconds have names that end in `Ns`. */
export type Values = Record<string, string | number>;

/** The numbers that say which one of its kind a fact is: the first a whole one below 2^32. */
export type FactNumbers = readonly [number, number, number];

/** What the table says of a kind of fact. */
export interface FactRow<K extends FactKind> {
  /** Steps by event stop at all of weight 1 and 2: they go from line to line of the narration. `who` as below. */
  weight: Weight | ((who: string) => Weight);
  /** Null: nowhere. */
  lane: FactLane | null;
  /** Steps by this unit stop at it too. */
  unit?: 'entry' | 'output' | 'packet';
  /** Whether something goes wrong with it, by itself or by somebody's hand: steps by failure stop there. `what` as below. */
  isFailure?: true | ((what: string) => boolean);
  /** The host, client, link or disk that it is about, where its fields of these names do not say. */
  who?: (fact: FactOf<K>) => string;
  /** What sort of its kind it is: of few, since each is a key of its own in the trace. */
  what?: (fact: FactOf<K>) => string;
  numbers?: (fact: FactOf<K>) => FactNumbers;
  /** What its sentence has to fill in: these fields, or what is made of them. Nothing is told of it without, or for undefined. */
  told?: readonly (keyof FactOf<K>)[] | ((fact: FactOf<K>, guest: string) => Values | undefined);
  /** The keys of its sentences, where there are several or another than its kind, and which of them it has. */
  sentences?: { keys: readonly string[]; of: (fact: FactOf<K>) => string };
}
