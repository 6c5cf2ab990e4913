// The shared ruler as one host shows it: which rows it has executed, where it stands, what it may not pass.
import type { EntryView, RulerRow } from '../../../worker/frame.ts';

/** Height of a row in both streams, in px. Threads between the hosts are drawn by it. */
export const ROW_HEIGHT = 21;

/** The rows that fit, those nearest to the present being the last ones. */
export function fitting(ruler: readonly RulerRow[], rows: number): readonly RulerRow[] {
  return ruler.length <= rows ? ruler : ruler.slice(-rows);
}

/** Index of the last row that this host has executed, or -1. */
export function cursorRow(ruler: readonly RulerRow[], host: number): number {
  for (let i = ruler.length - 1; i >= 0; i--) {
    const row = ruler[i]!;
    if (row.kind !== 'fold' && row.done[host] === true) return i;
  }
  return -1;
}

/** Index of the last row that the barrier lets pass; -1 when it lies before them all, null when after them all. */
export function barrierRow(ruler: readonly RulerRow[], barrier: number): number | null {
  let last = -1;
  for (const [i, row] of ruler.entries()) {
    const at = row.kind === 'fold' ? row.to : row.instruction;
    if (at <= barrier) last = i;
  }
  return last === ruler.length - 1 ? null : last;
}

/** Whether this host has all of a fold behind it: a row after it is done. */
export function isFoldDone(ruler: readonly RulerRow[], index: number, host: number): boolean {
  return cursorRow(ruler, host) > index;
}

/** Index of the row an entry belongs to: its own, or the fold that hides it; null when it is not on the ruler. */
export function rowOfEntry(
  ruler: readonly RulerRow[],
  { generation, sequence, instruction }: Pick<EntryView, 'generation' | 'sequence' | 'instruction'>,
): number | null {
  let fold: number | null = null;
  for (const [i, row] of ruler.entries()) {
    const entry = row.kind === 'fold' ? undefined : row.entry;
    if (entry?.sequence === sequence && entry.generation === generation) return i;
    if (row.kind === 'fold' && row.from <= instruction && instruction <= row.to) fold = i;
  }
  return fold;
}

/** Which row was picked: of its instruction, of what was put in there, or of the interrupt or exception that was taken there. */
interface PickedRow {
  instruction: number;
  injected: boolean;
  changes?: number | undefined;
}

/** Whether this is the row that was picked. */
export function isRowOf(row: RulerRow, { instruction, injected, changes }: PickedRow): boolean {
  if (row.kind === 'trap') return row.instruction === instruction && row.changes === changes;
  const kind = injected ? 'injection' : 'instruction';
  return changes === undefined && row.kind === kind && row.instruction === instruction;
}

/** A key that stays with a row while the ruler scrolls. */
export function rowKey(row: RulerRow): string {
  if (row.kind === 'fold') return `f${row.from}`;
  if (row.kind === 'trap') return `t${row.instruction}+${row.changes}`;
  return row.kind === 'injection' ? `e${row.entry.generation}/${row.entry.sequence}` : `i${row.instruction}`;
}

/** The label a row stands under, where it differs from the row above; offsets are for the inspector. */
export function labelOf(ruler: readonly RulerRow[], index: number): string | undefined {
  const name = symbolName(ruler[index]);
  return name === symbolName(ruler[index - 1]) ? undefined : name;
}

function symbolName(row: RulerRow | undefined): string | undefined {
  return row?.kind === 'instruction' ? row.symbol?.split(/\s*\+/)[0] : undefined;
}

/** Index of the row of a breakpoint's instruction: the last one that retired, or the next; -1 when it is on no row. */
export function hitRow(
  rows: readonly RulerRow[],
  { pc, instruction = 0, changes = 0 }: { pc?: number; instruction?: number; changes?: number },
): number {
  const taken = rows.findLastIndex(
    (row) =>
      row.kind === 'trap' && row.pc === pc && row.instruction === instruction && row.changes === changes,
  );
  if (taken >= 0) return taken;
  return rows.findLastIndex(
    (row) =>
      row.kind === 'instruction' &&
      row.pc === pc &&
      (row.instruction === instruction || row.instruction === instruction + 1),
  );
}
