// Any walk through a run, its branches included, ends where a straight run does: state, facts and conclusions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../base/run-to-completion.ts';
import { parseDocument, type ScenarioDocument } from '../../scenario/document.ts';
import { clients, configOf, MANY_RUNS, type Stage, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import type { Condition } from '../../world/language/conditions.ts';
import type { Fault, ScriptedCommand } from '../../world/language/faults.ts';
import type { Observation } from '../../world/state/observation.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { stopsOf } from '../facts/fact-row.ts';
import { changeScenario, deleteBranch, switchBranch } from './branches.ts';
import { gatherFacts } from './derive-facts.ts';
import { advanceRun, commandsOf, createRun, giveCommand, type Run, runOn, seekRun } from './run.ts';
import { abandonSeek, beginSeek, continueSeek } from './seek.ts';
import { beginFactStep, continueStep, stepEntry, stepEvent, stepInstruction } from './step.ts';

const at = (ns: number): SimTime => ns as SimTime;

type Move =
  | { kind: 'seek' | 'advance' | 'runOn'; to: number }
  /** Given up after so many slices of so much work. */
  | { kind: 'halfSeek' | 'halfStep'; to: number; slices: number; work: number }
  | { kind: 'instruction'; host: number; direction: 1 | -1; times: number }
  | { kind: 'entry' | 'event'; direction: 1 | -1 }
  | { kind: 'give'; command: Fault | ScriptedCommand }
  | { kind: 'switch' | 'delete'; branch: number }
  | { kind: 'rules' };

const direction = fc.constantFrom(1 as const, -1 as const);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ verb: fc.constant('crash' as const), target: fc.constantFrom('A', 'B') }),
  fc.record({
    verb: fc.constantFrom('cut' as const, 'mend' as const),
    target: fc.constantFrom('log', 'storage-A', 'lan-A', 'lan-client1'),
  }),
  fc.record({
    verb: fc.constantFrom('pause' as const, 'resume' as const),
    target: fc.constantFrom('A', 'B'),
  }),
);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('output' as const),
    nth: fc.integer({ min: 1, max: 8 }),
    moment: fc.constantFrom('held' as const, 'released' as const),
  }),
  fc.record({
    kind: fc.constant('entry' as const),
    nth: fc.integer({ min: 1, max: 30 }),
    moment: fc.constantFrom('recorded' as const, 'acked' as const),
  }),
);

const moveWithin = (end: number): fc.Arbitrary<Move> => {
  const to = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 9, arbitrary: fc.nat(end) });
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('seek' as const, 'seek' as const, 'advance' as const, 'runOn' as const),
        to,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('halfSeek' as const, 'halfStep' as const),
        to,
        slices: fc.integer({ min: 1, max: 5 }),
        work: fc.constantFrom(1, 1000, 30_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('instruction' as const),
        host: fc.nat(1),
        direction,
        times: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('entry' as const, 'event' as const), direction }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('give' as const),
        command: fc.oneof(
          { weight: 3, arbitrary: fault },
          {
            weight: 1,
            arbitrary: fc.tuple(fault, condition).map(([fault, when]) => ({ ...fault, when })),
          },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('switch' as const, 'switch' as const, 'delete' as const),
        branch: fc.nat(5),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'rules' as const }) },
  );
};

function make(run: Run, move: Move): void {
  switch (move.kind) {
    case 'seek':
      seekRun(run, at(move.to));
      return;
    case 'advance':
      advanceRun(run, at(Math.min(move.to, run.world.now + 1_000_000)));
      return;
    case 'runOn':
      runOn(run, at(move.to));
      return;
    case 'halfSeek': {
      const seek = beginSeek(run, at(move.to));
      for (let slice = 0; slice < move.slices && !continueSeek(run, seek, move.work); slice++);
      abandonSeek(run, seek);
      return;
    }
    case 'halfStep': {
      const step = beginFactStep(run, stopsOf('event'), 1);
      for (let slice = 0; slice < move.slices && !continueStep(run, step, move.work); slice++);
      return;
    }
    case 'instruction':
      for (let n = 0; n < move.times; n++) stepInstruction(run, move.host, move.direction);
      return;
    case 'entry':
      stepEntry(run, move.direction);
      return;
    case 'event':
      stepEvent(run, move.direction);
      return;
    case 'give':
      giveCommand(run, move.command);
      return;
    case 'switch':
      switchBranch(run, run.branches[move.branch % run.branches.length]?.id as number);
      return;
    case 'delete':
      deleteBranch(run, run.branches[move.branch % run.branches.length]?.id as number);
      return;
    case 'rules': {
      const scenario = run.scenario as ScenarioDocument;
      const rules = { ...scenario.rules, outputRule: !scenario.rules.outputRule };
      changeScenario(run, { ...scenario, rules }, 'another rule');
    }
  }
}

const isSeen = ({ kind }: Observation): boolean => kind !== 'violated';

/** Straight runs by their commands, those used last: many walks have the same ones, and they only ever go on. */
const straightRuns = new Map<string, Stage>();
const STRAIGHT_MAX = 16;

/** A run that went straight to an instant, or made so many steps of it, with all commands known from the start. */
function straight(run: Run, instant: number, steps: number | null = null): Stage {
  const config: WorldConfig = { ...run.world.config, commands: commandsOf(run) };
  if (steps !== null) {
    const found = stage(config);
    found.stepInto(instant, steps);
    return found;
  }
  const { image: _, ...rest } = config;
  const key = JSON.stringify(rest);
  const known = straightRuns.get(key);
  const found = known !== undefined && known.world.now <= instant ? known : stage(config);
  straightRuns.delete(key);
  straightRuns.set(key, found);
  if (straightRuns.size > STRAIGHT_MAX) straightRuns.delete(straightRuns.keys().next().value as string);
  found.advanceTo(instant);
  return found;
}

/** Whether the run is the same as one that went straight there with all its commands known from the start. */
function expectStraight(run: Run): void {
  const other = straight(run, run.world.now, run.step);
  expect(hashWorld(run.world)).toBe(hashWorld(other.world));
  const total = run.base + run.seen;
  const held = run.facts.slice(0, run.seen).filter(isSeen);
  expect(held).toEqual(run.base === 0 ? other.facts : other.facts.slice(other.facts.length - held.length));
  const told = (states: Run['properties']) =>
    states.map(({ name, checked, violation }) => ({ name, checked, violation }));
  expect(told(run.properties)).toEqual(told(other.properties));
  expect(run.trace.total).toBeGreaterThanOrEqual(total);
}

/** Facts that are derived again are those that were, and leave the run where it is. */
function expectFacts(run: Run, from: number, to: number): void {
  const before = hashWorld(run.world);
  const end = Math.min(to, run.world.now);
  const facts = runToCompletion(gatherFacts(run, at(from), at(end))).filter(isSeen);
  expect(hashWorld(run.world)).toBe(before);
  const other = straight(run, end);
  expect(facts).toEqual(other.facts.filter((fact) => fact.at >= from && fact.at <= end));
}

/** So many walks in all, or as `UNDERSTUDY_WALKS` says; some moves each, and looked at on the way too. */
const WALKS = Number(process.env.UNDERSTUDY_WALKS ?? 1000);
const KINDS = 8;

/** Of each client. */
const REQUESTS = 4;

function walks(said: Record<string, unknown>, end: number, memory?: number): void {
  const whole = { clients: clients(REQUESTS), ...said };
  const parsed = parseDocument(whole);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const config = configOf(whole);
  const moves = fc.array(moveWithin(end), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(moves, fc.nat(end), fc.nat(end), (moves, one, other) => {
      const run = createRun(config, { scenario: parsed.value, ...(memory === undefined ? {} : { memory }) });
      moves.forEach((move, i) => {
        make(run, move);
        if (i % 4 === 3) expectStraight(run);
      });
      expectStraight(run);
      expectFacts(run, Math.min(one, other), Math.max(one, other));
    }),
    { numRuns: Math.ceil(WALKS / KINDS) },
  );
}

describe('any walk ends where a straight run does', { timeout: Math.max(MANY_RUNS, 1000 * WALKS) }, () => {
  /** Soon suspected. */
  const detector = { heartbeatNs: 200_000, timeoutNs: 1_500_000 };
  const spares = [{ id: 'C' }];

  test('with a counter', () => walks({}, 8_000_000));

  test('with next to no memory', () => walks({}, 9_000_000, 4096));

  test('with commands in the scenario', () =>
    walks(
      { commands: ['cut log @ 3ms', 'mend log @ 4ms', 'crash A @ 6ms', 'cut lan-client2 @ 6ms'] },
      8_000_000,
    ));

  test('with conditions in the scenario', () =>
    walks(
      { detector, commands: ['cut lan-A @ when output 2 held', 'crash A @ when output entry 3 acked'] },
      8_000_000,
    ));

  test('with a backup that is cloned', () =>
    walks({ detector, spares, commands: ['crash A @ 1ms'] }, 8_000_000));

  test('with a primary that moves', () =>
    walks({ detector, spares, commands: ['migrate primary C @ 1ms'] }, 6_000_000));

  test('with disks that are not shared', () => walks({ detector, disk: { shared: false } }, 8_000_000));

  test('with much at the first instant', () =>
    walks(
      {
        clients: [
          { requests: 10, startNs: 0 },
          { requests: 10, startNs: 0 },
        ],
        commands: ['cut log @ 0ns', 'mend log @ 0ns', 'cut lan-client2 @ 0ns', 'mend lan-client2 @ 2ms'],
      },
      6_000_000,
    ));
});
