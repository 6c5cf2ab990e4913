// I17, §3.4 and §4.1: the disk holds one history: writes that a machine started, done again only as they were, none by who has lost.

import type { HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { isWholeHistory, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

type Write = FactReference & { io: number; block: number; digest: string };
type Claim = FactReference & { host: HostId };

interface Memory {
  isShared: boolean;
  isWhole: boolean;
  /** By host: the writes that its machine has started, the latest ones. Numbers only rise. */
  started: Record<HostId, Write[]>;
  /** The latest writes that are on the shared disk, whoever's machine did them. */
  written: Write[];
  /** By generation: who alone may write. */
  winners: Record<number, Claim>;
}

/** More operations than this are never under way, or on their way twice. */
const KEPT = 128;
const GENERATIONS = 16;

export const diskHistory: Property<Memory> = {
  id: 'I17',
  name: 'One disk history',
  section: '§3.4',
  scope: 'always',
  begin: (config) => ({
    isShared: config.protocol.isDiskShared,
    isWhole: isWholeHistory(config),
    started: {},
    written: [],
    winners: {},
  }),
  check(memory, fact) {
    const { started, winners } = memory;
    switch (fact.kind) {
      case 'paired': {
        const { generation, primary, backup } = pairOf(fact);
        started[backup] = (started[primary] ?? []).map((write) => ({ ...write }));
        delete winners[generation - GENERATIONS];
        return undefined;
      }
      case 'migrationFinished':
        started[fact.to] = started[fact.from] ?? [];
        delete started[fact.from];
        for (const winner of Object.values(winners)) if (winner.host === fact.from) winner.host = fact.to;
        return undefined;
      case 'testAndSetWon':
      case 'wentLive':
      case 'wentSolo':
        winners[fact.generation] ??= { host: fact.host, ...referTo(fact) };
        return undefined;
      case 'ioStarted':
        if (fact.operation === 'write' && memory.isWhole) start(memory, fact);
        return undefined;
      case 'diskFenced':
        return 'holds';
      case 'diskWritten':
        return judge(memory, fact);
      default:
        return undefined;
    }
  },
};

function start({ started }: Memory, fact: Extract<Observation, { kind: 'ioStarted' }>): void {
  const { host, io, block, digest = '' } = fact;
  started[host] ??= [];
  keep(started[host], { io, block, digest, ...referTo(fact) });
}

function keep(writes: Write[], write: Write): void {
  writes.push(write);
  if (writes.length > KEPT) writes.shift();
}

type Written = Extract<Observation, { kind: 'diskWritten' }>;

function judge(memory: Memory, fact: Written): Verdict {
  return ofLoser(memory, fact) ?? (memory.isWhole ? unexplained(memory, fact) : 'holds');
}

/** Once somebody has won, the other's writes are no part of the history, however long they were on their way. */
function ofLoser({ isShared, winners }: Memory, fact: Written): Verdict {
  const { host, block, generation } = fact;
  if (!isShared) return undefined;
  // Whoever has won this generation, or a later one.
  const latest = Math.max(...Object.keys(winners).map(Number));
  const winner = winners[latest];
  if (winner === undefined || latest < generation || winner.host === host) return undefined;
  const { at, kind } = winner;
  return { key: 'writeOfLoser', values: { host, other: winner.host, block }, against: { at, kind } };
}

function unexplained({ isShared, started, written }: Memory, fact: Written): Verdict {
  const { host, io, block, digest } = fact;
  const own = started[host] ?? [];
  const origin = own.findLast((write) => write.io === io);
  // Of what was started very long ago nothing is known any more.
  if (origin === undefined && own.length === KEPT && io < (own[0]?.io ?? 0)) return undefined;
  if (origin === undefined) return { key: 'writeUnexplained', values: { host, block } };
  const values = { host, block };
  if (origin.block !== block || origin.digest !== digest)
    return { key: 'writeDiffers', values, against: { at: origin.at, kind: origin.kind } };
  if (!isShared) return 'holds';
  const before = written.findLast((write) => write.io === io);
  if (before === undefined) keep(written, { io, block, digest, ...referTo(fact) });
  else if (before.block !== block || before.digest !== digest)
    return { key: 'writtenOtherwise', values, against: { at: before.at, kind: before.kind } };
  return 'holds';
}
