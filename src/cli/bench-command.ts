// `understudy bench`: how fast this machine's engines are here.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { command } from './arguments.ts';
import { measure } from './bench/bench.ts';
import { OK, printJson } from './io.ts';

const OPTIONS = {
  quick: { text: 'a tenth of everything' },
  long: { text: 'only time travel, in histories of 10^9 and 10^10 instructions' },
};

export const BENCH = command(
  { name: 'bench', operands: [], options: OPTIONS, text: 'how fast the engines are here, as JSON' },
  (io, given) => {
    const extent = given.has('long') ? 'long' : given.has('quick') ? 'quick' : 'full';
    printJson(io, { node: process.version, ...measure(extent, io.now, heldBytes()) });
    return OK;
  },
);

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
