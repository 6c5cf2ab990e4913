// The compiled code of one machine: which regions there are, where they are entered, and when they are no longer true.
import { setEntered } from '../memory/decode-cache.ts';
import {
  LINE_BYTES,
  LINE_SHIFT,
  MARK_COMPILED,
  PAGE_BYTES,
  RAM_BASE,
  type Ram,
  wordNumber,
} from '../memory/ram.ts';
import type { Machine } from '../state.ts';
import type { Block, Region } from './regions.ts';

/** What runs a machine. Nothing in the guest, its counts or its state can tell which. */
export type Engine = 'interpreter' | 'compiler';

/** How much is compiled, and when. Only speed and memory depend on it. */
export interface CompilerLimits {
  /** So often the interpreter has to be found at the same address. */
  readonly samples: number;
  /** Each time the interpreter has retired so many instructions, a look is taken at where it is. */
  readonly sampleEvery: number;
  /** So many jumps out of a region make it worth compiling again, with where they lead inside, unless they are too rare to matter. */
  readonly jumpsOut: number;
  readonly instructionsPerJump: number;
  /** A machine keeps at most so many regions, and of all together so many bytes of WebAssembly; the one not used for longest goes. */
  readonly regions: number;
  readonly bytes: number;
  /** So many bytes may be compiled at once, and one more for each so many instructions retired since: it takes a frame's time. */
  readonly burstBytes: number;
  readonly instructionsPerByte: number;
}

export const COMPILER_LIMITS: CompilerLimits = Object.freeze({
  samples: 2,
  sampleEvery: 4096,
  jumpsOut: 128,
  instructionsPerJump: 1000,
  regions: 256,
  bytes: 4 * 1024 * 1024,
  burstBytes: 64 * 1024,
  instructionsPerByte: 64,
});

/** A region as code in this machine's memory. */
export interface CompiledRegion {
  readonly region: Region;
  /** What it was found from. */
  readonly seeds: readonly number[];
  readonly hints: readonly number[];
  readonly bytes: number;
  /** By line number: which lines of RAM it was made from. */
  readonly lines: ReadonlySet<number>;
  /** The addresses of its blocks. */
  readonly starts: ReadonlySet<number>;
  /** Begins at the entry with this block index, retires at most `budget` instructions, returns how many of them are left. */
  readonly run: (entry: number, budget: number) => number;
  /** The machine's `uses` when it was entered last. */
  lastUse: number;
  /** How often it was made anew already. */
  readonly growth: number;
  /** How often a jump led out of it, and some of the places it led to: it may be made anew with them inside. */
  jumpsOut: number;
  /** The instruction number of the first of these jumps. */
  jumpsOutSince: number;
  readonly wanted: Set<number>;
}

/** An address at which compiled code begins. */
export interface Entry {
  readonly owner: CompiledRegion;
  readonly block: number;
  /** With a smaller budget nothing happens. */
  readonly instructions: number;
}

/** A store to a line that compiled code stands on costs; behind so many of them nothing on it is compiled any more. */
const STORES_TO_LINE_MAX = 8;
/** When so many lines have such a count all counts begin anew: a program that loads others over and over gets another chance. */
const LINES_COUNTED_MAX = 4096;

/** A cache of the engine, like the decoded instructions: no part of the machine's state. */
export interface CompiledCode {
  engine: Engine;
  limits: CompilerLimits;
  /** WebAssembly was refused: there is no use in trying again. */
  isRefused: boolean;
  memory: WebAssembly.Memory | null;
  /** The beginning of that memory, see layout.ts. */
  header: Int32Array;
  regions: CompiledRegion[];
  bytes: number;
  uses: number;
  /** By number of a word of RAM. */
  readonly entries: Map<number, Entry>;
  readonly heat: Map<number, number>;
  /** How many instructions the interpreter goes on until the next sample. */
  untilSample: number;
  /** How many bytes may be compiled, as of when `allowanceAt` instructions had been retired. */
  allowance: number;
  allowanceAt: number;
  /** Lines with compiled code that were stored to, or whose page was replaced, and that nothing was done about yet. */
  readonly stored: number[];
  readonly replaced: number[];
  readonly storesToLine: Map<number, number>;
}

export function createCompiledCode(engine: Engine): CompiledCode {
  return {
    engine,
    limits: COMPILER_LIMITS,
    isRefused: false,
    memory: null,
    header: new Int32Array(0),
    regions: [],
    bytes: 0,
    uses: 0,
    entries: new Map(),
    heat: new Map(),
    untilSample: COMPILER_LIMITS.sampleEvery,
    allowance: COMPILER_LIMITS.burstBytes,
    allowanceAt: 0,
    stored: [],
    replaced: [],
    storesToLine: new Map(),
  };
}

/** Chooses what runs the machine from now on. What was compiled is forgotten. */
export function setEngine(machine: Machine, engine: Engine, limits = COMPILER_LIMITS): void {
  const { compiled: code } = machine;
  for (const region of code.regions) dropRegion(machine, region);
  code.engine = engine;
  code.limits = limits;
  code.untilSample = limits.sampleEvery;
  code.allowance = limits.burstBytes;
  code.heat.clear();
  code.storesToLine.clear();
}

/** The lines of RAM that a region stands on. */
export function linesOf({ blocks }: Region): Set<number> {
  const lines = new Set<number>();
  for (const { address, words } of blocks) {
    const first = address - RAM_BASE;
    for (let at = first & -LINE_BYTES; at < first + 4 * words.length; at += LINE_BYTES)
      lines.add(at >>> LINE_SHIFT);
  }
  return lines;
}

/** Whether compiling what stands on this line is of no use, for it is stored to again and again. */
export function isUnstable(code: CompiledCode, line: number): boolean {
  return (code.storesToLine.get(line) ?? 0) >= STORES_TO_LINE_MAX;
}

/** From now on the machine runs into `owner` wherever it comes to one of its entries. */
export function addRegion(machine: Machine, owner: CompiledRegion): void {
  const { compiled: code, ram } = machine;
  code.regions.push(owner);
  code.bytes += owner.bytes;
  for (const line of owner.lines) ram.marks[line]! |= MARK_COMPILED;
  addEntries(machine, owner);
  const { regions, bytes } = code.limits;
  while (code.regions.length > 1 && (code.regions.length > regions || code.bytes > bytes))
    dropRegion(machine, leastUsed(code, owner));
}

function addEntries(machine: Machine, owner: CompiledRegion): void {
  for (const block of owner.region.entries) {
    const { address, words } = owner.region.blocks[block]!;
    machine.compiled.entries.set(wordNumber(address), { owner, block, instructions: words.length });
    setEntered(machine, address, true);
  }
}

function leastUsed({ regions }: CompiledCode, except: CompiledRegion): CompiledRegion {
  const others = regions.filter((region) => region !== except);
  return others.reduce((least, other) => (other.lastUse < least.lastUse ? other : least));
}

/** Forgets a region, if that is not done yet. Another that has one of the same entries gets it. Marks stay: a store finds out. */
export function dropRegion(machine: Machine, owner: CompiledRegion): void {
  const { compiled: code } = machine;
  if (!code.regions.includes(owner)) return;
  code.regions = code.regions.filter((region) => region !== owner);
  code.bytes -= owner.bytes;
  for (const block of owner.region.entries) {
    const { address } = owner.region.blocks[block]!;
    if (code.entries.get(wordNumber(address))?.owner !== owner) continue;
    code.entries.delete(wordNumber(address));
    code.heat.delete(wordNumber(address));
    setEntered(machine, address, false);
  }
  for (const region of code.regions)
    if (region.region.entries.some((block) => isOrphan(code, region.region.blocks[block]!)))
      addEntries(machine, region);
}

function isOrphan(code: CompiledCode, { address }: Block): boolean {
  return !code.entries.has(wordNumber(address));
}

/**
 * Drops the regions whose code was changed since the last call, by a store or because its page was replaced. To be called before
 * compiled code is entered.
 */
export function settleStores(machine: Machine): void {
  const { compiled: code } = machine;
  for (const line of code.stored) {
    if (!code.regions.some(({ lines }) => lines.has(line))) continue;
    if (code.storesToLine.size >= LINES_COUNTED_MAX) code.storesToLine.clear();
    code.storesToLine.set(line, (code.storesToLine.get(line) ?? 0) + 1);
    settleLine(machine, line, isUnstable(code, line));
  }
  code.stored.length = 0;
  for (const line of code.replaced) settleLine(machine, line, false);
  code.replaced.length = 0;
}

function settleLine(machine: Machine, line: number, drops: boolean): void {
  const { compiled: code, ram } = machine;
  for (const owner of code.regions) {
    if (!owner.lines.has(line)) continue;
    if (drops || !isTrue(ram, owner.region)) dropRegion(machine, owner);
    else ram.marks[line]! |= MARK_COMPILED;
  }
}

/** A page's bytes are others now: what was compiled from it may not be true any more. */
export function noteReplaced({ ram, compiled: code }: Machine, page: number): void {
  if (code.regions.length === 0) return;
  const first = (page * PAGE_BYTES) >>> LINE_SHIFT;
  for (let line = first; line < first + PAGE_BYTES / LINE_BYTES; line++) {
    if ((ram.marks[line]! & MARK_COMPILED) === 0) continue;
    ram.marks[line]! &= ~MARK_COMPILED;
    code.replaced.push(line);
  }
}

/** Whether RAM still holds what the region was made from. */
function isTrue({ words }: Ram, { blocks }: Region): boolean {
  return blocks.every((block) => {
    const first = wordNumber(block.address);
    return block.words.every((word, k) => words[first + k] === word);
  });
}
