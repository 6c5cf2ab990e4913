// The built-in scenarios in groups: guests that run as they should, rules that are switched off, failures.
import type { BuiltIn } from '../../../../scenario/library/index.ts';

export type GroupName = 'guests' | 'rules' | 'failures';

export interface Group {
  name: GroupName;
  scenarios: BuiltIn[];
}

const NAMES: readonly GroupName[] = ['guests', 'rules', 'failures'];

/** Where a scenario belongs, by what it says. */
export function groupOf({ document }: Pick<BuiltIn, 'document'>): GroupName {
  if (Object.values(document.rules ?? {}).includes(false)) return 'rules';
  return Array.isArray(document.commands) && document.commands.length > 0 ? 'failures' : 'guests';
}

/** The groups that have any, each in the library's order. */
export function groupsOf(library: readonly BuiltIn[]): Group[] {
  return NAMES.map((name) => ({ name, scenarios: library.filter((each) => groupOf(each) === name) })).filter(
    ({ scenarios }) => scenarios.length > 0,
  );
}
