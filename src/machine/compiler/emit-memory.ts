// Loads, stores and atomics in WebAssembly: on RAM inline, at any alignment; whatever is not RAM or on a marked line is left to the interpreter.

import { immediateI, immediateS, rdOf, rs1Of, rs2Of } from '../../isa/fields.ts';
import { INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import { LINE_BYTES, LINE_SHIFT, RAM_BASE } from '../memory/ram.ts';
import { NOT_RESERVED } from '../memory/reservations.ts';
import {
  allocate,
  type Emitter,
  exitIf,
  popRegister,
  prepareExit,
  pushRegister,
  registersOf,
  SCRATCH,
  SCRATCH_2,
} from './emitter.ts';
import { MARKS_AT, RAM_AT, RESERVATION_AT } from './layout.ts';
import type { Block } from './regions.ts';
import {
  access,
  constant,
  end,
  get,
  type LoadOp,
  op,
  open,
  otherwise,
  type PlainOp,
  type StoreOp,
  set,
  tee,
} from './wasm.ts';

/**
 * What has been checked about the addresses around a register's present value, all relative to it: from `low` to `high` they are
 * RAM, and on the lines of `storeLow` to `storeHigh` stands no mark. The register's local in `offsets` holds the offset of `low`
 * into RAM.
 */
interface Reach {
  low: number;
  high: number;
  storeLow: number;
  storeHigh: number;
}

/** What is known in a block so far, by register. */
export type Reaches = Map<number, Reach>;

/** A load or store: where relative to which register, and its size as a power of two. */
interface Access {
  readonly base: number;
  readonly at: number;
  readonly shift: number;
  readonly isStore: boolean;
}

const LOADS: Readonly<Record<number, LoadOp>> = {
  [OP.LB]: 'i32.load8_s',
  [OP.LH]: 'i32.load16_s',
  [OP.LW]: 'i32.load',
  [OP.LBU]: 'i32.load8_u',
  [OP.LHU]: 'i32.load16_u',
};
const STORES: Readonly<Record<number, StoreOp>> = {
  [OP.SB]: 'i32.store8',
  [OP.SH]: 'i32.store16',
  [OP.SW]: 'i32.store',
};

function accessOf(word: number, opcode: number): Access | null {
  const isStore = STORES[opcode] !== undefined;
  if (!isStore && LOADS[opcode] === undefined) return null;
  const at = isStore ? immediateS(word) : immediateI(word);
  return { base: rs1Of(word), at, shift: (word >>> 12) & 3, isStore };
}

/** To be called behind every instruction: what is known of a register moves with it when a constant is added, and is lost otherwise. */
export function followRegister(reaches: Reaches, word: number, opcode: number): void {
  const { writes } = registersOf(word, opcode);
  const reach = reaches.get(writes);
  if (reach === undefined) return;
  reaches.delete(writes);
  if (opcode !== OP.ADDI || rs1Of(word) !== writes) return;
  const by = immediateI(word);
  reaches.set(writes, {
    low: reach.low - by,
    high: reach.high - by,
    storeLow: reach.storeLow - by,
    storeHigh: reach.storeHigh - by,
  });
}

/** The accesses relative to `base`'s present value that are sure to follow instruction `from` of the block when it is executed, itself first. */
function accessesFrom(block: Block, from: number, base: number): Access[] {
  const found: Access[] = [];
  for (let k = from; k < block.words.length; k++) {
    const word = block.words[k]!;
    const opcode = block.opcodes[k]!;
    if (INSTRUCTIONS[opcode]!.format === 'B') break;
    const other = accessOf(word, opcode);
    if (other !== null && other.base === base) found.push(other);
    if (registersOf(word, opcode).writes === base) break;
  }
  return found;
}

/** The reach that one check establishes for all of `accesses`. */
function commonReach(accesses: readonly Access[]): Reach {
  const low = Math.min(...accesses.map(({ at }) => at));
  const high = Math.max(...accesses.map(endOf));
  return { low, high, storeLow: 0, storeHigh: 0 };
}

/** Where the access ends, relative to its register. */
function endOf({ at, shift }: Access): number {
  return at + (1 << shift);
}

function covers(reach: Reach, access: Access): boolean {
  return access.at >= reach.low && endOf(access) <= reach.high;
}

/** Leaves unless `length` bytes from the offset on the stack are RAM. */
function emitRangeCheck(e: Emitter, length: number): void {
  constant(e.code, e.ramBytes - length);
  op(e.code, 'i32.gt_u');
  exitIf(e);
}

/** Emits the check for an access that nothing so far covers, and for those that follow. */
function emitReach(e: Emitter, reaches: Reaches, block: Block, k: number, base: number): Reach {
  const reach = commonReach(accessesFrom(block, k, base));
  if (e.offsets[base] === 0) e.offsets[base] = allocate(e);
  pushRegister(e, base);
  constant(e.code, (reach.low - RAM_BASE) | 0);
  op(e.code, 'i32.add');
  tee(e.code, e.offsets[base]!);
  emitRangeCheck(e, reach.high - reach.low);
  reaches.set(base, reach);
  return reach;
}

/** Puts the mark of the line on the stack that lies `distance` behind the offset in `local`. */
function pushMark(e: Emitter, local: number, distance: number): void {
  get(e.code, local);
  if (distance !== 0) {
    constant(e.code, distance);
    op(e.code, 'i32.add');
  }
  constant(e.code, LINE_SHIFT);
  op(e.code, 'i32.shr_u');
  access(e.code, 'i32.load8_u', 0, MARKS_AT);
}

/**
 * Leaves when a line of the store has a mark; of the stores that follow, too, if together they touch two lines at most. A store of
 * more than a byte may itself lie on two.
 */
function emitMarkCheck(e: Emitter, reach: Reach, block: Block, k: number, own: Access): void {
  if (own.at >= reach.storeLow && endOf(own) <= reach.storeHigh) return;
  reach.storeLow = own.at;
  reach.storeHigh = endOf(own);
  for (const other of accessesFrom(block, k, own.base)) {
    if (!other.isStore || !covers(reach, other)) continue;
    const low = Math.min(reach.storeLow, other.at);
    const high = Math.max(reach.storeHigh, endOf(other));
    if (high - low > LINE_BYTES) continue;
    reach.storeLow = low;
    reach.storeHigh = high;
  }
  const local = e.offsets[own.base]!;
  const [first, last] = [reach.storeLow - reach.low, reach.storeHigh - 1 - reach.low];
  pushMark(e, local, first);
  if (last > first) {
    pushMark(e, local, last);
    op(e.code, 'i32.or');
  }
  exitIf(e);
}

/** Emits instruction k of a block, a load or store. */
export function emitLoadOrStore(e: Emitter, reaches: Reaches, block: Block, k: number): void {
  const word = block.words[k]!;
  const opcode = block.opcodes[k]!;
  const own = accessOf(word, opcode)!;
  prepareExit(e, block.address + 4 * k, block.words.length - k);
  const known = reaches.get(own.base);
  const reach = known !== undefined && covers(known, own) ? known : emitReach(e, reaches, block, k, own.base);
  const local = e.offsets[own.base]!;
  const offset = RAM_AT + own.at - reach.low;
  if (own.isStore) {
    emitMarkCheck(e, reach, block, k, own);
    get(e.code, local);
    pushRegister(e, rs2Of(word));
    access(e.code, STORES[opcode]!, own.shift, offset);
  } else if (rdOf(word) !== 0) {
    get(e.code, local);
    access(e.code, LOADS[opcode]!, own.shift, offset);
    popRegister(e, rdOf(word));
  }
}

/** What the read-modify-write instructions leave in memory of the old word in `SCRATCH_2` and rs2. */
const COMBINE: Readonly<Record<number, PlainOp>> = {
  [OP.AMOADD_W]: 'i32.add',
  [OP.AMOXOR_W]: 'i32.xor',
  [OP.AMOAND_W]: 'i32.and',
  [OP.AMOOR_W]: 'i32.or',
};
/** The old word stays when it compares so with rs2. */
const KEEP_OLD: Readonly<Record<number, PlainOp>> = {
  [OP.AMOMIN_W]: 'i32.lt_s',
  [OP.AMOMAX_W]: 'i32.ge_s',
  [OP.AMOMINU_W]: 'i32.lt_u',
  [OP.AMOMAXU_W]: 'i32.ge_u',
};

/** Emits instruction k of a block, one of the A extension. */
export function emitAtomic(e: Emitter, block: Block, k: number): void {
  const { code } = e;
  const word = block.words[k]!;
  const opcode = block.opcodes[k]!;
  prepareExit(e, block.address + 4 * k, block.words.length - k);
  pushRegister(e, rs1Of(word));
  constant(code, -RAM_BASE | 0);
  op(code, 'i32.add');
  tee(code, SCRATCH);
  // Low bits that should be zero become the highest: one comparison sees both.
  constant(code, 2);
  op(code, 'i32.rotr');
  constant(code, (e.ramBytes - 4) / 4);
  op(code, 'i32.gt_u');
  exitIf(e);
  if (opcode === OP.LR_W) emitLoadReserved(e);
  else {
    pushMark(e, SCRATCH, 0);
    exitIf(e);
    if (opcode === OP.SC_W) emitStoreConditional(e, rs2Of(word));
    else emitReadModifyWrite(e, opcode, rs2Of(word));
  }
  if (rdOf(word) === 0) return;
  get(code, SCRATCH_2);
  popRegister(e, rdOf(word));
}

function pushReservable(e: Emitter): void {
  get(e.code, SCRATCH);
  constant(e.code, RAM_BASE | 0);
  op(e.code, 'i32.add');
}

function emitLoadReserved(e: Emitter): void {
  constant(e.code, 0);
  pushReservable(e);
  access(e.code, 'i32.store', 2, RESERVATION_AT);
  get(e.code, SCRATCH);
  access(e.code, 'i32.load', 2, RAM_AT);
  set(e.code, SCRATCH_2);
}

function emitStoreConditional(e: Emitter, operand: number): void {
  const { code } = e;
  constant(code, 0);
  access(code, 'i32.load', 2, RESERVATION_AT);
  pushReservable(e);
  op(code, 'i32.eq');
  open(code, 'if');
  get(code, SCRATCH);
  pushRegister(e, operand);
  access(code, 'i32.store', 2, RAM_AT);
  constant(code, 0);
  set(code, SCRATCH_2);
  otherwise(code);
  constant(code, 1);
  set(code, SCRATCH_2);
  end(code);
  constant(code, 0);
  constant(code, NOT_RESERVED);
  access(code, 'i32.store', 2, RESERVATION_AT);
}

function emitReadModifyWrite(e: Emitter, opcode: number, operand: number): void {
  const { code } = e;
  get(code, SCRATCH);
  get(code, SCRATCH);
  access(code, 'i32.load', 2, RAM_AT);
  set(code, SCRATCH_2);
  if (COMBINE[opcode] !== undefined) {
    get(code, SCRATCH_2);
    pushRegister(e, operand);
    op(code, COMBINE[opcode]);
  } else if (KEEP_OLD[opcode] !== undefined) {
    get(code, SCRATCH_2);
    pushRegister(e, operand);
    get(code, SCRATCH_2);
    pushRegister(e, operand);
    op(code, KEEP_OLD[opcode]);
    op(code, 'select');
  } else pushRegister(e, operand); // amoswap.w
  access(code, 'i32.store', 2, RAM_AT);
}
