// The parallel disk writer's clients: what a block holds in the end is what was written to it last.

import { type Answer, judgeAnswer } from './exact-answer.ts';
import type { Service } from './service.ts';
import { noteAsked, type Waiting } from './waiting.ts';
import { drawn } from './words.ts';

/** Clients write to the even ones of this many blocks; their neighbours are written to as well. */
const BLOCKS_USED = 8;
/** As in the guest: how many writes a request is, and that the block or its neighbour does not exist. */
const WRITES = 4;
const NO_BLOCK: Answer = { status: 3, value: 0 };

interface Memory {
  /** How many blocks the disk has. */
  blocks: number;
  waiting: Waiting<null>;
}

export const diskWriter: Service<Memory> = {
  name: 'disk-writer',
  operations: {
    write: {
      code: 1,
      words: [drawn(BLOCKS_USED / 2, 0, 2), { kind: 'random', count: 1 }],
    },
  },
  effort: () => ({ instructions: 0, operations: WRITES + 1 }),
  begin: ({ disk }) => ({ blocks: disk.blocks, waiting: {} }),
  check({ waiting, blocks }, fact) {
    if (fact.kind === 'requestSent') noteAsked(waiting, fact, () => null);
    if (fact.kind !== 'answered') return undefined;
    return judgeAnswer(waiting, fact, ({ arguments: [block = 0, word = 0] }) =>
      block + 1 < blocks ? { status: 0, value: (word + WRITES) >>> 0 } : NO_BLOCK,
    );
  },
};
