// What clients know of a guest program: how it is asked, and how its answers are judged from outside.

import type { WorldConfig } from '../base/config.ts';
import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { WordSource } from './words.ts';

/** The most words that go with a request: with them it still fits into one Ethernet frame. */
export const ARGUMENTS_MAX = 350;

/** One of the things that a service can be asked for. */
export interface Operation {
  /** On the wire. */
  code: number;
  /** Where the words come from that go with it: at most `ARGUMENTS_MAX` in all. */
  words: readonly WordSource[];
}

export interface Effort {
  instructions: number;
  operations: number;
}

/** `M` is what the checker has to remember: plain data, so that it can be copied with the world. */
export interface Service<M = unknown> {
  /** The guest's id. */
  name: string;
  operations: Readonly<Record<string, Operation>>;
  /**
   * The most that a request costs the guest: instructions of the service itself, and disk operations one after the other.
   * Left out by a service that only computes, and little.
   */
  effort?(config: WorldConfig): Effort;
  begin(config: WorldConfig): M;
  /** Sees every fact of a run, and says whether what clients are told can come from one server that never failed. */
  check(memory: M, observation: Observation): Verdict;
}

/** The status of a reply by which any guest says that it knows no such operation. */
export const UNKNOWN_OPERATION = 1;

/** The status of a reply by which any guest says that the disk failed. */
export const DISK_FAILED = 2;

/** The request at which every guest traps: a bug in the kernel that both machines of a pair have alike. */
export const POISON = { name: 'poison', code: 0xdead, arguments: [0] } as const;
