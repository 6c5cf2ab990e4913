// A run that is under way: its world with all that has been seen of it, on from the present, or back to a snapshot.

import { beginStoredLines, storedLines } from '../../machine/machine.ts';
import type { ScenarioDocument } from '../../scenario/document.ts';
import {
  after,
  type Duration,
  earlier,
  justAfter,
  later,
  longer,
  nanoseconds,
  type SimTime,
  START,
  shorter,
} from '../../sim/time.ts';
import {
  advance,
  advanceSome,
  isInstantOver,
  start,
  stepInstant,
  type Tracing,
} from '../../world/advance.ts';
import { isConditional, type ScriptedCommand } from '../../world/language/faults.ts';
import { checkProperties } from '../../world/properties/index.ts';
import type { PropertyState } from '../../world/properties/property.ts';
import type { Observation } from '../../world/state/observation.ts';
import { copyPlain, copyPlainBeside, restoreWorld, snapshotWorld } from '../../world/state/snapshot.ts';
import {
  type Computer,
  instructionOf,
  isHost,
  nextEventAt,
  setCommands,
  type World,
} from '../../world/state/world.ts';
import { type FactWindow, keepFact, moveWindow } from '../facts/fact-window.ts';
import type { Gauges } from '../facts/gauges.ts';
import { type TraceIndex, traceFact } from '../facts/trace-index.ts';
import type { Branch } from './branch.ts';
import type { Detail } from './detail.ts';
import {
  addNear,
  addSnapshot,
  FACT_WORK,
  type History,
  isNearDue,
  isSnapshotDue,
  latestSnapshot,
  type RunSnapshot,
  type Stored,
} from './history.ts';
import { type InstructionTrace, noteInstruction, noteTrap, rewindTrace } from './instruction-trace.ts';
import { type Position, placeOf } from './position.ts';

/** `facts`, `seen` and `index` are of the facts that are held: a stretch around the cursor, of a short run all. */
export interface Run extends History, FactWindow {
  world: World;
  /** The document that its world was made from, if it was. */
  scenario: ScenarioDocument | null;
  properties: PropertyState[];
  /** All facts of the run as far as it has ever gone, in columns. */
  trace: TraceIndex;
  /** At the present instant. */
  gauges: Gauges;
  /** Of a stretch whose own columns have been let go. */
  detail: Detail | null;
  /** How many steps of the present instant have been made; null: everything that happens at it has happened. See `Position`. */
  step: number | null;
  /** Where the present was come to by a step of its instant: how many facts there were before that. */
  seenBefore: number | null;
  /** The latest instant that this run has been at. */
  reached: SimTime;
  /** From when on stores to memory have been noted: from the last of the evenly spread snapshots before now. */
  storedSince: SimTime;
  /** How much work the run was until now: instructions retired, and facts by `FACT_WORK`. */
  work: number;
  /** What the machines did last, one for each host, in their order. */
  traces: InstructionTrace[];
  /** The plain host at whose machine somebody looks, if at any. */
  followed: string | null;
  /** Commands given by hand, beside those of the scenario. */
  given: ScriptedCommand[];
  /** Parallel runs, in the order in which they began, and the id of the one that this is. */
  branches: Branch[];
  branch: number;
  /** How many branches there ever were. */
  branchesMade: number;
  /** Memory that history, facts and trace may take, in bytes. */
  memory: number;
}

/** A run is looked at after about so many instructions of its fastest machine. */
const SLICE_INSTRUCTIONS = 20_000;

/** And after so many nanoseconds at most: events take time too. */
const SLICE_MIN = nanoseconds(1000);
const SLICE_MAX = nanoseconds(1_000_000);

/** And after so many stops and events: a guest that reads its clock in a loop is all stops. */
export const HAPPENING_MAX = 16;

/** All that happens at the first instant, and a snapshot behind it. */
export function begin(run: Run): void {
  start(run.world, (fact) => see(run, fact));
  advance(run.world, START, (fact) => see(run, fact));
  run.opening = [...run.facts];
  captureDue(run);
}

/** A fact of the present, and what properties conclude from it. */
export function see(run: Run, fact: Observation): void {
  keep(run, fact);
  for (const concluded of conclude(run.properties, fact)) keep(run, concluded);
}

/** A property that breaks is a fact of its own, behind the one that broke it. */
function conclude(properties: PropertyState[], fact: Observation): Observation[] {
  const broken = checkProperties(properties, fact);
  return broken.map(({ name, section }) => ({ at: fact.at, kind: 'violated', property: name, section }));
}

/** In a stretch that is run again all is known already: the same run brings the same facts. */
function keep(run: Run, fact: Observation): void {
  traceFact(run.trace, run.gauges, fact, run.base + run.seen < run.trace.total);
  keepFact(run, fact);
  run.work += FACT_WORK;
}

/** Notes every instruction of the machines that are followed, or of one. */
export function tracingOf(run: Run, host?: string): Tracing {
  const { computers } = run.world;
  const traceOf = (host: Computer): InstructionTrace =>
    run.traces[computers.indexOf(host)] as InstructionTrace;
  return {
    host: host ?? ((each) => isFollowed(run, each)),
    retires: (host, instruction, pc) => noteInstruction(traceOf(host), instruction, pc, run.world.now),
    traps: (host, instruction, pc) => {
      const { mcause, mtval } = host.machine.cpu;
      noteTrap(traceOf(host), { ...placeOf(host), instruction, pc, cause: mcause, value: mtval });
    },
  };
}

/** Whether it is worth knowing what a machine executed last: of the VM's always, of a plain host's while somebody looks at it. */
export const isFollowed = ({ followed }: Run, computer: Computer): boolean =>
  isHost(computer) || followed === computer.id;

/** How long the fastest machine of the VM's takes for so many instructions, in nanoseconds: none of them does more in that time. */
export function fastestTime({ config }: World, instructions: number): Duration {
  const paces = config.hosts.map((host) => host.instructionPicoseconds * (1 - host.speedNoisePpm / 1e6));
  return nanoseconds(Math.max(1, Math.floor((instructions * Math.min(...paces)) / 1000)));
}

/** Where a slice of the way to `until` ends. Where nobody executes it goes to the next event. */
export function sliceEnd(
  { world }: { world: World },
  until: SimTime,
  instructions = SLICE_INSTRUCTIONS,
): SimTime {
  const length = shorter(SLICE_MAX, longer(SLICE_MIN, fastestTime(world, instructions)));
  const end = after(world.now, length);
  const isAnyExecuting = world.computers.some(({ pace }) => pace.isExecuting);
  const next = isAnyExecuting ? end : later(end, nextEventAt(world));
  return earlier(until, next);
}

/** Runs on towards an instant that is not far, as long as not too much happens, and takes the snapshots that are due there. */
export function advanceSlice(run: Run, until: SimTime, tracing?: Tracing): void {
  const { world } = run;
  counting(run, () => advanceSome(world, until, HAPPENING_MAX, (fact) => see(run, fact), tracing));
  run.step = null;
  run.seenBefore = null;
  if (isSnapshotDue(run, world.now, run.work)) captureDue(run);
  else if (world.now <= run.reached && isNearDue(run, world.now, run.work)) addNear(run, capture(run));
  if (world.now > run.reached) run.reached = world.now;
}

/** Counts what is executed as work. */
function counting<T>(run: Run, execute: () => T): T {
  const { computers } = run.world;
  const before = computers.map(instructionOf);
  const result = execute();
  computers.forEach((host, i) => {
    run.work += Math.max(0, instructionOf(host) - (before[i] as number));
  });
  return result;
}

/** Where the run stands. */
export const positionOf = ({ world, step }: Run): Position =>
  step === null ? { at: world.now } : { at: world.now, step };

/**
 * Makes one step of an instant: of the present one where some of its steps are left, else of the next one.
 * @returns false when nothing is left of it: then the run stands at its end
 */
export function stepWithin(run: Run, tracing?: Tracing): boolean {
  const { world } = run;
  const instant = run.step === null ? justAfter(world.now) : world.now;
  run.seenBefore = run.base + run.seen;
  const made = counting(run, () => stepInstant(world, instant, (fact) => see(run, fact), tracing));
  run.step = isInstantOver(world, instant) ? null : (run.step ?? 0) + 1;
  if (instant > run.reached) run.reached = instant;
  return made;
}

/** Everything that happens at the present instant happens. */
export function finishInstant(run: Run): void {
  if (run.step !== null) advanceSlice(run, run.world.now);
}

/** Runs on to an instant, slice by slice. */
export function advanceTo(run: Run, until: SimTime, tracing?: Tracing): void {
  finishInstant(run);
  while (run.world.now < until) advanceSlice(run, sliceEnd(run, until), tracing);
}

/** Adds the run as it is now to those of its snapshots that are evenly spread. Stores are noted anew. */
export function captureDue(run: Run): void {
  addSnapshot(run, capture(run));
  noteStores(run, nothingStored(run));
}

const nothingStored = ({ world: { now, computers } }: Run): Stored => ({
  since: now,
  lines: computers.map(() => new Int32Array(0)),
});

/** What has been stored to until now. */
export const storedNow = ({ world, storedSince }: Run): Stored => ({
  since: storedSince,
  lines: world.computers.map(({ machine }) => storedLines(machine)),
});

/** Stores are noted beside these. The world is at one of its snapshots. */
function noteStores(run: Run, { since, lines }: Stored): void {
  run.storedSince = since;
  run.world.computers.forEach(({ machine }, i) => {
    beginStoredLines(machine, lines[i] ?? null);
  });
}

/** The run as it is now, to go back to. */
export function capture(run: Run): RunSnapshot {
  const { world, properties, gauges, base, seen, work } = run;
  const before = latestSnapshot(run, world.now);
  return {
    at: world.now,
    stored: storedNow(run),
    world: snapshotWorld(world, before?.world),
    properties: copyPlainBeside(properties, before?.properties),
    gauges: copyPlainBeside(gauges, before?.gauges),
    seen: base + seen,
    instructions: world.computers.map(instructionOf),
    work,
    bytes: 0,
  };
}

/** A snapshot of this run becomes the present. What the machines did before it stays known. */
export function restoreSnapshot(run: Run, snapshot: RunSnapshot): void {
  putWorldBack(run, snapshot);
  run.step = null;
  run.seenBefore = null;
  noteStores(run, run.snapshots.includes(snapshot) ? nothingStored(run) : snapshot.stored);
  run.properties = copyPlain(snapshot.properties);
  run.gauges = copyPlain(snapshot.gauges);
  moveWindow(run, snapshot.seen);
  run.work = snapshot.work;
  run.traces.forEach((trace, i) => {
    rewindTrace(trace, placeOf(run.world.computers[i] as Computer), snapshot.at);
  });
}

/** The world of a snapshot, with the commands that the run has now. */
function putWorldBack(run: Run, snapshot: RunSnapshot): void {
  restoreWorld(run.world, snapshot.world);
  setCommandsToCome(run, run.world);
}

/**
 * A snapshot may be older than timed commands that were given since, and know of others that were taken back. Those of the
 * present instant have struck. Conditional ones it counts itself: see `giveConditional`.
 */
export function setCommandsToCome(run: Run, world: World): void {
  const { now, conditionals } = world;
  setCommands(
    world,
    commandsOf(run).filter((command) => !isConditional(command) && command.at > now),
  );
  world.conditionals = conditionals;
}

/** All commands of the run: the scenario's, then those given by hand. */
export const commandsOf = (run: Run): ScriptedCommand[] => [...run.world.config.commands, ...run.given];
