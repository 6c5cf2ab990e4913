// Runs on to where a host's machine has retired so many instructions, and not a nanosecond further.

import { after, earlier, justAfter, type SimTime } from '../../sim/time.ts';
import { instantOf } from '../../world/state/pace.ts';
import { instructionOf, lookahead, nextEventAt } from '../../world/state/world.ts';
import { type Run, runOn } from './run.ts';

/**
 * Runs on from the present to there, at full speed.
 * @returns whether the machine has come so far by `limit`, in nanoseconds
 */
export function runToInstruction(run: Run, hostIndex: number, instruction: number, limit: SimTime): boolean {
  const { world } = run;
  const host = world.hosts[hostIndex]!;
  while (instructionOf(host) < instruction && world.now < limit) {
    // As far as nothing can change the host's pace unseen.
    const bound = earlier(after(world.now, lookahead(world)), earlier(nextEventAt(world), limit));
    const due = host.pace.isExecuting ? instantOf(host.pace, instruction as never) : bound;
    const next = earlier(bound, due);
    runOn(run, next > world.now ? next : justAfter(world.now));
  }
  return instructionOf(host) >= instruction;
}
