// The narration of what led to the present instant, from the facts that are held.

import { narrate } from '../../timeline/facts/fact-row.ts';
import type { Run } from '../../timeline/run/run.ts';
import type { Observation } from '../../world/state/observation.ts';
import type { NarrationLine, ViewFrame } from '../frame.ts';

/** More lines than these nobody reads at once; of what comes before them only turning points are told, and no more than these. */
const LINES = 300;
const TURNS = 100;

/** The lines of the facts from number `from` on, up to the present instant; of those that are not held any more, none. */
export function viewNarration(
  { facts, base, seen }: Run,
  guest: string,
  from: number,
): Pick<ViewFrame, 'narration' | 'narrationSince' | 'narrationLength'> {
  const lines: NarrationLine[] = [];
  const first = Math.max(0, Math.min(from - base, seen));
  const lineOf = (i: number): NarrationLine | undefined => {
    const fact = facts[i] as Observation;
    const line = narrate(fact, guest);
    return line && { index: base + i, at: fact.at, ...line };
  };
  let i = seen - 1;
  for (; i >= first && lines.length < LINES; i--) {
    const line = lineOf(i);
    if (line !== undefined) lines.push(line);
  }
  const narrationSince = base + i + 1;
  for (; i >= first && lines.length < LINES + TURNS; i--) {
    const line = lineOf(i);
    if (line?.weight === 1) lines.push(line);
  }
  return { narration: lines.reverse(), narrationSince, narrationLength: base + seen };
}
