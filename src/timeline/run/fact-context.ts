// What led to the cursor: a run that went far back holds few facts from before it, and derives some more for who wants to read them.

import type { Observation } from '../../world/state/observation.ts';
import { putBefore } from '../facts/fact-window.ts';
import { deriveFacts } from './derive-facts.ts';
import type { RunSnapshot } from './history.ts';
import type { Run } from './progress.ts';

/** So many facts before the cursor are worth being held. */
const CONTEXT = 600;

/** For so much work, at most: where little happens, less is told. */
const WORK_MAX = 60_000_000;

/** Whether there are facts before the cursor that are not held, and few that are. */
export const lacksContext = (run: Run): boolean =>
  run.base > 0 && run.seen < CONTEXT && fromWhere(run) !== undefined;

/** The latest snapshot behind which there are enough facts before those that are held, or the earliest that is not too far. */
function fromWhere({ snapshots, base, seen, work }: Run): RunSnapshot | undefined {
  let found: RunSnapshot | undefined;
  for (let i = snapshots.length - 1; i >= 0; i--) {
    const snapshot = snapshots[i] as RunSnapshot;
    if (snapshot.seen >= base) continue;
    if (work - snapshot.work > WORK_MAX) break;
    found = snapshot;
    if (base + seen - snapshot.seen >= CONTEXT) break;
  }
  return found;
}

/**
 * Derives facts from before those that are held, so that enough are held before the cursor. The run stays where it is and must not be
 * moved meanwhile; yields now and then, and who stops it there has changed nothing.
 */
export function* deriveContext(run: Run): Generator<void, void> {
  const from = fromWhere(run);
  if (from === undefined) return;
  const facts: Observation[] = from === run.snapshots[0] ? [...run.opening] : [];
  const missing = run.base - (from.seen - facts.length);
  const until = run.facts[0]?.at ?? run.world.now;
  yield* deriveFacts(run, from, until, (fact) => facts.push(fact));
  putBefore(run, facts.slice(0, missing));
}
