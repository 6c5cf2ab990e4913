// The clients of the program that computes: what is done stays done, and comes to what it always comes to.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';
import { drawn } from './words.ts';

/** What a round comes to: the sieve's, the matrices', the sort's. */
export const RESULTS: readonly number[] = [289_176, 1_877_528_496, 16_517_590];

interface Memory {
  /** The most rounds that anybody was told are done. */
  rounds: number;
  /** The note is how many rounds that was when the request was sent. */
  waiting: Waiting<number>;
}

export const compute: Service<Memory> = {
  name: 'compute',
  operations: {
    progress: { code: 1, words: [] },
    result: { code: 2, words: [drawn(RESULTS.length)] },
  },
  begin: () => ({ rounds: 0, waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') noteAsked(memory.waiting, fact, () => memory.rounds);
    return fact.kind === 'answered' ? checkAnswer(memory, fact) : undefined;
  },
};

function checkAnswer(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const { client, request, value } = fact;
  const taken = takeAnswered(memory.waiting, fact);
  if ('wrong' in taken) return taken.wrong;
  const { operation, arguments: words, note: floor } = taken.asked;
  if (operation === 'result') {
    const kind = words[0] ?? 0;
    const expected = RESULTS[kind] ?? 0;
    // None yet is an answer too, as long as nobody was told of such a round.
    if (value === expected || (value === 0 && floor <= kind)) return 'holds';
    return { key: 'answerWrong', values: { client, request, value, right: expected } };
  }
  if (value < floor) return { key: 'answerOld', values: { client, request, value, floor } };
  memory.rounds = Math.max(memory.rounds, value);
  return 'holds';
}
