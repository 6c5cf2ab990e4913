// The screen: every byte once, however many, and any end of them.
import { expect, test } from 'vitest';
import { bytesShown, createScreen, showByte, shownBytes } from './terminal.ts';

test('keeps every byte in its order, also of long outputs, and shows none again', () => {
  const screen = createScreen();
  const all = Array.from({ length: 5000 }, (_, n) => (7 * n) & 0xff);
  all.forEach((byte, n) => {
    showByte(screen, byte, n + 1);
    showByte(screen, byte ^ 1, Math.max(1, n - 3));
  });
  expect([shownBytes(screen), screen.last]).toEqual([5000, 5000]);
  for (const from of [0, 1, 1023, 1024, 1025, 4095, 4096, 4999, 5000])
    expect([...bytesShown(screen, from)]).toEqual(all.slice(from));
});

test('shows what comes when bytes before it are missing', () => {
  const screen = createScreen();
  showByte(screen, 65, 1);
  showByte(screen, 66, 5);
  showByte(screen, 67, 4);
  expect([...bytesShown(screen)]).toEqual([65, 66]);
});
