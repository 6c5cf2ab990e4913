// The lease server's clients: never do two of them hold the lease at once, by the server's own times.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';

/** As in the guest: how long a lease is, in ticks of its clock. */
export const LEASE_TICKS = 500_000;
const OPERATIONS = ['acquire', 'renew', 'release'];
/** The client does not hold the lease. */
const REFUSED = 3;
/** How many leases of a client are remembered: one that begins so much later overlaps with none before. */
const REMEMBERED = 4;

interface Memory {
  /** By client: until when it was granted the lease, the last one last; as ticks of the guest's clock, their lower 32 bits. */
  leases: Record<string, number[]>;
  waiting: Waiting<null>;
}

export const lease: Service<Memory> = {
  name: 'lease',
  operations: {
    acquire: { code: 1, words: [{ kind: 'client' }] },
    renew: { code: 2, words: [{ kind: 'client' }] },
    release: { code: 3, words: [{ kind: 'client' }] },
    // Mostly it wants the lease, or more of it; seldom it has enough.
    mix: {
      code: 4,
      words: [{ kind: 'oneOf', values: [1, 1, 2, 2, 2, 3] }, { kind: 'client' }],
    },
  },
  begin: () => ({ leases: {}, waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') {
      noteAsked(memory.waiting, fact, () => null);
      // Whoever gives the lease back does nothing under it any more.
      if (meaning(fact.operation, fact.arguments) === 'release') delete memory.leases[fact.client];
    }
    return fact.kind === 'answered' ? checkAnswer(memory, fact) : undefined;
  },
};

const meaning = (operation: string, words: readonly number[]): string | undefined =>
  operation === 'mix' ? OPERATIONS[(words[0] ?? 0) - 1] : operation;

function checkAnswer(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const { client, request, status, value } = fact;
  const taken = takeAnswered(memory.waiting, fact, [0, REFUSED]);
  if ('wrong' in taken) return taken.wrong;
  if (status === REFUSED || meaning(taken.asked.operation, taken.asked.arguments) === 'release')
    return 'holds';
  for (const [otherClient, granted] of Object.entries(memory.leases)) {
    const until = otherClient === client ? undefined : granted.find((each) => isOverlapping(each, value));
    if (until !== undefined)
      return { key: 'leaseTwice', values: { client, request, value, otherClient, until } };
  }
  memory.leases[client] = [...(memory.leases[client] ?? []), value].slice(-REMEMBERED);
  return 'holds';
}

/** Whether two leases that end then have an instant in common. The clock's lower half runs over now and then. */
const isOverlapping = (a: number, b: number): boolean => Math.abs((a - b) | 0) < LEASE_TICKS;
