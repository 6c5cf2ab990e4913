// What is worth compiling: where the interpreter is found again and again, and where compiled code is left for.
import { decode, OP } from '../../isa/instructions.ts';
import { interpretPast } from '../cpu/interpreter.ts';
import { isRam, wordNumber } from '../memory/ram.ts';
import type { Machine } from '../state.ts';
import { compileAt } from './compile.ts';
import { type CompiledRegion, dropRegion } from './compiled-code.ts';
import { BLOCK_INSTRUCTIONS_MAX, distanceOf } from './regions.ts';

/** So many addresses are kept warm at once. */
const HEAT_MAX = 4096;
/** The heat of an address that can't be compiled. */
const NEVER = Number.NEGATIVE_INFINITY;
/** A sample that ends at a branch not taken looks on: what is behind it was not jumped to. */
const SAMPLE_BRANCHES_MAX = 8;
/** Of the jumps out of a region that it takes to make it anew, so many are remembered by where they led. */
const JUMPS_REMEMBERED = 16;
/** Before anything is compiled the interpreter is followed over so many jumps. */
const PROFILE_JUMPS = 500;
/** A region is made around so many places at most that it is to be entered at, and so many that were come to most often. */
const SEEDS_MAX = 40;
const HINTS_MAX = 48;

/** A jump led out of compiled code to pc. `left` instructions may be run. */
export function noteJumpOut(machine: Machine, from: CompiledRegion, left: number): void {
  const { cpu, compiled } = machine;
  const { jumpsOut, instructionsPerJump } = compiled.limits;
  const enough = jumpsOut * 2 ** from.growth;
  if (from.jumpsOut === 0) from.jumpsOutSince = cpu.instructions;
  from.jumpsOut++;
  if (from.jumpsOut % Math.ceil(enough / JUMPS_REMEMBERED) === 0) from.wanted.add(cpu.pc);
  if (from.jumpsOut < enough) return;
  from.jumpsOut = 0;
  if (cpu.instructions - from.jumpsOutSince < enough * instructionsPerJump) grow(machine, from, left);
}

/** Makes a region anew with what it often jumps to inside. Each time it takes twice as many jumps: it may be that not all finds room. */
function grow(machine: Machine, from: CompiledRegion, left: number): void {
  const { growth, wanted } = from;
  const { hints, targets } = profile(machine, left);
  const seeds = union([...wanted, ...from.seeds, ...targets], SEEDS_MAX);
  wanted.clear();
  if (compileAt(machine, seeds, union([...hints, ...from.hints], HINTS_MAX), growth + 1) === 'done')
    dropRegion(machine, from);
}

function union(addresses: readonly number[], most: number): number[] {
  return [...new Set(addresses)].slice(0, most);
}

/** Notes that the program has come to pc by a jump, and compiles what is there when that happens often. */
function warm(machine: Machine, left: number): void {
  const { entries, heat, limits } = machine.compiled;
  const { pc } = machine.cpu;
  const key = wordNumber(pc);
  if (entries.has(key)) return;
  if (heat.size >= HEAT_MAX) heat.clear();
  let now = (heat.get(key) ?? 0) + 1;
  if (now >= limits.samples) {
    const { hints, targets } = profile(machine, left);
    if (compileAt(machine, union([pc, ...targets], SEEDS_MAX), hints, 0) === 'never') now = NEVER;
  }
  heat.set(key, now);
}

/** Where the program jumped to. */
interface Profile {
  /** The places it came to most often, these first. */
  readonly hints: number[];
  /** Those that a jalr led to. */
  readonly targets: number[];
}

/** Follows the interpreter over the next jumps. */
function profile(machine: Machine, left: number): Profile {
  const { cpu } = machine;
  const counts = new Map<number, number>();
  const targets = new Set<number>();
  const end = cpu.instructions + left;
  for (let n = 0; n < PROFILE_JUMPS; n++) {
    const jump = nextJump(machine);
    if (jump === null || !interpretBy(machine, jump.distance, end)) break;
    counts.set(cpu.pc, (counts.get(cpu.pc) ?? 0) + 1);
    if (jump.isIndirect) targets.add(cpu.pc);
  }
  const hints = [...counts].sort((a, b) => b[1] - a[1]).map(([pc]) => pc);
  return { hints: hints.slice(0, HINTS_MAX), targets: [...targets] };
}

/**
 * Lets the interpreter go on to the next jump, and warms where it leads, unless that is the inside of a region, which is soon left for
 * an entry.
 */
export function sample(machine: Machine, left: number): void {
  const { cpu, compiled } = machine;
  compiled.untilSample = compiled.limits.sampleEvery;
  const end = cpu.instructions + left;
  for (let n = 0; n < SAMPLE_BRANCHES_MAX; n++) {
    const jump = nextJump(machine);
    if (jump === null) return;
    const behind = cpu.pc + 4 * jump.distance;
    if (!interpretBy(machine, jump.distance, end)) return;
    if (cpu.pc === behind) continue;
    const { pc } = cpu;
    if (!compiled.regions.some(({ starts }) => starts.has(pc))) warm(machine, end - cpu.instructions);
    return;
  }
}

/** Has the interpreter retire `distance` instructions, past entries of compiled code. False when that is not possible up to instruction `end`. */
function interpretBy(machine: Machine, distance: number, end: number): boolean {
  const { cpu, ram } = machine;
  const goal = cpu.instructions + distance;
  if (goal > end) return false;
  while (cpu.instructions < goal) {
    const before = cpu.instructions;
    interpretPast(machine, goal - before, ram.size, ram.size);
    if (cpu.instructions === before) return false;
  }
  return true;
}

/** How many instructions there are from pc to the next branch or jump and with it; null when something else comes before. */
function nextJump({ cpu, ram }: Machine): { distance: number; isIndirect: boolean } | null {
  for (let n = 0; n < BLOCK_INSTRUCTIONS_MAX; n++) {
    const address = cpu.pc + 4 * n;
    if (!isRam(ram, address, 4)) return null;
    const word = ram.words[wordNumber(address)]!;
    const opcode = decode(word);
    if (opcode === OP.JALR || distanceOf(word, opcode) !== null)
      return { distance: n + 1, isIndirect: opcode === OP.JALR };
  }
  return null;
}
