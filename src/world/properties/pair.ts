// What several properties need to know of a run's pair: who is in it, and what of the paper such a world has.

import type { HostId, WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';

/** The pair of a generation. Logs of earlier generations are over, though a host that was paused may not know it. */
export interface Pair {
  generation: number;
  primary: HostId;
  backup: HostId;
}

/** The pair that a run begins with, until the fact that says so. */
export function firstPair({ hosts }: WorldConfig): Pair {
  return { generation: 1, primary: hosts[0]?.id ?? '', backup: hosts[1]?.id ?? '' };
}

export function pairOf({ generation, primary, backup }: Extract<Observation, { kind: 'paired' }>): Pair {
  return { generation, primary, backup };
}

/** §3.3: VMotion of one machine of the pair to another host. The generation and its log go on. */
export function moved(
  pair: Pair,
  { machine, to }: Extract<Observation, { kind: 'migrationFinished' }>,
): Pair {
  return { ...pair, [machine]: to };
}

/** Whether a log keeps the pair together: only then can anything be said about entries. */
export const isLogged = ({ replication }: WorldConfig): boolean => replication.mode === 'ft';

/** Whether each machine's own facts tell its whole history: a baseline that copies states puts machines back. */
export const isWholeHistory = ({ replication }: WorldConfig): boolean =>
  replication.mode === 'ft' || replication.mode === 'none';
