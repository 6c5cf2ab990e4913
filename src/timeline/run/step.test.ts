// Steps: one state of a machine, entry or event on or back, and not a step of an instant further.
import { describe, expect, test } from 'vitest';
import { configOf, firstAt, MANY_RUNS, play } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import type { Host } from '../../world/state/world.ts';
import { comparePlaces } from './position.ts';
import { createRun, giveCommand, type MachinePlace, placeOf, type Run, seekRun } from './run.ts';
import { stepEntry, stepEvent, stepInstruction } from './step.ts';

const at = (ns: number): SimTime => ns as SimTime;

/** When the first request is sent, and when it comes to the primary, which slept until then. */
const story = play({}, at(3_000_000));
const SENT = firstAt(story, 'requestSent');
const ARRIVED = firstAt(story, 'requestArrived');

function runAt(ns: number, said: Record<string, unknown> = {}): Run {
  const run = createRun(configOf(said));
  seekRun(run, at(ns));
  return run;
}

const place = (run: Run, host: number): MachinePlace => placeOf(run.world.hosts[host] as Host);

const count = (run: Run, host: number): number => run.world.hosts[host]?.machine.cpu.instructions as number;

describe('an instruction', () => {
  test.each([
    ['on the primary while it executes', ARRIVED + 9_000, 0],
    ['on the backup while it executes', ARRIVED + 480_000, 1],
    ['on the primary while it sleeps: it wakes first', ARRIVED + 400_000, 0],
    ['on the backup while it waits for the log', ARRIVED + 300_000, 1],
  ])('%s', (_, ns, host) => {
    const run = runAt(ns);
    const from = count(run, host);
    // Packets are put in, interrupts are taken: states of their own, between instructions.
    for (let i = 1; i <= 8; i++) {
      const { instruction, changes } = place(run, host);
      stepInstruction(run, host, 1);
      expect([
        { instruction, changes: changes + 1 },
        { instruction: instruction + 1, changes: 0 },
      ]).toContainEqual(place(run, host));
    }
    expect(count(run, host)).toBeGreaterThan(from + 3);
  });

  test('on is taken at the very instant at which it retires', () => {
    const run = runAt(ARRIVED + 9_000);
    stepInstruction(run, 0, 1);
    const now = run.world.now;
    const n = count(run, 0);
    seekRun(run, at(now - 1));
    expect(count(run, 0)).toBe(n - 1);
  });

  test('back undoes it: the state is what it was when one less had retired', () => {
    const run = runAt(ARRIVED + 9_000);
    stepInstruction(run, 0, 1);
    const states: string[] = [];
    for (let i = 0; i < 8; i++) {
      states.push(hashWorld(run.world));
      stepInstruction(run, 0, 1);
    }
    const n = count(run, 0);
    for (const [i, state] of states.reverse().entries()) {
      stepInstruction(run, 0, -1);
      expect(count(run, 0)).toBe(n - 1 - i);
      expect(hashWorld(run.world)).toBe(state);
    }
  });

  test('back crosses sleep, and what happened meanwhile', () => {
    const run = runAt(ARRIVED + 56);
    const n = count(run, 0);
    expect(n).toBeGreaterThan(0);
    const places: MachinePlace[] = [];
    while (count(run, 0) > n - 2) {
      stepInstruction(run, 0, -1);
      places.push(place(run, 0));
    }
    // A packet came in, and its interrupt was taken.
    expect(places.filter(({ changes }) => changes > 0).length).toBeGreaterThan(1);
    expect(places).toEqual(places.toSorted((a, b) => comparePlaces(b, a)));
    expect(run.world.now).toBeLessThan(ARRIVED);
  });

  test('back from the first does nothing', () => {
    const run = createRun(configOf());
    stepInstruction(run, 0, -1);
    expect([run.world.now, count(run, 0)]).toEqual([0, 0]);
    stepInstruction(run, 0, 1);
    expect(count(run, 0)).toBe(1);
    stepInstruction(run, 0, -1);
    expect([run.world.now, count(run, 0)]).toEqual([0, 0]);
  });

  test('of a dead or halted machine does not come, and time stays where it is', () => {
    const run = runAt(5_000_000);
    giveCommand(run, { verb: 'crash', target: 'A' });
    stepInstruction(run, 0, 1);
    expect(run.world.now).toBe(5_000_000);
    stepInstruction(run, 0, -1);
    expect(run.world.now).toBeLessThan(5_000_000);
  });
});

describe('an entry', () => {
  test('on and back goes from one instant at which one was made or replayed to the next', () => {
    const run = runAt(2_000_000);
    const times: number[] = [];
    for (let i = 0; i < 12; i++) {
      stepEntry(run, 1);
      times.push(run.world.now);
    }
    const entries = run.facts.filter(
      ({ kind, at }) => (kind === 'recorded' || kind === 'replayed') && at > 2e6,
    );
    expect(times).toEqual([...new Set(entries.map((fact) => fact.at))].slice(0, 12));
    for (const time of times.toReversed().slice(1)) {
      stepEntry(run, -1);
      expect(run.world.now).toBe(time);
    }
  });

  test('back from the first goes to the beginning', () => {
    const run = runAt(100_000);
    stepEntry(run, -1);
    expect(run.world.now).toBe(0);
  });
});

describe('an event', () => {
  test('on goes from turn to turn of a failover', () => {
    const run = runAt(8_200_000);
    giveCommand(run, { verb: 'crash', target: 'A' });
    const kinds: string[] = [];
    for (let i = 0; i < 8; i++) {
      stepEvent(run, 1);
      kinds.push(...run.facts.filter((fact) => fact.at === run.world.now).map(({ kind }) => kind));
    }
    const turns = ['suspected', 'testAndSetSent', 'testAndSetWon', 'draining', 'wentLive', 'macMoved'];
    expect(kinds.filter((kind) => turns.includes(kind))).toEqual(turns);
  });

  test('on is found again in what is known already', () => {
    const run = runAt(9_000_000);
    seekRun(run, at(SENT));
    const reached = run.reached;
    stepEvent(run, 1);
    expect(run.world.now).toBe(ARRIVED);
    expect(run.reached).toBe(reached);
  });

  test('where nothing more happens the search ends, and the run stays where it was', {
    timeout: MANY_RUNS,
  }, () => {
    const run = runAt(1_000_000, { clients: [] });
    const before = hashWorld(run.world);
    stepEvent(run, 1);
    expect(run.world.now).toBe(1_000_000);
    expect(run.reached).toBe(1_000_000);
    expect(hashWorld(run.world)).toBe(before);
  });
});
