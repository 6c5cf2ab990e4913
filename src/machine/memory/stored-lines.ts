// Which lines of RAM were stored to since somebody began to note them, were it what they held: what else was not is certain.
import { assert } from '../../base/assert.ts';
import type { Machine } from '../state.ts';
import { addPage, emptyPages, LINE_SHIFT, LINES_IN_PAGE, RAM_BASE } from './ram.ts';

/**
 * Three words for each page that has some, ascending: its number, and a bit for each of its lines, 0 to 31 and 32 to 63. Of a page with
 * many it may be all. Null: any line may have been stored to, as when a machine has just been made. Never changed.
 */
export type StoredLines = Int32Array<ArrayBuffer> | null;

const WORDS = 3;

/** What was stored to since `beginStoredLines`, and what that began with. A restore stores to everything. */
export function storedLines({ ram }: Machine): StoredLines {
  if (!ram.isStoredKnown) return null;
  const pages = ram.stored.pages.slice(0, ram.stored.count).sort();
  const lines = new Int32Array(WORDS * pages.length);
  pages.forEach((page, n) => {
    lines.set([page, ram.storedLines[2 * page]!, ram.storedLines[2 * page + 1]!], WORDS * n);
  });
  return lines;
}

/** From now on lines that are stored to are noted, beside these. The machine is where it was saved or restored last. */
export function beginStoredLines({ ram }: Machine, lines: StoredLines): void {
  assert(ram.unsaved.count === 0, 'a line that is dirty already would not be noted');
  emptyPages(ram.stored, (page) => ram.storedLines.fill(0, 2 * page, 2 * page + 2));
  ram.isStoredKnown = lines !== null;
  if (lines === null) return;
  for (let at = 0; at < lines.length; at += WORDS) {
    const page = lines[at]!;
    addPage(ram.stored, page);
    ram.storedLines.set(lines.subarray(at + 1, at + WORDS), 2 * page);
  }
}

/** The lines of either. */
export function uniteLines(one: StoredLines, other: StoredLines): StoredLines {
  if (one === null || other === null) return null;
  const united = new Int32Array(one.length + other.length);
  let to = 0;
  for (let [a, b] = [0, 0]; a < one.length || b < other.length; to += WORDS) {
    // Behind its last a set has no more pages.
    const [ofOne, ofOther] = [one[a] ?? Number.POSITIVE_INFINITY, other[b] ?? Number.POSITIVE_INFINITY];
    united[to] = Math.min(ofOne, ofOther);
    if (ofOne <= ofOther) a = addLines(united, to, one, a);
    if (ofOther <= ofOne) b = addLines(united, to, other, b);
  }
  return united.slice(0, to);
}

/** @returns where the next page stands */
function addLines(united: Int32Array, to: number, lines: Int32Array, at: number): number {
  united[to + 1]! |= lines[at + 1]!;
  united[to + 2]! |= lines[at + 2]!;
  return at + WORDS;
}

/** Whether one of these bytes, an address and how many, is on one of the lines. */
export function isOnLines(lines: StoredLines, address: number, length: number): boolean {
  if (lines === null) return true;
  const first = (address - RAM_BASE) >> LINE_SHIFT;
  const last = (address + Math.max(length, 1) - 1 - RAM_BASE) >> LINE_SHIFT;
  for (let at = 0; at < lines.length; at += WORDS) {
    const begin = lines[at]! * LINES_IN_PAGE;
    const end = Math.min(last, begin + LINES_IN_PAGE - 1);
    for (let line = Math.max(first, begin); line <= end; line++)
      if ((lines[at + 1 + ((line >> 5) & 1)]! >>> (line & 31)) & 1) return true;
  }
  return false;
}
