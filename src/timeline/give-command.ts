// Acting in a run: a fault now, or once its condition comes true. In the past it begins a branch.

import type { SimTime } from '../sim/time.ts';
import { advance } from '../world/advance.ts';
import { type Conditional, catchUp, conditionalsAfter } from '../world/conditions.ts';
import { strike } from '../world/failures.ts';
import {
  type ConditionalCommand,
  type Fault,
  formatCommand,
  formatFault,
  isConditional,
  type ScriptedCommand,
} from '../world/faults.ts';
import { eachFact } from './again.ts';
import { beginAnew, forgetFrom, fork } from './branches.ts';
import { addSnapshot, latestSnapshot, type RunSnapshot } from './history.ts';
import { advanceTo, capture, type Run, restoreSnapshot, see, setCommandsToCome } from './progress.ts';

/**
 * A fault strikes now, or once its condition comes true. If the run has been further than this, that stays as the branch it is,
 * and this is a new one. A condition counts from the beginning: if it has come true already, the run is another from there on.
 * @returns how many of its facts the run has in common with what it was
 */
export function giveCommand(run: Run, fault: Fault | ScriptedCommand): number {
  if ('when' in fault) return giveConditional(run, fault);
  const { now } = run.world;
  const common = run.base + run.seen;
  const command = { ...fault, at: now };
  if (now < run.reached) fork(run, formatFault(fault), now);
  forgetFrom(run, now);
  const past = run.given.filter((each) => isConditional(each) || each.at <= now);
  run.given = [...past, command];
  setCommandsToCome(run, run.world);
  // Just as it will when the run is made again from its commands: behind everything else of this instant.
  strike(run.world, fault, (fact) => see(run, fact));
  advance(run.world, now, (fact) => see(run, fact));
  if (run.snapshots.length > 0) return common;
  run.opening = [...run.facts];
  addSnapshot(run, capture(run));
  return common;
}

function giveConditional(run: Run, command: ConditionalCommand): number {
  const { now } = run.world;
  const common = run.base + run.seen;
  const counted = countFromBeginning(run, command);
  const from = counted.trueAt ?? now;
  if (from < run.reached) fork(run, formatCommand(command), from);
  const past = run.given.filter((each) => isConditional(each) || each.at <= now);
  run.given = [...past, command];
  run.near = [];
  run.snapshots = run.snapshots.map((snapshot) =>
    withConditional(snapshot, counted.states.get(snapshot.seen)),
  );
  if (counted.trueAt === undefined) {
    forgetFrom(run, (now + 1) as SimTime);
    setCommandsToCome(run, run.world);
    run.world.conditionals = [...run.world.conditionals, counted.last];
    return common;
  }
  makeAgainFrom(run, counted.trueAt, now);
  return counted.facts;
}

/** How far a condition is at each of the run's snapshots, and now; `trueAt`: when it has come true, if it has, behind so many `facts`. */
function countFromBeginning(run: Run, command: ConditionalCommand) {
  const [conditional] = conditionalsAfter([], [command]) as [Conditional];
  const states = new Map<number, Conditional>();
  const wanted = new Set(run.snapshots.map(({ seen }) => seen));
  let trueAt: SimTime | undefined;
  let facts = 0;
  eachFact(run, (fact, number) => {
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
  const { world } = snapshot.world;
  const conditionals = [...world.conditionals, conditional];
  return { ...snapshot, world: { ...snapshot.world, world: { ...world, conditionals } } };
}

/** The run is another one from an instant on, and goes again to where it is. */
function makeAgainFrom(run: Run, instant: SimTime, now: SimTime): void {
  const before = latestSnapshot(run, (instant - 1) as SimTime);
  if (before === undefined) {
    beginAnew(run, run.world.config, run.scenario);
  } else {
    restoreSnapshot(run, before);
    forgetFrom(run, (before.at + 1) as SimTime);
  }
  advanceTo(run, now);
}
