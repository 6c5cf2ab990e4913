// Ways lead from part to part, and packets stay on them.
import { expect, test } from 'vitest';
import { along, type Boxes, wayBetween, wayPath } from './wires.ts';

const box = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

const boxes: Boxes = {
  c1: box(100, 10, 150, 40),
  c2: box(550, 10, 150, 40),
  switch: box(370, 18, 60, 24),
  A: box(0, 100, 300, 400),
  B: box(500, 100, 300, 400),
  disk: box(320, 420, 160, 80),
};

test('a request runs from the client’s edge to the switch, and on down to the host', () => {
  const first = wayBetween(boxes, 'c1', 'switch')!;
  expect(first[0]).toEqual({ x: 250, y: 30 });
  expect(first.at(-1)).toEqual({ x: 370, y: 30 });
  const second = wayBetween(boxes, 'switch', 'A')!;
  expect(second[0]).toEqual({ x: 400, y: 42 });
  expect(second.at(-1)).toEqual({ x: 150, y: 100 });
});

test('the way back is the same way', () => {
  expect(wayBetween(boxes, 'A', 'switch')).toEqual([...wayBetween(boxes, 'switch', 'A')!].reverse());
  expect(wayBetween(boxes, 'disk', 'B')).toEqual([...wayBetween(boxes, 'B', 'disk')!].reverse());
});

test('the disk’s wires run below everything', () => {
  const way = wayBetween(boxes, 'A', 'disk')!;
  expect(Math.max(...way.map(({ y }) => y))).toBeGreaterThan(500);
});

test('a part that is not in the picture has no way', () => {
  expect(wayBetween(boxes, 'A', 'nowhere')).toBeNull();
});

test('a packet is where its share of the way’s length says', () => {
  const way = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 30 },
  ];
  expect(along(way, 0)).toEqual({ x: 0, y: 0 });
  expect(along(way, 0.25)).toEqual({ x: 10, y: 0 });
  expect(along(way, 0.5)).toEqual({ x: 10, y: 10 });
  expect(along(way, 1)).toEqual({ x: 10, y: 30 });
});

test('a path begins and ends where its way does', () => {
  expect(
    wayPath([
      { x: 0, y: 0 },
      { x: 0, y: 20 },
      { x: 30, y: 20 },
    ]),
  ).toMatch(/^M0,0L.*L30,20$/);
});
