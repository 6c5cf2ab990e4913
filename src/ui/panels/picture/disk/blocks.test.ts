// The drawn blocks include those that have something to tell.
import { expect, test } from 'vitest';
import { shownBlocks } from './blocks.ts';

const used = (...blocks: number[]) => blocks.map((block) => ({ block, value: 1, hex: '' }));

test('used and busy blocks are always among those drawn', () => {
  const busy = [{ kind: 'read' as const, block: 90, host: 'A' }];
  expect(shownBlocks({ blocks: 100, used: used(7), busy }, 5)).toEqual([0, 1, 2, 7, 90]);
});

test('a small disk is drawn whole', () => {
  expect(shownBlocks({ blocks: 3, used: [], busy: [] }, 12)).toEqual([0, 1, 2]);
});
