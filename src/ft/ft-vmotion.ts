// FT VMotion (§3.1, §3.3): a running VM is copied to another host, in rounds of the pages that it has changed meanwhile.

import type { SimTime } from '../sim/time.ts';

/**
 * Why a VM is copied: to get a new backup from it (the VM is cloned, and both go on), or to move one of the two machines
 * of a pair elsewhere (VMotion).
 */
export type Purpose = 'clone' | 'movePrimary' | 'moveBackup';

export interface VmotionConfig {
  /** The VM stands still for the last pages once they are so few, or after so many rounds. */
  finalPages: number;
  rounds: number;
}

/** At the host that the VM is copied from. */
export interface Transfer {
  purpose: Purpose;
  target: string;
  /** Counts this host's transfers: what belongs to an abandoned one is ignored. */
  number: number;
  /** Of a clone, the generation that begins with it; of a move, the pair's. */
  generation: number;
  round: number;
  /** `copying` rounds; `quiescing`: waiting until no disk operation is under way; `paused`: the VM stands still. */
  stage: 'copying' | 'quiescing' | 'paused';
  pausedAt: SimTime;
}

/** At the host that it is copied to. */
export interface Incoming {
  purpose: Purpose;
  from: string;
  number: number;
  /** Pages of the present round that have arrived, one message after the other. */
  pages: number;
  /** Everything has arrived; a machine that is moved begins when it is told to. */
  isComplete: boolean;
}

/** After a round that changed `pages`: another round, or the last, for which the VM stands still. */
export const isLastRound = (config: VmotionConfig, transfer: Transfer, pages: number): boolean =>
  pages <= config.finalPages || transfer.round >= config.rounds;
