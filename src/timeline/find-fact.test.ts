// Found facts against looking through all of them, in a run that holds few.
import { expect, test } from 'vitest';
import { configOf, stage } from '../scenario/stories/story.ts';
import type { SimTime } from '../sim/time.ts';
import { hashWorld } from '../world/state-hash.ts';
import { beginFactSearch, continueFactSearch } from './find-fact.ts';
import { createRun, type Run, runOn } from './run.ts';

const at = (ns: number): SimTime => ns as SimTime;

function foundAt(run: Run, text: string, from: number, direction: 1 | -1): number | undefined {
  const search = beginFactSearch(run, text, at(from), direction);
  for (;;) {
    const found = continueFactSearch(run, search);
    if (found === null) return undefined;
    if (found !== undefined) return found.at;
  }
}

test('by kind, host or value, forward and backward, and the run stays where it is', () => {
  const config = configOf({ commands: ['crash A @ 15ms'] });
  const run = createRun(config, { memory: 4096 });
  runOn(run, at(60_000_000));
  expect(run.base).toBeGreaterThan(0);
  const before = hashWorld(run.world);
  const { facts, advanceTo } = stage(config);
  advanceTo(60_000_000);
  const turns = facts.filter(({ kind }) => kind === 'wentLive' || kind === 'testAndSetWon');
  expect(turns).toHaveLength(2);
  expect(foundAt(run, 'WENTLIVE', 0, 1)).toBe(turns[1]?.at);
  expect(foundAt(run, 'testAndSetWon', 60_000_000, -1)).toBe(turns[0]?.at);
  expect(foundAt(run, 'testAndSetWon', turns[0]?.at ?? 0, -1)).toBeUndefined();
  expect(foundAt(run, 'client2', 20_000_000, 1)).toBe(
    facts.find((fact) => fact.at > 20_000_000 && JSON.stringify(fact).includes('client2'))?.at,
  );
  expect(hashWorld(run.world)).toBe(before);
});
