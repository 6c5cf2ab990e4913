// The facts about a host's newest outputs.

import { type FactOf, lastFacts } from '../../timeline/facts/fact-index.ts';
import type { Run } from '../../timeline/run/run.ts';

export type OutputFact = FactOf<'outputHeld' | 'outputReleased' | 'outputDropped'>;

/** What happened to the newest `count` outputs of a host, in the order of happening. */
export function factsNear(run: Run, host: string, count: number): OutputFact[] {
  const kinds = ['outputHeld', 'outputReleased', 'outputDropped'] as const;
  return kinds
    .flatMap((kind): OutputFact[] => lastFacts(run, { kind, host }, run.seen, count))
    .sort((a, b) => a.at - b.at);
}
