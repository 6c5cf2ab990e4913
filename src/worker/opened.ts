// The run that is open, what is known of it, and what a request about it is handled with.

import type { ScenarioDocument } from '../scenario/document.ts';
import type { Run } from '../timeline/run/run.ts';
import type { AnswerTo, FrameAnswer, Refused, RequestKind, RequestOf, Viewport } from './protocol.ts';
import type { TaskRunner } from './task.ts';
import { buildFrame } from './view/build.ts';
import { type Programs, programsOf } from './view/program.ts';

export interface Opened {
  /** As the scenario had them when it was opened. */
  scenarioRules: ScenarioDocument['rules'];
  run: Run;
  /** What the computers execute. */
  programs: Programs;
}

/** How a request is asked: `id` is what its frame names. */
export interface Asking {
  id: number;
  runner: TaskRunner;
}

type OrPromise<T> = T | Promise<T>;

/** What answers each kind of request about the run that is open. */
export type Handlers = {
  readonly [K in Exclude<RequestKind, 'open'>]: (
    opened: Opened,
    request: RequestOf<K>,
    asking: Asking,
  ) => OrPromise<AnswerTo<K>>;
};

/** The scenario of the branch that is on, as it was before commands were given by hand. */
export const scenarioOf = ({ run }: Opened): ScenarioDocument => run.scenario as ScenarioDocument;

export const refuse = (message: string, key?: string): Refused => ({
  kind: 'refused',
  message,
  ...(key === undefined ? {} : { key: `refused.${key}` }),
});

/** From now on the last instructions of the plain host are known that the page has open. @returns whether that is another one than before */
export function follow(run: Run, { opened }: Viewport): boolean {
  const before = run.followed;
  run.followed = opened?.host ?? null;
  return run.followed !== before;
}

/** What the page shows of the run where it stands. `isPaused`: it does not go on by itself. */
export function frame(opened: Opened, viewport: Viewport, id: number, isPaused: boolean): FrameAnswer {
  const { scenarioRules, run } = opened;
  if (opened.programs.config !== run.world.config) opened.programs = programsOf(run);
  const document = scenarioOf(opened);
  const guest = document.guest.program;
  const source = {
    run,
    programs: opened.programs,
    scenario: { id: document.id ?? '', title: document.title },
    guest,
    scenarioRules,
    until: document.untilNs,
  };
  return { kind: 'frame', frame: buildFrame(source, viewport, id, isPaused) };
}
