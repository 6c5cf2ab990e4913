// I23, §3.2: while the backup lags too far behind, the primary gets ever less CPU; when it has caught up, ever more.

import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  interval: number;
  threshold: number;
  percent: number;
  latest: FactReference | null;
  /**
   * Now and then one of the entries that are not replayed yet, with the instant by which a backup at full speed could have
   * executed it: how long ago the oldest's was tells how late the backup is, and never too much.
   */
  samples: { sequence: number; possible: number }[];
  /** The entry recorded last: where, and by when it could have been executed; and how long an instruction takes. */
  last: { sequence: number; instruction: number; possible: number };
  picoseconds: number;
  /** Since when the lag has been too much and nothing was done about it. */
  since: FactReference | null;
  /** Something has happened to the pair: nobody need do anything. */
  isDisturbed: boolean;
}

const SAMPLES = 64;
/** So many looks at the lag may go by. */
const INTERVALS = 5;

const afresh = (pair: Pair) => ({
  pair,
  percent: 100,
  latest: null,
  samples: [],
  last: { sequence: 0, instruction: 0, possible: 0 },
  since: null,
  isDisturbed: false,
});

export const pacing: Property<Memory> = {
  id: 'I23',
  name: 'Pacing',
  section: '§3.2',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => ({
    ...afresh(firstPair(config)),
    interval: config.protocol.pacing.interval,
    threshold: config.protocol.pacing.lagThreshold,
    picoseconds: config.protocol.pacing.instructionPicoseconds,
  }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        memory.last = { sequence: 0, instruction: fact.instruction, possible: fact.at };
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'paced':
        return fact.host === memory.pair.primary ? judgeStep(memory, fact) : undefined;
      case 'recorded':
        if (fact.generation !== memory.pair.generation || memory.isDisturbed) return undefined;
        sample(memory, fact);
        return judgeLag(memory, fact);
      case 'replayed':
        if (fact.generation !== memory.pair.generation || memory.isDisturbed) return undefined;
        while ((memory.samples[0]?.sequence ?? Number.POSITIVE_INFINITY) <= fact.sequence)
          memory.samples.shift();
        // A backup that has done all begins with the next entry when it has it.
        if (fact.sequence === memory.last.sequence) memory.last.possible = fact.at;
        return judgeLag(memory, fact);
      case 'suspected':
      case 'hostCrashed':
      case 'hostPaused':
      case 'halted':
      case 'linkCut':
      case 'linkImpaired':
        Object.assign(memory, { isDisturbed: true, samples: [], since: null });
        return undefined;
      default:
        return undefined;
    }
  },
};

function judgeStep(memory: Memory, fact: Extract<Observation, { kind: 'paced' }>): Verdict {
  const { percent: before, threshold, latest } = memory;
  const { host, lag, percent } = fact;
  memory.percent = percent;
  memory.latest = referTo(fact);
  memory.since = null;
  const values = { host, lag, threshold, before, percent };
  if (lag > threshold && percent > before) return { key: 'pacedUp', values, against: latest };
  if (lag <= threshold && percent < before) return { key: 'pacedDown', values, against: latest };
  return 'holds';
}

function sample(memory: Memory, fact: Extract<Observation, { kind: 'recorded' }>): void {
  const { samples, interval, last, picoseconds } = memory;
  const { sequence, instruction } = fact;
  const work = Math.ceil(((instruction - last.instruction) * picoseconds) / 1000);
  const possible = Math.max(last.possible, fact.at) + work;
  memory.last = { sequence, instruction, possible };
  const newest = samples.at(-1);
  if (samples.length >= SAMPLES || (newest !== undefined && possible - newest.possible < interval / 4))
    return;
  samples.push({ sequence, possible });
}

function judgeLag(memory: Memory, fact: Observation): Verdict {
  const { samples, threshold, interval, since } = memory;
  const lag = fact.at - (samples[0]?.possible ?? fact.at);
  if (lag <= threshold) {
    memory.since = null;
    return undefined;
  }
  memory.since ??= referTo(fact);
  if (since === null || fact.at - since.at <= INTERVALS * interval) return undefined;
  return { key: 'notPaced', values: { host: memory.pair.primary, lag, threshold }, against: since };
}
