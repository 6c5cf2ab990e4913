// The narration on the page follows the cursor on and back.
import { expect, test } from 'vitest';
import type { NarrationLine } from '../../worker/frame.ts';
import { mergeNarration, narrationFrom } from './narration.ts';

const line = (index: number): NarrationLine => ({
  index,
  at: index * 10,
  key: 'acked',
  values: {},
  weight: 2,
});
const lines = (...indexes: number[]) => indexes.map(line);
const told = (length: number, since: number, ...indexes: number[]) => ({
  narration: lines(...indexes),
  narrationSince: since,
  narrationLength: length,
});

test('new lines are appended', () => {
  expect(mergeNarration(lines(0, 1), told(4, 2, 2, 3))).toEqual(lines(0, 1, 2, 3));
});

test('nothing new keeps the very same list', () => {
  const kept = lines(0, 1);
  expect(mergeNarration(kept, told(3, 2))).toBe(kept);
});

test('going back takes away what has not happened yet', () => {
  expect(mergeNarration(lines(0, 1, 2, 3), told(2, 2))).toEqual(lines(0, 1));
});

test('a gap drops what came before it', () => {
  expect(mergeNarration(lines(0, 1), told(9, 7, 7, 8))).toEqual(lines(7, 8));
});

test('facts without lines are no gap, unless some of them are not known', () => {
  expect(mergeNarration(lines(0, 1), told(9, 2, 7))).toEqual(lines(0, 1, 7));
  expect(mergeNarration(lines(0, 1), told(9, 6))).toEqual([]);
});

test('the page asks for what it has not got', () => {
  expect(narrationFrom([])).toBe(0);
  expect(narrationFrom(lines(5, 6))).toBe(7);
});
