// How fast the two engines run the bench's guests: from fresh and when warm, in large and in small quanta.
import { assemble } from '../../assembler/assembler.ts';
import type { Image } from '../../isa/image.ts';
import { instructionCount } from '../../machine/boundary.ts';
import { emitRegion } from '../../machine/compiler/emit-region.ts';
import {
  createMachine,
  type Engine,
  hashMachine,
  type Machine,
  run,
  setEngine,
} from '../../machine/machine.ts';
import branches from './guests/branches.s?raw';
import calls from './guests/calls.s?raw';
import compute from './guests/compute.s?raw';
import memory from './guests/memory.s?raw';
import unaligned from './guests/unaligned.s?raw';

/** Milliseconds of a clock that only goes forward. */
export type Now = () => number;

/** How much is run. */
export interface Plan {
  /** From fresh, by both engines. */
  readonly cold: number;
  /** Each slice of a steady run; the interpreter's are a fifth as long. */
  readonly slice: number;
  /** The fastest of so many slices counts: whatever else the computer does only makes them slower. */
  readonly slices: number;
}

/** Some 10^9 instructions of each guest, and about a quarter of that. */
export const FULL: Plan = { cold: 300_000_000, slice: 50_000_000, slices: 5 };
export const QUICK: Plan = { cold: 30_000_000, slice: 20_000_000, slices: 3 };

/** The guests by name; the last two are one program, and differ in nothing but where their data lie. */
const GUESTS: Readonly<Record<string, { source: string; defsym?: Readonly<Record<string, number>> }>> = {
  compute: { source: compute },
  memory: { source: memory },
  branches: { source: branches },
  calls: { source: calls },
  aligned: { source: unaligned, defsym: { OFFSET: 0 } },
  misaligned: { source: unaligned, defsym: { OFFSET: 1 } },
};
const QUANTA = [1_000_000, 10_000, 1000];
const COLD_QUANTUM = 1_000_000;
const RAM_BYTES = 16 * 1024 * 1024;
const INTERPRETER_SHARE = 5;

/** Millions of instructions a second. Steady ones by quantum. */
interface Speeds {
  readonly cold: number;
  readonly steady: Record<string, number>;
}

export interface GuestSpeed {
  readonly guest: string;
  readonly interpreter: Speeds;
  readonly compiler: Speeds;
  /** Compiler by interpreter. */
  readonly ratio: Speeds;
  readonly compiled: CompileCost;
  /** Both engines left the same state behind. */
  readonly agree: boolean;
}

/** What compiling the regions of a guest costs, all together. */
interface CompileCost {
  readonly regions: number;
  readonly instructions: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly longestMilliseconds: number;
}

/** The image of one of the bench's own sources. */
function assembled(guest: string): Image {
  const { source, defsym } = GUESTS[guest]!;
  const result = assemble(source, { file: `${guest}.s`, ...(defsym && { defsym }) });
  if (!result.ok) throw new Error(`${guest}.s: ${result.errors[0]?.message}`);
  return result.image;
}

/** A machine with 16 MiB of RAM about to run `image`. */
export function fresh(image: Image, engine: Engine): Machine {
  const mac = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const machine = createMachine({ ramBytes: RAM_BYTES, mac, diskSectors: 0 }, image);
  setEngine(machine, engine);
  return machine;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Runs `count` instructions in quanta; returns millions of instructions a second. */
function speedOf(machine: Machine, count: number, quantum: number, now: Now): number {
  const { cpu } = machine;
  const end = cpu.instructions + count;
  const began = now();
  while (cpu.instructions < end) run(machine, instructionCount(Math.min(end, cpu.instructions + quantum)));
  return count / 1000 / (now() - began);
}

/** The speeds of one guest, the engines in turns so that both meet the same conditions. */
function measureGuest(guest: string, plan: Plan, now: Now): GuestSpeed {
  const image = assembled(guest);
  const machines = { interpreter: fresh(image, 'interpreter'), compiler: fresh(image, 'compiler') };
  const cold = {
    interpreter: speedOf(machines.interpreter, plan.cold, COLD_QUANTUM, now),
    compiler: speedOf(machines.compiler, plan.cold, COLD_QUANTUM, now),
  };
  const agree = hashMachine(machines.interpreter) === hashMachine(machines.compiler);
  const steady = { interpreter: {}, compiler: {} } as Record<Engine, Record<string, number>>;
  for (let n = 0; n < plan.slices; n++)
    for (const quantum of QUANTA)
      for (const engine of ['interpreter', 'compiler'] as const) {
        const count = plan.slice / (engine === 'interpreter' ? INTERPRETER_SHARE : 1);
        const speed = speedOf(machines[engine], count, quantum, now);
        steady[engine][quantum] = Math.max(speed, steady[engine][quantum] ?? 0);
      }
  const speeds = (engine: Engine): Speeds => ({
    cold: rounded(cold[engine]),
    steady: Object.fromEntries(QUANTA.map((quantum) => [quantum, rounded(steady[engine][quantum]!)])),
  });
  const ratios = QUANTA.map((quantum) => [
    quantum,
    rounded(steady.compiler[quantum]! / steady.interpreter[quantum]!),
  ]);
  return {
    guest,
    interpreter: speeds('interpreter'),
    compiler: speeds('compiler'),
    ratio: { cold: rounded(cold.compiler / cold.interpreter), steady: Object.fromEntries(ratios) },
    compiled: compileCost(machines.compiler, now),
    agree,
  };
}

/** Compiles a machine's regions once more, for RAM of another size: the platform would know the very same bytes again. */
function compileCost({ compiled, ram }: Machine, now: Now): CompileCost {
  const cost = { regions: 0, instructions: 0, bytes: 0, milliseconds: 0, longestMilliseconds: 0 };
  for (const { region } of compiled.regions) {
    const began = now();
    const bytes = emitRegion(region, ram.size + 4096);
    new WebAssembly.Module(bytes);
    const milliseconds = now() - began;
    cost.regions++;
    cost.instructions += region.blocks.reduce((sum, { words }) => sum + words.length, 0);
    cost.bytes += bytes.length;
    cost.milliseconds += milliseconds;
    cost.longestMilliseconds = Math.max(cost.longestMilliseconds, milliseconds);
  }
  const { milliseconds, longestMilliseconds } = cost;
  return {
    ...cost,
    milliseconds: rounded(milliseconds),
    longestMilliseconds: rounded(longestMilliseconds),
  };
}

/** Measures every guest. */
export function measureSpeed(plan: Plan, now: Now): GuestSpeed[] {
  return Object.keys(GUESTS).map((guest) => measureGuest(guest, plan, now));
}
