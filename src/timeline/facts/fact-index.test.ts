// The index against looking through all facts, and the trace of instructions against a plain list.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { createTrace, forget, noteInstruction, tracedPc } from '../run/instruction-trace.ts';
import {
  addToIndex,
  countBelow,
  createIndex,
  type FactQuery,
  factsBetween,
  lastFacts,
  truncateIndex,
} from './fact-index.ts';

const KINDS = ['acked', 'hostCrashed', 'linkCut'] as const;
type Kind = (typeof KINDS)[number];

const anyFacts: fc.Arbitrary<Observation[]> = fc
  .array(fc.record({ wait: fc.nat(3), kind: fc.constantFrom(...KINDS), host: fc.constantFrom('A', 'B') }), {
    maxLength: 60,
  })
  .map((list) => {
    let now = 0;
    return list.map(({ wait, kind, host }) => {
      now += wait;
      const at = now as SimTime;
      if (kind === 'linkCut') return { at, kind, link: 'log' };
      return kind === 'acked'
        ? { at, kind, host, generation: 1, through: now, executed: 0 }
        : { at, kind, host };
    });
  });
const anyQuery: fc.Arbitrary<FactQuery<Kind>> = fc
  .tuple(fc.constantFrom(...KINDS), fc.constantFrom(undefined, 'A', 'B'))
  .map(([kind, host]) => (host === undefined || kind === 'linkCut' ? { kind } : { kind, host }));

function sourceOf(facts: Observation[]) {
  const index = createIndex();
  facts.forEach((fact, position) => {
    addToIndex(index, fact, position);
  });
  return { facts, index };
}

const matching = (facts: readonly Observation[], { kind, host }: FactQuery<Kind>): Observation[] =>
  facts.filter(
    (fact) => fact.kind === kind && (host === undefined || ('host' in fact && fact.host === host)),
  );

describe('the index finds what looking through finds', () => {
  test('the newest before a position, and how many', () => {
    fc.assert(
      fc.property(anyFacts, anyQuery, fc.nat(70), fc.nat(8), (facts, query, seen, count) => {
        const source = sourceOf(facts);
        const expected = matching(facts.slice(0, seen), query);
        expect(lastFacts(source, query, seen, count)).toEqual(
          expected.slice(Math.max(0, expected.length - count)),
        );
      }),
    );
  });

  test('those between two instants', () => {
    fc.assert(
      fc.property(
        anyFacts,
        anyQuery,
        fc.integer({ min: -2, max: 99 }),
        fc.nat(40),
        (facts, query, from, length) => {
          const source = sourceOf(facts);
          const to = from + length;
          const expected = matching(facts, query);
          expect(factsBetween(source, query, from, to)).toEqual(
            expected.filter(({ at }) => at >= from && at <= to),
          );
        },
      ),
    );
  });

  test('after it was cut short too, and grew again', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, anyQuery, fc.nat(70), (facts, more, query, length) => {
        const source = sourceOf(facts);
        const kept = facts.slice(0, length);
        truncateIndex(source.index, length);
        const whole = [...kept, ...more];
        more.forEach((fact, i) => {
          addToIndex(source.index, fact, kept.length + i);
        });
        expect(lastFacts({ facts: whole, index: source.index }, query, whole.length, 100)).toEqual(
          matching(whole, query),
        );
      }),
    );
  });
});

test('countBelow counts the first elements that satisfy', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (numbers, bound) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      expect(countBelow(sorted, (n) => n < bound)).toBe(sorted.filter((n) => n < bound).length);
    }),
  );
});

describe('the trace of instructions', () => {
  test('knows the newest 8192, by their numbers', () => {
    const trace = createTrace();
    for (let n = 1; n <= 20_000; n++) noteInstruction(trace, n, n * 4);
    expect(trace).toMatchObject({ from: 20_000 - 8191, to: 20_000 });
    expect([20_000, 11_809].map((n) => tracedPc(trace, n))).toEqual([80_000, 47_236]);
    expect([11_808, 20_001, 0].map((n) => tracedPc(trace, n))).toEqual([undefined, undefined, undefined]);
  });

  test('begins anew where there is a gap, and may say the last once more', () => {
    const trace = createTrace();
    for (const n of [1, 2, 3]) noteInstruction(trace, n, n);
    noteInstruction(trace, 3, 33);
    expect([1, 2, 3].map((n) => tracedPc(trace, n))).toEqual([1, 2, 33]);
    noteInstruction(trace, 10, 10);
    expect([3, 9, 10].map((n) => tracedPc(trace, n))).toEqual([undefined, undefined, 10]);
    noteInstruction(trace, 5, 5);
    expect([10, 5].map((n) => tracedPc(trace, n))).toEqual([undefined, 5]);
  });

  test('is empty once forgotten', () => {
    const trace = createTrace();
    expect(tracedPc(trace, 1)).toBeUndefined();
    noteInstruction(trace, 1, 7);
    forget(trace);
    expect(tracedPc(trace, 1)).toBeUndefined();
  });
});
