// A host's machine as it was at an instruction number, once everything that entered it there had entered.

import { instructionCount } from '../../machine/boundary.ts';
import type { MachineSnapshot } from '../../machine/machine.ts';
import { snapshotMachine } from '../../machine/machine.ts';
import { after, earlier, justAfter, type SimTime } from '../../sim/time.ts';
import { dueAt } from '../../world/state/pace.ts';
import { type Computer, instructionOf, lookahead, nextEventAt } from '../../world/state/world.ts';
import { advanceDiversion, type Diversion, divertAt, strideOf } from './diversion.ts';
import { latestSnapshot } from './history.ts';
import type { Run } from './run.ts';

/** After the machine has come there, so many instructions at a time are waited for the next. */
const STRIDE = 2000;

/**
 * A diversion where the machine has retired as many instructions as asked for, or `limit` if it does not come so far. Who moves the run itself
 * there wants its facts, snapshots and states one by one (machine-step.ts); here only the end counts.
 */
export function* divertToInstruction(
  run: Run,
  hostIndex: number,
  instruction: number,
  limit: SimTime,
): Generator<void, Diversion> {
  const before = latestSnapshot(
    run,
    limit,
    ({ instructions }) => (instructions[hostIndex] as number) <= instruction,
  );
  const diversion = divertAt(run, before ?? run.snapshots[0]!);
  const { world } = diversion;
  const host = world.computers[hostIndex] as Computer;
  while (instructionOf(host) < instruction && world.now < limit) {
    const bound = earlier(after(world.now, lookahead(world)), earlier(nextEventAt(world), limit));
    const next = earlier(bound, dueAt(host.pace, instructionCount(instruction)));
    advanceDiversion(diversion, next > world.now ? next : justAfter(world.now), () => {});
    yield;
  }
  return diversion;
}

/**
 * The machine of a host just before it begins its next instruction, so that every entry of the log that belongs to this number is in it;
 * as it is at `limit` when it begins none by then. Undefined when it has not retired so many by `limit`.
 */
export function* machineAt(
  run: Run,
  hostIndex: number,
  instruction: number,
  limit: SimTime,
): Generator<void, MachineSnapshot | undefined> {
  const diversion = yield* divertToInstruction(run, hostIndex, instruction, limit);
  const { world } = diversion;
  const host = world.computers[hostIndex] as Computer;
  if (instructionOf(host) !== instruction) return undefined;
  let found: MachineSnapshot | undefined;
  const begins = (_: unknown, next: number): void => {
    if (next === instruction + 1) found ??= snapshotMachine(host.machine);
  };
  while (found === undefined && world.now < limit) {
    advanceDiversion(diversion, earlier(after(world.now, strideOf(world, STRIDE)), limit), () => {}, {
      host: host.id,
      begins,
    });
    yield;
  }
  return found ?? snapshotMachine(host.machine);
}
