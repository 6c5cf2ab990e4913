// What is worth compiling: places that jumps lead to often, by where the interpreter is found and where compiled code is left for.
import { decode, OP } from '../instructions.ts';
import { interpret } from '../interpreter.ts';
import { isRam, wordNumber } from '../ram.ts';
import type { Machine } from '../state.ts';
import { compileAt } from './compile.ts';
import { type CompiledRegion, dropRegion } from './compiled-code.ts';
import { BLOCK_INSTRUCTIONS_MAX, distanceOf, REGION_BLOCKS_MAX } from './regions.ts';

/** So many addresses are kept warm at once. */
const HEAT_MAX = 4096;
/** The heat of an address that can't be compiled. */
const NEVER = Number.NEGATIVE_INFINITY;
/** A sample that ends at a branch not taken looks on: what is behind it was not jumped to. */
const SAMPLE_BRANCHES_MAX = 8;

/** Of so many crossings one is remembered by where it led, and behind so many of these the region is made anew. */
const CROSSINGS_BETWEEN = 8;
const CROSSINGS_REMEMBERED = 16;
/** A region that grew to so many seeds grows no more. */
const SEEDS_MAX = 24;

/** A jump led out of compiled code to pc. */
export function noteJump(machine: Machine, from: CompiledRegion): void {
  const { cpu, compiled } = machine;
  if (!compiled.entries.has(wordNumber(cpu.pc))) {
    warm(machine, cpu.pc, 1);
    return;
  }
  if (++from.crossings % CROSSINGS_BETWEEN !== 0) return;
  from.wanted.add(cpu.pc);
  if (from.crossings % (CROSSINGS_BETWEEN * CROSSINGS_REMEMBERED) === 0) grow(machine, from);
}

/** Makes a region anew with what it often jumps to, unless it is as large as regions get. */
function grow(machine: Machine, from: CompiledRegion): void {
  const { region, seeds, wanted } = from;
  const more = [...new Set([...seeds, ...wanted])];
  wanted.clear();
  const isLarge = region.blocks.length === REGION_BLOCKS_MAX || more.length > SEEDS_MAX;
  if (isLarge || more.length === seeds.length) return;
  if (compileAt(machine, more) === 'done') dropRegion(machine, from);
}

/** Notes that the program has come to `pc` by a jump, and compiles what is there when that happens often. */
function warm(machine: Machine, pc: number, by: number): void {
  const { entries, heat, limits } = machine.compiled;
  const key = wordNumber(pc);
  if (entries.has(key)) return;
  if (heat.size >= HEAT_MAX) heat.clear();
  let now = (heat.get(key) ?? 0) + by;
  if (now >= limits.heat && compileAt(machine, [pc]) === 'never') now = NEVER;
  heat.set(key, now);
}

/** Lets the interpreter go on to the next jump, and warms where it leads, unless it is the inside of a region, which is soon left for an entry. */
export function sample(machine: Machine, left: number): void {
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
