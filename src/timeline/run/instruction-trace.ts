// The addresses of the instructions that a machine retired lately, by instruction number.

import { countBelow } from '../facts/fact-index.ts';
import { comparePlaces, type MachinePlace } from './position.ts';

/** How many of the newest instructions are kept. */
const KEPT = 8192;

/** An interrupt or an exception that a machine took: it came to this place by it. */
export interface TracedTrap extends MachinePlace {
  /** Where it was taken: at the instruction that trapped, or before the one that would have been next. */
  readonly pc: number;
  /** mcause and mtval. */
  readonly cause: number;
  readonly value: number;
}

/** Instructions `from` to `to` are known; `pcs[n % KEPT]` is where the n-th stood. */
export interface InstructionTrace {
  pcs: Uint32Array<ArrayBuffer>;
  from: number;
  to: number;
  /** What was taken behind these and the one before them, ascending. */
  traps: TracedTrap[];
  /** Since this instant the machine was watched without a gap. */
  since: number;
}

export const createTrace = (): InstructionTrace => ({
  pcs: new Uint32Array(KEPT),
  from: 1,
  to: 0,
  traps: [],
  since: 0,
});

/** Notes an instruction, at about `now`. One that does not follow the last (the machine went on unwatched, or back) begins anew. */
export function noteInstruction(trace: InstructionTrace, instruction: number, pc: number, now = 0): void {
  if (instruction !== trace.to + 1 && instruction !== trace.to) {
    trace.from = instruction;
    trace.since = now;
    dropTraps(trace, (trap) => trap.instruction === instruction - 1);
  }
  trace.to = instruction;
  trace.pcs[instruction % KEPT] = pc;
  if (trace.to - trace.from < KEPT) return;
  trace.from = trace.to - KEPT + 1;
  if ((trace.traps[0]?.instruction ?? trace.from) < trace.from - 1)
    dropTraps(trace, (trap) => trap.instruction >= trace.from - 1);
}

function dropTraps(trace: InstructionTrace, isKept: (trap: TracedTrap) => boolean): void {
  trace.traps = trace.traps.filter(isKept);
}

/** Notes an interrupt or an exception; one that is gone through again is the same. */
export function noteTrap(trace: InstructionTrace, trap: TracedTrap): void {
  const { traps } = trace;
  while (traps.length > 0 && comparePlaces(traps.at(-1) as TracedTrap, trap) >= 0) traps.pop();
  traps.push(trap);
}

/** What was taken behind the n-th instruction, in order, as far as it is known. */
export function tracedTraps({ traps }: InstructionTrace, instruction: number): TracedTrap[] {
  const from = countBelow(traps, (trap) => trap.instruction < instruction);
  const end = countBelow(traps, (trap) => trap.instruction <= instruction);
  return traps.slice(from, end);
}

/** Where the n-th instruction stood, if that is known. */
export function tracedPc(trace: InstructionTrace, instruction: number): number | undefined {
  return instruction >= trace.from && instruction <= trace.to ? trace.pcs[instruction % KEPT] : undefined;
}

export function forget(trace: InstructionTrace): void {
  trace.from = 1;
  trace.to = 0;
  trace.traps = [];
}

/** The machine is back at an earlier instant, and at this place: what it has done since is forgotten. */
export function rewindTrace(trace: InstructionTrace, place: MachinePlace, now: number): void {
  const count = place.instruction;
  if (now < trace.since || count < trace.from) forget(trace);
  else if (count < trace.to) trace.to = count;
  dropTraps(trace, (trap) => comparePlaces(trap, place) <= 0);
}
