// What clients know of a guest program: how it is asked, and how its answers are judged from outside.

import type { PrngState } from '../../base/prng.ts';
import type { WorldConfig } from '../base/config.ts';
import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';

/** The most words that go with a request: with them it still fits into one Ethernet frame. */
export const ARGUMENTS_MAX = 350;

/** One of the things that a service can be asked for. */
export interface Operation {
  /** On the wire. */
  code: number;
  /**
   * The words that go with the client's request number `request` (from 1), at most `ARGUMENTS_MAX` of 32 bits. `client`
   * is its number, from 1. Draws from nothing but `noise`.
   */
  arguments(request: number, client: number, noise: PrngState): number[];
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

/** The status of a reply by which any guest says that the disk failed. */
export const DISK_FAILED = 2;

/** For operations without arguments. */
export const nothing = (): number[] => [];

/** The request at which every guest traps: a bug in the kernel that both machines of a pair have alike. */
export const POISON = { name: 'poison', code: 0xdead, arguments: [0] } as const;
