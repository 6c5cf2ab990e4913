// Where sections go: code, constants, data, zeros, each group on a 16-byte boundary from the start of RAM on.

import { RAM_BASE } from '../image.ts';
import type { Section, SymbolEntry } from './model.ts';
import { itemsOf } from './relax.ts';

const GROUP_ALIGNMENT = 16;

/** A group takes sections by name; what is loaded and has another name stands behind the group that it is like. */
interface Group {
  readonly name: RegExp;
  readonly like: (section: Section) => boolean;
}

const GROUPS: readonly Group[] = [
  { name: /^\.text/, like: ({ flags }) => flags.executable },
  { name: /^\.s?rodata/, like: ({ flags }) => !flags.writable && !flags.empty },
  { name: /^\.s?data/, like: ({ flags }) => !flags.empty },
  { name: /^\.s?bss/, like: () => true },
];

/** Where everything has come to lie. */
export interface Layout {
  /** Loaded sections in the order of their addresses. */
  readonly sections: readonly Section[];
  /** The addresses of common symbols. */
  readonly commons: ReadonlyMap<SymbolEntry, number>;
  /** One past the last byte that is in the image, and one past the last that the program claims. */
  readonly loadedEnd: number;
  readonly end: number;
}

const alignUp = (address: number, to: number): number => Math.ceil(address / to) * to;

/** Gives every item of the loaded sections its address in memory. Sizes must have been found. */
export function placeSections(sections: readonly Section[], symbols: Iterable<SymbolEntry>): Layout {
  const loaded = sections.filter(({ flags }) => flags.allocated);
  const placed: Section[] = [];
  let address = RAM_BASE;
  let loadedEnd = RAM_BASE;
  const place = (members: readonly Section[], boundary: number): void => {
    const start = alignUp(address, Math.max(boundary, ...members.map(({ alignment }) => alignment)));
    let end = start;
    for (const section of members) {
      end = moveTo(section, alignUp(end, section.alignment));
      placed.push(section);
      if (!section.flags.empty && end > start) loadedEnd = Math.max(loadedEnd, end);
    }
    // A group without content takes no room, not even for its boundary.
    if (end > start) address = end;
  };
  const left = new Set(loaded);
  const take = (wanted: (section: Section) => boolean): Section[] => {
    const members = [...left].filter(wanted);
    for (const section of members) left.delete(section);
    return members;
  };
  const named = GROUPS.map(({ name }) => take((section) => name.test(section.name)));
  const commons = new Map<SymbolEntry, number>();
  for (const [i, { like }] of GROUPS.entries()) {
    place(named[i]!, GROUP_ALIGNMENT);
    if (i === GROUPS.length - 1) address = placeCommons(symbols, commons, address);
    for (const orphan of take(like)) place([orphan], orphan.alignment);
  }
  return { sections: placed, commons, loadedEnd, end: address };
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

function placeCommons(
  symbols: Iterable<SymbolEntry>,
  commons: Map<SymbolEntry, number>,
  start: number,
): number {
  let address = start;
  for (const symbol of inLinkOrder(symbols)) {
    if (symbol.definition?.kind !== 'common') continue;
    if (commons.size === 0) address = alignUp(address, GROUP_ALIGNMENT);
    address = alignUp(address, symbol.definition.alignment);
    commons.set(symbol, address);
    address += symbol.definition.size;
  }
  return address;
}

/** The order in which GNU ld goes through its hash table of symbols, for that is the order of common symbols in memory. */
function inLinkOrder(symbols: Iterable<SymbolEntry>): SymbolEntry[] {
  return [...symbols].filter(({ definition }) => definition?.kind === 'common');
}
