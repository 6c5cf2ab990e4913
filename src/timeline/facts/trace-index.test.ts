// The columns against looking through all facts; what is let go, cut off, and goes its own way.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { worldConfig } from '../../world/testing/worlds.ts';
import { whoOf } from './fact-row.ts';
import { createGauges } from './gauges.ts';
import { eventNumbered, eventsBetween, findEvent } from './trace-find.ts';
import {
  createTraceIndex,
  firstDifference,
  forkTrace,
  type TraceIndex,
  traceBytes,
  traceFact,
  truncateTrace,
} from './trace-index.ts';
import { countParts } from './trace-parts.ts';

const PLENTY = 64 * 1024 * 1024;

function factAt(at: number, kind: number): Observation {
  const time = at as SimTime;
  switch (kind) {
    case 0:
      return { at: time, kind: 'hostCrashed', host: 'A' };
    case 1:
      return { at: time, kind: 'hostCrashed', host: 'B' };
    case 2:
      return { at: time, kind: 'answered', client: 'client1', request: at % 97, status: 0, value: at };
    default:
      return { at: time, kind: 'linkCut', link: 'log' };
  }
}

/** `count` facts, several at one instant now and then, in a fixed mixture. */
const factsOf = (count: number, salt = 7): Observation[] =>
  Array.from({ length: count }, (_, i) => factAt(Math.floor(i / 3) * 10, (i * salt + (i >> 3)) % 4));

const CONFIG = worldConfig();

function addAll(index: TraceIndex, facts: readonly Observation[]): TraceIndex {
  const gauges = createGauges(CONFIG);
  for (const fact of facts) traceFact(index, gauges, fact);
  return index;
}

const traceOf = (facts: readonly Observation[], bytes = PLENTY): TraceIndex =>
  addAll(createTraceIndex(bytes), facts);

const FACTS = factsOf(5000);
const TRACE = traceOf(FACTS);
const END = FACTS.at(-1)?.at as number;
const CRASHES = { kinds: new Set(['hostCrashed'] as const), who: 'B' };
const isCrashOfB = (fact: Observation): boolean => fact.kind === 'hostCrashed' && fact.host === 'B';

describe('what is looked for', () => {
  test('is found from any number on, and before it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (start) => {
        const next = FACTS.findIndex((fact, i) => i >= start && isCrashOfB(fact));
        const last = FACTS.slice(0, start).findLastIndex(isCrashOfB);
        const [on, back] = [findEvent(TRACE, CRASHES, start, 1), findEvent(TRACE, CRASHES, start, -1)];
        expect(on && 'number' in on ? on.number : -1).toBe(next);
        expect(back && 'number' in back ? back.number : -1).toBe(last);
      }),
    );
  });

  test('between two instants is all that looking through finds', () => {
    fc.assert(
      fc.property(fc.nat(END + 100), fc.nat(3000), (from, length) => {
        const to = from + length;
        const expected = FACTS.flatMap((fact, number) =>
          fact.at >= from && fact.at <= to && isCrashOfB(fact) ? [number] : [],
        );
        expect(eventsBetween(TRACE, CRASHES, from, to, 1000)?.map(({ number }) => number)).toEqual(expected);
      }),
    );
  });

  test('has its numbers and whom it is about', () => {
    const number = FACTS.findIndex(({ kind }) => kind === 'answered');
    const fact = FACTS[number] as Extract<Observation, { kind: 'answered' }>;
    expect(eventNumbered(TRACE, number)).toEqual({
      number,
      at: fact.at,
      kind: 'answered',
      who: whoOf(fact),
      what: '',
      first: fact.request,
      second: fact.value,
      third: fact.status,
    });
    expect(eventNumbered(TRACE, 5000)).toBeUndefined();
  });
});

describe('how many there are', () => {
  const counted = (facts: readonly Observation[], from: number, to: number) =>
    facts.filter((fact) => isCrashOfB(fact) && fact.at >= from && fact.at < to).length;
  const rowOf = (index: TraceIndex, from: number, to: number, count: number) => {
    const isMeant = ({ kind, who }: { kind: string; who: string }) => kind === 'hostCrashed' && who === 'B';
    return [...(countParts(index, [isMeant], { from, to, count })[0] ?? [])];
  };

  test('in each part of a stretch is what counting gives', () => {
    fc.assert(
      fc.property(
        fc.nat(END),
        fc.integer({ min: 1, max: END }),
        fc.integer({ min: 1, max: 50 }),
        (from, length, parts) => {
          const expected = new Array<number>(parts).fill(0);
          for (const fact of FACTS.filter(isCrashOfB)) {
            const part = Math.floor(((fact.at - from) * parts) / length);
            if (part >= 0 && part < parts) expected[part]!++;
          }
          expect(rowOf(TRACE, from, from + length, parts)).toEqual(expected);
        },
      ),
    );
  });

  test('is right in all where columns have been let go, and near it in parts', () => {
    const coarse = traceOf(FACTS, 0);
    expect(coarse.chunks[0]?.columns).toBeNull();
    expect(traceBytes(coarse)).toBeLessThan(traceBytes(TRACE));
    const row = rowOf(coarse, 0, END + 1, 40);
    expect(row.reduce((sum, n) => sum + n, 0)).toBe(counted(FACTS, 0, END + 1));
    const fine = rowOf(TRACE, 0, END + 1, 40);
    for (const [n, count] of row.entries()) expect(Math.abs(count - (fine[n] as number))).toBeLessThan(8);
    expect(findEvent(coarse, CRASHES, 0, 1)).toMatchObject({ from: 0 });
    expect(eventsBetween(coarse, CRASHES, 0, 100, 10)).toBeUndefined();
  });

  test('takes bounded memory, however long the run, and adds up all the same', () => {
    const index = createTraceIndex(0);
    index.chunksMax = 16;
    addAll(index, factsOf(100_000));
    expect(index.chunks.length).toBeLessThanOrEqual(16);
    const row = rowOf(index, 0, index.last + 1, 7);
    expect(row.reduce((sum, n) => sum + n, 0)).toBe(factsOf(100_000).filter(isCrashOfB).length);
  });

  test('of a million events is told at the rate of a screen', () => {
    const index = traceOf(factsOf(1_000_000));
    const [row] = countParts(index, [() => true], { from: 0, to: index.last + 1, count: 2000 });
    expect(row?.reduce((sum, n) => sum + n, 0)).toBe(1_000_000);
  });
});

/** A trace without its names. A kind that was met later counts nothing before, whether that is written down or not. */
const bare = (index: TraceIndex) => ({
  ...index,
  keys: [],
  positions: {},
  chunks: index.chunks.map((chunk) => {
    const before = [...chunk.before];
    while (before.at(-1) === 0) before.pop();
    return { ...chunk, before };
  }),
});

describe('a trace', () => {
  test('that is cut off and goes on is as if it had never been longer', () => {
    fc.assert(
      fc.property(fc.nat(5000), (total) => {
        const index = traceOf(FACTS);
        expect(truncateTrace(index, total)).toBe(true);
        addAll(index, FACTS.slice(total));
        expect(bare(index)).toEqual(bare(TRACE));
      }),
      { numRuns: 20 },
    );
  });

  test('goes its own way, and the first event that differs is found', () => {
    const other = factsOf(5000, 5);
    for (const total of [0, 1, 1023, 1024, 1025, 3000, 5000]) {
      const fork = forkTrace(TRACE, total) as TraceIndex;
      addAll(fork, [...FACTS.slice(total, total + 3), ...other]);
      expect(TRACE.total).toBe(5000);
      const whole = [...FACTS.slice(0, total + 3), ...other];
      const expected = FACTS.findIndex((fact, i) => JSON.stringify(fact) !== JSON.stringify(whole[i]));
      expect(firstDifference(TRACE, fork)).toBe(expected < 0 ? undefined : expected);
    }
  });

  test('that went its own way and is cut off before that leaves the other as it was', () => {
    const fork = forkTrace(TRACE, 3000) as TraceIndex;
    truncateTrace(fork, 1500);
    addAll(fork, factsOf(1000, 5));
    expect(TRACE).toEqual(traceOf(FACTS));
  });

  test('that has lost its columns cannot be cut off there', () => {
    const coarse = traceOf(FACTS, 0);
    expect(truncateTrace(coarse, 10)).toBe(false);
    expect(forkTrace(coarse, 10)).toBeUndefined();
    expect(truncateTrace(coarse, 4999)).toBe(true);
  });
});
