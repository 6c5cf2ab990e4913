// Found facts against looking through all of them, in a run that holds few, and of which most columns have been let go.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../base/run-to-completion.ts';
import { configOf, stage } from '../../scenario/testing/story.ts';
import { instantAt, type SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { whoOf } from '../facts/fact-row.ts';
import {
  comparePositions,
  createRun,
  type Position,
  positionOf,
  type Run,
  runOn,
  seekRun,
} from '../run/run.ts';
import { beginSeek, finishSeek } from '../run/seek.ts';
import { countFacts, type FactQuery, type FoundFact, findFact } from './find-fact.ts';

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
      const { total, before } = countFacts(run, query, run.trace.total);
      expect(total).toBe(FACTS.filter((fact) => isIt(query, fact)).length);
      expect(before).toBe(total);
    }
  });
});

describe('where one nanosecond has several of them', () => {
  const source = '_start: csrw mie, zero\n0: csrr a0, time\nadd a0, a0, a0\nj 0b\n';
  const config = configOf({
    guest: { program: 'compute', source },
    clients: [],
    machine: { instructionsPerSecond: 4_000_000_000 },
    links: { log: { latencyNs: 1_000, bitsPerSecond: 100_000_000_000 } },
  });
  const end = at(60);
  const query: FactQuery = { kind: 'recorded', who: 'A', text: '' };

  /** Goes from one to the next as far as there is one, and notes where each is. */
  function goThrough(run: Run, direction: 1 | -1): Position[] {
    const positions: Position[] = [];
    for (let found: FoundFact | undefined; ; ) {
      found = runToCompletion(findFact(run, query, direction));
      if (found === undefined) return positions;
      finishSeek(run, beginSeek(run, instantAt(found.at), { fact: found.number }));
      positions.push(positionOf(run));
    }
  }

  test('each is come to at its own step, forward and backward', () => {
    const run = createRun(config);
    runOn(run, end);
    const { total } = countFacts(run, query, run.trace.total);
    const backward = goThrough(run, -1);
    seekRun(run, at(0));
    const forward = goThrough(run, 1);
    expect(forward).toHaveLength(total);
    expect(new Set(forward.map((position) => position.at)).size).toBeLessThan(total);
    // From the end of an instant one comes to what happened last before its last step.
    for (const { at: instant } of forward.slice(0, 40)) {
      seekRun(run, instant);
      const here = positionOf(run);
      const found = runToCompletion(findFact(run, query, -1));
      const last = forward.findLast((position) => comparePositions(position, here) < 0);
      if (last === undefined) expect(found).toBeUndefined();
      else {
        finishSeek(run, beginSeek(run, instantAt(found!.at), { fact: found!.number }));
        expect(positionOf(run)).toEqual(last);
      }
    }
    // At its last instant the run stood at one of them, or behind it.
    expect(total - backward.length).toBeLessThanOrEqual(1);
    expect(backward.reverse()).toEqual(forward.slice(0, backward.length));
  });
});
