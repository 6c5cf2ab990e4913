// The command line: which command it is, how it ends, and what goes wrong as one line.
import type { Command } from './arguments.ts';
import { ASSEMBLE } from './assemble-command.ts';
import { BENCH } from './bench-command.ts';
import { DISASSEMBLE } from './disassemble-command.ts';
import { helpOf, overview } from './help.ts';
import { BAD_INPUT, InputError, type Io, OK } from './io.ts';
import { LINK, LIST, SHOW } from './link-commands.ts';
import { MACHINE } from './machine-command.ts';
import { RULES } from './rules-command.ts';
import { RUN } from './run-command.ts';
import { SOAK } from './soak-command.ts';

export const COMMANDS: readonly Command[] = [
  RUN,
  MACHINE,
  ASSEMBLE,
  DISASSEMBLE,
  LINK,
  SHOW,
  LIST,
  RULES,
  SOAK,
  BENCH,
];

const HELP = ['help', '--help', '-h'];

/** Runs one command line, without the program's own name. @returns the exit status */
export async function main(words: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = words;
  try {
    if (name !== undefined && HELP.includes(name)) io.out(overview(COMMANDS));
    else if (rest.includes('--help')) io.out(helpOf(commandNamed(name)));
    else return await commandNamed(name).run(io, rest);
    return OK;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.error(`${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return BAD_INPUT;
  }
}

function commandNamed(name: string | undefined): Command {
  const names = COMMANDS.map(({ syntax }) => syntax.name).join(', ');
  if (name === undefined) throw new InputError(`understudy: a command is missing; there are ${names}.`);
  const found = COMMANDS.find(({ syntax }) => syntax.name === name);
  if (found === undefined)
    throw new InputError(`understudy: there is no command "${name}"; there are ${names}.`);
  return found;
}
