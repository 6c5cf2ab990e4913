// The words after a command, by a table of what it takes: help, parser and errors all come from the table.
import { parseArgs } from 'node:util';
import { InputError, type Io } from './io.ts';

export interface Option {
  /** What its value is called, as help shows it; a flag, which takes none, has no name for it. */
  readonly value?: string;
  /** May be given more than once. */
  readonly isRepeatable?: true;
  /** A one-letter name besides. */
  readonly letter?: string;
  /** The value when none is given, as it would be written. */
  readonly default?: string;
  /** What it does: a sentence without a full stop. */
  readonly text: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Syntax<O extends Options = Options> {
  readonly name: string;
  /** What has to be given, in order, as help shows it. */
  readonly operands: readonly string[];
  readonly options: O;
  /** What the command does: a sentence without a full stop. */
  readonly text: string;
  /** What there is to say besides, in paragraphs; lines that begin with blanks stay as they are. */
  readonly notes?: readonly string[];
}

/** The words of one command line, read. */
export interface Arguments<O extends Options = Options> {
  readonly operands: readonly string[];
  has(flag: keyof O & string): boolean;
  /** What was given, or the option's default. */
  value(option: keyof O & string): string | undefined;
  /** All that was given, in order. */
  values(option: keyof O & string): readonly string[];
}

/** A command of the command line. */
export interface Command {
  readonly syntax: Syntax;
  /** @returns the exit status */
  readonly run: (io: Io, words: readonly string[]) => number | Promise<number>;
}

/** A command by its table, and what it does with the words. */
export function command<const O extends Options>(
  syntax: Syntax<O>,
  run: (io: Io, given: Arguments<O>) => number | Promise<number>,
): Command {
  return { syntax, run: (io, words) => run(io, parseArguments(syntax, words)) };
}

/** Reads the words by `syntax`; an InputError says what is wrong with them. */
export function parseArguments<O extends Options>(syntax: Syntax<O>, words: readonly string[]): Arguments<O> {
  const { name: command, options } = syntax;
  const { tokens } = parseArgs({
    args: [...words],
    options: nodeOptions(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new InputError(unknownOption(syntax, token.rawName));
    const before = given.get(token.name) ?? [];
    if (option.value === undefined) checkFlag(command, token);
    else if (before.length > 0 && !option.isRepeatable)
      throw new InputError(`understudy ${command}: ${token.rawName} is given twice.`);
    given.set(token.name, [...before, option.value === undefined ? '' : givenValue(command, token)]);
  }
  checkOperands(syntax, operands);
  return {
    operands,
    has: (flag) => given.has(flag),
    value: (option) => given.get(option)?.[0] ?? options[option]?.default,
    values: (option) => given.get(option) ?? [],
  };
}

function nodeOptions(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value, isRepeatable = false, letter }]) => {
      const type: 'boolean' | 'string' = value === undefined ? 'boolean' : 'string';
      return [name, { type, multiple: isRepeatable, ...(letter ? { short: letter } : {}) }];
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

function unknownOption({ name, options }: Syntax, rawName: string): string {
  const names = Object.keys(options).map((each) => `--${each}`);
  const known = names.length === 0 ? 'it has none' : `there are ${names.join(', ')}`;
  return `understudy ${name}: there is no option ${rawName}; ${known}.`;
}

function checkOperands({ name, operands: wanted }: Syntax, given: readonly string[]): void {
  const missing = wanted[given.length];
  if (missing !== undefined) throw new InputError(`understudy ${name}: ${missing} is missing.`);
  const surplus = given[wanted.length];
  if (surplus !== undefined) throw new InputError(`understudy ${name}: "${surplus}" is one word too many.`);
}
