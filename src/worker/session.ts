// What the worker does with a request: the run it holds, and the answer. Knows neither messages nor the browser.

import { encodeLink } from '../scenario/codec.ts';
import { type ScenarioDocument, withoutDefaults } from '../scenario/document.ts';
import { instantAt } from '../sim/time.ts';
import { documentOf } from '../timeline/explain/compare-branches.ts';
import { deriveDetail, lacksDetail } from '../timeline/run/detail.ts';
import { deriveContext, lacksContext } from '../timeline/run/fact-context.ts';
import { positionOf, type Run } from '../timeline/run/run.ts';
import { hashWorld } from '../world/state/state-hash.ts';
import { keptBranches } from './branches.ts';
import { CHANGES } from './changes.ts';
import { assembleText, inspectFile, programText } from './editing.ts';
import type { TimelineWindow } from './frame.ts';
import { find, MOVES, runToHit } from './moves.ts';
import { goToPosition } from './navigation.ts';
import { type Asking, follow, frame, type Handlers, type Opened, refuse, scenarioOf } from './opened.ts';
import { open } from './opening.ts';
import type { Answer, Answers, FrameAnswer, Refused, Request, RequestOf, Viewport } from './protocol.ts';
import { QUERIES } from './queries.ts';
import { asTask, boxed, type TaskRunner } from './task.ts';
import { REACH, viewTimeline } from './view/timeline.ts';

export interface SessionState {
  opened: Opened | null;
}

export const createSession = (): SessionState => ({ opened: null });

type Act<R> = (opened: Opened, request: R, asking: Asking) => Promise<Refused | undefined>;

/** Does something to the run, and shows it as it is then. */
const shown =
  <R extends { viewport: Viewport }>(act: Act<R>) =>
  async (opened: Opened, request: R, asking: Asking): Promise<FrameAnswer | Refused> =>
    (await act(opened, request, asking)) ?? frame(opened, request.viewport, asking.id, true);

const HANDLERS: Handlers = {
  ...QUERIES,
  advance: async (opened, request, asking) =>
    (await MOVES.advance(opened, request, asking)) ?? frame(opened, request.viewport, asking.id, false),
  seek: shown(MOVES.seek),
  step: shown(MOVES.step),
  goTo: shown(MOVES.goTo),
  end: shown(MOVES.end),
  run: runToHit,
  find,
  command: shown(CHANGES.command),
  rules: shown(CHANGES.rules),
  program: shown(CHANGES.program),
  branch: shown(CHANGES.branch),
  renameBranch: shown(CHANGES.renameBranch),
  deleteBranch: shown(CHANGES.deleteBranch),
  memory: shown(CHANGES.memory),
  async view(opened, { inDetail = false, viewport }, { id, runner }) {
    const { run } = opened;
    if (follow(run, viewport)) await runner.run(goToPosition(run, positionOf(run)));
    const derived = inDetail ? await runner.run(asTask(boxed(deriveForView(run, viewport.timeline)))) : true;
    const answer = frame(opened, viewport, id, true);
    return derived === undefined ? { ...answer, isStopped: true } : answer;
  },
  timeline: ({ run }, { timeline }) => ({
    kind: 'timeline',
    timeline: viewTimeline(run, run.scenario?.guest.program ?? '', timeline),
  }),
  link,
  keep({ run }) {
    const on = run.branches.findIndex((branch) => branch.id === run.branch);
    return { kind: 'kept', branches: keptBranches(run), on, ...keptCursor(run) };
  },
  programText: (opened, { of }) => ({
    kind: 'programText',
    text: programText(scenarioOf(opened), of, opened.run.world.config),
  }),
  assemble: (opened, { of, source }) => assembleText(scenarioOf(opened), of, source),
  inspect: (_, { bytes }) => inspectFile(bytes),
};

/** They only show the run where it stands: what a machine did there that was not looked at has to be derived (`view`). */
const STAYING: ReadonlySet<string> = new Set(['view', 'renameBranch', 'deleteBranch', 'memory']);

const isKind = (kind: string): kind is keyof Handlers => Object.hasOwn(HANDLERS, kind);

/**
 * Answers a request. Nothing that is refused changes what was open before.
 * @param id of the request, which its frame names
 */
export async function answer(
  session: SessionState,
  id: number,
  request: Request,
  runner: TaskRunner,
): Promise<Answer> {
  const asking = { id, runner };
  if (request.kind === 'open') {
    const opening = await open(request, asking);
    if ('kind' in opening) return opening;
    session.opened = opening.opened;
    return opening.answer;
  }
  if (!isKind(request.kind)) return refuse(`There is no request "${request.kind}".`);
  return session.opened === null
    ? refuse('No scenario is open.', 'nothingOpen')
    : handle(session.opened, request, asking);
}

function handle<K extends keyof Handlers>(opened: Opened, request: RequestOf<K>, asking: Asking) {
  const handler: Handlers[K] = HANDLERS[request.kind];
  const { viewport } = request as { viewport?: Viewport };
  if (viewport !== undefined && !STAYING.has(request.kind)) follow(opened.run, viewport);
  return handler(opened, request, asking);
}

/** Derives again what the page would show of this instant and is not held any more. */
function* deriveForView(run: Run, { from, to }: TimelineWindow): Generator<void, void> {
  if (lacksContext(run)) yield* deriveContext(run);
  if (lacksDetail(run, from, to)) yield* deriveDetail(run, instantAt(from), instantAt(to + REACH));
}

function keptCursor(run: Run): { time: number; step?: number } {
  const { at, step } = positionOf(run);
  return { time: at, ...(step === undefined ? {} : { step }) };
}

/** The branch that is on as a link: its scenario with all that was done to it, and where it is. */
async function link({ run }: Opened): Promise<Answers['link']> {
  const { at, step } = positionOf(run);
  const now: ScenarioDocument = {
    ...(documentOf(run, run.branch) as ScenarioDocument),
    ...(at > 0
      ? {
          view: {
            cursorNs: at,
            ...(step === undefined ? {} : { cursorStep: step }),
            hash: hashWorld(run.world),
          },
        }
      : {}),
  };
  return { kind: 'link', hash: await encodeLink(now), document: withoutDefaults(now) };
}
