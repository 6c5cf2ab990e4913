// `understudy bench`: how fast this machine's engines are here.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArguments } from './arguments.ts';
import { measureAll } from './bench/bench.ts';
import { type Io, OK, printJson } from './io.ts';

const SYNTAX = { operands: [], options: { quick: 'flag' } } as const;

export function benchCommand(io: Io, words: readonly string[]): number {
  const { flags } = parseArguments('bench', SYNTAX, words);
  printJson(io, { node: process.version, ...measureAll(flags.has('quick'), io.now, heldBytes()) });
  return OK;
}

/** A function that collects garbage and says what is left. */
function heldBytes(): () => number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  return () => {
    // The second waits until the first has given array buffers back.
    collectGarbage();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
}
