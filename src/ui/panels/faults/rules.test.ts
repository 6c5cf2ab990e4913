// Rules hold unless the document says otherwise.
import { expect, test } from 'vitest';
import { rulesIn } from './rules.ts';

test('what the document leaves out holds', () => {
  expect(rulesIn({ rules: { outputRule: false } })).toEqual({ outputRule: false, arbitration: true });
});

test.each([undefined, null, 7, {}, { rules: null }, { rules: { outputRule: 'no' } }])(
  '%j switches nothing off',
  (document) => {
    expect(rulesIn(document)).toEqual({ outputRule: true, arbitration: true });
  },
);
