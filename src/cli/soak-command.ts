// `understudy soak`: random scenarios, every property checked; a failing one is printed as a link.
import { isFailure, type SoakRun, soakAtLimits, soakOne } from '../explore/soak.ts';
import { ALL_RULES } from '../ft/rules.ts';
import { encodeLink } from '../scenario/codec.ts';
import { type Arguments, command } from './arguments.ts';
import { BROKEN, InputError, type Io, OK, printJson } from './io.ts';

const OPTIONS = {
  runs: { value: 'N', default: '1000', text: 'how many' },
  seed: { value: 'S', default: '1', text: 'what they are drawn from: the same seed, the same runs' },
  from: { value: 'N', default: '0', text: 'the number of the first, to go on with a seed' },
  without: { value: 'RULE', text: 'all runs without this rule' },
  limits: { text: 'runs in which nothing fails, but parameters are at their limits' },
  first: { text: 'stop at the first that fails' },
  json: { text: 'as one JSON document' },
};

/** Progress is told each so many runs. */
const STRIDE = 500;

export const SOAK = command(
  {
    name: 'soak',
    operands: [],
    options: OPTIONS,
    text: 'random scenarios, every property; a failing one is printed as a link',
  },
  soak,
);

async function soak(io: Io, given: Arguments<typeof OPTIONS>): Promise<number> {
  const [runs, seed, from] = [whole(given, 'runs'), whole(given, 'seed'), whole(given, 'from')];
  const rules = withoutRule(given.value('without'));
  const failures: { number: number; broken: string[]; stuck: boolean; link: string }[] = [];
  for (let number = from; number < from + runs; number++) {
    const run = given.has('limits') ? soakAtLimits(seed, number) : soakOne(seed, number, rules);
    if (run !== null && isFailure(run)) {
      const link = await encodeLink(run.document);
      failures.push({ number, broken: run.broken, stuck: run.stuck, link });
      if (!given.has('json')) io.out(`${sentence(run)}\n  ${link}\n`);
      if (given.has('first')) break;
    }
    const done = number - from + 1;
    if (done % STRIDE === 0) io.error(`${done} of ${runs} runs, ${failures.length} failed\n`);
  }
  if (given.has('json')) printJson(io, { runs, seed, from, failures });
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

function whole(given: Arguments<typeof OPTIONS>, option: 'runs' | 'seed' | 'from'): number {
  const text = given.value(option) ?? '';
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InputError(`understudy soak: --${option} is ${text}, but has to be a whole number.`);
}
