// Every built-in scenario is in one group, in the library's order.
import { expect, test } from 'vitest';
import { LIBRARY } from '../../../../scenario/library/index.ts';
import { propertyKey } from '../../../i18n/sentences.ts';
import { groupOf, groupsOf } from './scenarios.ts';

test('what a scenario says decides where it belongs', () => {
  expect(groupOf({ document: {} })).toBe('guests');
  expect(groupOf({ document: { commands: ['crash A @ 1ms'] } })).toBe('failures');
  expect(groupOf({ document: { commands: ['crash A @ 1ms'], rules: { fencing: false } } })).toBe('rules');
  expect(groupOf({ document: { rules: { fencing: true } } })).toBe('guests');
});

test('none is left out, and none is there twice', () => {
  const ids = groupsOf(LIBRARY).flatMap(({ scenarios }) => scenarios.map(({ id }) => id));
  expect([...ids].sort()).toEqual(LIBRARY.map(({ id }) => id).sort());
});

test('a scenario’s title is found by its id alone, before the library is there', () => {
  for (const { id, titleKey } of LIBRARY) expect(`scenario.${propertyKey(id)}`).toBe(titleKey);
});
