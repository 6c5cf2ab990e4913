// The narration's detail.
import { expect, test } from 'vitest';
import type { NarrationLine } from '../../../../worker/frame.ts';
import { linesToShow } from './lines.ts';

function line(index: number, weight: 1 | 2 | 3, through = index): NarrationLine {
  return { index, at: index, kind: 'acked', key: 'acked', values: { through }, weight };
}

const indexes = (lines: ReturnType<typeof linesToShow>) => lines.map((shown) => shown.line.index);

test('less detail leaves out what matters less', () => {
  const lines = [line(0, 1), line(1, 3), line(2, 2)];
  expect(indexes(linesToShow(lines, 1))).toEqual([0]);
  expect(indexes(linesToShow(lines, 2))).toEqual([0, 2]);
  expect(indexes(linesToShow(lines, 3))).toEqual([0, 1, 2]);
});

test('the same told again and again is one line with its count', () => {
  const lines = [line(0, 2, 7), line(1, 2, 7), line(2, 3, 8), line(3, 2, 7), line(4, 2, 9)];
  expect(linesToShow(lines, 2)).toEqual([
    { line: lines[0], times: 3, isAfterGap: false },
    { line: lines[4], times: 1, isAfterGap: false },
  ]);
});

test('what is left out before a line is said, at the first that is shown behind it', () => {
  const lines = [line(0, 1), { ...line(7, 3), isAfterGap: true as const }, line(8, 2)];
  expect(linesToShow(lines, 2).map(({ isAfterGap }) => isAfterGap)).toEqual([false, true]);
  expect(linesToShow(lines, 1).map(({ isAfterGap }) => isAfterGap)).toEqual([false]);
});

test('only the latest are shown', () => {
  const lines = Array.from({ length: 500 }, (_, i) => line(i, 2));
  expect(indexes(linesToShow(lines, 2)).at(-1)).toBe(499);
  expect(linesToShow(lines, 2).length).toBeLessThan(200);
});
