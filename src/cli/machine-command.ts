// `understudy machine`: runs a program on one bare machine, its UART on stdout.
import { type SymbolAt, symbolizer } from '../assembler/disassembler.ts';
import type { Image } from '../isa/image.ts';
import { command } from './arguments.ts';
import { advance, type BareBoard, createBoard } from './bare-machine.ts';
import { InputError, type Io, printJson } from './io.ts';
import { type MachineOptions, machineOptions, OPTIONS } from './machine-options.ts';
import {
  complaintOf,
  type MachineExit,
  machineReport,
  type StateHash,
  stateHash,
  statusOf,
} from './machine-report.ts';
import { createTrace, traceLine, trapLine } from './machine-trace.ts';
import {
  createUartOutput,
  flush,
  isFull,
  keptText,
  printLine,
  typeByte,
  type UartOutput,
} from './machine-uart.ts';
import { readProgram } from './program.ts';

/** So many instructions are executed between two looks at whether anybody still listens; a traced one costs a line. */
const SLICE = 1 << 22;
const TRACED_SLICE = 1 << 12;

/** A machine that runs, and what it leaves behind on the way. */
interface Session {
  readonly io: Io;
  readonly options: MachineOptions;
  readonly board: BareBoard;
  readonly symbolAt: SymbolAt;
  readonly output: UartOutput;
  /** Of the trace, not printed yet. */
  readonly lines: string[];
  /** For the report. */
  readonly stops: StateHash[];
}

export const MACHINE = command(
  { name: 'machine', operands: ['FILE'], options: OPTIONS, text: 'one bare machine; its UART on stdout' },
  (io, given) => runMachine(io, machineOptions(io, given)),
);

async function runMachine(io: Io, options: MachineOptions): Promise<number> {
  const session = start(io, options, readProgram(io, options.file));
  const began = io.now();
  const exit = await runToEnd(session);
  report(session, exit, (io.now() - began) / 1000);
  return statusOf(exit);
}

function start(io: Io, options: MachineOptions, image: Image): Session {
  const output = createUartOutput(io, options.json);
  const board = making(options.file, () => createBoard(image, options, (byte) => typeByte(output, byte)));
  const session = { io, options, board, symbolAt: symbolizer(image), output, lines: [], stops: [] };
  if (options.trace) traceInto(session);
  return session;
}

/** A program that does not fit into the machine is the file's fault. */
function making<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

function traceInto({ board, symbolAt, lines }: Session): void {
  const { cpu } = board.machine;
  const trace = createTrace(cpu, symbolAt);
  board.trace = (...retired) => lines.push(`${traceLine(trace, cpu, ...retired)}\n`);
  board.traceTrap = (pc) => lines.push(`${trapLine(trace, board.machine, pc)}\n`);
}

async function runToEnd(session: Session): Promise<MachineExit> {
  for (;;) {
    const exit = runSlice(session);
    if (exit !== undefined) return exit;
    await session.io.settle();
  }
}

/** Runs to the next stop that was asked for, or as long as one may without a look around, or to the end. */
function runSlice({ io, options, board, output, lines, stops }: Session): MachineExit | undefined {
  const { cpu } = board.machine;
  const { most, stopEvery, hash, trace, json } = options;
  const { instructions } = cpu;
  const stop = Math.min(most, instructions - (instructions % stopEvery) + stopEvery);
  const ended = advance(board, Math.min(stop, instructions + (trace ? TRACED_SLICE : SLICE)));
  flush(output);
  if (lines.length > 0) io.error(lines.splice(0).join(''));
  const exit = ended ?? limitReached(board, most, output);
  if (hash && (exit !== undefined || cpu.instructions === stop)) {
    const state = stateHash(board.machine);
    if (json) stops.push(state);
    else printLine(output, `${state.instructions} ${state.hash}`);
  }
  return exit;
}

function limitReached({ machine }: BareBoard, most: number, output: UartOutput): MachineExit | undefined {
  if (machine.cpu.instructions >= most) return { reason: 'limit', code: null, limit: 'instructions' };
  return isFull(output) ? { reason: 'limit', code: null, limit: 'uart' } : undefined;
}

function report(
  { io, options, board, symbolAt, output, stops }: Session,
  exit: MachineExit,
  seconds: number,
) {
  const { machine } = board;
  if (options.json) {
    const outcome = { exit, seconds, uart: keptText(output), stops: options.hash ? stops : undefined };
    printJson(io, machineReport(machine, outcome));
    return;
  }
  const complaint = complaintOf(options.file, { machine, symbolAt }, exit);
  if (complaint !== undefined) io.error(`${complaint}\n`);
}
