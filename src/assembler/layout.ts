// Where sections go: code, constants, data, zeros, each group on a 16-byte boundary from the start of RAM on.

import { RAM_BASE } from '../isa/image.ts';
import type { Definition, Section, SymbolEntry } from './model.ts';
import { itemsOf } from './relax.ts';

const GROUP_ALIGNMENT = 16;

/** A group takes sections by name; what is loaded and has another name stands behind the group that it is like. */
interface Group {
  readonly key: GroupName;
  readonly name: RegExp;
  readonly like: (section: Section) => boolean;
}

type GroupName = 'text' | 'rodata' | 'data' | 'bss';

const GROUPS: readonly Group[] = [
  { key: 'text', name: /^\.text/, like: ({ flags }) => flags.executable },
  { key: 'rodata', name: /^\.s?rodata/, like: ({ flags }) => !flags.writable && !flags.empty },
  { key: 'data', name: /^\.s?data/, like: ({ flags }) => !flags.empty },
  { key: 'bss', name: /^\.s?bss/, like: () => true },
];

const groupNumber = (section: Section): number => GROUPS.findIndex(({ name }) => name.test(section.name));

/** Sections by the group that they go into by name; the others, at the end, each by themselves. */
export function groupSections(sections: readonly Section[]): Section[][] {
  const loaded = sections.filter(({ flags }) => flags.allocated);
  const named = GROUPS.map((_, number) => loaded.filter((section) => groupNumber(section) === number));
  const orphans = loaded.filter((section) => groupNumber(section) < 0);
  return [...named, ...orphans.map((section) => [section])];
}

/** Where everything has come to lie. */
export interface Layout {
  /** Loaded sections in the order of their addresses. */
  readonly sections: readonly Section[];
  /** The addresses of common symbols. */
  readonly commons: ReadonlyMap<SymbolEntry, number>;
  /** One past the last byte that is in the image, and one past the last that the program claims. */
  readonly loadedEnd: number;
  readonly end: number;
  /** Where each section lies, and each group with the sections that stand behind it for being like it. */
  readonly extents: ReadonlyMap<Section, Extent>;
  readonly groups: Readonly<Record<GroupName, Extent>>;
  /** Where the first `.sdata` begins; without one, where the data ends. */
  readonly smallDataStart: number;
}

/** Where a stretch of memory begins, and one past its end. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

const alignUp = (address: number, to: number): number => Math.ceil(address / to) * to;

/** Gives every item of the loaded sections its address in memory. Sizes must have been found. */
export function placeSections(sections: readonly Section[], symbols: Iterable<SymbolEntry>): Layout {
  const loaded = sections.filter(({ flags }) => flags.allocated);
  const orphans = new Set(loaded.filter((section) => groupNumber(section) < 0));
  const shared = inLinkOrder(symbols);
  const placed: Section[] = [];
  const commons = new Map<SymbolEntry, number>();
  const extents = new Map<Section, Extent>();
  const groups: Partial<Record<GroupName, Extent>> = {};
  let address = RAM_BASE;
  let loadedEnd = RAM_BASE;

  const place = (members: readonly Section[], common: readonly Common[], boundary: number): number => {
    const alignments = [...members, ...common.map(({ definition }) => definition)].map(
      ({ alignment }) => alignment,
    );
    const start = alignUp(address, Math.max(boundary, ...alignments));
    let end = start;
    for (const section of members) {
      const from = alignUp(end, section.alignment);
      end = moveTo(section, from);
      placed.push(section);
      extents.set(section, { start: from, end });
      if (!section.flags.empty && end > start) loadedEnd = Math.max(loadedEnd, end);
    }
    for (const { symbol, definition } of common) {
      end = alignUp(end, definition.alignment);
      commons.set(symbol, end);
      end += definition.size;
    }
    // A group without content takes no room, not even for its boundary.
    if (end > start) address = end;
    return end > start ? start : address;
  };
  for (const [number, { key, like }] of GROUPS.entries()) {
    const last = number === GROUPS.length - 1;
    const start = place(
      loaded.filter((section) => groupNumber(section) === number),
      last ? shared : [],
      GROUP_ALIGNMENT,
    );
    for (const orphan of orphans) {
      if (!like(orphan)) continue;
      orphans.delete(orphan);
      place([orphan], [], orphan.alignment);
    }
    groups[key] = { start, end: address };
  }
  const found = placed.find(({ name }) => name.startsWith('.sdata'));
  const smallDataStart = (found && extents.get(found)?.start) ?? groups.data!.end;
  return {
    sections: placed,
    commons,
    loadedEnd,
    end: address,
    extents,
    groups: groups as Record<GroupName, Extent>,
    smallDataStart,
  };
}

/** Moves a section's items, whose addresses count from its start, to `start`. Returns where the section ends. */
function moveTo(section: Section, start: number): number {
  let end = start;
  for (const item of itemsOf(section)) {
    item.address += start;
    end = item.address + item.size;
  }
  return end;
}

/** A common symbol: room that the linker makes. */
interface Common {
  readonly symbol: SymbolEntry;
  readonly definition: Extract<Definition, { kind: 'common' }>;
}

/** The sizes of GNU ld's symbol table, of which it takes the next when three quarters are used. */
const TABLE_SIZES = [4051, 8599, 16699, 32749, 65537, 131101, 262147, 524309, 1048583, 2097169];

/** Common symbols in the order of their hashes, for GNU ld allocates them while it goes through its symbol table. */
function inLinkOrder(symbols: Iterable<SymbolEntry>): Common[] {
  const names: Common[] = [];
  let count = 0;
  for (const symbol of symbols) {
    const { definition, binding } = symbol;
    if (binding !== undefined && binding !== 'local') count++;
    if (definition?.kind === 'common') names.push({ symbol, definition });
  }
  const size = BigInt(TABLE_SIZES.find((room) => count <= (room * 3) / 4) ?? TABLE_SIZES.at(-1)!);
  const bucket = new Map(names.map(({ symbol }) => [symbol, Number(linkerHash(symbol.name) % size)]));
  // A bucket's chain begins with what came last.
  return names.reverse().sort((a, b) => bucket.get(a.symbol)! - bucket.get(b.symbol)!);
}

/** The hash of BFD's tables (`bfd_hash_hash`), in 64 bits. */
function linkerHash(name: string): bigint {
  const bytes = new TextEncoder().encode(name);
  let hash = 0n;
  const mix = (value: bigint): void => {
    hash = BigInt.asUintN(64, hash + value + (value << 17n));
    hash ^= hash >> 2n;
  };
  for (const byte of bytes) mix(BigInt(byte));
  mix(BigInt(bytes.length));
  return hash;
}
