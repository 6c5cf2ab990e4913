// The narration on the page follows the cursor on and back.
import { expect, test } from 'vitest';
import type { NarrationLine } from '../../worker/frame.ts';
import { mergeNarration, narrationFrom } from './narration.ts';

const line = (index: number): NarrationLine => ({
  index,
  at: index * 10,
  kind: 'acked',
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

test('a gap drops what came before it, all but turning points, and is marked', () => {
  const [seven, eight] = lines(7, 8) as [NarrationLine, NarrationLine];
  const turn = { ...line(0), weight: 1 as const };
  expect(mergeNarration([turn, line(1)], told(9, 7, 7, 8))).toEqual([
    turn,
    { ...seven, isAfterGap: true },
    eight,
  ]);
});

test('of too many lines the latest are kept, and turning points', () => {
  const turn = { ...line(0), weight: 1 as const };
  const many = lines(...Array.from({ length: 3000 }, (_, i) => i + 1));
  const kept = mergeNarration([turn], { narration: many, narrationSince: 1, narrationLength: 3001 });
  expect(kept[0]).toEqual(turn);
  expect(kept[1]).toMatchObject({ isAfterGap: true });
  expect(kept.at(-1)?.index).toBe(3000);
  expect(kept.length).toBeLessThan(2000);
});

test('turning points are told of what is left out', () => {
  const turn = { ...line(4), weight: 1 as const };
  const { narration } = told(9, 7, 7, 8);
  const merged = mergeNarration(lines(0, 1), { ...told(9, 7), narration: [turn, ...narration] });
  expect(merged.map(({ index, isAfterGap }) => [index, isAfterGap === true])).toEqual([
    [4, false],
    [7, true],
    [8, false],
  ]);
});

test('facts without lines are no gap, unless some of them are not known', () => {
  expect(mergeNarration(lines(0, 1), told(9, 2, 7))).toEqual(lines(0, 1, 7));
  expect(mergeNarration(lines(0, 1), told(9, 6))).toEqual([]);
});

test('the page asks for what it has not got', () => {
  expect(narrationFrom([])).toBe(0);
  expect(narrationFrom(lines(5, 6))).toBe(7);
});

test('a gap stays marked when more is told of what came behind it, and goes when all is', () => {
  const turn = { ...line(0), weight: 1 as const };
  const kept = mergeNarration([turn], told(9, 7, 7, 8));
  const more = mergeNarration(kept, told(9, 4, 4, 5, 7, 8));
  expect(more.map(({ index, isAfterGap }) => [index, isAfterGap === true])).toEqual([
    [0, false],
    [4, true],
    [5, false],
    [7, false],
    [8, false],
  ]);
  expect(mergeNarration(more, told(9, 0, 0, 4, 5, 7, 8)).some(({ isAfterGap }) => isAfterGap)).toBe(false);
});
