// The racer's clients: what they are told never goes back.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';

interface Memory {
  /** The highest value that anyone has been told. */
  highest: number;
  /** The note is the highest value that anyone had been told when the request was first sent. */
  waiting: Waiting<number>;
}

export const racer: Service<Memory> = {
  name: 'racer',
  operations: { read: { code: 1, words: [] } },
  begin: () => ({ highest: 0, waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') noteAsked(memory.waiting, fact, () => memory.highest);
    return fact.kind === 'answered' ? judge(memory, fact) : undefined;
  },
};

function judge(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const { client, request, value } = fact;
  const taken = takeAnswered(memory.waiting, fact);
  if ('wrong' in taken) return taken.wrong;
  const floor = taken.asked.note;
  if (value < floor) return { key: 'answerOld', values: { client, request, value, floor } };
  memory.highest = Math.max(memory.highest, value);
  return 'holds';
}
