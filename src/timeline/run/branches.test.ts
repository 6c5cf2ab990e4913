// Branches: what begins one, what stays, what each differs in; and that memory stays within its bounds.
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../scenario/document.ts';
import { clients, configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import { toWorldConfig } from '../../scenario/to-world.ts';
import type { SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { differencesOf, documentOf, firstDifferingFact, reachedBy } from '../explain/compare-branches.ts';
import { changeScenario, deleteBranch, renameBranch, switchBranch } from './branches.ts';
import { createRun, giveCommand, memoryOf, type Run, runOn, seekRun } from './run.ts';

const at = (ns: number): SimTime => ns as SimTime;

function opened(said: Record<string, unknown> = {}): Run {
  const document = parseDocument({ clients: clients(10), ...said });
  if (!document.ok) throw new Error(document.error.message);
  return createRun(configOf(said), { scenario: document.value });
}

/** The state of a branch's own scenario, made from nothing else, at an instant. */
function madeAgain(run: Run, id: number, ns: number): string {
  const config = toWorldConfig(documentOf(run, id) as NonNullable<ReturnType<typeof documentOf>>);
  if (!config.ok) throw new Error(config.error);
  const made = stage(config.value);
  made.advanceTo(ns);
  return hashWorld(made.world);
}

describe('a branch', () => {
  test('begins where one acts in the past, and the run as it was stays', () => {
    const run = opened();
    runOn(run, at(12_000_000));
    const before = hashWorld(run.world);
    seekRun(run, at(8_200_000));
    giveCommand(run, { verb: 'crash', target: 'A' });
    expect(run.branches.map(({ id, name, parent, at }) => ({ id, name, parent, at }))).toEqual([
      { id: 1, name: '', parent: null, at: 0 },
      { id: 2, name: 'crash A', parent: 1, at: 8_200_000 },
    ]);
    runOn(run, at(30_000_000));
    expect(switchBranch(run, 1)).toBe(true);
    expect([run.branch, run.reached]).toEqual([1, 12_000_000]);
    seekRun(run, at(12_000_000));
    expect(hashWorld(run.world)).toBe(before);
    expect(reachedBy(run, 2)).toBe(30_000_000);
    for (const id of [1, 2]) {
      switchBranch(run, id);
      seekRun(run, at(11_000_000));
      expect(hashWorld(run.world), `branch ${id}`).toBe(madeAgain(run, id, 11_000_000));
    }
  });

  test('does not begin where the run has never been further', () => {
    const run = opened();
    runOn(run, at(5_000_000));
    giveCommand(run, { verb: 'cut', target: 'log' });
    giveCommand(run, { verb: 'mend', target: 'log' });
    expect(run.branches).toHaveLength(1);
  });

  test('begins where a condition that is given has come true', () => {
    const run = opened();
    runOn(run, at(12_000_000));
    giveCommand(run, { verb: 'crash', target: 'A', when: { kind: 'output', nth: 2, moment: 'released' } });
    const crash = run.facts.find(({ kind }) => kind === 'hostCrashed');
    expect(run.branches[1]?.at).toBe(crash?.at);
    expect(run.world.now).toBe(12_000_000);
    expect(hashWorld(run.world)).toBe(madeAgain(run, 2, 12_000_000));
  });

  test('of a changed scenario begins at the start, with the commands that were given', () => {
    const run = opened();
    runOn(run, at(4_000_000));
    giveCommand(run, { verb: 'cut', target: 'log' });
    const scenario = run.scenario as NonNullable<Run['scenario']>;
    const changed = { ...scenario, rules: { ...scenario.rules, outputRule: false } };
    expect(changeScenario(run, changed, 'without the Output Rule')).toEqual({ ok: true, value: 2 });
    expect(run.branches[1]).toMatchObject({ parent: 1, at: 0, name: 'without the Output Rule' });
    seekRun(run, at(6_000_000));
    expect(hashWorld(run.world)).toBe(madeAgain(run, 2, 6_000_000));
    expect(differencesOf(run, 1, 2)).toEqual([{ path: 'rules.outputRule', one: true, other: false }]);
  });

  test('of a guest that is wrong does not begin', () => {
    const run = opened();
    const scenario = { ...(run.scenario as NonNullable<Run['scenario']>) };
    const wrong = { ...scenario, machine: { ...scenario.machine, ramBytes: 4096 } };
    expect(changeScenario(run, wrong, '')).toMatchObject({ ok: false });
    expect([run.branch, run.branches.length]).toEqual([1, 1]);
  });

  test('is renamed and deleted, and those that began at it go on at its parent', () => {
    const run = opened();
    for (const ns of [9_000_000, 6_000_000]) {
      runOn(run, at(10_000_000));
      seekRun(run, at(ns));
      giveCommand(run, { verb: 'cut', target: 'lan-client1' });
    }
    expect(run.branches.map(({ parent }) => parent)).toEqual([null, 1, 2]);
    expect(renameBranch(run, 3, 'mine')).toBe(true);
    expect(deleteBranch(run, 3)).toMatchObject({ ok: false });
    expect(deleteBranch(run, 2)).toMatchObject({ ok: true });
    expect(run.branches.map(({ id, parent, name }) => ({ id, parent, name }))).toEqual([
      { id: 1, parent: null, name: '' },
      { id: 3, parent: 1, name: 'mine' },
    ]);
    expect([renameBranch(run, 2, ''), switchBranch(run, 2), deleteBranch(run, 2).ok]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('two branches', () => {
  test('differ in the commands given, and from the first fact on that these bring', () => {
    const run = opened();
    runOn(run, at(12_000_000));
    seekRun(run, at(8_200_000));
    giveCommand(run, { verb: 'crash', target: 'A' });
    runOn(run, at(12_000_000));
    expect(differencesOf(run, 1, 2)).toEqual([
      { path: 'commands.0', one: undefined, other: 'crash A @ 8.2ms' },
    ]);
    const found = firstDifferingFact(run, 1, 2);
    expect(found?.other).toMatchObject({ kind: 'hostCrashed', who: 'A', at: 8_200_000 });
    expect(found?.one.at).toBeGreaterThanOrEqual(8_200_000);
    expect(firstDifferingFact(run, 1, 1)).toBeUndefined();
  });
});

describe('memory', () => {
  const MEMORY = 2 * 1024 * 1024;

  test('stays within its bounds however long the run, with branches too', { timeout: MANY_RUNS }, () => {
    const document = parseDocument({ clients: clients(5000) });
    if (!document.ok) throw new Error(document.error.message);
    const config = toWorldConfig(document.value);
    if (!config.ok) throw new Error(config.error);
    const run = createRun(config.value, { scenario: document.value, memory: MEMORY });
    const held: number[] = [];
    for (let part = 1; part <= 4; part++) {
      runOn(run, at(part * 3e8));
      held.push(memoryOf(run));
    }
    expect(Math.max(...held)).toBeLessThan(MEMORY * 1.1);
    expect(run.facts.length).toBeLessThan(run.trace.total);
    for (let branch = 1; branch <= 2; branch++) {
      seekRun(run, at(run.reached - 1e8));
      giveCommand(run, { verb: 'cut', target: 'lan-client1' });
      runOn(run, at(run.reached + 2e8));
      expect(memoryOf(run)).toBeLessThan(MEMORY * 1.1);
    }
    switchBranch(run, 1);
    seekRun(run, at(5e8));
    const straight = stage(config.value);
    straight.advanceTo(5e8);
    expect(hashWorld(run.world)).toBe(hashWorld(straight.world));
  });
});
