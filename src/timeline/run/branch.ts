// A branch: a run beside others of the same beginning. It is its scenario and its commands; what else is kept of it only saves time.

import type { ScenarioDocument } from '../../scenario/document.ts';
import type { SimTime } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import type { ScriptedCommand } from '../../world/language/faults.ts';
import type { Observation } from '../../world/state/observation.ts';
import type { TraceIndex } from '../facts/trace-index.ts';
import type { RunSnapshot } from './history.ts';

/** What is kept of a branch while another one is on. */
export interface Parked {
  config: WorldConfig;
  scenario: ScenarioDocument | null;
  given: ScriptedCommand[];
  reached: SimTime;
  snapshots: RunSnapshot[];
  spacing: number;
  /** Of the snapshots that no other branch holds, in bytes. */
  ownBytes: number;
  opening: Observation[];
  /** Null once it has been let go for want of memory: then the snapshots are but the first. */
  trace: TraceIndex | null;
}

export interface Branch {
  /** Counted from 1 in the order in which they began. */
  id: number;
  /** What the person calls it; at first, the command or change that it began with, '' for the first. */
  name: string;
  parent: number | null;
  /** Where it leaves its parent; the start, when the scenario itself was changed. */
  at: SimTime;
  /** Null for the branch that is on. */
  parked: Parked | null;
}
