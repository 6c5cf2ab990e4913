// The counter's whole state is what it has been ever since, bit for bit: nothing changes it unnoticed.
import { expect, test } from 'vitest';
import { hashWorld } from '../../world/state/state-hash.ts';
import { parseDocument } from '../document.ts';
import { builtIn } from '../library/index.ts';
import { GOLDEN } from '../testing/golden.ts';
import { stage } from '../testing/story.ts';
import { toWorldConfig } from '../to-world.ts';

test.each(GOLDEN)('the counter’s state at $at ns after $commands', ({ commands, at, hash }) => {
  const document = parseDocument({ ...builtIn('counter')?.document, commands });
  if (!document.ok) throw new Error(document.error.message);
  const config = toWorldConfig(document.value);
  if (!config.ok) throw new Error(config.error);
  const { world, advanceTo } = stage(config.value);
  advanceTo(at);
  expect(hashWorld(world)).toBe(hash);
});
