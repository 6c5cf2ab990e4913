// The speed's scale goes there and back.
import { expect, test } from 'vitest';
import { DEFAULT_SPEED, FASTEST, SLOWEST } from './preferences.ts';
import { faster, LAST_POSITION, positionOf, slower, speedAt } from './speed.ts';

test('every position is the position of its speed', () => {
  for (let position = 0; position <= LAST_POSITION; position++)
    expect(positionOf(speedAt(position))).toBe(position);
});

test('it reaches from the slowest to the fastest and stops there', () => {
  expect(speedAt(0)).toBe(SLOWEST);
  expect(speedAt(LAST_POSITION)).toBe(FASTEST);
  expect(slower(SLOWEST)).toBe(SLOWEST);
  expect(faster(FASTEST)).toBe(FASTEST);
});

test('the default is on the scale; faster and slower undo each other', () => {
  expect(speedAt(positionOf(DEFAULT_SPEED))).toBe(DEFAULT_SPEED);
  expect(slower(faster(DEFAULT_SPEED))).toBe(DEFAULT_SPEED);
});
