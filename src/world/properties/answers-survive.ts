// I15, §2.2: whatever a client was told is in the history of the VM that goes on, whichever host fails.

import type { ClientId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Reply {
  client: ClientId;
  request: number;
  value: number;
  sequence: number;
}

interface Memory {
  pair: Pair;
  /** The reply to each client's latest request, as it first left the primary. */
  replies: Record<ClientId, Reply>;
  /** The latest in the log of those that reached their client. */
  told: (Reply & FactReference) | null;
}

const afresh = (pair: Pair): Memory => ({ pair, replies: {}, told: null });

export const answersSurvive: Property<Memory> = {
  id: 'I15',
  name: 'Answers survive',
  section: '§2.2',
  scope: 'failing over',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config)),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'migrationFinished':
        memory.pair = moved(memory.pair, fact);
        return undefined;
      case 'outputReleased':
        if (fact.isProtected && fact.host === memory.pair.primary) noteReply(memory, fact.output);
        return undefined;
      case 'answered':
        noteTold(memory, fact);
        return undefined;
      case 'wentLive':
        return judge(memory, fact);
      default:
        return undefined;
    }
  },
};

type Released = Extract<Observation, { kind: 'outputReleased' }>;

/** A reply that is given again tells of nothing that the first did not. */
function noteReply({ replies }: Memory, { client, request, value, sequence }: Released['output']): void {
  if (client === undefined || request === undefined || value === undefined || sequence === 0) return;
  if (replies[client]?.request === request && replies[client]?.value === value) return;
  replies[client] = { client, request, value, sequence };
}

function noteTold(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): void {
  const reply = memory.replies[fact.client];
  if (reply?.request !== fact.request || reply.value !== fact.value) return;
  if (reply.sequence > (memory.told?.sequence ?? 0)) memory.told = { ...reply, ...referTo(fact) };
}

function judge({ pair, told }: Memory, fact: Extract<Observation, { kind: 'wentLive' }>): Verdict {
  if (told === null || fact.generation !== pair.generation) return undefined;
  const { host, consumed } = fact;
  if (told.sequence <= consumed) return 'holds';
  const { client, request, value, sequence, at, kind } = told;
  return {
    key: 'answerLost',
    values: { host, client, request, value, sequence, consumed },
    against: { at, kind },
    entries: [sequence],
  };
}
