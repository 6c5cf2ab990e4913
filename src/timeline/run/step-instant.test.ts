// An instant made step by step is the run that `advance` makes, at any speed; and from any of its steps one may go on.
import { describe, expect, test } from 'vitest';
import { below, namedStream } from '../../base/prng.ts';
import { configOf, MANY_RUNS } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { advance, isInstantOver, start, stepInstant } from '../../world/advance.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { createWorld, nextEventAt } from '../../world/state/world.ts';
import { retired } from './diversion.ts';

const at = (ns: number): SimTime => ns as SimTime;

function begun(said: Record<string, unknown>) {
  const world = createWorld(configOf(said));
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  return { world, facts, see };
}

const SPEEDS = [20_000_000, 1_100_000_000, 4_000_000_000];
const OTHERS: [string, Record<string, unknown>][] = [
  ['a failover', { commands: ['crash A @ 3ms'], detector: { heartbeatNs: 200_000, timeoutNs: 1_500_000 } }],
  ['a host that is paused', { commands: ['pause A @ 2110us', 'resume A @ 3ms'] }],
  ['two harts', { machine: { harts: 2 } }],
  ['two harts at 2 GHz', { machine: { harts: 2, instructionsPerSecond: 2_000_000_000 } }],
];

describe.each([
  ...SPEEDS.map((instructionsPerSecond): [string, Record<string, unknown>] => [
    `${instructionsPerSecond / 1e6} MHz`,
    { machine: { instructionsPerSecond } },
  ]),
  ...OTHERS,
])('with %s', (_, said) => {
  test('instants made in steps end as they do at once, and so does the run', { timeout: MANY_RUNS }, () => {
    const straight = begun(said);
    const stepped = begun(said);
    const noise = namedStream('steps of instants', 1);
    let steps = 0;
    for (let round = 0; round < 200; round++) {
      const { world, see } = stepped;
      const jump = at(Math.min(world.now + below(noise, 120_000), nextEventAt(world) - 1));
      if (jump > world.now) advance(world, jump, see);
      for (let instant = world.now + 1, n = 1 + below(noise, 40); n > 0; n--, instant++) {
        const isLeftMidway = below(noise, 4) === 0;
        let made = 0;
        while (!isInstantOver(world, at(instant)) && !(isLeftMidway && made === 1)) {
          const before = retired(world);
          expect(stepInstant(world, at(instant), see)).toBe(true);
          expect(retired(world) - before).toBeLessThanOrEqual(1);
          made++;
        }
        steps += made;
        if (isLeftMidway) advance(world, at(instant), see);
        expect(isInstantOver(world, at(instant))).toBe(true);
        expect(stepInstant(world, at(instant), see)).toBe(false);
        world.now = at(instant);
      }
      advance(straight.world, world.now, straight.see);
      expect(hashWorld(world)).toBe(hashWorld(straight.world));
    }
    expect(stepped.facts).toEqual(straight.facts);
    expect(steps).toBeGreaterThan(50);
  });
});
