// A property: a named claim about a run, checked from outside against every fact that an observer can see.

import type { WorldConfig } from '../base/config.ts';
import type { Fact, Observation, OutputFacts } from '../state/observation.ts';

/** When a property has something to claim: while there is a backup, while one takes over, while a VM is alone. */
export type Scope = 'protected' | 'failing over' | 'alone' | 'always';

/** A fact of the run, by its instant and kind. */
export interface FactReference {
  at: number;
  kind: Fact['kind'];
}

/** Where and between which facts a property broke. The page and the reports find the sentence for `key`. */
export interface Violation {
  at: number;
  key: string;
  values: Record<string, string | number>;
  /** The two facts that contradict each other: the earlier one, and the one that brought the violation to light. */
  facts?: [FactReference, FactReference];
  /** Sequence numbers of the log entries concerned, in their generation. */
  entries?: number[];
  outputs?: OutputFacts[];
}

/** What a check has found broken. `against`: the earlier fact that the present one contradicts. */
export type Contradiction = Omit<Violation, 'at' | 'facts'> & { against?: FactReference | null };

/** What a check has to say of one fact: nothing, that it bears the property out, or that it breaks it. */
export type Verdict = undefined | 'holds' | Contradiction;

/** `M` is what the property has to remember: plain data, bounded however long the run, since it is copied with the world. */
export interface Property<M = unknown> {
  /** The invariant's number, such as `I1`. */
  id: string;
  name: string;
  /** Where the paper states it. */
  section: string;
  scope: Scope;
  /** Whether it means anything in such a world; without this it does in every one. */
  applies?(config: WorldConfig): boolean;
  begin(config: WorldConfig): M;
  check(memory: M, observation: Observation): Verdict;
}

/** A property in the course of a run. Once broken it stays broken: the first violation is the telling one. */
export interface PropertyState {
  id: string;
  name: string;
  section: string;
  scope: Scope;
  /** Facts that it was checked against. */
  checked: number;
  violation?: Violation;
  memory: unknown;
}

/** A fact, to be named later as one side of a contradiction. */
export const referTo = ({ at, kind }: Observation): FactReference => ({ at, kind });

/** Entries from one to another, both included; of very many only the first. */
export function entriesFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(last - first + 1, 32)) }, (_, i) => first + i);
}
