// In the middle of an instant nothing is told of what its later steps do.
import { expect, test } from 'vitest';
import { runToCompletion } from '../../base/run-to-completion.ts';
import { configOf } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { instructionOf } from '../../world/state/world.ts';
import { eachFact, gatherSeen } from '../run/derive-facts.ts';
import {
  createRun,
  type Position,
  placeOf,
  positionOf,
  type Run,
  seekPosition,
  seekRun,
} from '../run/run.ts';
import { stepInstruction } from '../run/step.ts';
import { compareStates } from './diff.ts';
import { callStackOf } from './inspect/call-stack.ts';
import { lastWriter } from './last-writer.ts';

const A0 = 10;

/** Four instructions in each nanosecond: a0 changes with every second, each read of the clock is an entry, and each call is another. */
const SOURCE = `
_start:
  csrw mie, zero
again:
  addi a0, a0, 1
  csrr a1, time
  addi a0, a0, 1
  call called
  j again
called:
  addi a0, a0, 1
  ret
`;

const CONFIG = configOf({
  guest: { program: 'compute', source: SOURCE },
  clients: [],
  machine: { instructionsPerSecond: 4_000_000_000 },
});

const INSTANT = 1_000 as SimTime;

/** Visits all that the run has from an instant on, one instruction after the other, until that is over. */
function positionsFrom(run: Run): Position[] {
  seekRun(run, INSTANT);
  const positions: Position[] = [];
  while (positions.length < 24) {
    stepInstruction(run, 0, 1);
    positions.push(positionOf(run));
  }
  expect(positions.filter(({ step }) => step !== undefined).length).toBeGreaterThan(10);
  return positions;
}

test.each([
  ['that has been further', 100_000],
  ['that has let its facts go', 4_096],
])('of a run %s', (_, memory) => {
  const run = createRun(CONFIG, { memory });
  const positions = positionsFrom(run);
  seekRun(run, 20_000 as SimTime);
  let before = 0;
  for (const position of positions) {
    seekPosition(run, position);
    const host = run.world.hosts[0]!;
    const { cpu } = host.machine;
    const done = instructionOf(host);
    if (before > 0) expect(done).toBe(before + 1);
    before = done;
    expect(runToCompletion(callStackOf(run, 0)).pc).toBe(cpu.pc);
    const writer = lastWriter(run, 'A', { register: A0 });
    expect(writer).toMatchObject({ by: 'instruction' });
    if (writer.by === 'instruction') {
      expect(writer.instruction).toBeLessThanOrEqual(done);
      expect(done - writer.instruction).toBeLessThan(4);
    }
    const seen = runToCompletion(gatherSeen(run, run.world.now));
    expect(seen.every((fact) => !('instruction' in fact) || fact.instruction <= done)).toBe(true);
    let facts = 0;
    runToCompletion(
      eachFact(run, () => {
        facts++;
      }),
    );
    expect(facts).toBe(run.base + run.seen);
  }
});

test('two positions of one instant are compared as they are', () => {
  const run = createRun(CONFIG);
  const positions = positionsFrom(run);
  const places = positions.map((position) => {
    seekPosition(run, position);
    return placeOf(run.world.hosts[0]!).instruction;
  });
  seekRun(run, 2_000 as SimTime);
  for (let i = 1; i < positions.length; i++) {
    const [a] = runToCompletion(compareStates(run, positions[i - 1]!, positions[i]!));
    const count = a?.difference.registers.find(({ name }) => name === 'instructions');
    expect(count).toMatchObject({ left: places[i - 1], right: places[i] });
  }
});
