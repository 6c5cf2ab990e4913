// The ruler drawn as two columns: `#` executed, `.` not yet, `~` folded.
import { expect, test } from 'vitest';
import type { RulerRow } from '../../../worker/frame.ts';
import { barrierRow, cursorRow, fitting, hitRow, isFoldDone, labelOf, rowKey, rowOfEntry } from './ruler.ts';

/** Rows `instruction primary backup [sequence]`, or `~from to`. */
function ruler(picture: string): RulerRow[] {
  const lines = picture.trim().split('\n');
  return lines.map((line): RulerRow => {
    const words = line.trim().split(/\s+/);
    if (words[0]!.startsWith('~'))
      return { kind: 'fold', from: Number(words[0]!.slice(1)), to: Number(words[1]) };
    const entry =
      words[3] === undefined
        ? {}
        : { entry: { generation: 1, sequence: Number(words[3]), kind: 'clock' as const } };
    const done = [words[1] === '#', words[2] === '#'];
    return {
      kind: 'instruction',
      instruction: Number(words[0]),
      pc: 0,
      mnemonic: '',
      operands: '',
      done,
      ...entry,
    };
  });
}

const lagging = ruler(`
  10 # #
  11 # # 812
  ~12 39
  40 # . 814
  41 . .
`);

test('each host stands at the last row it executed', () => {
  expect(cursorRow(lagging, 0)).toBe(3);
  expect(cursorRow(lagging, 1)).toBe(1);
  expect(cursorRow(ruler('1 . .'), 0)).toBe(-1);
});

test('the barrier lies after the last row that may be executed', () => {
  expect(barrierRow(lagging, 11)).toBe(1);
  expect(barrierRow(lagging, 9)).toBe(-1);
  expect(barrierRow(lagging, 20)).toBe(1);
  expect(barrierRow(lagging, 40)).toBe(3);
  expect(barrierRow(lagging, 500)).toBeNull();
});

test('a fold is done for who is past it', () => {
  expect(isFoldDone(lagging, 2, 0)).toBe(true);
  expect(isFoldDone(lagging, 2, 1)).toBe(false);
});

test('an entry is found at its row, or at the fold that hides it', () => {
  expect(rowOfEntry(lagging, { generation: 1, sequence: 812, instruction: 11 })).toBe(1);
  expect(rowOfEntry(lagging, { generation: 1, sequence: 813, instruction: 30 })).toBe(2);
  expect(rowOfEntry(lagging, { generation: 1, sequence: 900, instruction: 99 })).toBeNull();
});

test('rows that do not fit are left out at the top, and keys stay', () => {
  expect(fitting(lagging, 2).map(rowKey)).toEqual(['i40', 'i41']);
  expect(fitting(lagging, 9)).toBe(lagging);
});

test('a label is written once, at the first of its rows', () => {
  const rows = ['serve', 'serve + 4', 'idle + 8', 'serve'].map((symbol, i) => ({
    ...ruler(`${i} # #`)[0]!,
    symbol,
  }));
  expect(rows.map((_, i) => labelOf(rows, i))).toEqual(['serve', undefined, 'idle', 'serve']);
});

test('a hit is at the instruction that has just retired, or at the next; elsewhere it is on no row', () => {
  const at = (instruction: number, pc: number) => ({ ...ruler(`${instruction} # #`)[0]!, pc });
  const rows = [at(40, 0x70), at(41, 0x74)] as typeof lagging;
  expect(hitRow(rows, { pc: 0x70, instruction: 40 })).toBe(0);
  expect(hitRow(rows, { pc: 0x74, instruction: 40 })).toBe(1);
  expect(hitRow(rows, { pc: 0x70, instruction: 41 })).toBe(-1);
  expect(hitRow(rows, { pc: 0x78, instruction: 41 })).toBe(-1);
});
