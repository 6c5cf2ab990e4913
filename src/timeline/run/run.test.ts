// Moving in a run: wherever one goes and however one came there, it is the same run. A command makes it another one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import type { Fault } from '../../world/language/faults.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { instructionOf } from '../../world/state/world.ts';
import { tracedPc } from './instruction-trace.ts';
import {
  advanceRun,
  commandsOf,
  createRun,
  giveCommand,
  limitMemory,
  memoryOf,
  type Run,
  runOn,
  seekRun,
} from './run.ts';
import { stepEntry, stepEvent, stepInstruction } from './step.ts';

const at = (ns: number): SimTime => ns as SimTime;
const END = 30_000_000;

/** A run that goes straight to where this one is, with all its commands known from the start. */
function straight(run: Run) {
  const config: WorldConfig = { ...run.world.config, commands: commandsOf(run) };
  const world = stage(config);
  if (run.step === null) world.advanceTo(run.world.now);
  else world.stepInto(run.world.now, run.step);
  return world;
}

/** Whether a run is the same as one that went straight there: its state, what was seen, and what was concluded. */
function expectStraight(run: Run): void {
  const other = straight(run);
  expect(hashWorld(run.world)).toBe(hashWorld(other.world));
  const seen = run.facts.slice(0, run.seen).filter(({ kind }) => kind !== 'violated');
  expect(seen).toEqual(other.facts);
  const told = run.properties.map(({ name, checked, violation }) => ({ name, checked, violation }));
  expect(told).toEqual(
    other.properties.map(({ name, checked, violation }) => ({ name, checked, violation })),
  );
}

type Move =
  | { kind: 'seek' | 'advance'; to: number }
  | { kind: 'instruction'; host: number; direction: 1 | -1 }
  | { kind: 'entry' | 'event'; direction: 1 | -1 }
  | { kind: 'give'; fault: Fault };

const direction = fc.constantFrom(1 as const, -1 as const);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ verb: fc.constant('crash' as const), target: fc.constantFrom('A', 'B') }),
  fc.record({
    verb: fc.constantFrom('cut' as const, 'mend' as const),
    target: fc.constantFrom('log', 'storage-A', 'lan-A', 'lan-client1'),
  }),
);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('seek' as const, 'advance' as const),
      to: fc.oneof(
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 9, arbitrary: fc.integer({ min: 0, max: END }) },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('instruction' as const), host: fc.nat(1), direction }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('entry' as const, 'event' as const), direction }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('give' as const), fault }) },
);

function make(run: Run, move: Move): void {
  switch (move.kind) {
    case 'seek':
      seekRun(run, at(move.to));
      break;
    case 'advance':
      advanceRun(run, at(move.to));
      break;
    case 'instruction':
      stepInstruction(run, move.host, move.direction);
      break;
    case 'entry':
      stepEntry(run, move.direction);
      break;
    case 'event':
      stepEvent(run, move.direction);
      break;
    case 'give':
      giveCommand(run, move.fault);
      break;
  }
}

describe('any walk', () => {
  const walk = (said: Record<string, unknown>, numRuns: number) => {
    const config = configOf(said);
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 14 }), (moves) => {
        const run = createRun(config);
        for (const move of moves) make(run, move);
        expectStraight(run);
      }),
      { numRuns },
    );
  };

  test('ends where a straight run does', { timeout: MANY_RUNS }, () => walk({}, 25));

  test('ends where a straight run does, with commands in the scenario too', { timeout: MANY_RUNS }, () =>
    walk({ commands: ['cut log @ 8ms', 'mend log @ 9ms', 'crash A @ 15ms', 'cut lan-client2 @ 15ms'] }, 20),
  );

  test(
    'ends where a straight run does, though much happens at the first instant',
    { timeout: MANY_RUNS },
    () =>
      walk(
        {
          clients: [
            { requests: 10, startNs: 0 },
            { requests: 10, startNs: 0 },
          ],
          commands: ['cut log @ 0ns', 'mend log @ 0ns', 'cut lan-client2 @ 0ns', 'mend lan-client2 @ 2ms'],
        },
        25,
      ),
  );
});

describe('a command given by hand', () => {
  test('is the same as one that the scenario has at that instant', { timeout: MANY_RUNS }, () => {
    for (const ns of [0, 1, 2_101_344, 8_200_000, 12_345_678]) {
      const run = createRun(configOf());
      advanceRun(run, at(ns));
      giveCommand(run, { verb: 'crash', target: 'A' });
      advanceRun(run, at(END));
      const other = createRun(configOf({ commands: [`crash A @ ${ns}ns`] }));
      advanceRun(other, at(END));
      expect(hashWorld(run.world), `crash A @ ${ns}ns`).toBe(hashWorld(other.world));
      expect(run.facts).toEqual(other.facts);
    }
  });

  test('in the past makes the future another one', () => {
    const run = createRun(configOf());
    advanceRun(run, at(20_000_000));
    giveCommand(run, { verb: 'crash', target: 'B' });
    advanceRun(run, at(END));
    seekRun(run, at(8_200_000));
    expect(run.facts.length).toBeGreaterThan(run.seen);
    expect(run.reached).toBe(END);
    giveCommand(run, { verb: 'crash', target: 'A' });
    expect(run.facts.length).toBe(run.seen);
    expect(run.reached).toBe(8_200_000);
    expect(run.given).toEqual([{ verb: 'crash', target: 'A', at: 8_200_000 }]);
    expect(run.snapshots.every((snapshot) => snapshot.at < 8_200_000)).toBe(true);
    for (const positions of Object.values(run.index.positions))
      expect(positions.every((position) => position < run.seen)).toBe(true);
    advanceRun(run, at(END));
    expect(run.facts.filter(({ kind }) => kind === 'hostCrashed')).toMatchObject([{ host: 'A' }]);
    expectStraight(run);
  });

  test('leaves the commands that the scenario still has to come', () => {
    const run = createRun(configOf({ commands: ['cut log @ 9ms', 'mend log @ 12ms'] }));
    advanceRun(run, at(8_000_000));
    giveCommand(run, { verb: 'cut', target: 'lan-client1' });
    seekRun(run, at(2_000_000));
    seekRun(run, at(13_000_000));
    const cuts = run.facts.filter(({ kind }) => kind === 'linkCut' || kind === 'linkMended');
    expect(cuts.map((fact) => fact.at)).toEqual([8_000_000, 9_000_000, 12_000_000]);
    expectStraight(run);
  });

  test('that changes nothing is kept all the same: it was given', () => {
    const run = createRun(configOf());
    advanceRun(run, at(5_000_000));
    giveCommand(run, { verb: 'mend', target: 'log' });
    expect(commandsOf(run)).toEqual([{ verb: 'mend', target: 'log', at: 5_000_000 }]);
    advanceRun(run, at(9_000_000));
    expectStraight(run);
  });
});

describe('what a run remembers', () => {
  test('facts are kept once, however often they are lived through', () => {
    const run = createRun(configOf());
    advanceRun(run, at(20_000_000));
    const facts = run.facts.slice();
    for (const ns of [3_000_000, 19_999_999, 0, 20_000_000, 12_000_000]) seekRun(run, at(ns));
    expect(run.facts).toEqual(facts);
    expect(run.seen).toBe(facts.filter((fact) => fact.at <= 12_000_000).length);
    expect(run.reached).toBe(20_000_000);
  });

  test('a broken property is a fact of its own, behind the one that broke it', () => {
    const run = createRun(configOf({ rules: { outputRule: false } }));
    advanceRun(run, at(5_000_000));
    const index = run.facts.findIndex(({ kind }) => kind === 'violated');
    expect(run.facts[index]).toEqual({
      at: run.facts[index - 1]?.at,
      kind: 'violated',
      property: 'Output Rule',
      section: '§2.2',
    });
    expect(run.facts[index - 1]).toMatchObject({ kind: 'outputReleased' });
    expect(run.facts.filter(({ kind }) => kind === 'violated')).toHaveLength(1);
    seekRun(run, at(1_000_000));
    expect(run.properties.every(({ violation }) => violation === undefined)).toBe(true);
  });

  test('snapshots are thinned as the run grows longer, and any instant stays in reach', () => {
    const run = createRun(configOf({ clients: [] }));
    advanceRun(run, at(700_000_000));
    expect(run.snapshots.length).toBeLessThanOrEqual(256);
    expect(run.snapshots[0]?.at).toBe(0);
    const times = run.snapshots.map((snapshot) => snapshot.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThan(650_000_000);
    seekRun(run, at(333_333_333));
    expectStraight(run);
  });

  test('where a run stands, its machines’ last instructions are known', () => {
    const run = createRun(configOf());
    seekRun(run, at(2_122_059));
    const [trace] = run.traces;
    const count = run.world.hosts[0]?.machine.cpu.instructions as number;
    expect(trace?.to).toBe(count);
    expect(count - (trace?.from ?? 0)).toBeGreaterThan(300);
    seekRun(run, at(2_110_000));
    expect(run.traces[0]?.to).toBe(run.world.hosts[0]?.machine.cpu.instructions);
  });
});

test('at an instant at which the machines have long been quiet one still sees what they did last', () => {
  const run = createRun(configOf({ commands: ['crash A @ 15ms'] }));
  for (const ns of [24_000_000, 14_000_000, 24_000_000]) {
    seekRun(run, at(ns));
    expectStraight(run);
    const done = instructionOf(run.world.hosts[1]!);
    for (const n of [done, done - 500]) expect(tracedPc(run.traces[1]!, n)).toBeDefined();
  }
});

test('with less memory than before, what does not fit goes at once, and every instant stays reachable', () => {
  const run = createRun(configOf({}), { memory: 64 * 1024 * 1024 });
  runOn(run, at(700_000_000));
  const hash = hashWorld(run.world);
  const before = { bytes: memoryOf(run), snapshots: run.snapshots.length };
  limitMemory(run, 256 * 1024);
  expect(run.snapshots.length).toBeLessThan(before.snapshots);
  expect(run.heldBytes).toBeLessThanOrEqual(run.heldLimit);
  expect(run.trace.chunks.filter(({ columns }) => columns !== null).length).toBeLessThanOrEqual(8);
  runOn(run, at(720_000_000));
  expect(memoryOf(run)).toBeLessThan(before.bytes);
  seekRun(run, at(700_000_000));
  expect(hashWorld(run.world)).toBe(hash);
});
