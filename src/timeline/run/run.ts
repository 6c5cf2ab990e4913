// A run one can move in: what has happened so far, and snapshots to go back from. Going anywhere is replay from a snapshot.

import type { ScenarioDocument } from '../../scenario/document.ts';
import { type SimTime, START } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import { beginProperties } from '../../world/properties/index.ts';
import { createWorld } from '../../world/state/world.ts';
import { createWindow, factsIn, windowBytes } from '../facts/fact-window.ts';
import { createGauges } from '../facts/gauges.ts';
import { createTraceIndex, limitColumns, traceBytes } from '../facts/trace-index.ts';
import { parkedBytes } from './branches.ts';
import { detailBytes } from './detail.ts';
import {
  beginNear,
  COLUMNS_SHARE,
  createHistory,
  FACTS_SHARE,
  latestSnapshot,
  type RunSnapshot,
  snapshotLimit,
  thin,
} from './history.ts';
import { createTrace } from './instruction-trace.ts';
import type { Position } from './position.ts';
import { advanceTo, begin, type Run, restoreSnapshot, tracingOf } from './progress.ts';
import { beginSeek, beginSeekTo, finishSeek } from './seek.ts';

export { giveCommand, placeCommand } from './give-command.ts';
export type { RunSnapshot } from './history.ts';
export {
  comparePositions,
  formatPlace,
  type MachinePlace,
  type Position,
  parsePlace,
  placeOf,
} from './position.ts';
export { commandsOf, positionOf, type Run } from './progress.ts';
export { traceRun } from './seek.ts';

const MEBIBYTE = 1024 * 1024;

/** What a run's history, facts and trace may take, unless it is told otherwise. */
export const MEMORY = 256 * MEBIBYTE;

/** What a run is told beside its configuration. */
export interface RunOptions {
  /** The document that the configuration was made from. */
  scenario?: ScenarioDocument;
  /** Bytes that its history, facts and trace may take. */
  memory?: number;
}

/** A run at its first instant, with all that happens then behind it. */
export function createRun(config: WorldConfig, { scenario, memory = MEMORY }: RunOptions = {}): Run {
  const world = createWorld(config);
  const run: Run = {
    world,
    scenario: scenario ?? null,
    properties: beginProperties(config),
    ...createWindow(memory * FACTS_SHARE),
    ...createHistory(snapshotLimit(memory)),
    trace: createTraceIndex(memory * COLUMNS_SHARE),
    gauges: createGauges(config),
    detail: null,
    step: null,
    seenBefore: null,
    reached: START,
    storedSince: START,
    work: 0,
    traces: world.computers.map(createTrace),
    followed: null,
    given: [],
    branches: [{ id: 1, name: '', parent: null, at: START, parked: null }],
    branch: 1,
    branchesMade: 1,
    memory,
  };
  begin(run);
  return run;
}

/** Runs on to an instant at full speed. Where it stands then, `traceRun` tells what the machines did last. */
export function runOn(run: Run, until: SimTime): void {
  advanceTo(run, until);
}

/** Runs on to an instant, tracing every instruction: some hundred times slower. */
export function advanceRun(run: Run, until: SimTime): void {
  advanceTo(run, until, tracingOf(run));
}

/** Goes to any instant, earlier or later. */
export function seekRun(run: Run, time: SimTime): void {
  finishSeek(run, beginSeek(run, time));
}

/** Goes to any position, earlier or later; where an instant has fewer steps, to its end. */
export function seekPosition(run: Run, position: Position): void {
  finishSeek(run, beginSeekTo(run, position));
}

/** The latest snapshot at or before an instant becomes the present. */
export function restore(run: Run, time: SimTime): void {
  const snapshot = latestSnapshot(run, time) as RunSnapshot;
  beginNear(run, snapshot);
  restoreSnapshot(run, snapshot);
}

/**
 * From now on history, facts and trace may take so much memory, in bytes. Of what does not fit any more snapshots and columns go at once;
 * facts with the next one.
 */
export function limitMemory(run: Run, bytes: number): void {
  run.memory = bytes;
  run.heldLimit = snapshotLimit(bytes) - parkedBytes(run);
  run.factsMax = factsIn(bytes * FACTS_SHARE);
  limitColumns(run.trace, bytes * COLUMNS_SHARE);
  thin(run);
}

/** Estimated memory that the run's history, facts and trace take, with those of its other branches, in bytes. */
export const memoryOf = (run: Run): number =>
  run.heldBytes + windowBytes(run) + traceBytes(run.trace) + detailBytes(run) + parkedBytes(run);
