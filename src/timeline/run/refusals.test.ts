// The instruction at which the second of two hosts is refused the flag, and the one at which a client throws a duplicate away.
import { expect, test } from 'vitest';
import { all, configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { plainPrograms, programOf, type WorldConfig } from '../../world/base/config.ts';
import { parseBreakpoint } from '../breakpoints/breakpoint-text.ts';
import { runToBreakpoint } from '../breakpoints/search.ts';
import { createRun, placeOf, type Run, runOn } from './run.ts';
import { stepInstruction } from './step.ts';

const FAR = 40_000_000 as SimTime;
/** No refusal takes longer, from the request's arrival on. */
const STEPS_MOST = 3_000;

const indexOf = ({ world }: Run, id: string): number => world.computers.findIndex((each) => each.id === id);

/** Steps through a computer's instructions from an instant on, until the one at a label is next; and finds the same by a breakpoint. */
function stepTo(config: WorldConfig, id: string, label: string, from: number): Run {
  const hosts = config.hosts.map((host) => host.id);
  const clients = config.clients.map((client) => client.id);
  const known = { hosts, clients, image: config.image, plain: plainPrograms(config) };
  const breakpoint = parseBreakpoint(`at ${label} on ${id}`, known);
  if (!breakpoint.ok) throw new Error(breakpoint.error);
  const jumped = createRun(config);
  const hit = runToBreakpoint(jumped, [breakpoint.value], 'forward', FAR);
  expect(hit).toMatchObject({ host: id });

  const run = createRun(config);
  const index = indexOf(run, id);
  const { machine } = run.world.computers[index]!;
  const wanted = programOf(config, id).symbols.get(label);
  runOn(run, (from - 1) as SimTime);
  let steps = 0;
  for (; machine.cpu.pc !== wanted && steps < STEPS_MOST; steps++) {
    const before = placeOf(run.world.computers[index]!);
    stepInstruction(run, index, 1);
    const { instruction, changes } = placeOf(run.world.computers[index]!);
    // Never more than one at a time: an instruction, or a change without one.
    expect([instruction - before.instruction, changes]).toEqual(
      instruction === before.instruction ? [0, before.changes + 1] : [1, 0],
    );
  }
  expect(steps).toBeGreaterThan(100);
  expect(placeOf(run.world.computers[index]!)).toEqual(placeOf(jumped.world.computers[index]!));
  return run;
}

const quick = { clients: [{ requests: 3 }], detector: { timeoutNs: 2_000_000 } };

/** When each host's question for the flag comes to the disk. */
const questionsOf = (commands: readonly string[]) => {
  const { facts, advanceTo } = stage(configOf({ ...quick, commands }));
  advanceTo(FAR);
  return all(facts, 'storageArrived').filter(({ operation }) => operation === 'testAndSet');
};

test.each([
  { first: 'A', second: 'B', cuts: ['cut log @ 3ms'] },
  // B hears nothing any more, and A only a little later.
  { first: 'B', second: 'A', cuts: ['cut log-A out @ 3ms', 'cut log-A in @ 4ms'] },
])(
  '$first and $second ask for the flag at one instant: the steps of the disk lead to the refusal of $second',
  {
    timeout: MANY_RUNS,
  },
  ({ first, second, cuts }) => {
    const [early, late] = questionsOf(cuts);
    expect([early?.host, late?.host]).toEqual([first, second]);
    const commands = [...cuts, `delay storage-${first} ${late!.at - early!.at}ns @ ${early!.at - 100_000}ns`];
    expect(questionsOf(commands).slice(0, 2)).toMatchObject([
      { host: first, at: late!.at },
      { host: second, at: late!.at },
    ]);
    const config = configOf({ ...quick, commands });
    const { world } = stepTo(config, 'disk', 'flag_refused', late!.at);
    // a0 has the slot, t1 the host that asks, t4 the flag as it is: the generation and who has it.
    const { x } = world.disk.machine.cpu;
    const number = (id: string): number => world.hosts.findIndex((host) => host.id === id) + 1;
    expect([x[6], x[29]]).toEqual([number(second), (1 << 8) | number(first)]);
  },
);

test('every frame comes twice: the steps of a client lead to where it throws the second answer away', {
  timeout: MANY_RUNS,
}, () => {
  const config = configOf({ ...quick, commands: ['duplicate lan 100% @ 1ms'] });
  const { facts, advanceTo } = stage(config);
  advanceTo(FAR);
  const [answered] = all(facts, 'answered');
  const [again] = all(facts, 'answeredAgain');
  expect(again).toMatchObject({ request: answered!.request, value: answered!.value });
  const { world } = stepTo(config, 'client1', 'answer_duplicate', answered!.at);
  // t1 has the number that the answer is for.
  expect(world.clients[0]!.machine.cpu.x[6]).toBe(again!.request);
});
