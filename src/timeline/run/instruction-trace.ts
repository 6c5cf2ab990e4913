// The addresses of the instructions that a machine retired lately, by instruction number.

/** How many of the newest instructions are kept. */
const KEPT = 8192;

/** Instructions `from` to `to` are known; `pcs[n % KEPT]` is where the n-th stood. */
export interface InstructionTrace {
  pcs: Uint32Array<ArrayBuffer>;
  from: number;
  to: number;
  /** Since this instant the machine was watched without a gap. */
  since: number;
}

export const createTrace = (): InstructionTrace => ({ pcs: new Uint32Array(KEPT), from: 1, to: 0, since: 0 });

/** Notes an instruction, at about `now`. One that does not follow the last (the machine went on unwatched, or back) begins anew. */
export function noteInstruction(trace: InstructionTrace, instruction: number, pc: number, now = 0): void {
  if (instruction !== trace.to + 1 && instruction !== trace.to) {
    trace.from = instruction;
    trace.since = now;
  }
  trace.to = instruction;
  trace.pcs[instruction % KEPT] = pc;
  if (trace.to - trace.from >= KEPT) trace.from = trace.to - KEPT + 1;
}

/** Where the n-th instruction stood, if that is known. */
export function tracedPc(trace: InstructionTrace, instruction: number): number | undefined {
  return instruction >= trace.from && instruction <= trace.to ? trace.pcs[instruction % KEPT] : undefined;
}

export function forget(trace: InstructionTrace): void {
  trace.from = 1;
  trace.to = 0;
}

/** The machine is back at an earlier instant, with `count` instructions retired: what it has done since is forgotten. */
export function rewindTrace(trace: InstructionTrace, count: number, now: number): void {
  if (now < trace.since || count < trace.from) forget(trace);
  else if (count < trace.to) trace.to = count;
}
