// Sections while they are filled: bytes, stretches of one pattern, and the items whose size is known only later.

import { RAM_BYTES_MAX } from '../isa/image.ts';
import { Fatal, Problem } from './errors.ts';
import type { Assembly, Expression, FixupKind, Item, Part, Section, SectionFlags } from './model.ts';
import { evaluate, locateInRun } from './values.ts';

const flags = (allocated: boolean, executable: boolean, writable: boolean, empty = false): SectionFlags => ({
  allocated,
  executable,
  writable,
  empty,
  mergeSize: 0,
  strings: false,
});

/** The flags of sections that are known by name. */
const KNOWN: readonly (readonly [RegExp, SectionFlags])[] = [
  [/^\.(text|init|fini)(\..*)?$/, flags(true, true, false)],
  [
    /^\.s?data(\..*)?$|^\.(preinit|init|fini)_array(\..*)?$|^\.[tc]ors(\..*)?$|^\.tdata/,
    flags(true, false, true),
  ],
  [/^\.s?bss(\..*)?$|^\.tbss/, flags(true, false, true, true)],
  [/^\.s?rodata(\d|\..*)?$/, flags(true, false, false)],
];

/** What a section of that name is when nothing is said about it: not loaded, unless the name is a usual one. */
export function defaultFlags(name: string): SectionFlags {
  return KNOWN.find(([pattern]) => pattern.test(name))?.[1] ?? flags(false, false, false);
}

/** The section of that name, made with these flags when there is none. */
export function sectionNamed(assembly: Assembly, name: string, given?: SectionFlags): Section {
  let section = assembly.sections.get(name);
  if (section === undefined) {
    if (assembly.sections.size >= 10_000) throw new Fatal('too many sections');
    const made = given ?? defaultFlags(name);
    section = { name, flags: made, parts: new Map(), alignment: name === '.text' ? 4 : 1, merged: undefined };
    assembly.sections.set(name, section);
  }
  return section;
}

/** The subsection of that number, made when there is none. */
export function partOf(assembly: Assembly, section: Section, number = 0): Part {
  let part = section.parts.get(number);
  if (part === undefined) {
    part = {
      section,
      items: [],
      fixups: [],
      marks: [],
      data: new Uint8Array(64),
      length: 0,
      run: assembly.runs++,
      runOffset: 0,
    };
    section.parts.set(number, part);
  }
  return part;
}

/** Goes on in another subsection; `.previous` comes back. */
export function enterPart(assembly: Assembly, part: Part): void {
  assembly.previous = assembly.part;
  assembly.part = part;
}

type ItemOf<Kind extends Item['kind']> = Extract<Item, { kind: Kind }>;

/** The fields of an item of one kind that are its own. */
type Own<Kind extends Item['kind']> = Kind extends Item['kind']
  ? { kind: Kind } & Omit<ItemOf<Kind>, 'section' | 'run' | 'runOffset' | 'address' | 'size'>
  : never;

function addItem(assembly: Assembly, own: Own<Item['kind']>, size: number): Item {
  const { part } = assembly;
  const { section, run, runOffset } = part;
  const item = { section, run, runOffset, address: 0, size, ...own } as Item;
  part.items.push(item);
  return item;
}

/** Adds an item whose size may still change: what follows it begins a new run. */
export function addVariable(
  assembly: Assembly,
  own: Own<'align' | 'branch' | 'space' | 'origin' | 'leb'>,
): void {
  if (isAbsolute(assembly)) {
    moveOver(assembly, own);
    return;
  }
  if (own.kind === 'branch') requireContents(assembly, false);
  markLine(assembly);
  addItem(assembly, own, 0);
  assembly.part.run = assembly.runs++;
  assembly.part.runOffset = 0;
  if (own.kind === 'branch' || own.kind === 'leb') claim(assembly, 8);
}

/** In an absolute section every size must be known at once. */
function moveOver(assembly: Assembly, own: Own<'align' | 'branch' | 'space' | 'origin' | 'leb'>): void {
  const { runOffset } = assembly.part;
  if (own.kind === 'align') {
    const step = (((-runOffset % own.to) + own.to) % own.to) | 0;
    if (step <= own.most) moveTo(assembly, runOffset + step);
    return;
  }
  if (own.kind === 'branch' || own.kind === 'leb') requireContents(assembly, false);
  const expression = own.kind === 'origin' ? own.target : own.kind === 'space' ? own.count : undefined;
  const value = expression && evaluate(expression, locateInRun);
  if (own.kind !== 'origin' || value === undefined || value.run !== undefined) {
    throw new Problem('between .struct or .offset and the next section this must be a number', 0);
  }
  moveTo(assembly, Number(value.number));
}

/** Counts bytes of the image-to-be, and stops everything before more of them are made than any machine can hold. */
export function claim(assembly: Assembly, bytes: number): void {
  assembly.bytes += bytes;
  if (assembly.bytes > RAM_BYTES_MAX)
    throw new Fatal('the program is larger than 128 MiB, the most that a machine can hold');
}

/** The item that bytes are being put into, made when there is none at the end of the present part. */
function openBytes(assembly: Assembly): ItemOf<'bytes'> {
  const { part } = assembly;
  const last = part.items.at(-1);
  if (last?.kind === 'bytes') return last;
  return addItem(assembly, { kind: 'bytes', start: part.length }, 0) as ItemOf<'bytes'>;
}

/** Whether what comes next is an offset in no section. */
export const isAbsolute = ({ part }: Assembly): boolean => part.section.flags.absolute === true;

/** Moves on in an absolute section. Returns false in any other, where there is something to be kept. */
function moveOn(assembly: Assembly, bytes: number): boolean {
  if (isAbsolute(assembly)) moveTo(assembly, assembly.part.runOffset + bytes);
  return isAbsolute(assembly);
}

/** Goes on at an offset of an absolute section. */
export function moveTo({ part }: Assembly, offset: number): void {
  if (Math.abs(offset) > 2 ** 32) throw new Problem(`the offset ${offset} does not fit into 32 bits`, 0);
  part.runOffset = offset;
}

/** Where the next byte will go. */
export function here(assembly: Assembly): { item: Item; offset: number } {
  const item = openBytes(assembly);
  return { item, offset: item.size };
}

/** Makes room for `count` bytes, zero so far, and tells where they begin in the part's data. */
export function reserve(assembly: Assembly, count: number): number {
  claim(assembly, count);
  markLine(assembly);
  const { part } = assembly;
  const item = openBytes(assembly);
  const start = part.length;
  if (start + count > part.data.length) {
    const grown = new Uint8Array(Math.max(start + count, part.data.length * 2));
    grown.set(part.data.subarray(0, start));
    part.data = grown;
  }
  part.length += count;
  part.runOffset += count;
  item.size += count;
  return start;
}

/** Throws if something else than zero goes where nothing is kept. */
function requireContents(assembly: Assembly, zero: boolean): void {
  const { name, flags } = assembly.part.section;
  if (flags.absolute && !zero) {
    throw new Problem('between .struct or .offset and the next section there is room only, no contents', 0);
  }
  if (flags.empty && !zero) throw new Problem(`${name} holds zeros only`, 0);
}

/** Appends bytes as they are. */
export function emitBytes(assembly: Assembly, bytes: Uint8Array): void {
  requireContents(
    assembly,
    bytes.every((byte) => byte === 0),
  );
  if (moveOn(assembly, bytes.length)) return;
  const start = reserve(assembly, bytes.length);
  assembly.part.data.set(bytes, start);
}

/** Appends the low `size` bytes of a number, the lowest first. */
export function emitNumber(assembly: Assembly, value: bigint, size: number): void {
  requireContents(assembly, value === 0n);
  if (moveOn(assembly, size)) return;
  const start = reserve(assembly, size);
  const { data } = assembly.part;
  for (let i = 0; i < size; i++) data[start + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

/** Appends an instruction word. */
export function emitWord(assembly: Assembly, word: number): void {
  requireContents(assembly, word === 0);
  if (moveOn(assembly, 4)) return;
  const start = reserve(assembly, 4);
  const { data } = assembly.part;
  data[start] = word;
  data[start + 1] = word >> 8;
  data[start + 2] = word >> 16;
  data[start + 3] = word >> 24;
}

/** Appends `count` copies of a pattern. Not spelled out until the layout is made. */
export function emitFill(assembly: Assembly, count: number, pattern: Uint8Array): void {
  const size = count * pattern.length;
  if (size === 0) return;
  requireContents(
    assembly,
    pattern.every((byte) => byte === 0),
  );
  if (moveOn(assembly, size)) return;
  if (size <= 64) {
    const start = reserve(assembly, size);
    for (let i = 0; i < size; i++) assembly.part.data[start + i] = pattern[i % pattern.length]!;
    return;
  }
  claim(assembly, size);
  markLine(assembly);
  addItem(assembly, { kind: 'fill', pattern }, size);
  assembly.part.runOffset += size;
}

/** Says that an address goes into what is emitted next, `ahead` bytes from here. */
export function addFixup(assembly: Assembly, kind: FixupKind, expression: Expression, ahead = 0): void {
  requireContents(assembly, false);
  const { item, offset } = here(assembly);
  assembly.part.fixups.push({ kind, item, offset: offset + ahead, expression, where: assembly.location });
}

/** Notes the present source line for what is emitted next. For what a macro made, that is the line that used the macro. */
function markLine(assembly: Assembly): void {
  const { marks } = assembly.part;
  const { file, line } = assembly.line.within.at(-1) ?? assembly.line;
  const last = marks.at(-1);
  if (last && last.line === line && last.file === file) return;
  marks.push({ ...here(assembly), file, line });
}
