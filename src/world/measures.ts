// What a run's protection has cost and brought, measured from its facts: bytes, how long outputs waited, how long a failover took.

import type { Observation } from './state/observation.ts';

/** One takeover and what its time went into, in nanoseconds; null for what did not happen. */
export interface Failover {
  generation: number;
  host: string;
  /** When whoever was suspected failed: its host crashed or paused, its guest died, or the log was cut. Null: it did not. */
  failedAt: number | null;
  suspectedAt: number;
  wonAt: number | null;
  liveAt: number | null;
  /** The first answer that a client got from the new primary. */
  answeredAt: number | null;
  /** What the backup still had to execute when it suspected: how old its oldest entry was when the silence began. */
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
  /** Not part of the result: when hosts failed and the log was cut, and when entries not yet executed were recorded. */
  failed: Record<string, number>;
  cutAt: number | null;
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
  failed: {},
  cutAt: null,
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
      delete sum.failed[fact.primary];
      delete sum.failed[fact.backup];
      break;
    default:
      noteFailure(sum, fact);
      measureFailover(sum, fact);
  }
}

const isLog = (link: string): boolean => /^log(-|$)/.test(link);

function noteFailure(sum: Measures, fact: Observation): void {
  switch (fact.kind) {
    case 'hostCrashed':
    case 'hostPaused':
    case 'halted':
      sum.failed[fact.host] ??= fact.at;
      break;
    case 'hostRepaired':
    case 'hostResumed':
      delete sum.failed[fact.host];
      break;
    case 'linkCut':
      if (isLog(fact.link)) sum.cutAt ??= fact.at;
      break;
    case 'linkMended':
      if (isLog(fact.link)) sum.cutAt = null;
      break;
  }
}

/** When a host that has fallen silent failed, or its log was cut; null if neither did. */
function failureOf({ failed, cutAt }: Measures, host: string): number | null {
  const crashed = failed[host] ?? null;
  return crashed === null || cutAt === null ? (crashed ?? cutAt) : Math.min(crashed, cutAt);
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
        failedAt: failureOf(sum, fact.of),
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
export function measured({ failed: _failed, cutAt: _cut, recorded: _recorded, heldTotal, ...sum }: Measures) {
  const failovers = sum.failovers.filter(({ liveAt }) => liveAt !== null);
  return { ...sum, heldMean: sum.outputs === 0 ? 0 : Math.round(heldTotal / sum.outputs), failovers };
}
