// What became of the commands of a run: when each took effect, or why it never did.

import {
  type Fault,
  formatCommand,
  formatFault,
  isConditional,
  type ScriptedCommand,
} from './language/faults.ts';
import { refusalText } from './language/refusals.ts';
import type { Observation } from './state/observation.ts';

export interface CommandReport {
  /** As text, with its instant or its condition. */
  command: string;
  /** When it struck, in nanoseconds; null when that never came. */
  struckAt: number | null;
  /** Why it had no effect, or why it never struck. */
  why?: string;
}

type Commanded = Extract<Observation, { kind: 'commanded' }>;

const NEVER_TRUE = 'its condition never came true';
const TOO_LATE = 'the run ended before it';

/**
 * What became of each of these commands, in their order. Those with an instant have theirs for certain; what is left of
 * the facts belongs to those with a condition.
 */
export function reportCommands(
  commands: readonly ScriptedCommand[],
  facts: readonly Commanded[],
): CommandReport[] {
  const left = [...facts];
  const reports = new Map<ScriptedCommand, CommandReport>();
  const timedFirst = commands.toSorted((a, b) => Number(isConditional(a)) - Number(isConditional(b)));
  for (const command of timedFirst) reports.set(command, reportOf(command, left));
  return commands.map((command) => reports.get(command) as CommandReport);
}

/** Takes the fact that tells of this command from those that are left. */
function reportOf(command: ScriptedCommand, left: Commanded[]): CommandReport {
  const text = formatCommand(command);
  const says = sayings(command);
  const index = left.findIndex(
    (fact) => says(fact.command) && (isConditional(command) || fact.at === command.at),
  );
  const [fact] = index < 0 ? [] : left.splice(index, 1);
  if (fact === undefined)
    return { command: text, struckAt: null, why: isConditional(command) ? NEVER_TRUE : TOO_LATE };
  return {
    command: text,
    struckAt: fact.at,
    ...(fact.why === undefined ? {} : { why: refusalText(fact.why) }),
  };
}

/** How facts speak of a command. All hosts at once may be told of one by one (conditions.ts). */
function sayings(command: ScriptedCommand): (said: string) => boolean {
  const { at: _at, when: _when, ...fault } = command as Fault & { at?: unknown; when?: unknown };
  const text = formatFault(fault as Fault);
  const isOfAll = isConditional(command) && command.verb === 'crash' && command.target === 'hosts';
  return (said) => said === text || (isOfAll && said.startsWith('crash '));
}
