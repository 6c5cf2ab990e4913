// Whatever the worker is asked, between two chances to stop little is done; and stopped at any of them the run is whole.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { runToCompletion } from '../base/run-to-completion.ts';
import { START } from '../sim/time.ts';
import { gatherFacts } from '../timeline/run/derive-facts.ts';
import { FACT_WORK } from '../timeline/run/history.ts';
import { HAPPENING_MAX } from '../timeline/run/progress.ts';
import type { Observer } from '../world/state/observation.ts';
import { hashWorld } from '../world/state/state-hash.ts';
import { instructionOf, type World } from '../world/state/world.ts';
import type { Answer } from './protocol.ts';
import type { Task, TaskRunner } from './task.ts';
import { opened, type TestSession } from './testing/worker.ts';

/** Work since the last chance to stop, in any world: instructions, and facts by what they weigh. */
let work = 0;

type Advance = (world: World, until: never, ...rest: never[]) => unknown;

/** The real one, and what it did is counted. */
function counted(advance: Advance, observerAt: number): Advance {
  return (...given) => {
    const [world] = given;
    const before = world.hosts.map(instructionOf);
    const observe = given[observerAt] as unknown as Observer;
    const counting: Observer = (fact) => {
      work += FACT_WORK;
      observe(fact);
    };
    const all = given.map((each, i) => (i === observerAt ? counting : each));
    const result = advance(...(all as Parameters<Advance>));
    world.hosts.forEach((host, i) => {
      work += Math.max(0, instructionOf(host) - (before[i] as number));
    });
    return result;
  };
}

vi.mock('../world/advance.ts', async (load) => {
  const real = await load<typeof import('../world/advance.ts')>();
  return {
    ...real,
    advance: counted(real.advance as Advance, 2),
    advanceSome: counted(real.advanceSome as Advance, 3),
    stepInstant: counted(real.stepInstant as Advance, 2),
  };
});

/** What a slice may come to: its instructions, and some facts of each of its last stops and events. */
const WORK_MAX = 250_000;

type Asked = Parameters<TestSession['ask']>[0];

/** Asks, and stops at the n-th chance if it comes to that. */
async function askUntil({ ask }: TestSession, request: Asked, chance: number) {
  let chances = 0;
  let most = 0;
  work = 0;
  const note = (): void => {
    most = Math.max(most, work);
    work = 0;
  };
  const run = async <T>(task: Task<T>): Promise<T> => {
    for (;;) {
      note();
      const { done, value } = task.next(chances++ >= chance ? 'stop' : 'continue');
      note();
      if (done) return value;
    }
  };
  let times = 0;
  const runner: Partial<TaskRunner> = { run, isTimeUp: () => ++times > 3 };
  const answered: Answer = await ask(request, runner);
  note();
  return { answered, chances, most };
}

/** Everything of a run that must be as if nothing had been asked. */
function stateOf({ session }: TestSession) {
  const { run } = session.opened!;
  const { world, reached, given, branch, branchesMade, branches, trace } = run;
  return {
    hash: hashWorld(world),
    facts: runToCompletion(gatherFacts(run, START, world.now)),
    branches: branches.map(({ parked, ...each }) => ({ ...each, isOn: parked === null })),
    reached,
    given,
    branch,
    branchesMade,
    events: trace.total,
  };
}

const ENDLESS = '_start: csrw mie, zero\n';
const untilNs = 3_600_000_000_000;

/** The first two are in an endless loop with interrupts off. */
const GUESTS: Record<string, { document: Record<string, unknown>; end: number }> = {
  computes: {
    document: {
      untilNs,
      guest: {
        program: 'compute',
        source: `${ENDLESS}la sp, word\n0: addi a0, a0, 1\nsw a0, 0(sp)\nj 0b\n.bss\nword: .zero 4\n`,
      },
      clients: [],
      machine: { instructionsPerSecond: 50_000_000 },
      // No entry tells of the flipped bit: whatever looks for a broken property looks for it all the time.
      log: { progressNs: 0 },
      commands: ['flip A 0x80000f00.0 @ 1ms'],
    },
    end: 4_000_000,
  },
  'reads the clock': {
    document: {
      untilNs,
      guest: { program: 'compute', source: `${ENDLESS}0: csrr a0, time\nj 0b\n` },
      clients: [],
      machine: { instructionsPerSecond: 400_000_000 },
      links: { log: { latencyNs: 20_000 } },
      log: { sendBufferBytes: 4000 },
    },
    end: 300_000,
  },
  answers: {
    document: {
      untilNs,
      clients: [
        { requests: 30, thinkNs: 0 },
        { requests: 30, thinkNs: 0 },
      ],
      commands: ['crash B @ 11ms'],
    },
    end: 12_000_000,
  },
};

/** So little memory that facts and their columns have been let go. */
const MEMORY = 128 * 1024;

/** Two branches, and the second at an instant of its past. */
async function sessionOf(document: Record<string, unknown>, end: number): Promise<TestSession> {
  const session = await opened(document);
  await session.frame({ kind: 'open', source: { document }, memory: MEMORY });
  await session.frame({ kind: 'seek', time: end });
  await session.frame({ kind: 'seek', time: Math.floor(end * 0.4) });
  await session.frame({ kind: 'command', text: 'cut storage-B' });
  await session.frame({ kind: 'seek', time: end });
  await session.frame({ kind: 'seek', time: Math.floor(end * 0.8) });
  return session;
}

const questions = (end: number): Asked[] => [
  { kind: 'compare', of: { hosts: ['A', 'B'] } },
  { kind: 'compare', of: { from: { at: end * 0.1 }, to: { at: end * 0.7, step: 2 } } },
  { kind: 'why', query: { of: 'divergence' } },
  { kind: 'why', query: { of: 'live', host: 'B' } },
  { kind: 'why', query: { of: 'stopped', host: 'A' } },
  { kind: 'why', query: { of: 'request', client: 'client1', request: 1 } },
  { kind: 'why', query: { of: 'register', host: 'A', register: 's11' } },
  { kind: 'why', query: { of: 'memory', host: 'A', address: 0x8000_0000, length: 4 } },
  { kind: 'machine', query: { host: 'A', part: 'calls' } },
  { kind: 'playBranches', one: 1, other: 2 },
  { kind: 'compareBranches', one: 1, other: 2 },
  { kind: 'run', breakpoints: ['property'], direction: 'forward' },
  { kind: 'run', breakpoints: ['property'], direction: 'backward' },
  { kind: 'run', breakpoints: ['register s11 5'], direction: 'forward' },
  { kind: 'run', breakpoints: ['register s11 5'], direction: 'backward' },
];

/** That never comes true, that has come true, and at once in the past: the columns of these facts have been let go. */
const commands: Asked[] = [
  { kind: 'command', text: 'crash B @ when output 100000 held' },
  { kind: 'command', text: 'cut lan-B @ when entry 5 recorded' },
  { kind: 'command', text: 'cut lan-B' },
];

const moves = (end: number): Asked[] => [
  { kind: 'seek', time: end * 1.5 },
  { kind: 'seek', time: end * 0.5 },
  { kind: 'seek', time: end * 0.1 },
  { kind: 'step', unit: 'failure', direction: -1 },
  { kind: 'step', unit: 'failure', direction: 1 },
  { kind: 'step', unit: 'output', direction: 1 },
  { kind: 'step', unit: 'entry', direction: -1 },
  { kind: 'step', unit: 'instruction', direction: -1, host: 'A' },
  { kind: 'advance', until: end * 2 },
  { kind: 'end' },
  { kind: 'branch', id: 1 },
  { kind: 'rules', rules: { outputRule: false } },
  { kind: 'view' },
];

/** Searches that would go on for an hour of simulated time are stopped at this one; all else is done by then. */
const CHANCES_MAX = 24;

describe.each(Object.entries(GUESTS))('a guest that %s', (_, { document, end }) => {
  let session: TestSession;
  beforeAll(async () => {
    session = await sessionOf(document, end);
  });

  test.each(questions(end))(
    '%j: little at a time, and stopped it leaves the run as it was',
    async (request) => {
      const before = stateOf(session);
      const { chances, most, answered } = await askUntil(session, request, CHANCES_MAX);
      expect(most).toBeLessThan(WORK_MAX);
      expect(answered.kind).not.toBe('refused');
      for (const chance of [0, chances >> 1]) {
        await askUntil(session, request, chance);
        expect(stateOf(session)).toEqual(before);
      }
    },
  );

  test.each(commands)('%j: little at a time, and stopped it was not given', async (request) => {
    const { branch, given } = session.session.opened!.run;
    await goBack(session, end, branch);
    const placing = await chancesOfPlacing(session, request);
    const after = stateOf(session);
    expect(after.given).toHaveLength(given.length + 1);
    await goBack(session, end, branch);
    const before = stateOf(session);
    for (const chance of [0, placing >> 1, placing - 1].filter((chance) => chance >= 0 && chance < placing)) {
      await askUntil(session, request, chance);
      expect(stateOf(session)).toEqual(before);
    }
    const { most } = await askUntil(session, request, Number.POSITIVE_INFINITY);
    expect(most).toBeLessThan(WORK_MAX);
    expect([stateOf(session).hash, stateOf(session).facts]).toEqual([after.hash, after.facts]);
    await goBack(session, end, branch);
  });

  test.each(moves(end))(
    '%j: little at a time, and wherever it is stopped the run is whole',
    async (request) => {
      const { branch } = session.session.opened!.run;
      await goBack(session, end, branch);
      const { hash } = stateOf(session);
      const { chances, most } = await askUntil(session, request, CHANCES_MAX);
      expect(most).toBeLessThan(WORK_MAX);
      await goBack(session, end, branch);
      await askUntil(session, request, chances >> 1);
      await goBack(session, end, branch);
      expect(stateOf(session).hash).toBe(hash);
    },
  );
});

/** Where all of this began: the run has been further, so that a command begins a branch. */
async function goBack(session: TestSession, end: number, branch: number): Promise<void> {
  await backTo(session, branch);
  for (const time of [end, Math.floor(end * 0.8)])
    await askUntil(session, { kind: 'seek', time }, Number.POSITIVE_INFINITY);
}

const backTo = (session: TestSession, id: number) =>
  askUntil(session, { kind: 'branch', id }, Number.POSITIVE_INFINITY);

/** How many chances there are until a command takes effect; it is given then. */
async function chancesOfPlacing({ session, ask }: TestSession, request: Asked): Promise<number> {
  const { run } = session.opened!;
  const { given } = run;
  let chances = 0;
  let placed = 0;
  await ask(request, {
    run: async (task) => {
      for (;;) {
        const { done, value } = task.next('continue');
        if (run.given === given) chances++;
        else placed ||= chances;
        if (done) return value;
      }
    },
  });
  return placed;
}

test('a slice ends where too much happens', () => {
  expect(HAPPENING_MAX * 3 * FACT_WORK).toBeLessThan(WORK_MAX);
});
