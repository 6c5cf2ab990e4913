// The machine runs: to an exact instruction number, or until it needs the world or has something for it.

import { assert, unreachable } from '../base/assert.ts';
import { countAfter, type Injection, type InstructionCount, type Stop } from './boundary.ts';
import { runCompiled, usesCompiler } from './compiler/dispatcher.ts';
import { noteChange } from './cpu/changes.ts';
import { BUDGET_MAX, interpret } from './cpu/interpreter.ts';
import { EXECUTE, READ, WRITE } from './cpu/pmp.ts';
import { dataMode, fetch, type Input, neededInput, openRam, step } from './cpu/step.ts';
import { takeInterrupt } from './cpu/trap.ts';
import { setInterruptLevel } from './devices/plic.ts';
import { receiveFromLine, UART_SOURCE, uartInterrupt } from './devices/uart.ts';
import { completeRequest, notifyCompleted } from './devices/virtio-block.ts';
import { notifyReceived, receiveFrame } from './devices/virtio-net.ts';
import { NOT_RESERVED } from './memory/reservations.ts';
import type { Machine } from './state.ts';

/**
 * Runs until `until` instructions have been retired in all, or an earlier stop. The budget is checked before interrupts, and these before the next
 * instruction, so the state at an instruction number is the same however a run was cut.
 */
export function run(machine: Machine, until: InstructionCount): Stop {
  const { instructions } = machine.cpu;
  const stop = runHart(machine, until);
  if (machine.cpu.instructions > instructions) loseReservations(machine);
  return stop;
}

/** A reservation does not outlive a turn of another hart, which may have stored there: an SC may fail without a reason. */
function loseReservations({ otherHarts }: Machine): void {
  for (const hart of otherHarts) hart.reservation = NOT_RESERVED;
}

/** `run`, of the hart in `cpu` whichever it is. */
export function runHart(machine: Machine, until: number): Stop {
  const { cpu } = machine;
  if (machine.ending.kind !== 'running') return endingStop(machine);
  while (cpu.instructions < until) {
    takeInterrupt(machine);
    if (cpu.waiting) return { reason: 'waiting' };
    runFast(machine, until);
    if (cpu.instructions >= until) break;
    const { watchedCode } = machine;
    if (watchedCode !== null && machine.hartId === 0 && watchedCode.addresses.has(cpu.pc))
      watchedCode.notice();
    const input = neededInput(machine);
    if (input !== null) return { reason: input };
    step(machine, 0);
    const stop = stopAfterStep(machine);
    if (stop !== null) return stop;
  }
  return { reason: 'budget' };
}

/** Is told an instruction's number, counted from 1, its address and its word. */
type InstructionObserver = (instruction: InstructionCount, pc: number, word: number) => void;

/** Sees what a machine does, one thing after the other. */
export interface MachineObserver {
  /** Before anything of an instruction has happened, also of what then traps instead. */
  readonly begins?: InstructionObserver | undefined;
  /** When it retires; of a read of clock or entropy when the machine stops there, for it retires as soon as the value is supplied. */
  readonly retires?: InstructionObserver | undefined;
  /** When an interrupt or an exception has been taken: after how many instructions, and the address that it was taken at. */
  readonly traps?: ((instruction: InstructionCount, pc: number) => void) | undefined;
}

/**
 * Like `run`, one instruction at a time, each of which is seen.
 * @param most ends after so many instructions, interrupts and exceptions, with `budget` when there is no other reason to stop
 */
export function runTraced(
  machine: Machine,
  until: InstructionCount,
  { begins, retires, traps }: MachineObserver,
  most = Number.POSITIVE_INFINITY,
): Stop {
  const { cpu } = machine;
  if (machine.ending.kind !== 'running') return endingStop(machine);
  for (let done = 0; cpu.instructions < until && done < most; done++) {
    const { pc, instructions } = cpu;
    if (takeInterrupt(machine)) {
      traps?.(instructions, pc);
      continue;
    }
    if (cpu.waiting) return { reason: 'waiting' };
    noticeCode(machine);
    const next = countAfter(instructions, 1);
    // Read before it runs, for it may overwrite itself. What retires could be fetched.
    const word = fetch(machine) ?? 0;
    begins?.(next, pc, word);
    const input = neededInput(machine);
    if (input === null) step(machine, 0);
    const isRetired = cpu.instructions === next;
    if (isRetired) loseReservations(machine);
    if (input !== null || isRetired) retires?.(next, pc, word);
    if (input !== null) return { reason: input };
    if (!isRetired) traps?.(instructions, pc);
    const stop = stopAfterStep(machine);
    if (stop !== null) return stop;
  }
  return { reason: 'budget' };
}

/** Tells who watches the instruction at pc, which is next. */
function noticeCode({ watchedCode, hartId, cpu }: Machine): void {
  if (watchedCode !== null && hartId === 0 && watchedCode.addresses.has(cpu.pc)) watchedCode.notice();
}

/** As far as compiled code or the interpreter's loop gets on its own. */
function runFast(machine: Machine, until: number): void {
  const { cpu } = machine;
  if (openRam(machine, cpu.mode, EXECUTE) === 0) return;
  const mode = dataMode(cpu);
  const readable = openRam(machine, mode, READ);
  const writable = openRam(machine, mode, WRITE);
  // Compiled code has the first hart's registers in it.
  if (machine.hartId === 0 && usesCompiler(machine, readable, writable)) runCompiled(machine, until);
  else interpret(machine, Math.min(until - cpu.instructions, BUDGET_MAX), readable, writable);
}

function stopAfterStep(machine: Machine): Stop | null {
  const { outbox } = machine;
  if (machine.ending.kind !== 'running') return endingStop(machine);
  if (outbox.emissions.length > 0) {
    const { emissions } = outbox;
    outbox.emissions = [];
    return { reason: 'emission', emissions };
  }
  if (!outbox.timerSet) return null;
  outbox.timerSet = false;
  return { reason: 'timerSet' };
}

function endingStop(machine: Machine): Stop {
  const { ending } = machine;
  if (ending.kind === 'exit') return { reason: 'exit', code: ending.code };
  assert(ending.kind === 'stuck', 'a running machine has not ended');
  const { pc, cause, value, first } = ending;
  return { reason: 'stuck', pc, cause, value, first };
}

/**
 * Puts in what is not a function of the machine's state. Clock and entropy complete the instruction at pc, and throw when it does not read them;
 * everything else only changes what the next instruction finds. A machine that has ended takes nothing.
 */
export function inject(machine: Machine, injection: Injection): void {
  if (machine.ending.kind !== 'running') return;
  const { watched } = machine;
  if (watched !== null) watched.by = injection.kind;
  putIn(machine, injection);
  if (injection.kind !== 'clock' && injection.kind !== 'entropy') noteChange(machine);
  if (watched !== null) watched.by = 'outside';
}

function putIn(machine: Machine, injection: Injection): void {
  switch (injection.kind) {
    case 'clock':
      supply(machine, 'clock', injection.time);
      return;
    case 'entropy':
      supply(machine, 'entropy', injection.bits);
      return;
    case 'timer':
      machine.clint.timerPending = true;
      return;
    case 'packet':
      receiveFrame(machine, injection);
      return;
    case 'diskCompletion':
      completeRequest(machine, injection);
      return;
    case 'deviceInterrupt':
      if (injection.device === 'network') notifyReceived(machine);
      else notifyCompleted(machine);
      return;
    case 'console':
      receiveFromLine(machine.uart, injection.byte);
      setInterruptLevel(machine.plic, UART_SOURCE, uartInterrupt(machine.uart));
      return;
    default:
      unreachable(injection);
  }
}

function supply(machine: Machine, input: Input, value: number): void {
  assert(neededInput(machine) === input, `the machine is not stopped at a read of the ${input}`);
  step(machine, value);
}
