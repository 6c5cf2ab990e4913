// What is asked next: playing, resting, hidden, at the end.
import { expect, test } from 'vitest';
import { nextErrand, type Pace } from './pacing.ts';

const playing: Pace = {
  playing: true,
  hidden: false,
  time: 1_000_000,
  ended: false,
  speed: 2_000_000,
  sinceAdvanceMs: 16,
  sinceLinkMs: 100,
  linkIsCurrent: false,
  viewChanged: false,
  timelineChanged: false,
  lacksDetail: false,
  sinceViewMs: 1000,
};
const resting: Pace = { ...playing, playing: false, linkIsCurrent: true };

test('playing asks for as much simulated time as the wall has gone on, times the speed', () => {
  expect(nextErrand(playing)).toEqual({ kind: 'advance', until: 1_032_000 });
});

test('a wall that stood still makes the run wait, not jump', () => {
  expect(nextErrand({ ...playing, sinceAdvanceMs: 60_000 })).toEqual({ kind: 'advance', until: 1_200_000 });
});

test('the slowest speed still moves', () => {
  expect(nextErrand({ ...playing, speed: 10 })).toEqual({ kind: 'advance', until: 1_000_001 });
});

test('a hidden page asks for nothing', () => {
  expect(nextErrand({ ...playing, hidden: true })).toBeNull();
});

test('at the end it rests', () => {
  expect(nextErrand({ ...playing, ended: true, linkIsCurrent: true })).toBeNull();
});

test('the link is fetched once a second while playing, and soon after coming to rest', () => {
  expect(nextErrand({ ...playing, sinceLinkMs: 999 })?.kind).toBe('advance');
  expect(nextErrand({ ...playing, sinceLinkMs: 1000 })?.kind).toBe('link');
  expect(nextErrand({ ...resting, linkIsCurrent: false, sinceLinkMs: 249 })).toBeNull();
  expect(nextErrand({ ...resting, linkIsCurrent: false, sinceLinkMs: 250 })?.kind).toBe('link');
});

test('at rest only a changed view is worth a request', () => {
  expect(nextErrand(resting)).toBeNull();
  expect(nextErrand({ ...resting, viewChanged: true })).toEqual({ kind: 'look', inDetail: false });
});

test('another window is asked for at once, its details once it stands still', () => {
  expect(nextErrand({ ...resting, timelineChanged: true })).toEqual({ kind: 'timeline' });
  expect(nextErrand({ ...resting, lacksDetail: true, sinceViewMs: 100 })).toBeNull();
  expect(nextErrand({ ...resting, lacksDetail: true })).toEqual({ kind: 'look', inDetail: true });
  expect(nextErrand({ ...playing, lacksDetail: true })?.kind).toBe('advance');
});
