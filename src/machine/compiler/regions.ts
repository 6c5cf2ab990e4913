// The region finder: the blocks that can be reached from a hot address by branches, jumps and calls whose targets are known.
import { immediateB, immediateI, immediateJ, immediateU, rdOf, rs1Of } from '../../isa/fields.ts';
import { decode, INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import { isRam, RAM_BASE, type Ram } from '../memory/ram.ts';

/** More blocks gain little: calls and loops that belong together fit. */
export const REGION_BLOCKS_MAX = 64;
/** Holds the time that compiling one region takes, and so a frame, within bounds. */
export const REGION_INSTRUCTIONS_MAX = 1000;
/** A budget that ends inside a block leaves as many instructions to the interpreter. */
export const BLOCK_INSTRUCTIONS_MAX = 100;

/**
 * What a block does behind its last instruction: that is a jal or a jalr; it goes on to the next address; or the next instruction is
 * one that compiled code doesn't do.
 */
export const ENDINGS = ['jump', 'falls', 'leaves'] as const;

export type Ending = (typeof ENDINGS)[number];

/** Instructions in a row with one way in, at the first. Branches out of the middle are possible. */
export interface Block {
  /** Of its first instruction, unsigned. */
  readonly address: number;
  readonly words: readonly number[];
  readonly opcodes: readonly number[];
  readonly ending: Ending;
}

/** Code that becomes one function. */
export interface Region {
  /** In the order of their addresses. */
  readonly blocks: readonly Block[];
  /** The indexes of the blocks at which it can be entered, ascending. */
  readonly entries: readonly number[];
}

/** A place where a block leads elsewhere, other than by falling, and where it leads to is known. */
export interface Jump {
  /** Which instruction of the block. */
  readonly at: number;
  readonly target: number;
  /** It leaves a return address behind. */
  readonly isCall: boolean;
}

/** The address behind a block. */
export function endOf(block: Block): number {
  return (block.address + 4 * block.words.length) >>> 0;
}

/** All branches and jumps of a block whose targets are known. */
export function jumpsOf(block: Block): Jump[] {
  return block.words.flatMap((word, at) => {
    const opcode = block.opcodes[at]!;
    const distance = opcode === OP.JALR ? farDistanceOf(block, at) : distanceOf(word, opcode);
    if (distance === null) return [];
    const isCall = (opcode === OP.JAL || opcode === OP.JALR) && rdOf(word) !== 0;
    return [{ at, target: (block.address + 4 * at + distance) >>> 0, isCall }];
  });
}

/** How far a jalr jumps whose register was set by an auipc just before it (`call` and `tail`); null for others, and when it would trap. */
function farDistanceOf({ words, opcodes }: Block, at: number): number | null {
  const before = words[at - 1];
  if (before === undefined || opcodes[at - 1] !== OP.AUIPC || rdOf(before) !== rs1Of(words[at]!)) return null;
  const distance = (immediateU(before) + immediateI(words[at]!) - 4) & ~1;
  return rdOf(before) === 0 || (distance & 2) !== 0 ? null : distance;
}

/** How far a branch or a jal jumps, in bytes; null for every other instruction. */
export function distanceOf(word: number, opcode: number): number | null {
  if (opcode === OP.JAL) return immediateJ(word);
  return opcode >= OP.BEQ && opcode <= OP.BGEU ? immediateB(word) : null;
}

/** Whether compiled code does this instruction: not system instructions, and not jumps that trap when they are taken. */
function isCompiled(word: number, opcode: number): boolean {
  if (opcode < 0) return false;
  const { format } = INSTRUCTIONS[opcode]!;
  if (format === 'csr' || format === 'csri') return false;
  if (format === 'none') return opcode === OP.FENCE_I;
  return ((distanceOf(word, opcode) ?? 0) & 2) === 0;
}

/** Whether the program comes back behind an instruction that the interpreter does. */
function goesOnBehind(opcode: number): boolean {
  return opcode >= 0 && opcode !== OP.MRET && opcode !== OP.EBREAK;
}

/** The instructions from `address` on up to a jump, to one that isn't compiled, or to the beginning of another block. */
function scan(
  ram: Ram,
  address: number,
  isKnown: (address: number) => boolean,
  isExcluded: (address: number) => boolean,
): Block {
  const words: number[] = [];
  const opcodes: number[] = [];
  let ending: Ending = 'falls';
  for (let at = address; words.length < BLOCK_INSTRUCTIONS_MAX; at += 4) {
    if (words.length > 0 && isKnown(at)) break;
    const word = isRam(ram, at, 4) ? ram.words[(at - RAM_BASE) >> 2]! : 0;
    const opcode = decode(word);
    if (!isCompiled(word, opcode) || isExcluded(at)) {
      ending = 'leaves';
      break;
    }
    words.push(word);
    opcodes.push(opcode);
    if (opcode !== OP.JAL && opcode !== OP.JALR) continue;
    ending = 'jump';
    break;
  }
  return { address, words, opcodes, ending };
}

/** Where to search on from a block, and which of these places are entries: where calls lead to and return to, and where the interpreter comes back. */
function waysOn(ram: Ram, block: Block): { ways: number[]; entries: number[] } {
  const jumps = jumpsOf(block);
  const ways = jumps.map(({ target }) => target);
  const entries = jumps.filter(({ isCall }) => isCall).map(({ target }) => target);
  const end = endOf(block);
  const lastWord = block.words.at(-1) ?? 0;
  if (block.ending === 'falls') ways.push(end);
  if (block.ending === 'jump' && rdOf(lastWord) !== 0) entries.push(end);
  if (block.ending === 'leaves' && isRam(ram, end, 8)) {
    if (goesOnBehind(decode(ram.words[(end - RAM_BASE) >> 2]!))) entries.push(end + 4);
  }
  return { ways: [...ways, ...entries], entries };
}

/** A block that runs into the beginning of another ends there. */
function cut(block: Block, starts: ReadonlySet<number>): Block {
  for (let length = 1; length < block.words.length; length++) {
    if (!starts.has(block.address + 4 * length)) continue;
    const words = block.words.slice(0, length);
    return { address: block.address, words, opcodes: block.opcodes.slice(0, length), ending: 'falls' };
  }
  return block;
}

/**
 * The region around `seeds`, at which it can be entered, and `hints`, which the program is known to come to: these first, then the
 * nearest code, up to the limits above, without instructions that `isExcluded`. Null when nothing of it can be compiled.
 */
export function findRegion(
  ram: Ram,
  seeds: readonly number[],
  hints: readonly number[] = [],
  isExcluded: (address: number) => boolean = () => false,
): Region | null {
  const found = new Map<number, Block>();
  const entries = new Set(seeds);
  const queue = [...seeds, ...hints];
  let instructions = 0;
  for (let next = 0; next < queue.length; next++) {
    if (found.size === REGION_BLOCKS_MAX || instructions >= REGION_INSTRUCTIONS_MAX) break;
    const address = queue[next]!;
    if (found.has(address)) continue;
    const block = scan(ram, address, (at) => found.has(at), isExcluded);
    if (block.words.length === 0) continue;
    found.set(address, block);
    instructions += block.words.length;
    const on = waysOn(ram, block);
    queue.push(...on.ways);
    for (const entry of on.entries) entries.add(entry);
  }
  if (found.size === 0) return null;
  const starts = new Set(found.keys());
  const blocks = [...found.values()].map((block) => cut(block, starts));
  blocks.sort((a, b) => a.address - b.address);
  return { blocks, entries: entriesOf(blocks, entries) };
}

/** The beginnings of loops are entries too, so that the interpreter is left soon after a budget has ended in the middle. */
function entriesOf(blocks: readonly Block[], known: Set<number>): number[] {
  const heads = new Set(known);
  for (const block of blocks)
    for (const { at, target } of jumpsOf(block)) if (target <= block.address + 4 * at) heads.add(target);
  return blocks.flatMap(({ address }, index) => (heads.has(address) ? [index] : []));
}
