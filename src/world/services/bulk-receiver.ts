// The bulk receiver's clients: each is told the checksum of all that it has ever uploaded, in its order and once.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import { judgeAnswer } from './exact-answer.ts';
import { ARGUMENTS_MAX, type Service } from './service.ts';
import { noteAsked, type Waiting } from './waiting.ts';

interface Memory {
  /** By client: the checksum of what it has uploaded; several where it has given requests up, which may have been carried out. */
  checksums: Record<string, number[]>;
  /** The note is what the checksum may have been before. */
  waiting: Waiting<number[]>;
}

/** With more than so many nothing is claimed any more. */
const POSSIBLE_MAX = 64;

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
    return checkAnswer(memory, fact);
  },
};

/** What the checksum of some words becomes with these behind them, as the guest computes it. */
export const checksumOf = (words: readonly number[], before = 0): number =>
  words.reduce((checksum, word) => (Math.imul(31, checksum) + word) >>> 0, before);

function noteUpload(
  { checksums, waiting }: Memory,
  fact: Extract<Observation, { kind: 'requestSent' }>,
): void {
  if (fact.tries > 1) return;
  const { client } = fact;
  const known = checksums[client] ?? [0];
  const givenUp = waiting[client];
  const possible = givenUp === undefined ? known : [...known, ...withWords(known, givenUp.arguments)];
  checksums[client] = possible;
  noteAsked(waiting, fact, () => possible);
}

const withWords = (before: readonly number[], words: readonly number[]): number[] =>
  before.map((checksum) => checksumOf(words, checksum));

function checkAnswer(
  { checksums, waiting }: Memory,
  fact: Extract<Observation, { kind: 'answered' }>,
): Verdict {
  const asked = waiting[fact.client];
  if (asked !== undefined && asked.note.length > POSSIBLE_MAX) {
    delete waiting[fact.client];
    return undefined;
  }
  const right = asked && withWords(asked.note, asked.arguments);
  const value = right?.includes(fact.value) ? fact.value : (right?.[0] ?? 0);
  const verdict = judgeAnswer(waiting, fact, () => ({ status: 0, value }));
  checksums[fact.client] = [value];
  return verdict;
}
