// The bulk sender's clients: each answer is the checksum of the data that belong to the number of the request.

import { checksumOf } from './bulk-receiver.ts';
import { judgeAnswer } from './exact-answer.ts';
import type { Service } from './service.ts';
import { noteAsked, type Waiting } from './waiting.ts';

/** As in the guest. */
const DATA_WORDS = 347;
const MIXER = 2_654_435_761;

interface Memory {
  waiting: Waiting<null>;
}

export const bulkSender: Service<Memory> = {
  name: 'bulk-sender',
  operations: { download: { code: 1, words: [] } },
  effort: () => ({ instructions: 10_000, operations: 0 }),
  begin: () => ({ waiting: {} }),
  check({ waiting }, fact) {
    if (fact.kind === 'requestSent') noteAsked(waiting, fact, () => null);
    if (fact.kind !== 'answered') return undefined;
    return judgeAnswer(waiting, fact, ({ request }) => ({ status: 0, value: checksumOf(dataOf(request)) }));
  },
};

/** The words that come with the answer to a request. */
export const dataOf = (request: number): number[] =>
  Array.from({ length: DATA_WORDS }, (_, i) => Math.imul(request * DATA_WORDS + i, MIXER) >>> 0);
