// Which blocks of the disk are drawn.
import type { DiskView } from '../../../../worker/frame.ts';

/** `room` blocks: the used and the busy ones, and their neighbours from the start, in order. */
export function shownBlocks(
  { blocks, used, busy }: Pick<DiskView, 'blocks' | 'used' | 'busy'>,
  room: number,
): number[] {
  const relevant = new Set([...busy.map(({ block }) => block), ...used.map(({ block }) => block)]);
  const shown = new Set([...relevant].slice(0, room));
  for (let block = 0; block < blocks && shown.size < room; block++) shown.add(block);
  return [...shown].sort((a, b) => a - b);
}
