// The narration's detail.
import { expect, test } from 'vitest';
import type { NarrationLine } from '../../../worker/frame.ts';
import { linesToShow } from './lines.ts';

const line = (index: number, weight: 1 | 2 | 3): NarrationLine => ({
  index,
  at: index,
  key: 'acked',
  values: {},
  weight,
});

test('less detail leaves out what matters less', () => {
  const lines = [line(0, 1), line(1, 3), line(2, 2)];
  expect(linesToShow(lines, 1).map(({ index }) => index)).toEqual([0]);
  expect(linesToShow(lines, 2).map(({ index }) => index)).toEqual([0, 2]);
  expect(linesToShow(lines, 3)).toEqual(lines);
});

test('only the latest are shown', () => {
  const lines = Array.from({ length: 500 }, (_, i) => line(i, 2));
  expect(linesToShow(lines, 2).at(-1)!.index).toBe(499);
  expect(linesToShow(lines, 2).length).toBeLessThan(200);
});
