// Rules x properties: what breaks in each rule's own scenario when it is switched off, and what when it is on.

import { parseDocument } from '../scenario/document.ts';
import { RULE_SCENARIOS, type RuleScenario } from '../scenario/library/rules.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt } from '../sim/time.ts';
import { runScenario } from '../world/run.ts';

export interface RuleRow {
  rule: string;
  scenario: string;
  /** The properties that break with the rule off, and with it on, by name. */
  off: string[];
  on: string[];
}

/** Plays every rule's scenario twice: what else is switched off there stays so. */
export const ruleTable = (): RuleRow[] => RULE_SCENARIOS.map(ruleRow);

export function ruleRow({ rule, id, document }: RuleScenario): RuleRow {
  const on = { ...document, rules: { ...(document.rules as Record<string, boolean>), [rule]: true } };
  return { rule, scenario: id, off: brokenIn(document), on: brokenIn(on) };
}

function brokenIn(input: Readonly<Record<string, unknown>>): string[] {
  const document = parseDocument(input);
  if (!document.ok) throw new Error(document.error.message);
  const config = toWorldConfig(document.value);
  if (!config.ok) throw new Error(config.error);
  const { report } = runScenario(config.value, instantAt(document.value.untilNs));
  return report.properties.filter(({ holds }) => !holds).map(({ name }) => name);
}
