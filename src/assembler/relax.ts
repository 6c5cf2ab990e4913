// Sizes that depend on distances: branches that reach or not, alignment, `.org`. Found the way GNU as finds them.

import { RAM_BYTES_MAX } from '../isa/image.ts';
import { Fatal, Problem } from './errors.ts';
import type { Expression, Item, Section, SymbolEntry } from './model.ts';
import { evaluate, type Locate, locateInMemory } from './values.ts';

/** After so many passes items may only grow, so that the search ends whatever the source. */
const SHRINKING_PASSES = 40;
/** After so many, and after so much work, sizes are taken to depend on themselves. */
const PASSES_MAX = 1000;
const WORK_MAX = 100_000_000;
/** How often all sections are gone through, for sizes in one that depend on distances in another. */
const ROUNDS_MAX = 8;

/** A branch reaches this many bytes back, and two less forward. */
const BRANCH_REACH = 4096;

/** Where a branch leads, if that is in its own section: a fixed distance behind the start of an item. */
interface Target {
  readonly item: Item;
  readonly offset: number;
}

/** What the search needs of one section: its items in order, and the targets of its branches. */
interface Work {
  readonly items: readonly Item[];
  readonly targets: ReadonlyMap<Item, Target | undefined>;
}

/** A section's items, its subsections in the order of their numbers. */
export function itemsOf(section: Section): Item[] {
  const parts = [...section.parts].sort(([a], [b]) => a - b);
  return parts.flatMap(([, part]) => part.items);
}

/** Gives every item of every section its size, and its address from the section's start on. */
export function relaxSections(sections: readonly Section[]): void {
  const works = sections.map(prepare);
  for (const work of works) estimate(work);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let changed = false;
    for (const work of works) changed = settle(work) || changed;
    if (!changed) return;
  }
}

function prepare(section: Section): Work {
  const items = itemsOf(section);
  const targets = new Map<Item, Target | undefined>();
  for (const item of items) if (item.kind === 'branch') targets.set(item, targetOf(item.target, section));
  return { items, targets };
}

/** A branch to a weak symbol, to another section or to an absolute address is taken to be far. */
function targetOf(expression: Expression, section: Section): Target | undefined {
  const base = symbolOf(expression);
  if (base === undefined || base.binding === 'weak') return undefined;
  const seen: Item[] = [];
  const locate: Locate = (item, offset) => {
    let run = seen.indexOf(item);
    if (run < 0) run = seen.push(item) - 1;
    return { number: BigInt(offset), run };
  };
  const value = quietly(() => evaluate(expression, locate));
  const item = value?.run === undefined ? undefined : seen[value.run];
  if (value === undefined || item === undefined || item.section !== section) return undefined;
  return { item, offset: Number(value.number) };
}

/** The symbol that an address is relative to, if it is written as symbol + number. */
function symbolOf(expression: Expression): SymbolEntry | undefined {
  if (expression.kind === 'symbol') return expression.symbol;
  if (expression.kind === 'binary') return symbolOf(expression.left) ?? symbolOf(expression.right);
  return undefined;
}

/** What can't be worked out is reported where it is put into the image, not here. */
function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (problem) {
    if (problem instanceof Problem) return undefined;
    throw problem;
  }
}

/** First sizes. What lies ahead still has address 0, which makes far forward branches long until the passes shorten them. */
function estimate(work: Work): void {
  let address = 0;
  for (const item of work.items) {
    item.address = address;
    if (item.kind === 'leb') item.size = 1;
    else if (item.kind === 'align' || item.kind === 'branch') item.size = sizeOf(item, work);
    address += item.size;
  }
}

/** Passes over a section until no size changes. Within a pass, items ahead have the addresses of the pass before. */
function settle(work: Work): boolean {
  let changed = false;
  for (let pass = 0; ; pass++) {
    let stretch = 0;
    let stretched = false;
    for (const item of work.items) {
      item.address += stretch;
      const size = sizeOf(item, work);
      if (size === item.size || (size < item.size && pass >= SHRINKING_PASSES)) continue;
      stretch += size - item.size;
      item.size = size;
      stretched = true;
    }
    if (!stretched) return changed;
    changed = true;
    const { length } = work.items;
    if (pass >= PASSES_MAX || pass * length > WORK_MAX || endOf(work) > RAM_BYTES_MAX) {
      throw new Fatal(
        `the sizes in ${work.items[0]!.section.name} grow without end: some depend on themselves`,
      );
    }
  }
}

function endOf({ items }: Work): number {
  const last = items.at(-1);
  return last ? last.address + last.size : 0;
}

function sizeOf(item: Item, work: Work): number {
  switch (item.kind) {
    case 'bytes':
    case 'fill':
      return item.size;
    case 'align': {
      const size = -item.address & (item.to - 1);
      return size > item.most ? 0 : size;
    }
    case 'branch': {
      const target = work.targets.get(item);
      if (target === undefined) return 8;
      const distance = target.item.address + target.offset - item.address;
      return distance >= -BRANCH_REACH && distance < BRANCH_REACH ? 4 : 8;
    }
    case 'space':
      return Math.max(0, numberOf(item.count)) * item.pattern.length;
    case 'origin':
      return Math.max(0, numberOf(item.target) - item.address);
    case 'leb':
      return lebBytes(quietly(() => evaluate(item.value, locateInMemory))?.number ?? 0n, item.signed).length;
  }
}

function numberOf(expression: Expression): number {
  return Number(quietly(() => evaluate(expression, locateInMemory))?.number ?? 0n);
}

/** A number as LEB128 (DWARF 5, §7.6). */
export function lebBytes(value: bigint, signed: boolean): number[] {
  const bytes: number[] = [];
  let rest = signed ? value : BigInt.asUintN(64, value);
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = signed ? rest === (byte & 0x40 ? -1n : 0n) : rest === 0n;
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}
