// Found facts against looking through all of them, in a run that holds few, and of which most columns have been let go.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../base/run-to-completion.ts';
import { configOf, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { whoOf } from '../facts/fact-row.ts';
import { createRun, type Run, runOn, seekRun } from '../run/run.ts';
import { countFacts, type FactQuery, findFact } from './find-fact.ts';

const at = (ns: number): SimTime => ns as SimTime;

const END = 700_000_000;
const CONFIG = configOf({ commands: ['crash A @ 500ms'] });
const { facts: FACTS, advanceTo } = stage(CONFIG);
advanceTo(END);

const QUERIES: FactQuery[] = [
  { kind: '', who: '', text: 'WENTLIVE' },
  { kind: 'outputReleased', who: 'B', text: '' },
  { kind: 'answered', who: 'client2', text: '' },
  { kind: '', who: 'client1', text: 'increment' },
  { kind: 'recorded', who: '', text: 'timer' },
  // Only in values.
  { kind: 'answered', who: '', text: '37' },
  { kind: '', who: '', text: 'crash A' },
  { kind: 'wentLive', who: 'A', text: '' },
];

const SAID = new Map(FACTS.map((fact) => [fact, JSON.stringify(Object.values(fact)).toLowerCase()]));

const isIt = ({ kind, who, text }: FactQuery, fact: Observation): boolean =>
  (kind === '' || fact.kind === kind) &&
  (who === '' || whoOf(fact) === who) &&
  SAID.get(fact)?.includes(text.toLowerCase()) === true;

function expected(query: FactQuery, instant: number, direction: 1 | -1): number | undefined {
  const is = (fact: Observation): boolean =>
    (direction === 1 ? fact.at > instant : fact.at < instant) && isIt(query, fact);
  return (direction === 1 ? FACTS.find(is) : FACTS.findLast(is))?.at;
}

describe.each([
  ['all is held', createRun(CONFIG)],
  ['little is held', createRun(CONFIG, { memory: 4096 })],
])('where %s', (_, run: Run) => {
  runOn(run, at(END));

  test('the next and the last are found, and the run stays where it is', () => {
    fc.assert(
      fc.property(fc.nat(END), fc.constantFrom(...QUERIES), (instant, query) => {
        seekRun(run, at(instant));
        const before = hashWorld(run.world);
        for (const direction of [1, -1] as const)
          expect(runToCompletion(findFact(run, query, direction))?.at).toBe(
            expected(query, instant, direction),
          );
        expect(hashWorld(run.world)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });

  test('it is known how many there are', () => {
    for (const query of QUERIES.slice(0, 5)) {
      const { total, before } = countFacts(run, query, END);
      expect(total).toBe(FACTS.filter((fact) => isIt(query, fact)).length);
      expect(before).toBe(total);
    }
  });
});
