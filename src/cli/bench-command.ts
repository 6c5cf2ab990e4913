// `understudy bench`: how fast this machine's engines are here.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArguments } from './arguments.ts';
import { measure } from './bench/bench.ts';
import { type Io, OK, printJson } from './io.ts';

const SYNTAX = { operands: [], options: { quick: 'flag', long: 'flag' } } as const;

export function benchCommand(io: Io, words: readonly string[]): number {
  const { flags } = parseArguments('bench', SYNTAX, words);
  const extent = flags.has('long') ? 'long' : flags.has('quick') ? 'quick' : 'full';
  printJson(io, { node: process.version, ...measure(extent, io.now, heldBytes()) });
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
