// What moves in the run: on, to an instant, by a unit, to where something happens.

import { earlier, instantAt, START, within } from '../sim/time.ts';
import { findFact } from '../timeline/explain/find-fact.ts';
import { breakpointsOf, viewHit } from './breakpoints.ts';
import { viewFound } from './finding.ts';
import { goTo, goToBreakpoint, goToDestination, goToFact, runOn, runToEnd, stepBy } from './navigation.ts';
import { type Asking, frame, type Opened, refuse, scenarioOf } from './opened.ts';
import type { AnswerTo, Refused, RequestOf } from './protocol.ts';
import { asTask, boxed } from './task.ts';

/** Where the scenario ends. */
const boundOf = (opened: Opened) => instantAt(scenarioOf(opened).untilNs);

/** Each says why it was refused, if it was. */
export const MOVES = {
  async advance(opened: Opened, { until }: RequestOf<'advance'>, { runner }: Asking) {
    const { run } = opened;
    runOn(run, earlier(instantAt(Math.floor(until)), boundOf(opened)), runner.isTimeUp);
    await runner.run(goTo(run, run.world.now));
    return undefined;
  },
  async seek(opened: Opened, { time }: RequestOf<'seek'>, { runner }: Asking) {
    await runner.run(goTo(opened.run, within(START, instantAt(Math.round(time)), boundOf(opened))));
    return undefined;
  },
  async step({ run }: Opened, { unit, direction, host }: RequestOf<'step'>, { runner }: Asking) {
    const isThere = await runner.run(stepBy(run, unit, direction, host));
    return isThere ? undefined : NO_FURTHER;
  },
  async goTo({ run }: Opened, { place }: RequestOf<'goTo'>, { runner }: Asking) {
    const isThere = await runner.run(goToDestination(run, place));
    return isThere ? undefined : refuse('The run never comes there.', 'neverThere');
  },
  async end(opened: Opened, _: RequestOf<'end'>, { runner }: Asking) {
    await runner.run(runToEnd(opened.run, boundOf(opened)));
    return undefined;
  },
};

const NO_FURTHER: Refused = {
  ...refuse('Nothing of the kind happens within the next second.', 'noFurther'),
  isCalm: true,
};

/** To a breakpoint. */
export async function runToHit(
  opened: Opened,
  request: RequestOf<'run'>,
  { id, runner }: Asking,
): Promise<AnswerTo<'run'>> {
  const { run } = opened;
  const breakpoints = breakpointsOf(run, request.breakpoints);
  if (!breakpoints.ok) return refuse(breakpoints.error);
  const { untilNs } = scenarioOf(opened);
  const hit = await runner.run(goToBreakpoint(run, breakpoints.value, request.direction, instantAt(untilNs)));
  const answered = frame(opened, request.viewport, id, true);
  if (hit === 'stopped') return { ...answered, isStopped: true };
  return { ...answered, hit: hit === 'none' ? null : viewHit(opened, hit) };
}

/** To a fact that is looked for. */
export async function find(
  opened: Opened,
  request: RequestOf<'find'>,
  { id, runner }: Asking,
): Promise<AnswerTo<'find'>> {
  const { run } = opened;
  const { query, direction, viewport } = request;
  const finding = await runner.run(asTask(boxed(findFact(run, query, direction))));
  if (finding?.value !== undefined) await runner.run(goToFact(run, finding.value));
  const answered = frame(opened, viewport, id, true);
  if (finding === undefined) return { ...answered, isStopped: true };
  return { ...answered, found: finding.value === undefined ? null : viewFound(run, query, finding.value) };
}
