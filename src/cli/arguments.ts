// The words after a command: what it takes, and one sentence for what it doesn't.
import { parseArgs } from 'node:util';
import { InputError } from './io.ts';

/** `flag`: says yes. `value`: takes a value. `values`: may be given more than once. */
export type OptionKind = 'flag' | 'value' | 'values';

export interface Syntax {
  /** What has to be given, in order, as usage shows it. */
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, OptionKind>>;
  /** One-letter names: `o` for `output`. */
  readonly short?: Readonly<Record<string, string>>;
}

export interface Arguments {
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** In the order given. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Reads the words by `syntax`; an InputError says what is wrong with them. */
export function parseArguments(command: string, syntax: Syntax, words: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...words],
    options: nodeOptions(syntax),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const flags = new Set<string>();
  const values: Record<string, string[]> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const kind = Object.hasOwn(syntax.options, token.name) ? syntax.options[token.name] : undefined;
    if (kind === undefined) throw new InputError(unknownOption(command, syntax, token.rawName));
    if (kind === 'flag') {
      checkFlag(command, token);
      flags.add(token.name);
      continue;
    }
    const before = values[token.name] ?? [];
    if (kind === 'value' && before.length > 0)
      throw new InputError(`understudy ${command}: ${token.rawName} is given twice.`);
    values[token.name] = [...before, givenValue(command, token)];
  }
  checkOperands(command, syntax, operands);
  return { operands, flags, values };
}

function nodeOptions({ options, short = {} }: Syntax) {
  return Object.fromEntries(
    Object.entries(options).map(([name, kind]) => {
      const letter = Object.keys(short).find((key) => short[key] === name);
      const type: 'boolean' | 'string' = kind === 'flag' ? 'boolean' : 'string';
      return [name, { type, multiple: kind === 'values', ...(letter ? { short: letter } : {}) }];
    }),
  );
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
}

function checkFlag(command: string, { rawName, value }: OptionToken): void {
  if (value !== undefined) throw new InputError(`understudy ${command}: ${rawName} takes no value.`);
}

/** What looks like the next option is no value. */
function givenValue(command: string, { rawName, value }: OptionToken): string {
  if (value !== undefined && value !== '' && !value.startsWith('--')) return value;
  throw new InputError(`understudy ${command}: ${rawName} needs a value.`);
}

function unknownOption(command: string, { options }: Syntax, rawName: string): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  const known = names.length === 0 ? 'it has none' : `there are ${names.join(', ')}`;
  return `understudy ${command}: there is no option ${rawName}; ${known}.`;
}

function checkOperands(command: string, { operands: wanted }: Syntax, given: readonly string[]): void {
  const missing = wanted[given.length];
  if (missing !== undefined) throw new InputError(`understudy ${command}: ${missing} is missing.`);
  const surplus = given[wanted.length];
  if (surplus !== undefined)
    throw new InputError(`understudy ${command}: "${surplus}" is one word too many.`);
}
