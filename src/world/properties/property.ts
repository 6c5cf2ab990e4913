// A property: a named claim about a run, checked from outside against every fact that an observer can see.

import type { WorldConfig } from '../config.ts';
import type { Observation } from '../observation.ts';

/** Where and between which facts a property broke. The page and the reports find the sentence for `key`. */
export interface Violation {
  at: number;
  key: string;
  values: Record<string, string | number>;
}

/** What a check has to say of one fact: nothing, that it bears the property out, or that it breaks it. */
export type Verdict = undefined | 'holds' | Omit<Violation, 'at'>;

/** `M` is what the property has to remember: plain data, so that it can be copied with the world. */
export interface Property<M = unknown> {
  name: string;
  /** Where the paper states it. */
  section: string;
  begin(config: WorldConfig): M;
  check(memory: M, observation: Observation): Verdict;
}

/** A property in the course of a run. Once broken it stays broken: the first violation is the telling one. */
export interface PropertyState {
  name: string;
  section: string;
  /** Facts that it was checked against. */
  checked: number;
  violation?: Violation;
  memory: unknown;
}
