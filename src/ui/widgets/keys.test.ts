// How shortcuts are printed.
import { expect, test } from 'vitest';
import { printKey } from './keys.ts';

test('keys read as on the keyboard', () => {
  expect(printKey('Shift+ArrowRight', false)).toBe('⇧ →');
  expect(printKey('Mod+k', false)).toBe('Ctrl K');
  expect(printKey('Mod+k', true)).toBe('⌘K');
  expect(printKey('+', false)).toBe('+');
  expect(printKey('Space', false)).toBe('Space');
});
