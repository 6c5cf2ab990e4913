// `understudy soak`: random scenarios, every property checked; a failing one is printed as a link.
import { isFailure, type SoakRun, soakOne } from '../explore/soak.ts';
import { ALL_RULES } from '../ft/rules.ts';
import { encodeLink } from '../scenario/codec.ts';
import { parseArguments, type Syntax } from './arguments.ts';
import { BROKEN, InputError, type Io, OK, printJson } from './io.ts';

const SYNTAX = {
  operands: [],
  options: { runs: 'value', seed: 'value', from: 'value', without: 'value', first: 'flag', json: 'flag' },
} as const satisfies Syntax;

const RUNS = 1_000;

/** Progress is told each so many runs. */
const STRIDE = 500;

export async function soakCommand(io: Io, words: readonly string[]): Promise<number> {
  const { flags, values } = parseArguments('soak', SYNTAX, words);
  const runs = whole('--runs', values.runs?.[0], RUNS);
  const seed = whole('--seed', values.seed?.[0], 1);
  const from = whole('--from', values.from?.[0], 0);
  const rules = withoutRule(values.without?.[0]);
  const failures: { number: number; broken: string[]; stuck: boolean; link: string }[] = [];
  for (let number = from; number < from + runs; number++) {
    const run = soakOne(seed, number, rules);
    if (isFailure(run)) {
      const link = await encodeLink(run.document);
      failures.push({ number, broken: run.broken, stuck: run.stuck, link });
      if (!flags.has('json')) io.out(`${sentence(run)}\n  ${link}\n`);
      if (flags.has('first')) break;
    }
    const done = number - from + 1;
    if (done % STRIDE === 0) io.error(`${done} of ${runs} runs, ${failures.length} failed\n`);
  }
  if (flags.has('json')) printJson(io, { runs, seed, from, failures });
  else io.out(`${failures.length} of ${runs} runs failed.\n`);
  return failures.length === 0 ? OK : BROKEN;
}

const sentence = ({ number, document, broken, stuck }: SoakRun): string =>
  `run ${number} (${document.guest.program}; ${document.commands.join(', ') || 'no failure'}): ${[...broken, ...(stuck ? ['stuck'] : [])].join(', ')}`;

function withoutRule(name: string | undefined): Record<string, boolean> {
  if (name === undefined) return {};
  if (!Object.hasOwn(ALL_RULES, name))
    throw new InputError(
      `understudy soak: --without ${name} names no rule; there are ${Object.keys(ALL_RULES).join(', ')}.`,
    );
  return { [name]: false };
}

function whole(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InputError(`understudy soak: ${option} is ${text}, but has to be a whole number.`);
}
