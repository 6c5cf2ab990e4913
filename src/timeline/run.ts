// A run one can move in: what has happened so far, and snapshots to go back from. Going anywhere is replay from a snapshot.

import { after, type Duration, earlier, milliseconds, type SimTime, START } from '../sim/time.ts';
import { advance, start } from '../world/advance.ts';
import type { WorldConfig } from '../world/config.ts';
import { strike } from '../world/failures.ts';
import { type Fault, isConditional, type ScriptedCommand } from '../world/faults.ts';
import type { Observation } from '../world/observation.ts';
import { beginProperties, checkProperties } from '../world/properties/index.ts';
import type { PropertyState } from '../world/properties/property.ts';
import { copyPlain, restoreWorld, snapshotWorld, type WorldSnapshot } from '../world/snapshot.ts';
import { createWorld, instructionOf, setCommands, type World } from '../world/world.ts';
import { addToIndex, createIndex, type FactIndex, truncateIndex } from './fact-index.ts';
import { createTrace, forget, type InstructionTrace, noteInstruction } from './instruction-trace.ts';

export interface RunSnapshot {
  at: SimTime;
  world: WorldSnapshot;
  properties: PropertyState[];
  /** How many facts had been seen. */
  seen: number;
  /** How far each host's machine was. */
  instructions: number[];
}

export interface Run {
  world: World;
  properties: PropertyState[];
  /** Every fact of the run as far as it has ever gone, in order; those behind `seen` lie in the future of `world.now`. */
  facts: Observation[];
  seen: number;
  index: FactIndex;
  /** The latest instant that this run has been at. */
  reached: SimTime;
  /** Ascending, the first at the start. */
  snapshots: RunSnapshot[];
  snapshotEvery: Duration;
  /** One for each host, in their order. */
  traces: InstructionTrace[];
  /** Commands given by hand, beside those of the scenario. */
  given: ScriptedCommand[];
}

/** More snapshots than this are thinned to half, and taken half as often from then on. */
const SNAPSHOTS = 256;

/** Before an instant that is jumped to, this much is traced, so that one can see how the machines came there. */
export const TRACED_APPROACH = milliseconds(3);

/** And at least so many instructions of each machine, however long ago: between requests there may be few. */
const TRACED_INSTRUCTIONS = 1000;

/** A run at its first instant, with all that happens then behind it. */
export function createRun(config: WorldConfig): Run {
  const world = createWorld(config);
  const run: Run = {
    world,
    properties: beginProperties(config),
    facts: [],
    seen: 0,
    index: createIndex(),
    reached: START,
    snapshots: [],
    snapshotEvery: milliseconds(1),
    traces: world.hosts.map(createTrace),
    given: [],
  };
  start(world, (fact) => see(run, fact));
  advance(world, START, (fact) => see(run, fact));
  takeSnapshot(run);
  return run;
}

/** A fact of the present. In a stretch that is run again it is known already: the same run brings the same facts. */
function see(run: Run, fact: Observation): void {
  keep(run, fact);
  for (const { name, section } of checkProperties(run.properties, fact)) {
    keep(run, { at: fact.at, kind: 'violated', property: name, section });
  }
}

function keep(run: Run, fact: Observation): void {
  if (run.seen === run.facts.length) {
    addToIndex(run.index, fact, run.facts.length);
    run.facts.push(fact);
  }
  run.seen++;
}

/** Runs on to an instant, tracing every instruction. */
export function advanceRun(run: Run, until: SimTime): void {
  advanceTo(run, until, true);
}

function advanceTo(run: Run, until: SimTime, traced: boolean): void {
  const trace = traced
    ? (host: World['hosts'][number], instruction: number, pc: number) =>
        noteInstruction(run.traces[run.world.hosts.indexOf(host)] as InstructionTrace, instruction, pc)
    : undefined;
  while (run.world.now < until) {
    const due = after(lastSnapshot(run).at, run.snapshotEvery);
    const next = due < until && due > run.world.now ? due : until;
    advance(run.world, next, (fact) => see(run, fact), trace);
    if (next >= due) takeSnapshot(run);
  }
  if (run.world.now > run.reached) run.reached = run.world.now;
}

const lastSnapshot = (run: Run): RunSnapshot => run.snapshots.at(-1) as RunSnapshot;

function takeSnapshot(run: Run): void {
  run.snapshots.push({
    at: run.world.now,
    world: snapshotWorld(run.world),
    properties: copyPlain(run.properties),
    seen: run.seen,
    instructions: run.world.hosts.map(instructionOf),
  });
  if (run.snapshots.length <= SNAPSHOTS) return;
  run.snapshots = run.snapshots.filter((_, i) => i % 2 === 0);
  run.snapshotEvery = (run.snapshotEvery * 2) as Duration;
}

/** Goes to any instant, earlier or later. */
export function seekRun(run: Run, time: SimTime): void {
  const approach = Math.max(0, time - TRACED_APPROACH) as SimTime;
  if (time < run.world.now) restore(run, approach);
  // What is traced has to be traced without a gap, also where the run merely goes on.
  if (approach > run.world.now) advanceTo(run, approach, false);
  advanceTo(run, time, true);
  traceLatest(run);
}

/** What a machine did last is run once more to be traced, however long ago that was: it may have been quiet, or dead, for long. */
function traceLatest(run: Run): void {
  const { now, hosts } = run.world;
  const done = hosts.map(instructionOf);
  const lacking = done.map((count, i) => lacksEnd(run.traces[i] as InstructionTrace, count));
  if (!lacking.includes(true)) return;
  const known = run.traces;
  run.traces = known.map((trace, i) => (lacking[i] ? traceEnd(run, i, done[i] as number, now) : trace));
  restoreState(run, now);
  advanceTo(run, now, false);
}

const lacksEnd = (trace: InstructionTrace, done: number): boolean =>
  done > 0 && (trace.to < done || trace.from > Math.max(1, done - TRACED_INSTRUCTIONS + 1));

/** The trace of a host's machine up to the instruction that it has done by `end`. The run is left somewhere before that. */
function traceEnd(run: Run, hostIndex: number, done: number, end: SimTime): InstructionTrace {
  const from = Math.max(0, done - TRACED_INSTRUCTIONS);
  const before = run.snapshots.findLast(
    ({ at, instructions }) => at < end && (instructions[hostIndex] as number) <= from,
  );
  run.traces = run.world.hosts.map(createTrace);
  restoreState(run, before?.at ?? START);
  const host = run.world.hosts[hostIndex] as World['hosts'][number];
  while (instructionOf(host) < done && run.world.now < end) {
    advanceTo(run, earlier(after(run.world.now, TRACED_APPROACH), end), true);
  }
  return run.traces[hostIndex] as InstructionTrace;
}

/** The latest snapshot at or before an instant becomes the present. */
export function restore(run: Run, time: SimTime): void {
  restoreState(run, time);
  for (const trace of run.traces) forget(trace);
}

function restoreState(run: Run, time: SimTime): void {
  const snapshot = run.snapshots.findLast(({ at }) => at <= time) as RunSnapshot;
  restoreWorld(run.world, snapshot.world);
  run.properties = copyPlain(snapshot.properties);
  run.seen = snapshot.seen;
  // A snapshot may be older than commands that were given since, and know of others that were taken back.
  setCommandsToCome(run);
}

/** Those of the present instant have struck. */
function setCommandsToCome(run: Run): void {
  const { now } = run.world;
  setCommands(
    run.world,
    commandsOf(run).filter((command) => isConditional(command) || command.at > now),
    run.facts.slice(0, run.seen),
  );
}

/**
 * A fault strikes now, or once its condition comes true. What came later in this run so far is another run's future, and
 * is forgotten.
 */
export function giveCommand(run: Run, fault: Fault | ScriptedCommand): void {
  const { now } = run.world;
  run.facts.length = run.seen;
  truncateIndex(run.index, run.seen);
  run.reached = now;
  run.snapshots = run.snapshots.filter(({ at }) => at < now);
  const isConditioned = 'when' in fault;
  const past = run.given.filter((command) => isConditional(command) || command.at <= now);
  run.given = [...past, isConditioned ? fault : { ...fault, at: now }];
  setCommandsToCome(run);
  // Just as it will when the run is made again from its commands: behind everything else of this instant.
  if (!isConditioned) strike(run.world, fault, (fact) => see(run, fact));
  advance(run.world, now, (fact) => see(run, fact));
  if (run.snapshots.length === 0) takeSnapshot(run);
}

/** All commands of the run: the scenario's, then those given by hand. */
export const commandsOf = (run: Run): ScriptedCommand[] => [...run.world.config.commands, ...run.given];
