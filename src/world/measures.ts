// What a run's protection has cost and brought, measured from its facts: bytes, how long outputs waited, how long a failover took.

import type { Observation } from './observation.ts';

/** One takeover and what its time went into, in nanoseconds; null for what did not happen. */
export interface Failover {
  generation: number;
  host: string;
  /** When the machine failed that had acted, as far as anybody saw it: its host crashed, paused, or was cut off. */
  failedAt: number | null;
  suspectedAt: number;
  wonAt: number | null;
  liveAt: number | null;
  /** The first answer that a client got from the new primary. */
  answeredAt: number | null;
  /** How far the backup was behind when its primary fell silent: the age of the oldest entry that it had not executed. */
  lag: number;
}

export interface Measures {
  /** Everything on the logging channel: entries, acknowledgements, heartbeats, checkpoints. */
  channelBytes: number;
  checkpoints: number;
  /** Of FT VMotion. */
  clonedBytes: number;
  /** Outputs that left while the VM was protected, and how long they were held in all and at most. */
  outputs: number;
  heldTotal: number;
  heldMost: number;
  failovers: Failover[];
  /** Not part of the result: when acting machines failed, and when entries not yet executed were recorded. */
  failedAt: number | null;
  recorded: Record<number, number>;
}

export const beginMeasures = (): Measures => ({
  channelBytes: 0,
  checkpoints: 0,
  clonedBytes: 0,
  outputs: 0,
  heldTotal: 0,
  heldMost: 0,
  failovers: [],
  failedAt: null,
  recorded: {},
});

/** Counts a fact in. */
export function measure(sum: Measures, fact: Observation): void {
  switch (fact.kind) {
    case 'sent':
      sum.channelBytes += fact.bytes;
      break;
    case 'checkpointTaken':
      sum.channelBytes += fact.bytes;
      sum.checkpoints++;
      break;
    case 'cloneRound':
      sum.clonedBytes += fact.bytes;
      break;
    case 'outputReleased':
      if (fact.isProtected) held(sum, fact.waited);
      break;
    case 'recorded':
      sum.recorded[fact.sequence] = fact.at;
      break;
    case 'replayed':
      delete sum.recorded[fact.sequence];
      break;
    case 'paired':
      sum.recorded = {};
      sum.failedAt = null;
      break;
    case 'hostCrashed':
    case 'hostPaused':
    case 'linkCut':
      sum.failedAt ??= fact.at;
      break;
    default:
      measureFailover(sum, fact);
  }
}

function held(sum: Measures, waited: number): void {
  sum.outputs++;
  sum.heldTotal += waited;
  sum.heldMost = Math.max(sum.heldMost, waited);
}

function measureFailover(sum: Measures, fact: Observation): void {
  const current = sum.failovers.at(-1);
  switch (fact.kind) {
    case 'suspected': {
      const oldest = Math.min(...Object.values(sum.recorded), fact.at);
      sum.failovers.push({
        generation: 0,
        host: fact.host,
        failedAt: sum.failedAt,
        suspectedAt: fact.at,
        wonAt: null,
        liveAt: null,
        answeredAt: null,
        lag: fact.at - fact.silence > oldest ? fact.at - fact.silence - oldest : 0,
      });
      break;
    }
    case 'testAndSetWon': {
      const asked = sum.failovers.findLast(({ host, wonAt }) => host === fact.host && wonAt === null);
      if (asked) Object.assign(asked, { wonAt: fact.at, generation: fact.generation });
      break;
    }
    case 'wentLive':
    case 'wentSolo': {
      const winner = sum.failovers.findLast(({ host, liveAt }) => host === fact.host && liveAt === null);
      if (winner) Object.assign(winner, { liveAt: fact.at, generation: fact.generation });
      break;
    }
    case 'answered':
      if (current?.liveAt != null) current.answeredAt ??= fact.at;
      break;
  }
}

/** The result, times in nanoseconds. */
export function measured({ failedAt: _failedAt, recorded: _recorded, heldTotal, ...sum }: Measures) {
  const failovers = sum.failovers.filter(({ liveAt }) => liveAt !== null);
  return { ...sum, heldMean: sum.outputs === 0 ? 0 : Math.round(heldTotal / sum.outputs), failovers };
}
