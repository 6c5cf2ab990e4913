// §2.2, as the clients of a counter see it: each answer is one more than the last, none is lost and none is given twice.

import type { WorldConfig } from '../config.ts';
import { firstWord } from '../disk-server.ts';
import type { Observation } from '../observation.ts';
import type { Property, Verdict } from './property.ts';

interface Memory {
  /** The first word of each block that the disk begins with, until the guest has read the one with its number. */
  stored?: Record<number, number>;
  /** Every number up to this one has been answered … */
  through: number;
  /** … and these beyond it, ascending. */
  beyond: number[];
  /** By client: the request that waits for an answer, and the highest number that anyone had been told when it was first sent. */
  waiting: Record<string, { request: number; increments: boolean; floor: number }>;
}

export const clientsView: Property<Memory> = {
  name: 'Clients’ view',
  section: '§2.2',
  begin: (config) => ({ stored: storedValues(config), through: 0, beyond: [], waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'diskRead') beginFrom(memory, fact.block);
    if (fact.kind === 'requestSent' && fact.tries === 1) {
      const increments = fact.operation === 'increment';
      memory.waiting[fact.client] = { request: fact.request, increments, floor: highest(memory) };
    }
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
  const { client, request, value, status } = fact;
  const waiting = memory.waiting[client];
  delete memory.waiting[client];
  if (status !== 0) return { key: 'answerFailed', values: { client, request, status } };
  if (waiting === undefined) return { key: 'answerUnasked', values: { client, request, value } };
  const isIncrement = waiting.increments;
  if (isIncrement && (value <= memory.through || memory.beyond.includes(value))) {
    return { key: 'answerTwice', values: { client, request, value } };
  }
  // A number older than what somebody had been told before this request was even sent can't be its answer.
  if (value < waiting.floor)
    return { key: 'answerOld', values: { client, request, value, floor: waiting.floor } };
  if (!isIncrement) return 'holds';
  note(memory, value);
  // A number that is missing below must belong to someone who still waits for an answer.
  const missing = highest(memory) - memory.through - memory.beyond.length;
  const stillWaiting = Object.values(memory.waiting).filter(({ increments }) => increments).length;
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
