// What the bench's last lines say of figures.
import { expect, test } from 'vitest';
import type { BenchReport } from '../src/cli/bench/bench.ts';
import { figuresOf, verdictOn } from './bench-verdict.mjs';

const times = (median: number, p95 = median) => ({ median, p95, longest: p95 });
const history = (instructions: number, seek: number) => ({
  instructions,
  seconds: instructions / 1e8,
  heldBytes: 60_000_000,
  estimatedBytes: 50_000_000,
  seek: times(seek, 3 * seek),
  stepBack: { instruction: times(2), entry: times(3), event: times(4) },
  isExact: true,
});
const part = (change: object = {}): BenchReport =>
  Object.assign({} as BenchReport, {
    speed: [
      {
        guest: 'compute',
        interpreter: { steady: { 1000000: 50 } },
        compiler: { steady: { 1000000: 500 } },
        agree: true,
      },
    ],
    snapshots: {
      microsecondsPerDirtyPage: 1,
      microsecondsPerRewrittenPage: 2,
      microsecondsPerRestoredPage: 3,
      microsecondsPerHashedPage: 4,
      microsecondsPerSnapshot: 5,
    },
    lastWriter: { instructions: 1e8, milliseconds: { one: 100, other: 999 } },
    timeline: { median: 6 },
    timeTravel: { budgetBytes: 100_000_000, short: history(1e8, 15), long: history(1e9, 20) },
    ...change,
  });
const travel = (short: object, long: object) => ({
  timeTravel: {
    ...part().timeTravel,
    short: { ...history(1e8, 15), ...short },
    long: { ...history(1e9, 20), ...long },
  },
});
const told = (node: BenchReport, chromium?: BenchReport) =>
  verdictOn({ node, ...(chromium ? { chromium } : {}) }, 'full', undefined, 'here');
const last = (node: BenchReport) => told(node).lines.at(-1);

test('all bounds of both places hold', () => {
  const { lines, holds } = told(part(), part());
  expect(holds).toBe(true);
  expect(lines.at(-1)).toBe('All 20 bounds that were measured hold.');
  expect(lines).toContain(
    '  holds           Chromium: seek in a history of 10^9 instructions, median: 20 ms, at most 50 ms',
  );
});

test.each([
  ['seek in a history of 10^9 instructions, median', travel({ seek: times(40) }, { seek: times(51) })],
  ['seek in a history of 10^9 instructions, 95 of 100', travel({}, { seek: times(20, 151) })],
  [
    'step back by entry in a history of 10^9 instructions, median',
    travel({}, { stepBack: { instruction: times(2), entry: times(17), event: times(4) } }),
  ],
  [
    'last writer within 10^8 instructions, the slowest question',
    { lastWriter: { instructions: 1e8, milliseconds: { one: 1, other: 1001 } } },
  ],
  ['memory of the longer history', travel({}, { heldBytes: 100_000_001 })],
  ['median seek in ten times the history', travel({ seek: times(9) }, { seek: times(20) })],
  ['histories that came back inexactly', travel({ isExact: false }, {})],
  ['guests on which the engines disagree', { speed: [{ ...part().speed[0], agree: false }] }],
])('a bound that does not hold is named: %s', (what, change) => {
  expect(told(part(change)).holds).toBe(false);
  expect(last(part(change))).toBe(`1 of 10 bounds do not hold: Node: ${what}.`);
});

test('what a quick run has not measured is neither held nor broken', () => {
  const quick = {
    lastWriter: { instructions: 2e6, milliseconds: { one: 5000 } },
    timeTravel: { budgetBytes: 1e8, short: history(1e7, 60), long: history(1e8, 70) },
  };
  const { lines, holds } = verdictOn({ node: part(quick) }, 'quick', { computer: 'here' }, 'here');
  expect(holds).toBe(true);
  expect(lines.filter((line) => line.startsWith('  not measured'))).toHaveLength(6);
  expect(lines.at(-2)).toContain('not compared');
  expect(lines.at(-1)).toBe('All 4 bounds that were measured hold.');
});

test('a long run has only time travel, and is judged by its history of 10^9', () => {
  const long = { timeTravel: { budgetBytes: 1e8, short: history(1e9, 51), long: history(1e10, 60) } };
  const { lines, holds } = verdictOn(
    { node: Object.assign({} as BenchReport, long) },
    'long',
    undefined,
    'here',
  );
  expect(holds).toBe(false);
  expect(lines.at(-1)).toContain('seek in a history of 10^9 instructions, median');
});

test('figures are compared with those landed, speeds and times each their way', () => {
  const before = figuresOf(part());
  const now = part({
    speed: [{ ...part().speed[0], compiler: { steady: { 1000000: 400 } } }],
    timeline: { median: 3 },
  });
  const compared = verdictOn({ node: now }, 'full', { computer: 'here', node: before }, 'here').lines;
  expect(compared).toContain('Against the landed figures:');
  expect(compared.filter((line) => line.startsWith('  SLOWER'))).toEqual([
    '  SLOWER          Node: compute, compiled, millions of instructions per second: 400, landed 500 (0.80 of its speed)',
  ]);
  expect(compared).toContain(
    '  holds           Node: timeline of a million events, a window, median, ms: 3, landed 6 (2.00 of its speed)',
  );
  const elsewhere = verdictOn({ node: now }, 'full', { computer: 'there', node: before }, 'here').lines;
  expect(elsewhere.find((line) => line.startsWith('Against'))).toContain('another computer (there)');
});
