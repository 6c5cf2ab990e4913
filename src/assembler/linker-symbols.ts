// The symbols that start-up code takes from the linker: where code, data and zeros begin and end, as in GNU ld's own script.

import type { Extent, Layout } from './layout.ts';
import type { Assembly, Section } from './model.ts';

type Find = (layout: Layout) => number;

/** Up to a whole word. */
const programEnd: Find = ({ end }) => Math.ceil(end / 4) * 4;

/** An empty .bss is where the program ends, so that a loop over its words has nothing to do. */
const bssStart: Find = (layout) => {
  const { start, end } = layout.groups.bss;
  return end > start ? start : programEnd(layout);
};

/** 2 KiB into the small data, or nearer to the end where all data is small: what 12 bits of offset reach best. */
const globalPointer: Find = (layout) =>
  Math.min(
    layout.smallDataStart + 0x800,
    Math.max(layout.groups.data.start + 0x800, programEnd(layout) - 0x800),
  );

const FIXED: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['__executable_start', ({ groups }) => groups.text.start],
  ...['etext', '_etext', '__etext'].map((name) => [name, ({ groups }) => groups.text.end] as [string, Find]),
  ['__DATA_BEGIN__', ({ groups }) => groups.data.start],
  ['__SDATA_BEGIN__', ({ smallDataStart }) => smallDataStart],
  ...['edata', '_edata'].map((name) => [name, ({ groups }) => groups.data.end] as [string, Find]),
  ['__bss_start', bssStart],
  ...['end', '_end', '__BSS_END__'].map((name) => [name, programEnd] as [string, Find]),
  ['__global_pointer$', globalPointer],
]);

/** Tables of functions to call before and after `main`. Their sections may have priorities behind their names. */
const ARRAY = /^__(preinit|init|fini)_array_(start|end)$/;

/** A section whose name C could spell has its bounds as symbols. */
const BOUND = /^__(start|stop)_([A-Za-z_]\w*)$/;

/** The names that every program may use without defining them. */
export const LINKER_SYMBOLS: readonly string[] = [
  ...FIXED.keys(),
  ...['preinit', 'init', 'fini'].flatMap((kind) => [`__${kind}_array_start`, `__${kind}_array_end`]),
];

function addressOf(name: string, layout: Layout): number | undefined {
  const fixed = FIXED.get(name);
  if (fixed) return fixed(layout);
  const [, kind, side] = ARRAY.exec(name) ?? [];
  if (kind) {
    const pattern = new RegExp(`^\\.${kind}_array(\\.|$)`);
    const extent = extentOf(layout, (section) => pattern.test(section.name));
    return side === 'start' ? (extent?.start ?? 0) : (extent?.end ?? 0);
  }
  const [, bound, of] = BOUND.exec(name) ?? [];
  const extent = bound && extentOf(layout, (section) => section.name === of);
  return extent ? (bound === 'start' ? extent.start : extent.end) : undefined;
}

function extentOf({ extents }: Layout, holds: (section: Section) => boolean): Extent | undefined {
  const found = [...extents].filter(([section]) => holds(section)).map(([, extent]) => extent);
  if (found.length === 0) return undefined;
  return {
    start: Math.min(...found.map(({ start }) => start)),
    end: Math.max(...found.map(({ end }) => end)),
  };
}

/** Defines those of the linker's symbols that the program uses and does not define itself. */
export function provideSymbols({ symbols, location: where }: Assembly, layout: Layout): void {
  for (const symbol of symbols.values()) {
    if (symbol.definition !== undefined) continue;
    const address = addressOf(symbol.name, layout);
    if (address === undefined) continue;
    symbol.definition = { kind: 'number', value: BigInt(address), where, final: true, is: 'address' };
    symbol.binding = 'global';
  }
}
