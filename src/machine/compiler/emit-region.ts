// The emitter: a region of blocks becomes one WebAssembly function that retires instructions exactly as the interpreter does.
import { immediateI, rdOf, rs1Of, rs2Of } from '../../isa/fields.ts';
import { INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import { emitArithmetic } from './emit-arithmetic.ts';
import {
  emitBlocks,
  emitGoIfTarget,
  emitGoToAddress,
  emitGoToAddressIf,
  emitGoToTarget,
} from './emit-control.ts';
import { emitAtomic, emitLoadOrStore, followRegister, type Reaches } from './emit-memory.ts';
import {
  BUDGET,
  createEmitter,
  type Emitter,
  emitFunction,
  exit,
  exitIf,
  exitToTarget,
  gatherExits,
  popRegister,
  prepareExit,
  pushRegister,
  TARGET,
} from './emitter.ts';
import { findLoops, indexOfBlocks } from './loops.ts';
import { type Block, distanceOf, endOf, jumpsOf, type Region } from './regions.ts';
import { constant, encodeModule, get, op, type PlainOp, set, tee } from './wasm.ts';

/** How many places a return compares its address with one after the other before it is looked up instead. */
const RETURNS_COMPARED_MAX = 4;

/**
 * The module for a region, for machines with `ramBytes` of RAM all of which the guest may read and write. Its function `run(entry,
 * budget)` begins at the block of that index, retires at most `budget` instructions and returns how many are left.
 */
export function emitRegion(region: Region, ramBytes: number): Uint8Array<ArrayBuffer> {
  const e = createEmitter(region, ramBytes, indexOfBlocks(region), findLoops(region));
  emitFunction(e, () => emitBlocks(e, (index) => gatherExits(e, () => emitBlock(e, region.blocks[index]!))));
  return encodeModule(e.code, e.locals - 2);
}

/** A block begins by paying for all of its instructions: what isn't retired in the end is given back. */
function emitBlock(e: Emitter, block: Block): void {
  const { code } = e;
  const { length } = block.words;
  prepareExit(e, block.address, 0);
  get(code, BUDGET);
  constant(code, length);
  op(code, 'i32.lt_s');
  exitIf(e);
  get(code, BUDGET);
  constant(code, length);
  op(code, 'i32.sub');
  set(code, BUDGET);
  const reaches: Reaches = new Map();
  for (let k = 0; k < length; k++) {
    emitInstruction(e, reaches, block, k);
    followRegister(reaches, block.words[k]!, block.opcodes[k]!);
  }
  if (block.ending === 'falls') emitGoToAddress(e, endOf(block), 0);
  else if (block.ending === 'leaves') exit(e, endOf(block), 0);
}

function emitInstruction(e: Emitter, reaches: Reaches, block: Block, k: number): void {
  const word = block.words[k]!;
  const opcode = block.opcodes[k]!;
  const pc = (block.address + 4 * k) >>> 0;
  switch (INSTRUCTIONS[opcode]!.format) {
    case 'load':
    case 'S':
      emitLoadOrStore(e, reaches, block, k);
      return;
    case 'amo':
    case 'lr':
      emitAtomic(e, block, k);
      return;
    case 'B':
      emitBranch(e, word, opcode, pc, block.words.length - 1 - k);
      return;
    case 'J':
      emitLink(e, word, pc);
      emitGoToAddress(e, (pc + distanceOf(word, opcode)!) >>> 0, 0);
      return;
    case 'jalr':
      emitJalr(e, block, k);
      return;
    case 'fence': // one hart has nothing to order,
    case 'none': // and code that is written to is left at once: fence.i has nothing to do
      return;
    default:
      emitArithmetic(e, word, opcode, pc);
  }
}

const CONDITIONS: Readonly<Record<number, PlainOp>> = {
  [OP.BEQ]: 'i32.eq',
  [OP.BNE]: 'i32.ne',
  [OP.BLT]: 'i32.lt_s',
  [OP.BGE]: 'i32.ge_s',
  [OP.BLTU]: 'i32.lt_u',
  [OP.BGEU]: 'i32.ge_u',
};

function emitBranch(e: Emitter, word: number, opcode: number, pc: number, refund: number): void {
  pushRegister(e, rs1Of(word));
  pushRegister(e, rs2Of(word));
  op(e.code, CONDITIONS[opcode]!);
  emitGoToAddressIf(e, (pc + distanceOf(word, opcode)!) >>> 0, refund);
}

function emitLink(e: Emitter, word: number, pc: number): void {
  if (rdOf(word) === 0) return;
  constant(e.code, pc + 4);
  popRegister(e, rdOf(word));
}

/** The indexes of the blocks that stand behind a call. */
function returnsOf(e: Emitter): number[] {
  return e.region.blocks.flatMap((block) => {
    const isCall = block.ending === 'jump' && rdOf(block.words.at(-1)!) !== 0;
    const index = isCall ? e.indexes.get(endOf(block)) : undefined;
    return index === undefined ? [] : [index];
  });
}

function emitJalr(e: Emitter, block: Block, k: number): void {
  const word = block.words[k]!;
  const pc = (block.address + 4 * k) >>> 0;
  const known = jumpsOf(block).find(({ at }) => at === k);
  if (known === undefined) emitJumpToRegister(e, word, pc);
  else {
    emitLink(e, word, pc);
    emitGoToAddress(e, known.target, 0);
  }
}

function emitJumpToRegister(e: Emitter, word: number, pc: number): void {
  const { code } = e;
  prepareExit(e, pc, 1);
  pushRegister(e, rs1Of(word));
  constant(code, immediateI(word));
  op(code, 'i32.add');
  constant(code, ~1);
  op(code, 'i32.and');
  tee(code, TARGET);
  constant(code, 2);
  op(code, 'i32.and');
  exitIf(e); // misaligned: it traps
  emitLink(e, word, pc);
  const returns = rdOf(word) === 0 ? returnsOf(e) : [];
  if (returns.length > RETURNS_COMPARED_MAX || rdOf(word) !== 0 || rs1Of(word) !== 1) {
    emitGoToTarget(e);
    return;
  }
  for (const block of returns) emitGoIfTarget(e, block);
  exitToTarget(e);
}
