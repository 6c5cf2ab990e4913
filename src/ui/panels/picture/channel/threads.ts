// Where the channel's entries are drawn: beads between the tanks, and threads from the instruction to its like, as on a loom.
import { linkHorizontal } from 'd3';
import type { ChannelView, EntryView, RulerRow } from '../../../../worker/frame.ts';
import { ROW_HEIGHT, rowOfEntry } from '../../model/ruler.ts';

/** The space there is, in px from the channel's top left corner, for a channel that runs from left to right. */
export interface Room {
  /** Distance between the two hosts' edges. */
  width: number;
  /** Where the streams' first row begins. */
  firstRow: number;
  /** Where beads may be. */
  top: number;
  bottom: number;
  /** Outer edges of the tanks' inner sides: beads fly between these. */
  left: number;
  right: number;
}

export interface Bead {
  entry: EntryView;
  x: number;
  y: number;
  /** From the recording host's row to the bead; empty when the row is not in sight. */
  from: string;
  /** From the bead to the replaying host's row, once it is there. */
  to: string;
}

export interface Thread {
  /** Its entry's place. */
  key: string;
  isOutput: boolean;
  path: string;
}

/** A bead with the line above it that says what it is. */
const BEAD_PITCH = 35;
/** Of the line that says how many more there are. */
const MORE_HEIGHT = 13;
/** Half of a bead's width. */
const BEAD_HALF = 22;

const curve = linkHorizontal();

function link(x1: number, y1: number, x2: number, y2: number): string {
  return curve({ source: [x1, y1], target: [x2, y2] }) ?? '';
}

/** Entries that stand somewhere between the hosts, the newest that have room; the rest as a number. */
export function beadsOf(
  channel: ChannelView,
  ruler: readonly RulerRow[],
  room: Room,
): { beads: Bead[]; more: number } {
  const between = channel.entries.filter(({ place }) => place !== 'consumed');
  const capacity = (bottom: number) => Math.max(1, Math.floor((bottom - room.top) / BEAD_PITCH));
  const isAll = between.length <= capacity(room.bottom);
  // What has no room is a number under the last one, which has to have its room too.
  const bottom = isAll ? room.bottom : room.bottom - MORE_HEIGHT;
  const shown = between.slice(0, capacity(bottom));
  const wanted = shown.map((entry) => rowHeight(ruler, entry, room) ?? room.bottom);
  const heights = spread(wanted, BEAD_PITCH, room.top + BEAD_PITCH / 2, bottom - BEAD_PITCH / 2);
  const beads = shown.map((entry, i) => bead(entry, heights[i]!, rowHeight(ruler, entry, room), room));
  return { beads, more: between.length - shown.length };
}

function bead(entry: EntryView, y: number, row: number | null, room: Room): Bead {
  const x = beadX(entry, room);
  const from = row === null ? '' : link(0, row, x - BEAD_HALF, y);
  const to = row === null || entry.place !== 'received' ? '' : link(x + BEAD_HALF, y, room.width, row);
  return { entry, x, y, from, to };
}

function beadX({ place, progress }: EntryView, { left, right }: Room): number {
  const first = left + BEAD_HALF + 4;
  const last = right - BEAD_HALF - 4;
  if (place === 'unsent') return first;
  return place === 'received' ? last : first + (last - first) * progress;
}

/** Threads of entries that were replayed: straight through, from row to row. */
export function threadsOf(channel: ChannelView, ruler: readonly RulerRow[], room: Room): Thread[] {
  const threads: Thread[] = [];
  for (const entry of channel.entries) {
    const y = entry.place === 'consumed' ? rowHeight(ruler, entry, room) : null;
    if (y === null) continue;
    threads.push({
      key: `${entry.generation}/${entry.sequence}`,
      isOutput: entry.kind === 'output',
      path: link(0, y, room.width, y),
    });
  }
  return threads;
}

function rowHeight(ruler: readonly RulerRow[], entry: EntryView, room: Room): number | null {
  const row = rowOfEntry(ruler, entry);
  return row === null ? null : room.firstRow + (row + 0.5) * ROW_HEIGHT;
}

/** Moves values as little as it takes to stand `gap` apart, in their order, between `top` and `bottom`. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const placed: number[] = [];
  for (const [i, value] of wanted.entries()) {
    placed.push(Math.max(value, i === 0 ? top : placed[i - 1]! + gap));
  }
  let limit = bottom;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.max(top, Math.min(placed[i]!, limit));
    limit = placed[i]! - gap;
  }
  return placed;
}
