// Going to an instant, a slice at a time, so that whoever moves in a run can stop within a few milliseconds, whatever happens in it.

import { after, earlier, justAfter, justBefore, milliseconds, type SimTime, START } from '../../sim/time.ts';
import { type Computer, instructionOf } from '../../world/state/world.ts';
import { eventsBetween } from '../facts/trace-find.ts';
import { addNear, beginNear, latestSnapshot, type RunSnapshot } from './history.ts';
import { createTrace, type InstructionTrace } from './instruction-trace.ts';
import type { Position } from './position.ts';
import {
  advanceSlice,
  capture,
  fastestTime,
  isFollowed,
  type Run,
  restoreSnapshot,
  sliceEnd,
  stepWithin,
  tracingOf,
} from './progress.ts';

/** Where a run stands one sees how its machines came there: at least so many of the last instructions of each. */
export const TRACED_INSTRUCTIONS = 1000;

/** Instructions that are traced in one go: some hundred microseconds. */
const TRACED_SLICE = 250;

/** So much time before the cursor should have its facts held. */
const CONTEXT = milliseconds(3);

/** Facts behind which a host may count its instructions anew: it has another machine, or an earlier state of it. */
const NEW_LIVES = new Set([
  'hostRepaired',
  'rolledBack',
  'paired',
  'cloneFinished',
  'migrationFinished',
] as const);

/** A machine's last instructions, to be gone through once more. */
interface Lacking {
  host: number;
  /** How many it has retired where the run is to stand. */
  done: number;
}

interface Pass {
  from: RunSnapshot;
  lacking: Lacking[];
  /** A machine may come to the same number of instructions twice: then only the whole way tells. */
  isWhole: boolean;
}

/** Where in an instant a run is to stand: after so many of its steps, or as soon as a fact has been seen, by its number. */
export type Within = { readonly step: number } | { readonly fact: number };

/** On the way to an instant, or into one. In between the run stands at some other instant, and may stay there: see `abandonSeek`. */
export interface Seek {
  time: SimTime;
  /** Into the instant behind that; else everything that happens at it happens. */
  within: Within | null;
  stage: 'going' | 'tracing' | 'within' | 'there';
  passes: Pass[];
  /** The pass that is under way. */
  pass: Pass | null;
  /** Where the run is to stand, and what is known of the machines so far. */
  end: RunSnapshot | null;
  traces: InstructionTrace[];
}

/** Begins to go to an instant, or into it: from the present on, or from the snapshot that is closest before it. */
export function beginSeek(run: Run, instant: SimTime, within: Within | null = null): Seek {
  // Nothing has a step of the first instant for its place.
  const isWhole = within === null || instant === START;
  const time = isWhole ? instant : justBefore(instant);
  const seek: Seek = {
    time,
    within: isWhole ? null : within,
    stage: 'going',
    passes: [],
    pass: null,
    end: null,
    traces: [],
  };
  if (!isWhole && run.step !== null && run.world.now === instant && !isBeyond(run, within) && areTraced(run))
    return { ...seek, stage: 'within' };
  const from = latestSnapshot(run, time);
  const isBack = time < run.world.now;
  if (from !== undefined && (isBack || from.at > run.world.now)) {
    beginNear(run, from);
    restoreSnapshot(run, withContext(run, from, time));
  }
  return seek;
}

/** Whether the last instructions of all machines are known. */
const areTraced = (run: Run): boolean => {
  const { world, traces } = run;
  return world.computers.every(
    (host, i) => !isFollowed(run, host) || !lacksEnd(traces[i] as InstructionTrace, instructionOf(host)),
  );
};

/** Whether the run, in the middle of the instant, may have gone past there already. */
const isBeyond = (run: Run, within: Within): boolean =>
  'step' in within ? (run.step ?? 0) > within.step : run.base + run.seen > within.fact;

/** Goes to a position. */
export const beginSeekTo = (run: Run, { at, step }: Position): Seek =>
  beginSeek(run, at, step === undefined ? null : { step });

/** Facts from somewhat before the cursor are good to have: where none are held, one may begin a snapshot earlier. */
function withContext(run: Run, from: RunSnapshot, time: SimTime): RunSnapshot {
  const isHeld = from.seen > run.base && from.seen <= run.base + run.facts.length;
  const isEnough = time - from.at >= CONTEXT;
  return isHeld || isEnough ? from : (latestSnapshot(run, justBefore(from.at)) ?? from);
}

/**
 * Goes on for about so much work (instructions of all machines; a fact counts as some thousand).
 * @returns whether it is there
 */
export function continueSeek(run: Run, seek: Seek, work: number): boolean {
  let left = work;
  while (left > 0 && seek.stage !== 'there') {
    const before = run.work;
    if (seek.stage === 'going') goOn(run, seek);
    else if (seek.stage === 'within') goWithin(run, seek);
    else traceOn(run, seek);
    left -= Math.max(TRACED_SLICE, Math.abs(run.work - before));
  }
  return seek.stage === 'there';
}

/** Everything has been made known of what led to the instant; what is left are its own steps, which are few. */
const arrive = (seek: Seek): void => {
  seek.stage = seek.within === null ? 'there' : 'within';
};

function goWithin(run: Run, seek: Seek): void {
  const within = seek.within as Within;
  const isThere = (): boolean =>
    'step' in within ? (run.step ?? 0) >= within.step : run.base + run.seen > within.fact;
  const tracing = tracingOf(run);
  while (!isThere() && stepWithin(run, tracing) && run.step !== null);
  seek.stage = 'there';
}

function goOn(run: Run, seek: Seek): void {
  if (run.world.now < seek.time || run.step !== null) {
    advanceSlice(run, sliceEnd(run, seek.time));
    return;
  }
  seek.passes = lackingPasses(run);
  if (seek.passes.length === 0) {
    arrive(seek);
    return;
  }
  seek.stage = 'tracing';
  seek.traces = run.traces;
  seek.end = capture(run);
  addNear(run, seek.end);
}

/** What has to be gone through again for the machines' last instructions to be known: together what begins at one snapshot. */
function lackingPasses(run: Run): Pass[] {
  const { computers, now } = run.world;
  const passes: Pass[] = [];
  computers.forEach((host, i) => {
    if (!isFollowed(run, host)) return;
    const done = instructionOf(host);
    const trace = run.traces[i] as InstructionTrace;
    if (!lacksEnd(trace, done)) return;
    const first = Math.max(0, done - TRACED_INSTRUCTIONS);
    const from = latestSnapshot(
      run,
      now,
      ({ instructions, at }) => at < now && (instructions[i] as number) <= first,
    );
    if (from === undefined) return;
    const known = passes.find((pass) => pass.from === from);
    const lacking = { host: i, done };
    if (known) known.lacking.push(lacking);
    else passes.push({ from, lacking: [lacking], isWhole: mayCountAnew(run, from.at, now) });
  });
  return passes;
}

const lacksEnd = (trace: InstructionTrace, done: number): boolean =>
  done > 0 && (trace.to < done || trace.from > Math.max(1, done - TRACED_INSTRUCTIONS + 1));

/** Whether a host may have got another machine, or an earlier state of it, behind one instant and up to another. Unknown counts as yes. */
export function mayCountAnew(run: Run, from: SimTime, to: SimTime): boolean {
  return eventsBetween(run.trace, { kinds: NEW_LIVES }, justAfter(from), to, 1)?.length !== 0;
}

function traceOn(run: Run, seek: Seek): void {
  const end = seek.end as RunSnapshot;
  if (seek.pass === null) {
    seek.pass = seek.passes.pop() ?? null;
    if (seek.pass === null) {
      restoreSnapshot(run, end);
      run.traces = seek.traces;
      arrive(seek);
      return;
    }
    run.traces = run.world.computers.map(createTrace);
    restoreSnapshot(run, seek.pass.from);
    return;
  }
  if (run.world.now < end.at && isUnfinished(run, seek.pass)) tracePart(run, seek.pass, end.at);
  else endPass(run, seek, seek.pass);
}

const isUnfinished = ({ world }: Run, { lacking, isWhole }: Pass): boolean =>
  isWhole || lacking.some(({ host, done }) => instructionOf(world.computers[host] as Computer) < done);

function endPass(run: Run, seek: Seek, pass: Pass): void {
  seek.traces = seek.traces.map((trace, i) =>
    pass.lacking.some(({ host }) => host === i) ? (run.traces[i] as InstructionTrace) : trace,
  );
  seek.pass = null;
}

/** A slice of a pass: at full speed as long as what the machines do is not yet what one wants to see. */
function tracePart(run: Run, { lacking }: Pass, end: SimTime): void {
  const { world } = run;
  const wanted = lacking.filter(({ host, done }) => instructionOf(world.computers[host] as Computer) < done);
  const ahead = wanted.map(
    ({ host, done }) => done - TRACED_INSTRUCTIONS - instructionOf(world.computers[host] as Computer),
  );
  const least = Math.min(...ahead);
  if (least > TRACED_SLICE) {
    const reach = after(world.now, fastestTime(world, least));
    advanceSlice(run, earlier(reach, sliceEnd(run, end)));
    return;
  }
  const only = wanted.length === 1 ? world.computers[wanted[0]?.host as number]?.id : undefined;
  const reach = after(world.now, fastestTime(world, TRACED_SLICE));
  advanceSlice(run, earlier(reach, end), tracingOf(run, only));
}

/** Goes no further. Where only tracing was left to do, the run stands where it was to go. */
export function abandonSeek(run: Run, seek: Seek): void {
  if (seek.stage !== 'tracing') return;
  restoreSnapshot(run, seek.end as RunSnapshot);
  run.traces = seek.traces;
  seek.stage = 'there';
}

/** Makes the machines' last instructions known where the run stands. */
export function traceRun(run: Run): void {
  if (run.step === null) finishSeek(run, beginSeek(run, run.world.now));
}

export function finishSeek(run: Run, seek: Seek): void {
  while (!continueSeek(run, seek, Number.POSITIVE_INFINITY));
}
