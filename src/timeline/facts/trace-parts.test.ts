// Curves and counts of a real run's stretches against looking at every fact; and what a stretch has again whose columns were let go.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configOf, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { deriveDetail, lacksDetail, traceFor } from '../run/detail.ts';
import { createRun, type Run, runOn, seekRun } from '../run/run.ts';
import { createGauges, type Gauges, heldOutputs, lagAt, updateGauges } from './gauges.ts';
import { createTraceIndex, type TraceIndex, traceFact } from './trace-index.ts';
import { countParts, measureParts } from './trace-parts.ts';

const END = 700_000_000;
const CONFIG = configOf({ commands: ['crash A @ 500ms'] });

const { facts: FACTS, advanceTo } = stage(CONFIG);
advanceTo(END);

function traceOf(facts: readonly Observation[], bytes: number): TraceIndex {
  const index = createTraceIndex(bytes);
  const gauges = createGauges(CONFIG);
  for (const fact of facts) traceFact(index, gauges, fact);
  return index;
}

const FINE = traceOf(FACTS, 64 * 1024 * 1024);
const COARSE = traceOf(FACTS, 0);

/** A whole number of nanoseconds for each part. */
const stretch = fc
  .record({
    from: fc.nat(END),
    width: fc.integer({ min: 1000, max: 4_000_000 }),
    count: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ from, width, count }) => ({ from, to: from + width * count, count, width }));

/** What gauges say at every fact, and just before it. */
const READINGS = (() => {
  const gauges = createGauges(CONFIG);
  const read = (instant: number) => ({
    at: instant,
    fill: gauges.fill,
    held: heldOutputs(gauges),
    lag: lagAt(gauges, instant),
  });
  return FACTS.map((fact) => {
    const before = lagAt(gauges, fact.at);
    updateGauges(gauges, fact);
    return { ...read(fact.at), before, unreplayed: gauges.unreplayed[0], lastLag: gauges.lastLag };
  });
})();

describe('curves', () => {
  test('say in each part the most that gauges said in it', () => {
    fc.assert(
      fc.property(stretch, ({ from, to, count, width }) => {
        const curves = measureParts(FINE, { from, to, count });
        for (let part = 0; part < count; part++) {
          const [begin, end] = [from + part * width, from + (part + 1) * width];
          const first = READINGS.findLastIndex(({ at }) => at <= begin);
          const inside = READINGS.filter(({ at }, i) => i > first && at < end);
          const all = first < 0 ? inside : [READINGS[first]!, ...inside];
          expect(curves.fill[part]).toBe(Math.max(0, ...all.map(({ fill }) => fill)));
          expect(curves.held[part]).toBe(Math.max(0, ...all.map(({ held }) => held)));
          const next = READINGS.find(({ at }, i) => i > first && at >= end);
          const last = all.at(-1);
          const atEnd =
            next === undefined || last === undefined || last.unreplayed === undefined
              ? 0
              : Math.max(last.lastLag, end - last.unreplayed);
          const lag = Math.max(0, atEnd, ...inside.map(({ before }) => before), ...all.map(({ lag }) => lag));
          expect(Math.abs(curves.lag[part]! - lag)).toBeLessThanOrEqual(1e-6 * lag);
        }
      }),
    );
  });

  test('are never less where columns have been let go', () => {
    const parts = { from: 0, to: END, count: 40 };
    const [fine, coarse] = [measureParts(FINE, parts), measureParts(COARSE, parts)];
    for (const name of ['fill', 'held', 'lag'] as const) {
      fine[name].forEach((value, part) => {
        expect(coarse[name][part]).toBeGreaterThanOrEqual(value);
      });
      expect(Math.max(...coarse[name])).toBe(Math.max(...fine[name]));
    }
  });
});

test('every event is counted in one part', () => {
  fc.assert(
    fc.property(stretch, ({ from, to, count }) => {
      const [row] = countParts(FINE, [({ kind }) => kind === 'recorded'], { from, to, count });
      const expected = FACTS.filter(({ kind, at }) => kind === 'recorded' && at >= from && at < to).length;
      expect(row?.reduce((sum, n) => sum + n, 0)).toBe(expected);
    }),
  );
});

describe('a stretch whose columns have been let go', () => {
  const long = (): Run => {
    const run = createRun(CONFIG, { memory: 4096 });
    runOn(run, END as SimTime);
    return run;
  };
  const derive = (run: Run, from: number, to: number): void => {
    for (const _ of deriveDetail(run, from as SimTime, to as SimTime));
  };

  test('has them again, exactly, and the run stays where it is', () => {
    const run = long();
    const before = hashWorld(run.world);
    for (const [from, to] of [
      [0, 3_000_000],
      [10_000_000, 12_000_000],
      [80_000_000, 150_000_000],
    ] as const) {
      expect(lacksDetail(run, from, to)).toBe(true);
      derive(run, from, to);
      expect(lacksDetail(run, from, to)).toBe(false);
      const parts = { from, to, count: 100 };
      expect(measureParts(traceFor(run, from, to), parts)).toEqual(measureParts(FINE, parts));
      const all = [() => true];
      expect(countParts(traceFor(run, from, to), all, parts)).toEqual(countParts(FINE, all, parts));
    }
    expect(hashWorld(run.world)).toBe(before);
  });

  test('is not asked for where they are held, nor where nothing has happened yet', () => {
    const run = long();
    expect(lacksDetail(run, END - 100_000, END)).toBe(false);
    expect(lacksDetail(run, END + 1, END + 1000)).toBe(false);
  });

  test('stopped on the way leaves things as they were', () => {
    const run = long();
    for (const _ of deriveDetail(run, 10_000_000 as SimTime, 12_000_000 as SimTime)) break;
    expect(run.detail).toBeNull();
  });
});

test('gauges come back with a snapshot, and are those of a straight run', () => {
  const run = createRun(CONFIG);
  runOn(run, END as SimTime);
  for (const instant of [5_000_000, 520_000_000, 1_234_567, 650_000_000, 499_999_999]) {
    seekRun(run, instant as SimTime);
    const gauges: Gauges = createGauges(CONFIG);
    for (const fact of FACTS) if (fact.at <= instant) updateGauges(gauges, fact);
    expect(run.gauges).toEqual(gauges);
  }
});
