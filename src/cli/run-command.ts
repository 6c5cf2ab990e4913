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
import { type Arguments, command } from './arguments.ts';
import { readScenario } from './document.ts';
import { BROKEN, InputError, type Io, LIMIT, OK, printJson } from './io.ts';
import { readProgram } from './program.ts';
import { reportText } from './report-text.ts';
import { isStopping, runToStop } from './run-stops.ts';

const OPTIONS = {
  until: { value: 'INSTANT', text: "where it ends at the latest: 2s; the scenario's own bound unless told" },
  command: {
    value: 'COMMAND',
    isRepeatable: true,
    text: "what happens besides: 'crash A @ 12ms'; may be given more than once",
  },
  guest: { value: 'FILE', text: "a program instead of the scenario's guest" },
  break: {
    value: 'BREAKPOINT',
    isRepeatable: true,
    text: 'stop there; may be given more than once; nothing else is printed than where that is and what is asked for, and status 3 says that it was not reached',
  },
  at: {
    value: 'TIME[+STEPS][@HOST]|COUNT[+CHANGES]@HOST',
    text: "stop at an instant, or when a host's machine has retired so many instructions, and was changed so often since by inputs and traps; with --break, look for breakpoints behind there",
  },
  dump: { value: 'WHAT,…', text: 'what is printed there: registers, memory:ADDRESS+LENGTH' },
  trace: {
    value: 'HOST',
    text: "as for machine, what a host's machine does up to there, on stderr",
  },
  json: { text: 'as one JSON document' },
} as const;

const BREAKPOINTS = `A BREAKPOINT is a condition, or one of
  line FILE:N, at ADDRESS, register NAME [VALUE],
  read|write|access ADDRESS[+LENGTH],
  entry [KIND] [recorded|replayed], fact KIND,
  output [packet|write|console] [held|released|dropped],
  packet [CLIENT [REQUEST]] [bytes OFFSET HEX], property [NAME]
with 'on HOST' behind it for another than the acting machine. A condition is of numbers, registers, pc, labels, [ADDRESS] (b[…], h[…] for less), instruction, time, signed(…) and C's operators: 'a0 == 5 && [counter] > 7', 'time >= 12ms on B'.`;

export const RUN = command(
  {
    name: 'run',
    operands: ['SCENARIO'],
    options: OPTIONS,
    text: 'a whole scenario, and what came of it; or where it stops, and what is to be seen there',
    notes: [BREAKPOINTS],
  },
  runIt,
);

/** An hour, as for a scenario's own bound. */
const LONGEST = 3600e9;

async function runIt(io: Io, given: Arguments<typeof OPTIONS>): Promise<number> {
  const [name = ''] = given.operands;
  const document = await readScenario(io, name);
  const until = given.value('until') === undefined ? document.untilNs : instant(given.value('until') ?? '');
  const config = configOf(io, document, given.value('guest'));
  config.commands.push(...given.values('command').map((text) => commandIn(document, text)));
  const said = (option: 'break' | 'at' | 'dump' | 'trace') =>
    given.has(option) ? given.values(option) : undefined;
  const stops = { break: said('break'), at: said('at'), dump: said('dump'), trace: said('trace') };
  if (isStopping(stops))
    return runToStop(io, document, name, config, instantAt(until), stops, given.has('json'));
  const { world, report } = runScenario(config, instantAt(until));
  const scenario = document.id ?? name;
  if (given.has('json')) printJson(io, { scenario, ...report });
  else io.out(reportText(scenario, report, isFinished(world)));
  return statusOf(report, isFinished(world));
}

function statusOf(report: RunReport, finished: boolean): number {
  if (report.properties.some(({ holds }) => !holds)) return BROKEN;
  const { guest } = report;
  if (guest?.end === 'exit') return guest.code === 0 ? OK : BROKEN;
  if (guest?.end === 'stuck') return BROKEN;
  return finished ? OK : LIMIT;
}

function instant(text: string): SimTime {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new InputError(`understudy run: --until ${parsed.error}.`);
  if (parsed.value > LONGEST)
    throw new InputError(`understudy run: --until is ${text}, but a run lasts an hour at most.`);
  return parsed.value;
}

function commandIn(document: ScenarioDocument, text: string) {
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
