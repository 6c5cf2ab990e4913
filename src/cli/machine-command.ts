// `understudy machine`: runs a program on one bare machine, its UART on stdout.
import type { Image } from '../machine/image.ts';
import { hashMachine, type Machine } from '../machine/machine.ts';
import { parseArguments } from './arguments.ts';
import { type BareExit, runBare } from './bare-machine.ts';
import { BROKEN, InputError, type Io, LIMIT, OK, printJson } from './io.ts';
import { readProgram } from './program.ts';

const INSTRUCTIONS_DEFAULT = 1_000_000_000;

/** The UART's bytes are collected up to this many, or to the end of a line. */
const CHUNK_BYTES = 4096;

export function machineCommand(io: Io, words: readonly string[]): number {
  const { operands, flags, values } = parseArguments('machine', SYNTAX, words);
  const [file = ''] = operands;
  const most = instructionLimit(values['max-instructions']?.[0]);
  const image = readProgram(io, file);
  const isJson = flags.has('json');
  const uart: number[] = [];
  let pending: number[] = [];
  const type = (byte: number): void => {
    (isJson ? uart : pending).push(byte);
    if (pending.length < CHUNK_BYTES && byte !== 10) return;
    io.out(Uint8Array.from(pending));
    pending = [];
  };
  const began = io.now();
  const { machine, exit } = start(file, image, most, type);
  const seconds = (io.now() - began) / 1000;
  if (isJson) printJson(io, machineReport(machine, exit, seconds, uart));
  else {
    io.out(Uint8Array.from(pending));
    const complaint = complaintOf(file, machine, exit);
    if (complaint !== undefined) io.error(`${complaint}\n`);
  }
  return statusOf(exit);
}

const SYNTAX = { operands: ['FILE'], options: { 'max-instructions': 'value', json: 'flag' } } as const;

function instructionLimit(text: string | undefined): number {
  if (text === undefined) return INSTRUCTIONS_DEFAULT;
  const most = Number(text);
  if (/^\d+$/.test(text) && most >= 1 && Number.isSafeInteger(most)) return most;
  throw new InputError(
    `understudy machine: --max-instructions is "${text}", but has to be a whole number from 1 on.`,
  );
}

/** A program that does not fit into the machine is the file's fault. */
function start(file: string, image: Image, most: number, type: (byte: number) => void) {
  try {
    return runBare(image, most, type);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

function machineReport(machine: Machine, exit: BareExit, seconds: number, uart: number[]) {
  const { cpu } = machine;
  const registers: Record<string, number> = { pc: cpu.pc };
  for (let n = 0; n < 32; n++) registers[`x${n}`] = (cpu.x[n] as number) >>> 0;
  return {
    exit,
    instructions: cpu.instructions,
    seconds,
    uart: new TextDecoder().decode(Uint8Array.from(uart)),
    registers,
    hash: hashMachine(machine),
  };
}

const hex = (address: number): string => `0x${address.toString(16).padStart(8, '0')}`;

/** What there is to say when the guest did not end well. */
function complaintOf(file: string, { cpu }: Machine, exit: BareExit): string | undefined {
  switch (exit.reason) {
    case 'exit':
      return exit.code === 0 ? undefined : `${file} reported failure ${exit.code}.`;
    case 'stuck':
      return `${file} is stuck: it traps at ${hex(exit.pc)} with cause ${exit.cause} for ever.`;
    case 'waiting':
      return `${file} waits at ${hex(cpu.pc)} for an interrupt that will never come.`;
    case 'limit':
      return `${file} was stopped at ${hex(cpu.pc)} after ${cpu.instructions} instructions.`;
  }
}

function statusOf(exit: BareExit): number {
  if (exit.reason === 'exit') return exit.code === 0 ? OK : BROKEN;
  return exit.reason === 'stuck' ? BROKEN : LIMIT;
}
