// Commands that strike at a fact are as exact as all else: the same run, however often somebody looks in between.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import { advance, start } from '../../world/advance.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { createWorld } from '../../world/state/world.ts';
import { configOf, MANY_RUNS } from '../testing/story.ts';

const UNTIL = 20_000_000;

/** Everything that is told of a run that stops every `stride` nanoseconds, and its state in the end. */
function inStrides(commands: string[], stride: number): { facts: Observation[]; hash: string } {
  const world = createWorld(configOf({ commands, spares: [{ id: 'C' }] }));
  const facts: Observation[] = [];
  start(world, (fact) => facts.push(fact));
  for (let time = 0; time < UNTIL; time += stride)
    advance(world, Math.min(UNTIL, time + stride) as SimTime, (fact) => facts.push(fact));
  return { facts, hash: hashWorld(world) };
}

describe('a conditional command is the same in any strides', { timeout: MANY_RUNS }, () => {
  test.each([
    ['of the host that does it', 'crash A @ when output entry 5 sent'],
    ['of the host that hears of it', 'crash B @ when packet entry 3 received'],
    ['of another host than the one whose machine makes the fact', 'slow B 20% @ when output entry 5 sent'],
    ['of a machine that may be ahead', 'slow A 30% @ when entry 27 replayed'],
    ['of a bit in a machine that may be ahead', 'flip A 0x80000100.3 @ when entry 27 replayed'],
    ['of all hosts', 'crash hosts @ when entry 30 replayed'],
    ['of a link', 'cut log-A out @ when write 2 done'],
    ['of the VM', 'migrate backup C @ when output 3 held'],
  ])('%s: %s', (_, command) => {
    const whole = inStrides([command], UNTIL);
    expect(whole.facts.some(({ kind }) => kind === 'commanded')).toBe(true);
    for (const stride of [3_333, 410_001]) expect(inStrides([command], stride)).toEqual(whole);
  });

  test('one after the other, each struck by what the one before has done', () => {
    const commands = [
      'crash A @ when output entry 5 sent',
      'repair A @ when B live',
      'cut log @ when clone round 1',
      'mend log @ when clone round 1',
    ];
    const whole = inStrides(commands, UNTIL);
    const given = whole.facts.flatMap((fact) => (fact.kind === 'commanded' ? [fact.command] : []));
    expect(given.slice(0, 2)).toEqual(['crash A', 'repair A']);
    expect(inStrides(commands, 3_333)).toEqual(whole);
  });
});
