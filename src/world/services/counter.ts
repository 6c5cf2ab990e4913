// The counter's clients: each answer is one more than the last, none is lost and none is given twice.

import { firstWord } from '../base/blocks.ts';
import type { WorldConfig } from '../base/config.ts';
import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';

interface Memory {
  /** The first word of each block that the disk begins with, until the guest has read the one with its number. */
  stored?: Record<number, number>;
  /** Every number up to this one has been answered … */
  through: number;
  /** … and these beyond it, ascending. */
  beyond: number[];
  /** The note is the highest number that anyone had been told when the request was first sent. */
  waiting: Waiting<number>;
}

export const counter: Service<Memory> = {
  name: 'counter',
  operations: {
    increment: { code: 1, words: [] },
    read: { code: 2, words: [] },
  },
  // Who comes first has the number read.
  effort: () => ({ instructions: 0, operations: 2 }),
  begin: (config) => ({ stored: storedValues(config), through: 0, beyond: [], waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'diskRead') beginFrom(memory, fact.block);
    if (fact.kind === 'requestSent') noteAsked(memory.waiting, fact, () => highest(memory));
    return fact.kind === 'answered' ? checkAnswer(memory, fact) : undefined;
  },
};

function storedValues({ disk }: WorldConfig): Record<number, number> {
  const word = (bytes: Uint8Array): number =>
    firstWord(Uint8Array.from({ length: 4 }, (_, i) => bytes[i] ?? 0));
  return Object.fromEntries(disk.contents.map(({ block, bytes }) => [block, word(bytes)]));
}

/** What the guest reads first is the number that it counts on from. */
function beginFrom(memory: Memory, block: number): void {
  if (memory.stored === undefined) return;
  memory.through = memory.stored[block] ?? 0;
  delete memory.stored;
}

const highest = (memory: Memory): number => memory.beyond.at(-1) ?? memory.through;

function checkAnswer(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const { client, request, value } = fact;
  const taken = takeAnswered(memory.waiting, fact);
  if ('wrong' in taken) return taken.wrong;
  const { operation, note: floor } = taken.asked;
  const isIncrement = operation === 'increment';
  if (isIncrement && (value <= memory.through || memory.beyond.includes(value))) {
    return { key: 'answerTwice', values: { client, request, value } };
  }
  // A number older than what somebody had been told before this request was even sent can't be its answer.
  if (value < floor) return { key: 'answerOld', values: { client, request, value, floor } };
  if (!isIncrement) return 'holds';
  note(memory, value);
  // A number that is missing below must belong to someone who still waits for an answer.
  const missing = highest(memory) - memory.through - memory.beyond.length;
  const stillWaiting = Object.values(memory.waiting).filter(
    (asked) => asked.operation === 'increment',
  ).length;
  if (missing > stillWaiting)
    return { key: 'answerMissing', values: { client, request, value, missing: memory.through + 1 } };
  return 'holds';
}

function note(memory: Memory, value: number): void {
  memory.beyond.push(value);
  memory.beyond.sort((a, b) => a - b);
  while (memory.beyond[0] === memory.through + 1) {
    memory.through++;
    memory.beyond.shift();
  }
}
