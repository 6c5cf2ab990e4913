// The dispatcher: compiled code where there is some, the interpreter everywhere else, and what is worth compiling next.
import { countAfter } from '../boundary.ts';
import { BUDGET_MAX, interpret, interpretPast } from '../cpu/interpreter.ts';
import { wordNumber } from '../memory/ram.ts';
import { NOT_RESERVED } from '../memory/reservations.ts';
import type { Machine } from '../state.ts';
import { type Entry, settleStores } from './compiled-code.ts';
import { noteJumpOut, sample } from './heat.ts';
import { LEFT_BY_JUMP, PC_AT, RESERVATION_AT } from './layout.ts';

/** The most that one call of compiled code runs. V8 compiles a hot function better in the background, and uses that from the next call on. */
const COMPILED_BUDGET_MAX = 1 << 16;

/** Whether compiled code may run this machine now. All of its RAM must be open to the guest's loads and stores: compiled code looks no further. */
export function usesCompiler({ compiled, ram }: Machine, readable: number, writable: number): boolean {
  return (
    compiled.engine === 'compiler' && !compiled.isRefused && readable === ram.size && writable === ram.size
  );
}

/**
 * Runs until `until` instructions have been retired in all, or to the first that neither compiled code nor the interpreter's loop
 * can do. For a machine that `usesCompiler`.
 */
export function runCompiled(machine: Machine, until: number): void {
  const { cpu, compiled, ram } = machine;
  while (cpu.instructions < until) {
    if (compiled.stored.length > 0 || compiled.replaced.length > 0) settleStores(machine);
    const before = cpu.instructions;
    const left = until - before;
    const entry = compiled.entries.get(wordNumber(cpu.pc));
    if (entry !== undefined) {
      if (left >= entry.instructions && enter(machine, entry, left))
        noteJumpOut(machine, entry.owner, until - cpu.instructions);
      if (cpu.instructions > before) continue;
      interpretPast(machine, Math.min(left, entry.instructions), ram.size, ram.size);
      if (cpu.instructions === before) return;
    } else if (compiled.untilSample <= 0) sample(machine, left);
    else {
      const budget = Math.min(left, compiled.untilSample, BUDGET_MAX);
      interpret(machine, budget, ram.size, ram.size);
      const retired = cpu.instructions - before;
      compiled.untilSample -= retired;
      if (retired < budget && !compiled.entries.has(wordNumber(cpu.pc))) return;
    }
  }
}

/** Runs compiled code from one of its entries on. Returns whether a jump led out of it. */
function enter({ cpu, compiled }: Machine, { owner, block }: Entry, left: number): boolean {
  const { header } = compiled;
  const budget = Math.min(left, COMPILED_BUDGET_MAX);
  owner.lastUse = ++compiled.uses;
  header[RESERVATION_AT >> 2] = cpu.reservation;
  const rest = owner.run(block, budget);
  const reservation = header[RESERVATION_AT >> 2]!;
  const pc = header[PC_AT >> 2]!;
  cpu.reservation = reservation === NOT_RESERVED ? NOT_RESERVED : reservation >>> 0;
  cpu.pc = (pc & ~LEFT_BY_JUMP) >>> 0;
  cpu.instructions = countAfter(cpu.instructions, budget - rest);
  return (pc & LEFT_BY_JUMP) !== 0;
}
