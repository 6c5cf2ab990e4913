// Mergeable sections (`"aM"`, `"aMS"`): equal constants, and strings that end alike, are kept once, as GNU ld does.

import type { Item, Section } from './model.ts';
import { isPowerOfTwo } from './powers.ts';

/** A place in what merged sections have become. */
export interface ItemOffset {
  readonly item: Item;
  readonly offset: number;
}

/** From places in a section as written to places in what the merged sections have become. */
export interface MergeMap {
  /** Where the constants began, ascending, how long each was, and where it is now. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly places: readonly ItemOffset[];
  /** What stands for the zeros between strings: an empty string. */
  readonly padding: ItemOffset | undefined;
  /** The section's size as written; what is left of it now. */
  readonly size: number;
  readonly item: Item;
}

/** The run of the items that hold what is kept, which tells them from those of the sections as written. */
export const MERGED_RUN = -2;

/** One constant, however often it was written. It is kept in the section that had it first. */
interface Entry {
  readonly bytes: Uint8Array;
  readonly alignment: number;
  readonly member: Member;
  /** A string that ends in this one, and stands for it. */
  suffixOf: Entry | undefined;
  /** Written again with a greater alignment: it is kept there. */
  dropped: boolean;
  position: number;
}

/** A section that is merged with others. */
interface Member {
  readonly section: Section;
  readonly bytes: Uint8Array;
  readonly found: { readonly start: number; readonly key: string }[];
  readonly kept: Entry[];
  size: number;
}

/** What has been found so far, in order, and by content. */
interface Table {
  readonly entries: Entry[];
  readonly known: Map<string, Entry>;
}

/** Renders a section as it was written: its bytes from its start on. */
export type Render = (section: Section) => Uint8Array;

/** Merges what may be merged among the sections that go into one group of the layout. */
export function mergeSections(sections: readonly Section[], render: Render): void {
  const alike = new Map<string, Section[]>();
  for (const section of sections) {
    if (!isMergeable(section)) continue;
    const { mergeSize, strings } = section.flags;
    const key = `${mergeSize} ${strings} ${section.alignment}`;
    alike.set(key, [...(alike.get(key) ?? []), section]);
  }
  for (const group of alike.values()) mergeAlike(group, render);
}

/** GNU ld's conditions: no relocations, whole entries, and an alignment that fits them. */
function isMergeable({ flags, parts, alignment }: Section): boolean {
  const { mergeSize, strings, empty } = flags;
  if (mergeSize === 0 || empty) return false;
  for (const { fixups, items } of parts.values()) {
    if (fixups.length > 0 || items.some(({ kind }) => kind === 'branch')) return false;
  }
  if (mergeSize < alignment) return strings && isPowerOfTwo(mergeSize);
  return mergeSize % alignment === 0;
}

function mergeAlike(sections: readonly Section[], render: Render): void {
  const { mergeSize, strings } = sections[0]!.flags;
  const table: Table = { entries: [], known: new Map() };
  const members: Member[] = [];
  for (const section of sections) {
    const bytes = render(section);
    if (bytes.length === 0 || bytes.length % mergeSize !== 0) continue;
    const member: Member = { section, bytes, found: [], kept: [], size: 0 };
    members.push(member);
    if (strings) splitStrings(table, member);
    else for (let at = 0; at < bytes.length; at += mergeSize) addEntry(table, member, at, at + mergeSize, 1);
  }
  const entries = table.entries.filter(({ dropped }) => !dropped);
  if (strings && entries.length > 0) mergeSuffixes(entries, mergeSize);
  for (const entry of entries) if (!entry.suffixOf) assignPosition(entry);
  padLast(members);
  const items = new Map(members.map((member) => [member, rebuild(member)]));
  for (const member of members) redirect(member, table, items);
}

function addEntry(table: Table, member: Member, start: number, end: number, alignment: number): void {
  const { mergeSize, strings } = member.section.flags;
  const written = member.bytes.subarray(start, end);
  const bytes = strings ? terminated(written, mergeSize) : written;
  const key = String.fromCharCode(...bytes.subarray(0, 1024)) + bytes.subarray(1024).join();
  const old = table.known.get(key);
  member.found.push({ start, key });
  if (old && old.alignment >= alignment) return;
  if (old) old.dropped = true;
  const entry = { bytes, alignment, member, suffixOf: undefined, dropped: false, position: 0 };
  table.entries.push(entry);
  table.known.set(key, entry);
}

/** Strings with their terminators. Zeros behind one are padding, of which at most one, where it is aligned, is a string. */
function splitStrings(table: Table, member: Member): void {
  const { bytes, section } = member;
  const { mergeSize: unit } = section.flags;
  const isZero = (at: number): boolean => bytes.subarray(at, at + unit).every((byte) => byte === 0);
  let empty = false;
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    while (at < bytes.length && !isZero(at)) at += unit;
    at = Math.min(at + unit, bytes.length);
    const natural = start & -start;
    addEntry(
      table,
      member,
      start,
      at,
      natural === 0 ? section.alignment : Math.min(natural, section.alignment),
    );
    for (; at < bytes.length && isZero(at); at += unit) {
      if (empty || at % section.alignment !== 0) continue;
      empty = true;
      addEntry(table, member, at, at + unit, section.alignment);
    }
  }
}

/** A string at the section's end may lack its terminator. */
function terminated(bytes: Uint8Array, unit: number): Uint8Array {
  if (bytes.subarray(-unit).every((byte) => byte === 0)) return bytes;
  const whole = new Uint8Array(bytes.length + unit);
  whole.set(bytes);
  return whole;
}

/** Lets strings stand for the strings that they end in, where the alignment allows it. */
function mergeSuffixes(entries: readonly Entry[], unit: number): void {
  const [first] = entries;
  const uniform = entries.every(({ alignment }) => alignment === first!.alignment);
  const step = uniform && first!.alignment > unit ? first!.alignment : 1;
  const sorted = [...entries].sort((a, b) => compareFromEnd(a.bytes, b.bytes, step, unit));
  let longer = sorted.at(-1)!;
  for (let i = sorted.length - 2; i >= 0; i--) {
    const entry = sorted[i]!;
    const fits =
      longer.alignment >= entry.alignment &&
      (longer.bytes.length - entry.bytes.length) % entry.alignment === 0;
    if (fits && endsIn(longer.bytes, entry.bytes)) {
      entry.suffixOf = longer;
    } else longer = entry;
  }
}

/** Order by the length's remainder, then by the characters from the last to the first, then by length. */
function compareFromEnd(a: Uint8Array, b: Uint8Array, step: number, unit: number): number {
  const lengthA = a.length - unit;
  const lengthB = b.length - unit;
  const tail = (lengthA & (step - 1)) - (lengthB & (step - 1));
  if (tail !== 0) return tail;
  for (let i = 1; i <= Math.min(lengthA, lengthB); i++) {
    const difference = a[lengthA - i]! - b[lengthB - i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

function endsIn(whole: Uint8Array, end: Uint8Array): boolean {
  if (end.length > whole.length) return false;
  const offset = whole.length - end.length;
  return end.every((byte, i) => byte === whole[offset + i]);
}

/** Puts an entry that is kept behind the others of its section. */
function assignPosition(entry: Entry): void {
  const { member, alignment, bytes } = entry;
  entry.position = Math.ceil(member.size / alignment) * alignment;
  member.size = entry.position + bytes.length;
  member.kept.push(entry);
}

/** Where all that was written ended on its alignment, so does what is kept in the last of the sections that keep anything. */
function padLast(members: readonly Member[]): void {
  const last = members.findLast(({ kept }) => kept.length > 0);
  if (last === undefined) return;
  const { alignment } = last.section;
  if (members.some(({ bytes }) => bytes.length % alignment !== 0)) return;
  last.size = Math.ceil(last.size / alignment) * alignment;
}

/** Puts what a section keeps in the place of what was written. */
function rebuild({ section, kept, size }: Member): Item {
  const data = new Uint8Array(size);
  for (const { bytes, position } of kept) data.set(bytes, position);
  const item: Item = { kind: 'bytes', section, run: MERGED_RUN, runOffset: 0, address: 0, size, start: 0 };
  section.parts.clear();
  const { run, runOffset } = item;
  section.parts.set(0, { section, items: [item], fixups: [], marks: [], data, length: size, run, runOffset });
  if (size === 0) section.alignment = 1;
  return item;
}

/** Notes where what was written in a section is now, be it in this section or in another. */
function redirect(member: Member, { known, entries }: Table, items: ReadonlyMap<Member, Item>): void {
  const { section, found, bytes } = member;
  const { mergeSize } = section.flags;
  const placeOf = (from: Entry, offset: number): ItemOffset => {
    const { suffixOf: longer } = from;
    if (longer) return placeOf(longer, offset + longer.bytes.length - from.bytes.length);
    return { item: items.get(from.member)!, offset: from.position + offset };
  };
  // GNU ld looks for an empty string, and failing that takes the terminator of the very first one.
  const empty = known.get('\0'.repeat(mergeSize));
  const first = entries.find(({ dropped }) => !dropped);
  section.merged = {
    starts: found.map(({ start }) => start),
    lengths: found.map(({ key }) => known.get(key)!.bytes.length),
    places: found.map(({ key }) => placeOf(known.get(key)!, 0)),
    padding: empty ? placeOf(empty, 0) : first && placeOf(first, first.bytes.length - mergeSize),
    size: bytes.length,
    item: items.get(member)!,
  };
}

/** The address now of what was at `position` of the section as written. */
export function mergedAddress(map: MergeMap, position: number): number {
  if (position >= map.size) return map.item.address + map.item.size;
  let low = 0;
  let high = map.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (map.starts[middle]! <= position) low = middle + 1;
    else high = middle;
  }
  const within = position - map.starts[low - 1]!;
  const inside = within < map.lengths[low - 1]!;
  const { item, offset } = inside ? map.places[low - 1]! : (map.padding ?? map.places[low - 1]!);
  return item.address + offset + (inside ? within : 0);
}
