// `understudy run`: a whole scenario, and what came of it.

import { targetsOf } from '../scenario/checks.ts';
import type { ScenarioDocument } from '../scenario/document.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt, type SimTime } from '../sim/time.ts';
import { isFinished } from '../world/advance.ts';
import type { WorldConfig } from '../world/base/config.ts';
import { parseCommand, parseInstant } from '../world/language/faults.ts';
import type { RunReport } from '../world/report.ts';
import { runScenario } from '../world/run.ts';
import { parseArguments } from './arguments.ts';
import { readScenario } from './document.ts';
import { BROKEN, InputError, type Io, LIMIT, OK, printJson } from './io.ts';
import { readProgram } from './program.ts';
import { reportText } from './report-text.ts';
import { isStopping, runToStop } from './run-stops.ts';

const SYNTAX = {
  operands: ['SCENARIO'],
  options: {
    until: 'value',
    command: 'values',
    guest: 'value',
    break: 'values',
    at: 'value',
    dump: 'value',
    trace: 'value',
    json: 'flag',
  },
} as const;

/** An hour, as for a scenario's own bound. */
const LONGEST = 3600e9;

export async function runCommand(io: Io, words: readonly string[]): Promise<number> {
  const { operands, flags, values } = parseArguments('run', SYNTAX, words);
  const [name = ''] = operands;
  const document = await readScenario(io, name);
  const until = values.until?.[0] === undefined ? document.untilNs : instant(values.until[0]);
  const config = configOf(io, document, values.guest?.[0]);
  config.commands.push(...(values.command ?? []).map((text) => command(document, text)));
  const { break: breaks, at, dump, trace } = values;
  const stops = { break: breaks, at, dump, trace };
  if (isStopping(stops))
    return runToStop(io, document, name, config, instantAt(until), stops, flags.has('json'));
  const { world, report } = runScenario(config, instantAt(until));
  const scenario = document.id ?? name;
  if (flags.has('json')) printJson(io, { scenario, ...report });
  else io.out(reportText(scenario, report, isFinished(world)));
  return statusOf(report, isFinished(world));
}

function statusOf(report: RunReport, finished: boolean): number {
  if (report.properties.some(({ holds }) => !holds)) return BROKEN;
  return finished ? OK : LIMIT;
}

function instant(text: string): SimTime {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new InputError(`understudy run: --until ${parsed.error}.`);
  if (parsed.value > LONGEST)
    throw new InputError(`understudy run: --until is ${text}, but a run lasts an hour at most.`);
  return parsed.value;
}

function command(document: ScenarioDocument, text: string) {
  const parsed = parseCommand(text, targetsOf(document));
  if (!parsed.ok) throw new InputError(`understudy run: --command ${parsed.error}.`);
  return parsed.value;
}

function configOf(io: Io, document: ScenarioDocument, guestFile: string | undefined): WorldConfig {
  const defsym = { TIMER_HZ: document.guest.timerHz };
  const image = guestFile === undefined ? undefined : readProgram(io, guestFile, defsym);
  const config = toWorldConfig(document, image);
  if (!config.ok) throw new InputError(config.error);
  return config.value;
}
