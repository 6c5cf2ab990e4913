// What two branches differ in: their scenarios, the commands given, and the first fact that is not the same.

import { type PlainDifference, plainDifferences } from '../../base/plain.ts';
import { parseDocument, type ScenarioDocument, withoutDefaults } from '../../scenario/document.ts';
import type { SimTime } from '../../sim/time.ts';
import { formatCommand, type ScriptedCommand } from '../../world/language/faults.ts';
import { eventNumbered, type TracedEvent } from '../facts/trace-find.ts';
import { firstDifference, type TraceIndex } from '../facts/trace-index.ts';
import type { Branch } from '../run/branch.ts';
import type { Run } from '../run/progress.ts';

/** What of a branch a comparison is about, whether it is on or not. */
interface Known {
  scenario: ScenarioDocument | null;
  given: readonly ScriptedCommand[];
  reached: SimTime;
  trace: TraceIndex | null;
}

function knownOf(run: Run, { id, parked }: Branch): Known {
  return id === run.branch || parked === null ? run : parked;
}

const branchOf = (run: Run, id: number): Branch | undefined =>
  run.branches.find((branch) => branch.id === id);

/** How far a branch has been run, in nanoseconds; undefined where there is none. */
export function reachedBy(run: Run, id: number): SimTime | undefined {
  const branch = branchOf(run, id);
  return branch && knownOf(run, branch).reached;
}

/**
 * A branch as a scenario of its own, with all commands that were given in it: what a link carries.
 * Undefined where there is no such branch, or the run was not made from a document.
 */
export function documentOf(run: Run, id: number): ScenarioDocument | undefined {
  const branch = branchOf(run, id);
  if (branch === undefined) return undefined;
  const { scenario, given } = knownOf(run, branch);
  if (scenario === null) return undefined;
  return { ...scenario, commands: [...scenario.commands, ...given.map(formatCommand)] };
}

/** What the scenarios of two branches differ in, their commands among it, in the order of the document's fields. */
export function differencesOf(run: Run, one: number, other: number): PlainDifference[] | undefined {
  const [first, second] = [documentOf(run, one), documentOf(run, other)];
  if (first === undefined || second === undefined) return undefined;
  return plainDifferences(withEveryField(first), withEveryField(second));
}

/** Two documents that say the same, one of them by default, are the same. */
function withEveryField(document: ScenarioDocument): unknown {
  const parsed = parseDocument(withoutDefaults(document));
  return parsed.ok ? parsed.value : document;
}

/** The first fact that two branches do not share, as each of them has it; undefined where there is none yet, or it is no longer known. */
export interface FirstDifference {
  number: number;
  one: TracedEvent;
  other: TracedEvent;
}

/** As far as both branches have been run. */
export function firstDifferingFact(run: Run, one: number, other: number): FirstDifference | undefined {
  const [a, b] = [one, other].map((id) => {
    const branch = branchOf(run, id);
    return branch ? knownOf(run, branch).trace : null;
  });
  if (!a || !b) return undefined;
  const number = firstDifference(a, b);
  if (number === undefined) return undefined;
  const [first, second] = [eventNumbered(a, number), eventNumbered(b, number)];
  return first && second ? { number, one: first, other: second } : undefined;
}
