// Branches as the page sees and keeps them.

import { err, ok, type Result } from '../base/result.ts';
import { parseDocument, withoutDefaults } from '../scenario/document.ts';
import { instantAt } from '../sim/time.ts';
import {
  differencesOf,
  documentOf,
  firstDifferingFact,
  reachedBy,
} from '../timeline/explain/compare-branches.ts';
import type { Branch } from '../timeline/run/branch.ts';
import { changeScenario } from '../timeline/run/branches.ts';
import type { Run } from '../timeline/run/run.ts';
import type { BranchView } from './frame.ts';
import type { KeptBranch } from './protocol.ts';
import type { BranchComparison } from './time-views.ts';

export const viewBranches = (run: Run): BranchView[] =>
  run.branches.map(({ id, name, parent, at }) => ({
    id,
    name,
    parent,
    at,
    reached: reachedBy(run, id) ?? 0,
    isOn: id === run.branch,
  }));

/** Every branch as a scenario of its own, in the order in which they began. */
export function keptBranches(run: Run): KeptBranch[] {
  const position = (id: number | null) => run.branches.findIndex((branch) => branch.id === id);
  return run.branches.map(({ id, name, parent, at }) => {
    const document = documentOf(run, id);
    return {
      name,
      parent: position(parent) < 0 ? null : position(parent),
      at,
      document: document && withoutDefaults(document),
    };
  });
}

/** Begins what was kept beside the first branch, which the run is; `on` is the one that is on then. */
export function bringBack(run: Run, kept: readonly KeptBranch[]): Result<null> {
  const [first, ...others] = kept;
  for (const { name, document } of others) {
    const parsed = parseDocument(document);
    if (!parsed.ok) return err(parsed.error.message);
    const changed = changeScenario(run, parsed.value, name);
    if (!changed.ok) return changed;
  }
  if (first !== undefined) (run.branches[0] as Branch).name = first.name;
  run.branches.forEach((branch, i) => {
    const { at = 0, parent = null } = kept[i] ?? {};
    branch.at = instantAt(at);
    branch.parent = parent === null ? null : (run.branches[parent]?.id ?? null);
  });
  return ok(null);
}

const DIFFERENCES_MAX = 40;

/** What two branches differ in; undefined where there are no such branches. */
export function compareBranches(run: Run, one: number, other: number): BranchComparison | undefined {
  const differences = differencesOf(run, one, other);
  if (differences === undefined) return undefined;
  const first = firstDifferingFact(run, one, other);
  return {
    differences: differences
      .slice(0, DIFFERENCES_MAX)
      .map(({ path, one, other }) => ({ path, one: shown(one), other: shown(other) })),
    ...(first === undefined
      ? {}
      : {
          first: {
            one: { at: first.one.at, kind: first.one.kind, who: first.one.who },
            other: { at: first.other.at, kind: first.other.kind, who: first.other.who },
          },
        }),
  };
}

const SHOWN_MAX = 80;

/** A value in a few words; null where there is none. */
function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
