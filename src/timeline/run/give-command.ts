// Acting in a run: a fault now, or once its condition comes true. In the past it begins a branch.

import { runToCompletion } from '../../base/run-to-completion.ts';
import { justAfter, justBefore, type SimTime } from '../../sim/time.ts';
import { advance, giveNow } from '../../world/advance.ts';
import { type Conditional, catchUp, conditionalsAfter } from '../../world/language/conditions.ts';
import {
  type ConditionalCommand,
  type Fault,
  formatCommand,
  formatFault,
  isConditional,
  type ScriptedCommand,
} from '../../world/language/faults.ts';
import { copyPlain, packPlain } from '../../world/state/snapshot.ts';
import { createWorld } from '../../world/state/world.ts';
import { createWindow } from '../facts/fact-window.ts';
import { beginAnew, forgetFrom, fork, traceUpTo } from './branches.ts';
import { eachFact } from './derive-facts.ts';
import { forgetSnapshotsFrom, latestSnapshot, type RunSnapshot } from './history.ts';
import { createTrace } from './instruction-trace.ts';
import {
  advanceSlice,
  captureDue,
  finishInstant,
  type Run,
  restoreSnapshot,
  see,
  setCommandsToCome,
  sliceEnd,
} from './progress.ts';

/**
 * A fault strikes now, or once its condition comes true. If the run has been further than this, that stays as the branch it is,
 * and this is a new one. A condition counts from the beginning: if it has come true already, the run is another from there on.
 * Yields now and then; until it ends the run is as it was, and must not be moved. Whoever goes no further has not given the command.
 * @returns how many of its facts the run has in common with what it was
 */
export function* placeCommand(run: Run, fault: Fault | ScriptedCommand): Generator<void, number> {
  // A command comes behind everything else of its instant.
  finishInstant(run);
  if ('when' in fault) return yield* placeConditional(run, fault);
  const { now } = run.world;
  const common = run.base + run.seen;
  if (now < run.reached) fork(run, formatFault(fault), now, yield* traceUpTo(run, common));
  forgetFrom(run, now);
  run.given = [...givenBefore(run), { ...fault, at: now }];
  setCommandsToCome(run, run.world);
  giveNow(run.world, fault, (fact) => see(run, fact));
  advance(run.world, now, (fact) => see(run, fact));
  if (run.snapshots.length > 0) return common;
  run.opening = [...run.facts];
  captureDue(run);
  return common;
}

/** `placeCommand` to its end. */
export const giveCommand = (run: Run, fault: Fault | ScriptedCommand): number =>
  runToCompletion(placeCommand(run, fault));

/** What was given by hand up to now; conditions stay, whenever they may come true. */
const givenBefore = ({ given, world }: Run): ScriptedCommand[] =>
  given.filter((each) => isConditional(each) || each.at <= world.now);

function* placeConditional(run: Run, command: ConditionalCommand): Generator<void, number> {
  const { now } = run.world;
  const common = run.base + run.seen;
  const given = [...givenBefore(run), command];
  const counted = yield* countFromBeginning(run, command);
  const snapshots = run.snapshots.map((snapshot) =>
    withConditional(snapshot, counted.states.get(snapshot.seen)),
  );
  const { trueAt } = counted;
  if (trueAt !== undefined) {
    const made = yield* makeAgain({ ...run, given, snapshots, near: [] }, trueAt, now);
    if (trueAt < run.reached) fork(run, formatCommand(command), trueAt, made.trace);
    const { branches, branch, branchesMade, heldLimit } = run;
    Object.assign(run, made, { branches, branch, branchesMade, heldLimit });
    return counted.facts;
  }
  if (now < run.reached) fork(run, formatCommand(command), now, yield* traceUpTo(run, common));
  Object.assign(run, { given, snapshots, near: [] });
  forgetFrom(run, justAfter(now));
  setCommandsToCome(run, run.world);
  run.world.conditionals = [...run.world.conditionals, counted.last];
  return common;
}

/** How far a condition is at each of the run's snapshots, and now; `trueAt`: when it has come true, if it has, behind so many `facts`. */
function* countFromBeginning(run: Run, command: ConditionalCommand) {
  const [conditional] = conditionalsAfter([], [command]) as [Conditional];
  const states = new Map<number, Conditional>();
  const wanted = new Set(run.snapshots.map(({ seen }) => seen));
  let trueAt: SimTime | undefined;
  let facts = 0;
  yield* eachFact(run, (fact, number) => {
    if (wanted.has(number)) states.set(number, { ...conditional });
    if (trueAt === undefined && catchUp(conditional, fact)) {
      trueAt = fact.at;
      facts = number;
    }
  });
  for (const seen of wanted) if (!states.has(seen)) states.set(seen, { ...conditional });
  return { states, last: conditional, trueAt, facts };
}

/** Snapshots are shared between branches, so this is another one. */
function withConditional(snapshot: RunSnapshot, conditional: Conditional | undefined): RunSnapshot {
  if (conditional === undefined) return snapshot;
  const rest = copyPlain(snapshot.world.world);
  const world = packPlain({ ...rest, conditionals: [...rest.conditionals, conditional] }, undefined);
  return { ...snapshot, world: { ...snapshot.world, world } };
}

/** A run in a world of its own that is another one from an instant on, and has gone again to where this is. */
function* makeAgain(run: Run, instant: SimTime, now: SimTime): Generator<void, Run> {
  const before = latestSnapshot(run, justBefore(instant));
  const made = before === undefined ? anew(run) : yield* backAt(run, before);
  while (made.world.now < now) {
    yield;
    advanceSlice(made, sliceEnd(made, now));
  }
  return made;
}

function anew(run: Run): Run {
  const made = { ...run };
  beginAnew(made, run.world.config, run.scenario);
  return made;
}

function* backAt(run: Run, before: RunSnapshot): Generator<void, Run> {
  const made: Run = {
    ...run,
    world: createWorld(run.world.config),
    ...createWindow(0),
    factsMax: run.factsMax,
    opening: run.opening,
    trace: yield* traceUpTo(run, before.seen),
    traces: run.world.computers.map(createTrace),
  };
  restoreSnapshot(made, before);
  made.reached = before.at;
  forgetSnapshotsFrom(made, justAfter(before.at));
  return made;
}
