// The random and clock server's clients: its clock never goes back, and a request has one answer for good.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';

interface Memory {
  /** The latest time that anybody was told: ticks of the guest's clock, their lower 32 bits. */
  latest: number | null;
  /** The note is the latest time that anybody had been told when the request was sent. */
  waiting: Waiting<number | null>;
  /** By client: the last reply to it that left a machine. */
  replied: Record<string, { request: number; value: number }>;
}

export const random: Service<Memory> = {
  name: 'random',
  operations: {
    random: { code: 1, words: [] },
    clock: { code: 2, words: [] },
  },
  begin: () => ({ latest: null, waiting: {}, replied: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') noteAsked(memory.waiting, fact, () => memory.latest);
    if (fact.kind === 'outputReleased') return checkReply(memory, fact);
    return fact.kind === 'answered' ? checkAnswer(memory, fact) : undefined;
  },
};

/** A reply leaves: a request that was answered before is answered the same. */
function checkReply(
  { replied }: Memory,
  { output }: Extract<Observation, { kind: 'outputReleased' }>,
): Verdict {
  const { client, request, value } = output;
  if (client === undefined || request === undefined || value === undefined) return undefined;
  const last = replied[client];
  if (last?.request !== request) {
    replied[client] = { request, value };
    return undefined;
  }
  if (last.value === value) return 'holds';
  return { key: 'answerDiffers', values: { client, request, value, before: last.value } };
}

function checkAnswer(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const { client, request, value } = fact;
  const taken = takeAnswered(memory.waiting, fact);
  if ('wrong' in taken) return taken.wrong;
  const { operation, note: floor } = taken.asked;
  if (operation !== 'clock') return 'holds';
  if (floor !== null && isBefore(value, floor))
    return { key: 'answerOld', values: { client, request, value, floor } };
  if (memory.latest === null || isBefore(memory.latest, value)) memory.latest = value;
  return 'holds';
}

/** The lower half of the clock runs over every seven minutes: what is less than half of that away counts as near. */
const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;
