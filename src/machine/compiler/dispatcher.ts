// The dispatcher: compiled code where there is some, the interpreter everywhere else, and what is worth compiling next.
import type { InstructionCount } from '../boundary.ts';
import { NOT_RESERVED } from '../cpu.ts';
import { decode, OP } from '../instructions.ts';
import { BUDGET_MAX, interpret, interpretPast } from '../interpreter.ts';
import { isRam, wordNumber } from '../ram.ts';
import type { Machine } from '../state.ts';
import { compileAt } from './compile.ts';
import { type Entry, settleStores } from './compiled-code.ts';
import { LEFT_BY_JUMP, PC_AT, RESERVATION_AT } from './layout.ts';
import { BLOCK_INSTRUCTIONS_MAX, distanceOf } from './regions.ts';

/** The most that one call of compiled code runs. V8 compiles a hot function better in the background, and uses that from the next call on. */
const COMPILED_BUDGET_MAX = 1 << 16;

/** So many addresses are kept warm at once. */
const HEAT_MAX = 4096;
/** The heat of an address that can't be compiled. */
const NEVER = Number.NEGATIVE_INFINITY;
/** A sample that ends at a branch not taken looks on: what is behind it was not jumped to. */
const SAMPLE_BRANCHES_MAX = 8;

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
      if (left >= entry.instructions && enter(machine, entry, left)) warm(machine, cpu.pc, 1);
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
  cpu.instructions = (cpu.instructions + budget - rest) as InstructionCount;
  return (pc & LEFT_BY_JUMP) !== 0;
}

/** Notes that the program has come to `pc` by a jump, and compiles what is there when that happens often. */
function warm(machine: Machine, pc: number, by: number): void {
  const { entries, heat, limits } = machine.compiled;
  const key = wordNumber(pc);
  if (entries.has(key)) return;
  if (heat.size >= HEAT_MAX) heat.clear();
  let now = (heat.get(key) ?? 0) + by;
  if (now >= limits.heat && compileAt(machine, pc) === 'never') now = NEVER;
  heat.set(key, now);
}

/** Lets the interpreter go on to the next jump, and warms where it leads, unless it is the inside of a region, which is soon left for an entry. */
function sample(machine: Machine, left: number): void {
  const { cpu, compiled, ram } = machine;
  compiled.untilSample = compiled.limits.sampleEvery;
  const end = cpu.instructions + left;
  for (let n = 0; n < SAMPLE_BRANCHES_MAX; n++) {
    const before = cpu.instructions;
    const distance = instructionsToJump(machine);
    if (distance === 0 || before + distance > end) return;
    const behind = cpu.pc + 4 * distance;
    interpret(machine, distance, ram.size, ram.size);
    if (cpu.instructions < before + distance) return;
    if (cpu.pc === behind) continue;
    const { pc } = cpu;
    if (!compiled.regions.some(({ starts }) => starts.has(pc))) warm(machine, pc, compiled.limits.sampleHeat);
    return;
  }
}

/** How many instructions there are from pc to the next branch or jump and with it; 0 when something else comes before. */
function instructionsToJump({ cpu, ram }: Machine): number {
  for (let n = 0; n < BLOCK_INSTRUCTIONS_MAX; n++) {
    const address = cpu.pc + 4 * n;
    if (!isRam(ram, address, 4)) return 0;
    const word = ram.words[wordNumber(address)]!;
    const opcode = decode(word);
    if (opcode === OP.JALR || distanceOf(word, opcode) !== null) return n + 1;
  }
  return 0;
}
