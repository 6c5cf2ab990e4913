// Control flow in WebAssembly: loops and blocks in the order of their addresses, and the ways between them.
import { assert } from '../../base/assert.ts';
import { BUDGET, type Emitter, exit, exitToTarget, NEXT, TARGET } from './emitter.ts';
import { LEFT_BY_JUMP } from './layout.ts';
import type { Loop } from './loops.ts';
import { branch, branchIf, branchTable, constant, end, get, op, open, set } from './wasm.ts';

/**
 * Part of a sequence: one block of the region, or a whole loop. As a label it stands for its own beginning: it encloses everything
 * of the sequence before it.
 */
interface Item {
  readonly first: number;
  readonly last: number;
  readonly loop: Loop | null;
}

/** The outermost loop, through which every way goes that no other label serves. */
const AROUND: object = Object.freeze({ kind: 'around' });

/** In `NEXT`: look up `TARGET`. */
const lookUp = (e: Emitter): number => e.region.blocks.length;

function itemsOf(e: Emitter, first: number, last: number, inside: Loop | null): Item[] {
  const items: Item[] = [];
  for (let block = first; block <= last; ) {
    const head = e.loops.get(block);
    const loop = head === undefined || head === inside ? null : head;
    const item = { first: block, last: loop?.last ?? block, loop };
    items.push(item);
    block = item.last + 1;
  }
  return items;
}

/** Emits all blocks of the region by `emitBlock`, which must leave each by one of the functions below. */
export function emitBlocks(e: Emitter, emitBlock: (index: number) => void): void {
  const { code } = e;
  const items = itemsOf(e, 0, e.region.blocks.length - 1, null);
  open(code, 'loop', AROUND);
  for (const item of items.toReversed()) open(code, 'block', item);
  emitLookup(e);
  get(code, NEXT);
  emitTable(e, items);
  for (const item of items) {
    end(code);
    emitItem(e, item, emitBlock);
  }
  end(code);
}

function emitItem(e: Emitter, item: Item, emitBlock: (index: number) => void): void {
  if (item.loop === null) emitBlock(item.first);
  else emitLoop(e, item.loop, emitBlock);
}

function emitLoop(e: Emitter, loop: Loop, emitBlock: (index: number) => void): void {
  const { code } = e;
  const [head, ...rest] = itemsOf(e, loop.first, loop.last, loop);
  open(code, 'loop', loop);
  for (const item of rest.toReversed()) open(code, 'block', item);
  if (loop.hasSideEntries) {
    get(code, NEXT);
    constant(code, loop.first);
    op(code, 'i32.sub');
    open(code, 'if');
    get(code, NEXT);
    constant(code, loop.first + 1);
    op(code, 'i32.sub');
    emitTable(e, rest);
    end(code);
  }
  emitItem(e, head!, emitBlock);
  for (const item of rest) {
    end(code);
    emitItem(e, item, emitBlock);
  }
  end(code);
}

/** Branches to the item that holds the block whose number, counted from the first item's, is on the stack. */
function emitTable(e: Emitter, items: readonly Item[]): void {
  const labels: Item[] = [];
  for (const item of items) for (let block = item.first; block <= item.last; block++) labels.push(item);
  branchTable(e.code, labels);
}

/** Goes to the entry whose address is in `TARGET`, if that was asked for; leaves when there is none. */
function emitLookup(e: Emitter): void {
  const { code, region } = e;
  if (!region.blocks.some(({ ending }) => ending === 'jump')) return;
  const found: object = { kind: 'found' };
  open(code, 'block', found);
  get(code, NEXT);
  constant(code, lookUp(e));
  op(code, 'i32.ne');
  branchIf(code, found);
  emitHashTable(e);
  exitToTarget(e);
  end(code);
}

/** The entries by some bits of their addresses: one jump to the few that share them, instead of a search, which no processor predicts. */
function emitHashTable(e: Emitter): void {
  const { code, region } = e;
  let size = 2;
  while (size < 2 * region.entries.length) size *= 2;
  const buckets = Array.from({ length: size }, (): number[] => []);
  for (const entry of region.entries) buckets[(region.blocks[entry]!.address >>> 2) % size]!.push(entry);
  const used = buckets.filter((entries) => entries.length > 0);
  const missing: object = { kind: 'missing' };
  open(code, 'block', missing);
  for (const entries of used) open(code, 'block', entries);
  get(code, TARGET);
  constant(code, 2);
  op(code, 'i32.shr_u');
  constant(code, size - 1);
  op(code, 'i32.and');
  branchTable(
    code,
    buckets.map((entries) => (entries.length > 0 ? entries : missing)),
  );
  for (const entries of used.toReversed()) {
    end(code);
    for (const entry of entries) emitGoIfTarget(e, entry);
    branch(code, missing);
  }
  end(code);
}

/** Goes to a block when its address is in `TARGET`. */
export function emitGoIfTarget(e: Emitter, block: number): void {
  const { code } = e;
  get(code, TARGET);
  constant(code, e.region.blocks[block]!.address);
  op(code, 'i32.eq');
  open(code, 'if');
  emitGo(e, block);
  end(code);
}

/** Goes to the entry whose address is in `TARGET`, or out of the region. */
export function emitGoToTarget(e: Emitter): void {
  constant(e.code, lookUp(e));
  set(e.code, NEXT);
  branch(e.code, AROUND);
}

/** Where a branch to a block leads from here, and whether `NEXT` has to say which block is meant. */
function wayTo(e: Emitter, block: number): { label: object; needsNext: boolean } {
  for (const label of e.code.labels.toReversed()) {
    if (label === null || !('first' in label)) continue;
    const place = label as Item | Loop;
    if ('hasSideEntries' in place) {
      if (place.first === block) return { label: place, needsNext: place.hasSideEntries };
    } else if (place.first <= block && block <= place.last) {
      assert(place.first === block || place.loop?.hasSideEntries, 'a loop is entered where it can be');
      return { label: place, needsNext: place.loop?.hasSideEntries ?? false };
    }
  }
  return { label: AROUND, needsNext: true };
}

function emitGo(e: Emitter, block: number): void {
  const { label, needsNext } = wayTo(e, block);
  if (needsNext) {
    constant(e.code, block);
    set(e.code, NEXT);
  }
  branch(e.code, label);
}

/** Goes to an address, and gives back `refund` to the budget: to its block, or out of the region. */
export function emitGoToAddress(e: Emitter, address: number, refund: number): void {
  const block = e.indexes.get(address);
  if (block === undefined) {
    exit(e, address | LEFT_BY_JUMP, refund);
    return;
  }
  if (refund > 0) {
    get(e.code, BUDGET);
    constant(e.code, refund);
    op(e.code, 'i32.add');
    set(e.code, BUDGET);
  }
  emitGo(e, block);
}

/** The same when the value on the stack is not zero. */
export function emitGoToAddressIf(e: Emitter, address: number, refund: number): void {
  const { code } = e;
  const block = e.indexes.get(address);
  const way = block === undefined ? null : wayTo(e, block);
  if (way !== null && !way.needsNext && refund === 0) {
    branchIf(code, way.label);
    return;
  }
  open(code, 'if');
  emitGoToAddress(e, address, refund);
  end(code);
}
