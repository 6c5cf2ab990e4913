// The loops of a region: intervals of its blocks, properly nested, which become loops in WebAssembly.
import { endOf, jumpsOf, type Region } from './regions.ts';

/** The blocks from `first`, its head, to `last`, by index. */
export interface Loop {
  readonly first: number;
  readonly last: number;
  /** Whether it is entered elsewhere than at its head: then its head has to pass on who wants to go further. */
  readonly hasSideEntries: boolean;
}

/** A way from one block to another of the same region. Calls are not among them when they lead back. */
interface Way {
  readonly from: number;
  readonly to: number;
}

/** Each block's index by its address. */
export function indexOfBlocks({ blocks }: Region): Map<number, number> {
  return new Map(blocks.map(({ address }, index) => [address, index]));
}

function waysOf(region: Region): Way[] {
  const indexes = indexOfBlocks(region);
  return region.blocks.flatMap((block, from) => {
    const jumps = jumpsOf(block).filter(({ isCall, target }) => !isCall || target > block.address);
    const targets = jumps.map(({ target }) => target);
    if (block.ending === 'falls') targets.push(endOf(block));
    return targets.flatMap((target) => {
      const to = indexes.get(target);
      return to === undefined ? [] : [{ from, to }];
    });
  });
}

/**
 * The loops by the index of their head. Every way back leads to the head of a loop that it is in; where two loops would overlap,
 * the outer one is made longer.
 */
export function findLoops(region: Region): Map<number, Loop> {
  const ways = waysOf(region);
  const lasts = new Map<number, number>();
  for (const { from, to } of ways) if (to <= from) lasts.set(to, Math.max(from, lasts.get(to) ?? 0));
  const heads = [...lasts.keys()].sort((a, b) => b - a);
  // From the last head to the first, until nothing overlaps: longer loops can overlap with more.
  for (let changed = true; changed; ) {
    changed = false;
    for (const outer of heads)
      for (const inner of heads) {
        const last = lasts.get(outer)!;
        if (inner <= outer || inner > last || lasts.get(inner)! <= last) continue;
        lasts.set(outer, lasts.get(inner)!);
        changed = true;
      }
  }
  const loops = heads.map((first): [number, Loop] => {
    const last = lasts.get(first)!;
    const isInside = (index: number) => index > first && index <= last;
    const hasSideEntries =
      region.entries.some(isInside) ||
      ways.some(({ from, to }) => isInside(to) && (from < first || from > last));
    return [first, { first, last, hasSideEntries }];
  });
  return new Map(loops);
}
