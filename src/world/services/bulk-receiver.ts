// The bulk receiver's clients: each is told the checksum of all that it has ever uploaded, in its order and once.

import type { Observation } from '../state/observation.ts';
import { judgeAnswer } from './exact-answer.ts';
import { ARGUMENTS_MAX, type Service } from './service.ts';
import { noteAsked, type Waiting } from './waiting.ts';

interface Memory {
  /** By client: what it uploaded, up to its last request. */
  checksums: Record<string, number>;
  /** The note is the checksum that has to be the answer. */
  waiting: Waiting<number>;
}

export const bulkReceiver: Service<Memory> = {
  name: 'bulk-receiver',
  operations: {
    upload: {
      code: 1,
      words: [{ kind: 'random', count: ARGUMENTS_MAX }],
    },
  },
  effort: () => ({ instructions: 10_000, operations: 0 }),
  begin: () => ({ checksums: {}, waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') noteUpload(memory, fact);
    if (fact.kind !== 'answered') return undefined;
    return judgeAnswer(memory.waiting, fact, ({ note }) => ({ status: 0, value: note }));
  },
};

/** What the checksum of some words becomes with these behind them, as the guest computes it. */
export const checksumOf = (words: readonly number[], before = 0): number =>
  words.reduce((checksum, word) => (Math.imul(31, checksum) + word) >>> 0, before);

function noteUpload(
  { checksums, waiting }: Memory,
  fact: Extract<Observation, { kind: 'requestSent' }>,
): void {
  noteAsked(waiting, fact, () => {
    const checksum = checksumOf(fact.arguments, checksums[fact.client]);
    checksums[fact.client] = checksum;
    return checksum;
  });
}
