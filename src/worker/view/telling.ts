// The narration of what led to the present instant, from the facts that are held.

import type { Run } from '../../timeline/run.ts';
import type { Frame, NarrationLine } from '../frame.ts';
import { narrate } from './narration.ts';

/** More lines than these nobody reads at once. */
const LINES = 300;

/** The lines of the facts from number `from` on; of those that are not held any more, and of all but a few hundred, none. */
export function viewNarration(
  { facts, base, seen }: Run,
  guest: string,
  from: number,
): Pick<Frame, 'narration' | 'narrationSince' | 'narrationLength'> {
  const lines: NarrationLine[] = [];
  const first = Math.max(0, Math.min(from - base, seen));
  let i = seen - 1;
  for (; i >= first && lines.length < LINES; i--) {
    const fact = facts[i];
    const line = fact && narrate(fact, guest);
    if (fact !== undefined && line !== undefined) lines.push({ index: base + i, at: fact.at, ...line });
  }
  return { narration: lines.reverse(), narrationSince: base + i + 1, narrationLength: base + seen };
}
