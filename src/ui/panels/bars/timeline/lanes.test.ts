// Lanes do not overlap, and the axis names instants it can tell apart.
import { expect, test } from 'vitest';
import {
  axisTicks,
  COMPACT,
  clientRow,
  inRows,
  lanesFor,
  ROOMY,
  timelineHeight,
  timeScale,
} from './lanes.ts';

test.each([ROOMY, COMPACT])('lanes lie below each other without gaps', (measure) => {
  const lanes = lanesFor(2, measure);
  for (const [i, lane] of lanes.slice(1).entries()) expect(lane.top).toBe(lanes[i]!.top + lanes[i]!.height);
  expect(timelineHeight(2, measure)).toBeGreaterThan(lanes.at(-1)!.top);
});

test('each client has its own row in the lane', () => {
  const [lane] = lanesFor(2, ROOMY);
  const [first, second] = [clientRow(lane!, 0, 2), clientRow(lane!, 1, 2)];
  expect(second.top).toBeGreaterThanOrEqual(first.top + first.height);
  expect(second.top + second.height).toBeLessThanOrEqual(lane!.top + lane!.height);
});

test.each([
  [0, 12_000_000, 1200],
  [11_600_000, 12_400_000, 1200],
  [5_000_000, 5_002_000, 900],
  [0, 10_000_000_000, 300],
])('the axis from %d to %d tells its instants apart', (from, to, width) => {
  const ticks = axisTicks(timeScale(from, to, width), width);
  const texts = ticks.map(({ text }) => text.replace(' ms', ''));
  expect(texts.length).toBeGreaterThan(1);
  expect(new Set(texts).size).toBe(texts.length);
  expect(ticks[0]!.text).toMatch(/ ms$/);
});

test('an instant goes to px and back', () => {
  const scale = timeScale(1_000_000, 2_000_000, 500);
  expect(scale(1_500_000)).toBe(250);
  expect(scale.invert(250)).toBe(1_500_000);
});

test('spans that overlap lie in rows of their own, the others in the first', () => {
  const spans = [{ from: 0, to: 5 }, { from: 1 }, { from: 5, to: 6 }, { from: 7 }];
  expect(inRows(spans, 2).map(({ row }) => row)).toEqual([0, 1, 0, 0]);
  expect(inRows(spans, 1).map(({ row }) => row)).toEqual([0, 0, 0, 0]);
});
