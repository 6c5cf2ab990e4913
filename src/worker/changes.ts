// What a person does to the run: commands, rules, other programs, its branches.

import { targetsOf } from '../scenario/checks.ts';
import { parseDocument, withoutDefaults } from '../scenario/document.ts';
import { withProgram } from '../scenario/program-part.ts';
import { changeScenario, deleteBranch, renameBranch, switchBranch } from '../timeline/run/branches.ts';
import { limitMemory, placeCommand } from '../timeline/run/run.ts';
import { parseCommand } from '../world/language/faults.ts';
import { goTo } from './navigation.ts';
import { type Asking, type Opened, refuse, scenarioOf } from './opened.ts';
import type { Refused, RequestOf } from './protocol.ts';
import { asTask } from './task.ts';

/** Each says why it was refused, if it was. */
export const CHANGES = {
  command: give,
  rules: changeRules,
  program: changeProgram,
  branch: switchTo,
  async renameBranch({ run }: Opened, { id, name }: RequestOf<'renameBranch'>) {
    return renameBranch(run, id, name) ? undefined : refuse('There is no such branch.');
  },
  async deleteBranch({ run }: Opened, { id }: RequestOf<'deleteBranch'>) {
    const deleted = deleteBranch(run, id);
    return deleted.ok ? undefined : refuse(deleted.error);
  },
  async memory({ run }: Opened, { bytes }: RequestOf<'memory'>) {
    limitMemory(run, bytes);
    return undefined;
  },
};

/** A command of the past begins a branch. Stopped on its way, it was not given. */
async function give(
  opened: Opened,
  { text }: RequestOf<'command'>,
  { runner }: Asking,
): Promise<Refused | undefined> {
  const { run } = opened;
  const command = parseCommand(text, targetsOf(scenarioOf(opened)), run.world.now);
  if (!command.ok) return refuse(command.error);
  const common = await runner.run(asTask(placeCommand(run, command.value)));
  if (common !== undefined) await runner.run(goTo(run, run.world.now));
  return undefined;
}

async function switchTo(
  { run }: Opened,
  { id }: RequestOf<'branch'>,
  { runner }: Asking,
): Promise<Refused | undefined> {
  const { now } = run.world;
  if (!switchBranch(run, id)) return refuse('There is no such branch.');
  await runner.run(goTo(run, now));
  return undefined;
}

/** The rules are the scenario's, so the run begins anew under them, as a branch, and goes to where it was. */
async function changeRules(
  opened: Opened,
  request: RequestOf<'rules'>,
  { runner }: Asking,
): Promise<Refused | undefined> {
  const { now } = opened.run.world;
  const scenario = scenarioOf(opened);
  const rules = { ...scenario.rules, ...request.rules };
  const name = request.name ?? Object.keys(request.rules).join(', ');
  const refusal = change(opened, { ...withoutDefaults(scenario), rules }, name);
  if (refusal === undefined) await runner.run(goTo(opened.run, now));
  return refusal;
}

/** The run begins anew with it, as a branch, and stands at its start. */
async function changeProgram(opened: Opened, { of, program, name }: RequestOf<'program'>) {
  return change(opened, withoutDefaults(withProgram(scenarioOf(opened), of, program)), name);
}

function change(opened: Opened, document: unknown, name: string): Refused | undefined {
  const parsed = parseDocument(document);
  if (!parsed.ok) return refuse(parsed.error.message);
  const { view: _, ...scenario } = parsed.value;
  const changed = changeScenario(opened.run, scenario, name);
  return changed.ok ? undefined : refuse(changed.error);
}
