// The timeline's window follows, zooms and pans.
import { expect, test } from 'vitest';
import { createView, hasLostCursor, NARROWEST, panned, viewportAt, windowAt, zoomed } from './view.ts';

const following = { from: 0, span: 1_000_000, follow: true };

test('a window that follows keeps the cursor in it, and never begins before the start', () => {
  expect(windowAt(following, 0)).toEqual({ from: 0, to: 1_000_000 });
  const { from, to } = windowAt(following, 50_000_000);
  expect(from).toBeLessThan(50_000_000);
  expect(to).toBeGreaterThan(50_000_000);
});

test('zooming keeps the instant under the pointer where it is', () => {
  const still = { from: 4_000_000, span: 1_000_000, follow: false };
  const closer = zoomed(still, 0, 0.5, 4_250_000);
  expect((4_250_000 - closer.from) / closer.span).toBeCloseTo(0.25);
  expect(zoomed(still, 0, 1e-9, 4_250_000).span).toBe(NARROWEST);
});

test('panning lets go of the cursor and stops at the start', () => {
  expect(panned(following, 50_000_000, 100)).toMatchObject({ follow: false, span: 1_000_000 });
  expect(panned(following, 0, -5_000_000).from).toBe(0);
});

test('a window that stands still follows again when the cursor is moved out of it, not when one looks elsewhere', () => {
  const still = { from: 100, span: 100, follow: false };
  expect(hasLostCursor(still, 150, 190, true)).toBe(false);
  expect(hasLostCursor(still, 150, 201, true)).toBe(true);
  expect(hasLostCursor(still, 500, 501, true)).toBe(false);
  expect(hasLostCursor(still, 500, 501, false)).toBe(true);
  expect(hasLostCursor({ ...still, follow: true }, 150, 500, false)).toBe(false);
});

test('the worker follows the machine whose program is in the editor, and otherwise the one that is open', () => {
  const view = createView();
  const followed = (said: Partial<ReturnType<typeof view.getState>>) => {
    view.setState(said);
    return viewportAt(view.getState(), 0).opened?.host;
  };
  expect(followed({ edited: 'client1' })).toBeUndefined();
  expect(followed({ opened: 'disk' })).toBe('disk');
  expect(followed({ dialog: 'editor' })).toBe('client1');
  expect(followed({ edited: 'vm' })).toBe('disk');
});
