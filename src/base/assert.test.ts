// A broken invariant throws and says which.
import { expect, test } from 'vitest';
import { assert, unreachable } from './assert.ts';

test('assert passes what holds and names what does not', () => {
  assert(true, 'never seen');
  expect(() => assert(false, 'the gate is closed')).toThrow('Broken invariant: the gate is closed');
});

test('unreachable names the value that nobody expected', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow('Broken invariant: unexpected {"kind":"new"}');
});
