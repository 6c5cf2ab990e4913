// For tests: a small world that has been set going, to be moved by hand.

import { advance, start } from '../advance.ts';
import type { WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type World } from '../state/world.ts';
import { at, hostConfig, worldConfig } from './worlds.ts';

export interface Going {
  world: World;
  facts: Observation[];
  see: (fact: Observation) => void;
  /** Runs on to an instant, in nanoseconds. */
  to(ns: number): void;
  /** Runs on, in steps of 50 µs, until it is so: within a tenth of a second. */
  until(isSo: () => boolean): void;
}

/** A world at its start. */
export function going(config: WorldConfig): Going {
  const world = createWorld(config);
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  const to = (ns: number) => advance(world, at(ns), see);
  const until = (isSo: () => boolean) => {
    for (const end = world.now + 100_000_000; !isSo(); to(world.now + 50_000))
      if (world.now >= end) throw new Error('it never was so');
  };
  return { world, facts, see, to, until };
}

/** A pair on A and B beside a spare host C, without clients, after three milliseconds. */
export function pairAndSpare(said: Parameters<typeof worldConfig>[0] = {}): Going {
  const hosts = ['A', 'B', 'C'].map((id) => hostConfig(id));
  const made = going(worldConfig({ hosts, clients: [], ...said }));
  made.to(3_000_000);
  return made;
}
