// What is asked next: playing, resting, hidden, at the end.
import { expect, test } from 'vitest';
import { type LoopState, nextRequest } from './next-request.ts';

const playing: LoopState = {
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
const resting: LoopState = { ...playing, playing: false, linkIsCurrent: true };

test('playing asks for as much simulated time as the wall has gone on, times the speed', () => {
  expect(nextRequest(playing)).toEqual({ kind: 'advance', until: 1_032_000 });
});

test('a wall that stood still makes the run wait, not jump', () => {
  expect(nextRequest({ ...playing, sinceAdvanceMs: 60_000 })).toEqual({ kind: 'advance', until: 1_200_000 });
});

test('the slowest speed still moves', () => {
  expect(nextRequest({ ...playing, speed: 10 })).toEqual({ kind: 'advance', until: 1_000_001 });
});

test('a hidden page asks for nothing', () => {
  expect(nextRequest({ ...playing, hidden: true })).toBeNull();
});

test('at the end it rests', () => {
  expect(nextRequest({ ...playing, ended: true, linkIsCurrent: true })).toBeNull();
});

test('the link is fetched once a second while playing, and soon after coming to rest', () => {
  expect(nextRequest({ ...playing, sinceLinkMs: 999 })?.kind).toBe('advance');
  expect(nextRequest({ ...playing, sinceLinkMs: 1000 })?.kind).toBe('link');
  expect(nextRequest({ ...resting, linkIsCurrent: false, sinceLinkMs: 249 })).toBeNull();
  expect(nextRequest({ ...resting, linkIsCurrent: false, sinceLinkMs: 250 })?.kind).toBe('link');
});

test('at rest only a changed view is worth a request', () => {
  expect(nextRequest(resting)).toBeNull();
  expect(nextRequest({ ...resting, viewChanged: true })).toEqual({ kind: 'view', inDetail: false });
});

test('another window is asked for at once, its details once it stands still', () => {
  expect(nextRequest({ ...resting, timelineChanged: true })).toEqual({ kind: 'timeline' });
  expect(nextRequest({ ...resting, lacksDetail: true, sinceViewMs: 100 })).toBeNull();
  expect(nextRequest({ ...resting, lacksDetail: true })).toEqual({ kind: 'view', inDetail: true });
  expect(nextRequest({ ...playing, lacksDetail: true })?.kind).toBe('advance');
});
