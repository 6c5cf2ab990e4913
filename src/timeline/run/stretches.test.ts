// However a run came to where it is, its snapshots tell of every line of memory that was stored to between them, and of few others.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '../../isa/image.ts';
import { isOnLines, watchStores } from '../../machine/machine.ts';
import { configOf, MANY_RUNS } from '../../scenario/testing/story.ts';
import { after, type Duration, earlier, type SimTime } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import { switchBranch } from './branches.ts';
import { advanceDiversion, divertAt } from './diversion.ts';
import { createRun, giveCommand, type Run, runOn, seekRun } from './run.ts';
import { mayHaveWritten, type Stretch, stretchesBefore } from './stretches.ts';

const at = (ns: number): SimTime => ns as SimTime;
const END = 24_000_000;
const LINE = 64;
const PAGE = 4096;

/** What is stored to in a stretch, by host: lines by their addresses; null where a host gets another machine. */
function seenIn(run: Run, { snapshot, end }: Pick<Stretch, 'snapshot' | 'end'>): (Set<number> | null)[] {
  const { world } = divertAt(run, snapshot);
  const diversion = { world, properties: [] };
  const { ramBytes } = world.config;
  const seen: (Set<number> | null)[] = world.hosts.map(() => new Set());
  const machines = world.hosts.map(({ machine }) => machine);
  const watch = () =>
    world.hosts.forEach(({ machine }, i) => {
      if (machine !== machines[i]) seen[i] = null;
      if (machine.watched !== null) return;
      watchStores(machine, RAM_BASE, ramBytes, ({ address, length }) => {
        for (let line = address - (address % LINE); line < address + length; line += LINE) seen[i]?.add(line);
      });
    });
  while (world.now < end) {
    watch();
    advanceDiversion(diversion, earlier(after(world.now, 50_000 as Duration), end), watch);
  }
  watch();
  return seen;
}

const pagesOf = ({ world }: Run): number[] =>
  Array.from({ length: world.config.ramBytes / PAGE }, (_, page) => RAM_BASE + PAGE * page);

type Move =
  | { kind: 'seek' | 'run'; to: number }
  | { kind: 'give'; host: string }
  | { kind: 'branch'; id: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('seek' as const, 'run' as const),
      to: fc.integer({ min: 0, max: END }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('give' as const), host: fc.constantFrom('A', 'B') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('branch' as const), id: fc.integer({ min: 1, max: 3 }) }),
  },
);

function make(run: Run, move: Move): void {
  if (move.kind === 'branch') switchBranch(run, move.id);
  else if (move.kind === 'give') giveCommand(run, { verb: 'crash', target: move.host });
  else if (move.kind === 'seek') seekRun(run, at(move.to));
  else runOn(run, at(move.to));
}

/** Snapshots every few instructions; `limit` holds only some of them. */
function createClose(config: WorldConfig, limit: number): Run {
  const run = createRun(config);
  run.spacing = 100_000;
  run.heldLimit = limit;
  return run;
}

describe('between two snapshots', () => {
  const walk = (said: Record<string, unknown>) => {
    const config = configOf(said);
    fc.assert(
      fc.property(
        fc.array(move, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(200_000, 500_000, 100_000_000),
        (moves, limit) => {
          const run = createClose(config, limit);
          for (const move of [{ kind: 'run', to: END / 2 } as const, ...moves]) make(run, move);
          for (const stretch of stretchesBefore(run))
            seenIn(run, stretch).forEach((seen, i) => {
              const missed = [...(seen ?? pagesOf(run))].filter(
                (address) => !mayHaveWritten(stretch, i, { address, length: 1 }),
              );
              expect(missed).toEqual([]);
            });
        },
      ),
      { numRuns: 8 },
    );
  };

  test('no line that is stored to is missing', { timeout: MANY_RUNS }, () => walk({}));

  test('nor where memory comes from another host', { timeout: MANY_RUNS }, () =>
    walk({ spares: [{ id: 'C' }], commands: ['flip B 0x80003000.3 @ 4ms', 'crash A @ 5ms'] }),
  );

  test('no other line is told of, but with its page, even where snapshots were dropped', () => {
    const run = createClose(configOf(), 400_000);
    runOn(run, at(END));
    for (const to of [END / 2, END / 3, END]) seekRun(run, at(to));
    runOn(run, at(2 * END));
    expect(run.spacing).toBeGreaterThan(100_000);
    expect(run.snapshots.length).toBeGreaterThan(3);
    run.snapshots.slice(1).forEach(({ stored, at }, n) => {
      const snapshot = run.snapshots[n]!;
      expect(stored.since).toBe(snapshot.at);
      seenIn(run, { snapshot, end: at }).forEach((seen, i) => {
        const lines = stored.lines[i]!;
        expect([...seen!].filter((line) => !isOnLines(lines, line, LINE))).toEqual([]);
        for (const page of pagesOf(run)) {
          const told = Array.from({ length: PAGE / LINE }, (_, line) => page + LINE * line).filter((line) =>
            isOnLines(lines, line, LINE),
          );
          if (told.length < PAGE / LINE) expect(told.filter((line) => !seen!.has(line))).toEqual([]);
        }
      });
    });
  });
});

test('wherever one has gone without acting, what was stored to is known', () => {
  const run = createClose(configOf(), 600_000);
  for (const to of [END, END / 2, END / 2 + 100_000, (2 * END) / 3, END / 3, 2 * END]) {
    seekRun(run, at(to));
    for (const { snapshot, stored } of stretchesBefore(run)) {
      expect(stored.since).toBeLessThanOrEqual(snapshot.at);
      expect(stored.lines).not.toContain(null);
    }
  }
  expect(run.near.length).toBeGreaterThan(0);
});
