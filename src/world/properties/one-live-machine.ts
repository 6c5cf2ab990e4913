// I11, §2.3: at most one VM of the pair answers the world. Two may run for a while; what counts is who lets outputs out.

import type { HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { isLogged, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

type Claim = FactReference & { host: HostId };

interface Memory {
  isLogged: boolean;
  generation: number;
  /** Whose VM answers the world, and since when. */
  live: Claim | null;
  /** By generation: who has gone on alone, or been given the flag. */
  winners: Record<number, Claim>;
  /** By primary: its last generation, and how much of its log reached the backup, which may still be released. */
  logs: Record<HostId, { generation: number; received: number }>;
}

/** Nobody comes back after so many generations. */
const GENERATIONS = 16;

export const oneLiveMachine: Property<Memory> = {
  id: 'I11',
  name: 'One live machine',
  section: '§2.3',
  scope: 'always',
  begin: (config) => ({ isLogged: isLogged(config), generation: 1, live: null, winners: {}, logs: {} }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired': {
        const { generation, primary } = pairOf(fact);
        memory.generation = generation;
        memory.live = { host: primary, ...referTo(fact) };
        memory.logs[primary] = { generation, received: 0 };
        delete memory.winners[generation - GENERATIONS];
        return undefined;
      }
      case 'migrationFinished':
        move(memory, fact);
        return undefined;
      case 'received':
        for (const host in memory.logs) {
          const log = memory.logs[host];
          if (log?.generation === fact.generation) log.received = fact.last;
        }
        return undefined;
      case 'testAndSetWon':
        return win(memory, fact);
      case 'wentLive':
      case 'wentSolo':
        return goAlone(memory, fact);
      case 'outputReleased':
        return release(memory, fact);
      default:
        return undefined;
    }
  },
};

/** The VM that answers the world does so from another host, with the log that it had. */
function move(memory: Memory, fact: Extract<Observation, { kind: 'migrationFinished' }>): void {
  const { live, logs } = memory;
  const { machine, from, to } = fact;
  if (machine !== 'primary' || live?.host !== from) return;
  memory.live = { host: to, ...referTo(fact) };
  if (logs[from] !== undefined) logs[to] = logs[from];
  delete logs[from];
}

function win(memory: Memory, fact: Extract<Observation, { kind: 'testAndSetWon' }>): Verdict {
  const { host, generation } = fact;
  const winner = memory.winners[generation];
  memory.winners[generation] ??= { host, ...referTo(fact) };
  if (winner === undefined || winner.host === host) return 'holds';
  return { key: 'twoWinners', values: { host, other: winner.host, generation }, against: claim(winner) };
}

/** Alone is who wins its generation. A generation after which another has begun was decided already. */
function goAlone(memory: Memory, fact: Extract<Observation, { kind: 'wentLive' | 'wentSolo' }>): Verdict {
  const { host, generation } = fact;
  const isOver = generation < memory.generation;
  const other = memory.winners[generation] ?? (isOver ? memory.live : null);
  memory.winners[generation] ??= { host, ...referTo(fact) };
  if (!isOver) memory.live = { host, ...referTo(fact) };
  if (other === null || other.host === host) return 'holds';
  return { key: 'twoLive', values: { host, other: other.host }, against: claim(other) };
}

function release(memory: Memory, fact: Extract<Observation, { kind: 'outputReleased' }>): Verdict {
  const { host, output, isProtected } = fact;
  const { live } = memory;
  if (live === null) return undefined;
  if (host === live.host) return 'holds';
  if (isProtected) {
    // Nothing new: whoever is live has it in its log, and has produced it too (§2.2).
    if (output.sequence > 0 && output.sequence <= (memory.logs[host]?.received ?? 0)) return 'holds';
    if (!memory.isLogged) return undefined;
  }
  return {
    key: 'outputOfLoser',
    values: { host, other: live.host, output: output.kind },
    against: claim(live),
    outputs: [output],
  };
}

const claim = ({ at, kind }: Claim): FactReference => ({ at, kind });
