// Parallel runs: acting in the past begins a branch, and what was its future stays another one.

import { err, ok, type Result } from '../../base/result.ts';
import { runToCompletion } from '../../base/run-to-completion.ts';
import type { ScenarioDocument } from '../../scenario/document.ts';
import { toWorldConfig } from '../../scenario/to-world.ts';
import { type SimTime, START } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import { beginProperties } from '../../world/properties/index.ts';
import type { Observation } from '../../world/state/observation.ts';
import { copyPlain } from '../../world/state/snapshot.ts';
import { createWorld } from '../../world/state/world.ts';
import { countBelow } from '../facts/fact-index.ts';
import { createWindow, forgetFuture } from '../facts/fact-window.ts';
import { createGauges } from '../facts/gauges.ts';
import {
  createTraceIndex,
  forkTrace,
  type TraceIndex,
  traceBytes,
  traceFact,
  truncateTrace,
} from '../facts/trace-index.ts';
import type { Branch, Parked } from './branch.ts';
import { deriveFacts } from './derive-facts.ts';
import {
  createHistory,
  forgetSnapshotsFrom,
  latestSnapshot,
  type RunSnapshot,
  snapshotLimit,
} from './history.ts';
import { createTrace } from './instruction-trace.ts';
import { begin, type Run, restoreSnapshot } from './progress.ts';

/** What branches that are not on may take of a run's memory. */
const PARKED_SHARE = 1 / 4;

/** Forgets what came from an instant on, which is not before the present: it is another run's. */
export function forgetFrom(run: Run, instant: SimTime): void {
  forgetFuture(run);
  forgetSnapshotsFrom(run, instant);
  run.reached = run.world.now;
  const total = run.base + run.seen;
  if (!truncateTrace(run.trace, total)) run.trace = runToCompletion(traceUpTo(run, total));
}

/**
 * A trace of a run's first facts, as many as `total`, to go its own way from there. Where the columns have been let go, facts are gone
 * through again from before that chunk of them on. The run must not be moved before it ends, and is left as it is.
 */
export function* traceUpTo(run: Run, total: number): Generator<void, TraceIndex> {
  const { trace, opening, snapshots, world } = run;
  const fork = forkTrace(trace, total);
  if (fork !== undefined) return fork;
  const chunk = trace.chunks[countBelow(trace.chunks, ({ from }) => from <= total) - 1];
  const begin = chunk?.from ?? 0;
  const made = forkTrace(trace, begin) ?? emptyTrace(run);
  const before = latestSnapshot(run, world.now, ({ seen }) => seen <= begin);
  const gauges = before === undefined ? createGauges(world.config) : copyPlain(before.gauges);
  const add = (fact: Observation, number: number): void => {
    if (number < total) traceFact(made, gauges, fact, number < begin);
  };
  if (before === undefined) opening.forEach(add);
  for (const _ of deriveFacts(run, before ?? (snapshots[0] as RunSnapshot), world.now, add)) {
    if (made.total >= total) break;
    yield;
  }
  return made;
}

const emptyTrace = ({ trace }: Run) => ({ ...createTraceIndex(0), columnsMax: trace.columnsMax });

/** The run goes on as a new branch, which leaves the one that it was at an instant, with a trace of its own. */
export function fork(run: Run, name: string, at: SimTime, trace: TraceIndex): void {
  const parent = run.branch;
  const parked = park(run);
  branchOf(run, parent).parked = parked;
  addBranch(run, name, parent, at);
  run.snapshots = [...run.snapshots];
  run.trace = trace;
  makeRoom(run);
}

function addBranch(run: Run, name: string, parent: number, at: SimTime): void {
  run.branchesMade++;
  run.branch = run.branchesMade;
  run.branches.push({ id: run.branch, name, parent, at, parked: null });
}

const branchOf = (run: Run, id: number): Branch => run.branches.find((branch) => branch.id === id) as Branch;

function park(run: Run): Parked {
  const { world, scenario, given, reached, snapshots, spacing, opening, trace } = run;
  const ownBytes = snapshots.reduce((sum, { at, bytes }) => sum + (at >= world.now ? bytes : 0), 0);
  return {
    config: world.config,
    scenario,
    given: [...given],
    reached,
    snapshots,
    spacing,
    ownBytes,
    opening,
    trace,
  };
}

/** What the branches that are not on hold, in bytes. */
export const parkedBytes = ({ branches }: Run): number =>
  branches.reduce(
    (sum, { parked }) =>
      sum + (parked === null ? 0 : parked.ownBytes + (parked.trace === null ? 0 : traceBytes(parked.trace))),
    0,
  );

/** The branch that began first lets go first; what parked ones hold, the present one may not. */
function makeRoom(run: Run): void {
  for (const { parked } of run.branches) {
    if (parkedBytes(run) <= run.memory * PARKED_SHARE) break;
    if (parked === null || parked.trace === null) continue;
    parked.snapshots = parked.snapshots.slice(0, 1);
    parked.ownBytes = 0;
    parked.trace = null;
  }
  run.heldLimit = snapshotLimit(run.memory) - parkedBytes(run);
}

/** The run from its first instant, of this configuration. */
export function beginAnew(run: Run, config: WorldConfig, scenario: ScenarioDocument | null): void {
  const commands = run.given;
  const world = createWorld({ ...config, commands: [...config.commands, ...commands] });
  world.config = config;
  Object.assign(run, {
    world,
    scenario,
    properties: beginProperties(config),
    ...createWindow(0),
    factsMax: run.factsMax,
    ...createHistory(run.heldLimit),
    trace: emptyTrace(run),
    gauges: createGauges(config),
    step: null,
    seenBefore: null,
    reached: START,
    work: 0,
    traces: world.computers.map(createTrace),
  });
  begin(run);
}

/**
 * The run under a changed scenario (rules, parameters, the guest): a new branch from the start. It stands at its first instant;
 * commands given by hand stay.
 * @returns the branch's id, or one sentence that says what is wrong with the guest
 */
export function changeScenario(run: Run, scenario: ScenarioDocument, name: string): Result<number> {
  const config = toWorldConfig(scenario);
  if (!config.ok) return config;
  const parent = run.branch;
  branchOf(run, parent).parked = park(run);
  addBranch(run, name, parent, START);
  makeRoom(run);
  beginAnew(run, config.value, scenario);
  return ok(run.branch);
}

/** Another branch is on: it stands at its latest snapshot at or before the present instant. @returns whether there is such a branch */
export function switchBranch(run: Run, id: number): boolean {
  const branch = run.branches.find((each) => each.id === id);
  if (id === run.branch) return true;
  if (branch === undefined || branch.parked === null) return false;
  const { now } = run.world;
  branchOf(run, run.branch).parked = park(run);
  const { parked } = branch;
  branch.parked = null;
  run.branch = id;
  takeOver(run, parked);
  makeRoom(run);
  const snapshot = latestSnapshot(run, now) as RunSnapshot;
  restoreSnapshot(run, snapshot);
  return true;
}

function takeOver(
  run: Run,
  { config, scenario, given, reached, snapshots, spacing, opening, trace }: Parked,
): void {
  const world = config === run.world.config ? run.world : createWorld(config);
  Object.assign(run, {
    world,
    scenario,
    given,
    ...createWindow(0),
    factsMax: run.factsMax,
    opening,
    ...createHistory(run.heldLimit),
    snapshots,
    spacing,
    heldBytes: snapshots.reduce((sum, { bytes }) => sum + bytes, 0),
    traces: world.computers.map(createTrace),
    trace: trace ?? emptyTrace(run),
    reached: trace === null ? START : reached,
  });
  if (trace !== null) return;
  const gauges = createGauges(config);
  for (const fact of opening) traceFact(run.trace, gauges, fact);
}

/** @returns whether there is such a branch */
export function renameBranch(run: Run, id: number, name: string): boolean {
  const branch = run.branches.find((each) => each.id === id);
  if (branch === undefined) return false;
  branch.name = name;
  return true;
}

/** Branches that began at it go on as if they had begun at its parent. The one that is on stays. @returns one sentence if it does */
export function deleteBranch(run: Run, id: number): Result<null> {
  const branch = run.branches.find((each) => each.id === id);
  if (branch === undefined) return err(`There is no branch ${id}.`);
  if (id === run.branch) return err('The branch that is on cannot be deleted: switch to another one first.');
  run.branches = run.branches.filter((each) => each !== branch);
  for (const child of run.branches) if (child.parent === id) child.parent = branch.parent;
  makeRoom(run);
  return ok(null);
}
