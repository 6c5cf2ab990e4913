// The bulk disk reader's clients: a sum is that of what the disk began with, since nobody writes there.

import { BLOCK_BYTES } from '../base/blocks.ts';
import type { WorldConfig } from '../base/config.ts';
import { type Answer, judgeAnswer } from './exact-answer.ts';
import type { Service } from './service.ts';
import { noteAsked, type Waiting } from './waiting.ts';
import { drawn } from './words.ts';

/** Clients ask for at most this many blocks. */
const ASKED_MAX = 16;
/** As in the guest: the disk has not that many blocks. */
const TOO_MANY: Answer = { status: 3, value: 0 };

interface Memory {
  /** How many blocks the disk has. */
  blocks: number;
  /** The sum of the words of each block that is not all zero. */
  sums: Record<number, number>;
  waiting: Waiting<null>;
}

export const diskReader: Service<Memory> = {
  name: 'disk-reader',
  operations: { sum: { code: 1, words: [drawn(ASKED_MAX, 1)] } },
  // At worst a request waits for the whole disk to come by, and for what was under way before.
  effort: ({ disk }) => ({ instructions: 2_000 * disk.blocks, operations: disk.blocks + 8 }),
  begin: ({ disk }) => ({ blocks: disk.blocks, sums: blockSums(disk), waiting: {} }),
  check(memory, fact) {
    if (fact.kind === 'requestSent') noteAsked(memory.waiting, fact, () => null);
    if (fact.kind !== 'answered') return undefined;
    return judgeAnswer(memory.waiting, fact, (asked) => sumOf(memory, asked.arguments[0] ?? 0));
  },
};

function blockSums({ contents }: WorldConfig['disk']): Record<number, number> {
  return Object.fromEntries(contents.map(({ block, bytes }) => [block, wordSum(bytes)]));
}

function wordSum(bytes: Uint8Array): number {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(bytes.subarray(0, BLOCK_BYTES));
  const view = new DataView(block.buffer);
  let sum = 0;
  for (let at = 0; at < BLOCK_BYTES; at += 4) sum = (sum + view.getUint32(at, true)) >>> 0;
  return sum;
}

function sumOf({ blocks, sums }: Memory, wanted: number): Answer {
  if (wanted < 1 || wanted > blocks) return TOO_MANY;
  const within = Object.entries(sums).filter(([block]) => Number(block) < wanted);
  return { status: 0, value: within.reduce((sum, [, of]) => (sum + of) >>> 0, 0) };
}
