// The stack of calls, told from the jumps that a machine has made: guests keep no frame pointers, so nothing in memory says it for sure.

import { symbolizer } from '../../../assembler/disassembler.ts';
import type { Image } from '../../../isa/image.ts';
import { jumpOf } from '../../../machine/cpu/accesses.ts';
import { readNumber } from '../../../machine/memory/dma.ts';
import { after, earlier, justBefore } from '../../../sim/time.ts';
import { programOf } from '../../../world/base/config.ts';
import { instructionOf } from '../../../world/state/world.ts';
import { advanceDiversion, divertAt, leadTo, strideOf } from '../../run/diversion.ts';
import { latestSnapshot } from '../../run/history.ts';
import { positionOf, type Run } from '../../run/run.ts';

export interface StackFrame {
  /** Where this function, or this handler, was entered, and its label. */
  entry: number;
  name?: string;
  /** Where it goes back to: behind the call, or where the interrupt came. */
  returnsTo: number;
  kind: 'call' | 'trap';
  /** Not seen happen, but concluded from ra: it holds an address behind a call, which may have returned already. */
  isGuess?: true;
}

/** The innermost first. */
export interface CallStack {
  pc: number;
  name?: string;
  frames: StackFrame[];
  /** Calls that were made before this instruction are not known. */
  since: number;
}

/** A shadow stack: what is on it was seen to be called and not to return. */
export interface CallTrace {
  frames: StackFrame[];
  last: { pc: number; word: number } | null;
}

const FRAMES_MAX = 256;

/** The control registers by which traps are told: where they go, and where the last came from. */
export interface TrapRegisters {
  readonly mtvec: number;
  readonly mepc: number;
}

/** Notes an instruction that retired. */
export function noteCall(trace: CallTrace, pc: number, word: number, traps: TrapRegisters): void {
  arriveAt(trace, pc, traps);
  trace.last = { pc, word };
}

/** The machine is at `pc` now: what the last instruction was tells how it has come there. */
export function arriveAt(trace: CallTrace, pc: number, traps: TrapRegisters): void {
  const { last } = trace;
  trace.last = null;
  if (last === null) return;
  if (!isHandler(pc, traps) || pc === last.pc + 4) {
    jumpTo(trace, last, pc);
    return;
  }
  // Where the last instruction led is where the trap came from.
  jumpTo(trace, last, traps.mepc);
  push(trace, { entry: pc, returnsTo: traps.mepc, kind: 'trap' });
}

/** In vectored mode each interrupt has an entry of its own behind the first (privileged specification, §3.1.7). */
const VECTORED_ENTRIES = 12;

function isHandler(pc: number, { mtvec }: TrapRegisters): boolean {
  const base = (mtvec & ~3) >>> 0;
  return (mtvec & 1) === 0 ? pc === base : pc >= base && pc < base + 4 * VECTORED_ENTRIES;
}

function jumpTo(trace: CallTrace, from: { pc: number; word: number }, pc: number): void {
  const { frames } = trace;
  const jump = jumpOf(from.word);
  if (jump === 'call') push(trace, { entry: pc, returnsTo: (from.pc + 4) >>> 0, kind: 'call' });
  if (jump !== 'return' && jump !== 'trapReturn') return;
  const at = frames.findLastIndex(({ kind, returnsTo }) =>
    jump === 'return' ? kind === 'call' && returnsTo === pc : kind === 'trap',
  );
  if (at >= 0) frames.length = at;
}

function push({ frames }: CallTrace, frame: StackFrame): void {
  frames.push(frame);
  // A guest that calls without end, or never returns, is no reason to remember without end.
  if (frames.length > FRAMES_MAX) frames.shift();
}

/** So far back calls are looked for, and so many instructions between two chances to stop. */
const INSTRUCTIONS = 200_000;
const SLICE = 10_000;

/** The stack of a host's machine where the run stands, from its last `INSTRUCTIONS` or so. */
export function* callStackOf(run: Run, hostIndex: number): Generator<void, CallStack> {
  const now = run.step === null ? run.world.now : justBefore(run.world.now);
  const done = instructionOf(run.world.computers[hostIndex]!);
  const snapshot =
    latestSnapshot(
      run,
      now,
      ({ instructions }) => (instructions[hostIndex] as number) <= Math.max(0, done - INSTRUCTIONS),
    ) ?? run.snapshots[0]!;
  const diversion = divertAt(run, snapshot);
  const host = diversion.world.computers[hostIndex]!;
  const { cpu } = host.machine;
  // What is far before is gone through at full speed.
  while (diversion.world.now < now && instructionOf(host) < done - INSTRUCTIONS) {
    advanceDiversion(
      diversion,
      earlier(after(diversion.world.now, strideOf(diversion.world, SLICE)), now),
      () => {},
    );
    yield;
  }
  const trace: CallTrace = { frames: [], last: null };
  const since = instructionOf(host);
  const retires = (_: unknown, _number: number, pc: number, word: number): void =>
    noteCall(trace, pc, word, cpu);
  yield* leadTo(diversion, positionOf(run), () => {}, { host: host.id, retires }, SLICE);
  arriveAt(trace, cpu.pc, cpu);
  const image = programOf(run.world.config, host.id);
  const wordAt = (address: number) => readNumber(host.machine.ram, address, 4);
  return named(image, cpu.pc, withGuess(trace.frames, cpu.x[1]! >>> 0, wordAt), since);
}

/** Without any call seen, ra tells of the last, if it holds an address behind one. */
function withGuess(
  frames: readonly StackFrame[],
  ra: number,
  wordAt: (address: number) => number | null,
): StackFrame[] {
  const call = frames.length === 0 ? wordAt((ra - 4) >>> 0) : null;
  if (call === null || jumpOf(call) !== 'call') return [...frames];
  return [{ entry: 0, returnsTo: ra, kind: 'call', isGuess: true }];
}

function named(image: Image, pc: number, frames: readonly StackFrame[], since: number): CallStack {
  const symbolAt = symbolizer(image);
  const withName = <T extends object>(address: number, what: T): T & { name?: string } => {
    const name = symbolAt(address);
    return name === undefined ? what : { ...what, name };
  };
  const innermostFirst = frames
    .toReversed()
    .map((frame) => (frame.isGuess ? frame : withName(frame.entry, frame)));
  return { ...withName(pc, { pc }), frames: innermostFirst, since };
}
