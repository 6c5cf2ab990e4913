// The run that is open, what is known of it, and what a request about it is handled with.

import type { ScenarioDocument } from '../scenario/document.ts';
import { sourcesOf } from '../scenario/guest.ts';
import { GUESTS } from '../scenario/guests/index.ts';
import type { Run } from '../timeline/run/run.ts';
import type { WorldConfig } from '../world/base/config.ts';
import type { AnswerTo, FrameAnswer, Refused, RequestKind, RequestOf, Viewport } from './protocol.ts';
import type { TaskRunner } from './task.ts';
import { buildFrame } from './view/build.ts';
import { dataAddress } from './view/data-address.ts';
import { createListing, type Listing } from './view/listing.ts';

export interface Opened {
  /** As the scenario had them when it was opened. */
  scenarioRules: ScenarioDocument['rules'];
  run: Run;
  /** What is known of the guest, for as long as the run has this configuration. */
  guest: { config: WorldConfig; listing: Listing; dataAddress: number | undefined };
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

/** What the page shows of the run where it stands. `isPaused`: it does not go on by itself. */
export function frame(opened: Opened, viewport: Viewport, id: number, isPaused: boolean): FrameAnswer {
  const { scenarioRules, run } = opened;
  if (opened.guest.config !== run.world.config) opened.guest = guestOf(run);
  const document = scenarioOf(opened);
  const guest = document.guest.program;
  const source = {
    run,
    listing: opened.guest.listing,
    scenario: { id: document.id ?? '', title: document.title },
    guest,
    scenarioRules,
    dataAddress: opened.guest.dataAddress,
    until: document.untilNs,
  };
  return { kind: 'frame', frame: buildFrame(source, viewport, id, isPaused) };
}

export function guestOf({ scenario, world: { config } }: Run): Opened['guest'] {
  const document = scenario as ScenarioDocument;
  const { program, source } = document.guest;
  return {
    config,
    listing: createListing(config.image, sourcesOf(document)),
    dataAddress: dataAddress(config.image, source ?? GUESTS[program]?.source ?? ''),
  };
}
