// Typing finds commands.
import { expect, test } from 'vitest';
import { matches } from './matching.ts';

test('words match in any order, in part, in any case', () => {
  expect(matches('Kill the primary', 'prim kill')).toBe(true);
  expect(matches('Kill the primary', '')).toBe(true);
  expect(matches('Kill the primary', 'backup')).toBe(false);
  expect(matches('切断日志通道', '日志')).toBe(true);
});
