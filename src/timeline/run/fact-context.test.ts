// What led to an instant far back in a run, derived again: the very facts, in their places.
import { expect, test } from 'vitest';
import { configOf, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { positionsOf } from '../facts/fact-index.ts';
import { deriveContext, lacksContext } from './fact-context.ts';
import { createRun, type Run, runOn, seekRun } from './run.ts';

const at = (ns: number): SimTime => ns as SimTime;

const CONFIG = configOf({});

/** A run with many snapshots, which has held no facts but the latest. */
function farBack(): Run {
  const run = createRun(CONFIG, { memory: 4 * 1024 * 1024 });
  runOn(run, at(700_000_000));
  seekRun(run, at(400_000_000));
  return run;
}

test('has facts enough, in their order and with their index, and the run stays where it is', () => {
  const run = farBack();
  const { facts, advanceTo } = stage(CONFIG);
  advanceTo(400_000_000);
  const [number, before] = [run.base + run.seen, hashWorld(run.world)];
  expect(lacksContext(run)).toBe(true);
  for (const _ of deriveContext(run));
  expect(lacksContext(run)).toBe(false);
  expect(run.seen).toBeGreaterThanOrEqual(600);
  expect(run.base + run.seen).toBe(number);
  expect(run.facts.slice(0, run.seen)).toEqual(facts.slice(run.base));
  const released = run.facts.flatMap(({ kind }, i) => (kind === 'outputReleased' ? [i] : []));
  expect(positionsOf(run.index, { kind: 'outputReleased' })).toEqual(released);
  expect(hashWorld(run.world)).toBe(before);
});

test('is not lacking where all is held, and what is stopped on the way changes nothing', () => {
  const straight = createRun(CONFIG);
  runOn(straight, at(100_000_000));
  expect(lacksContext(straight)).toBe(false);
  const run = farBack();
  const { base } = run;
  for (const _ of deriveContext(run)) break;
  expect(run.base).toBe(base);
});
