// The command line: which command it is, how it ends, and what goes wrong as one line.
import { assembleCommand } from './assemble-command.ts';
import { benchCommand } from './bench-command.ts';
import { disassembleCommand } from './disassemble-command.ts';
import { BAD_INPUT, InputError, type Io, OK } from './io.ts';
import { linkCommand, listCommand, showCommand } from './link-commands.ts';
import { machineCommand } from './machine-command.ts';
import { rulesCommand } from './rules-command.ts';
import { runCommand } from './run-command.ts';
import { soakCommand } from './soak-command.ts';

type Command = (io: Io, words: readonly string[]) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  run: runCommand,
  machine: machineCommand,
  assemble: assembleCommand,
  disassemble: disassembleCommand,
  link: linkCommand,
  show: showCommand,
  list: listCommand,
  rules: rulesCommand,
  soak: soakCommand,
  bench: benchCommand,
};

const USAGE = `usage: understudy COMMAND …

  run SCENARIO [--until 2s] [--command 'crash A @ 12ms']… [--guest FILE] [OPTION…] [--json]
  machine FILE [OPTION…] [--json]                    one bare machine; its UART on stdout
  assemble FILE.s [-o IMAGE] [--symbols] [--json]    a flat image from 0x80000000; --all lists
           [--all]                                   every error and warning
  disassemble FILE                                   a line for each instruction
  link SCENARIO                                      the scenario as a link
  show LINK                                          the document in a link
  list [--json]                                      the built-in scenarios
  rules [--json]                                     rules x properties: what breaks without which
  soak [--runs N] [--seed S] [--without RULE]        random scenarios; a failing one is printed as a link
  bench [--quick|--long]                             how fast the engines are here, as JSON
  help                                               this

SCENARIO is a built-in id, a JSON file, or a link. FILE is assembly source (.s), an ELF
executable, or a flat image for 0x80000000.
A command in a run is VERB TARGET [VALUE] @ INSTANT, or @ when CONDITION: 'crash A @ 12ms',
'cut log @ 2s', 'slow B 50% @ 1s', 'crash A @ when output entry 4 acked'.

Options of run, to stop and look:
  --break BREAKPOINT              stop there; may be given more than once; nothing else is printed
                                  than where that is and what is asked for, and 3 says that it
                                  was not reached. A BREAKPOINT is a condition, or one of
                                    line FILE:N, at ADDRESS, register NAME [VALUE],
                                    read|write|access ADDRESS[+LENGTH],
                                    entry [KIND] [recorded|replayed], fact KIND,
                                    output [packet|write|console] [held|released|dropped],
                                    packet [CLIENT [REQUEST]] [bytes OFFSET HEX], property [NAME]
                                  with 'on HOST' behind it for another than the acting machine.
                                  A condition is of numbers, registers, pc, labels, [ADDRESS]
                                  (b[…], h[…] for less), instruction, time, signed(…) and C's
                                  operators: 'a0 == 5 && [counter] > 7', 'time >= 12ms on B'
  --at TIME[@HOST]|COUNT@HOST     stop at an instant, or when a host's machine has retired so many
                                  instructions; with --break, look for breakpoints behind there
  --dump WHAT,…                   what is printed: registers, memory:ADDRESS+LENGTH
  --trace HOST                    as for machine, what a host's machine does up to there

Options of machine:
  --max-instructions N            stop for good after so many; 1000000000 unless told
  --engine interpreter|compiler   what executes the instructions; compiler unless told, and only
                                  speed depends on it
  --ram 64K|16M|BYTES             a multiple of 4K from 64K to 128M; 128M unless told
  --dtb FILE                      the device tree in a1, instead of the board's own
  --bootargs TEXT                 /chosen/bootargs in the board's own
  --trace                         a line on stderr for each instruction: its number, address,
                                  itself, and the registers it changed
  --hash                          print INSTRUCTIONS HASH, the state hash, at the end
  --stop-every N                  stop each N instructions; with --hash, print it there too

Exit status: 0 all well; 1 a property broke, or the guest reported failure; 2 bad usage or input;
3 a limit was reached first.
`;

const HELP = ['help', '--help', '-h'];

/** Runs one command line, without the program's own name. @returns the exit status */
export async function main(words: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = words;
  if (name !== undefined && (HELP.includes(name) || rest.includes('--help'))) {
    io.out(USAGE);
    return OK;
  }
  try {
    return await commandNamed(name)(io, rest);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.error(`${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return BAD_INPUT;
  }
}

function commandNamed(name: string | undefined): Command {
  const names = Object.keys(COMMANDS).join(', ');
  if (name === undefined) throw new InputError(`understudy: a command is missing; there are ${names}.`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new InputError(`understudy: there is no command "${name}"; there are ${names}.`);
  return command;
}
