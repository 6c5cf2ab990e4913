// What the worker does with a request: the run it holds, and the answer. Knows neither messages nor the browser.

import { unreachable } from '../base/assert.ts';
import { targetsOf } from '../scenario/checks.ts';
import { decodeLink, encodeLink } from '../scenario/codec.ts';
import { parseDocument, type ScenarioDocument, withoutDefaults } from '../scenario/document.ts';
import { sourcesOf } from '../scenario/guest.ts';
import { GUESTS } from '../scenario/guests/index.ts';
import { builtIn } from '../scenario/library/index.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt, START, within } from '../sim/time.ts';
import { documentOf } from '../timeline/explain/compare-branches.ts';
import { findFact } from '../timeline/explain/find-fact.ts';
import { changeScenario, deleteBranch, renameBranch, switchBranch } from '../timeline/run/branches.ts';
import { deriveDetail, lacksDetail } from '../timeline/run/detail.ts';
import { deriveContext, lacksContext } from '../timeline/run/fact-context.ts';
import { createRun, limitMemory, MEMORY, placeCommand, type Run } from '../timeline/run/run.ts';
import type { WorldConfig } from '../world/base/config.ts';
import { parseCommand } from '../world/language/faults.ts';
import { hashWorld } from '../world/state/state-hash.ts';
import { bringBack, keptBranches } from './branches.ts';
import { breakpointsOf, viewHit } from './breakpoints.ts';
import { assembleText, guestText, inspectFile } from './editing.ts';
import { viewFound } from './finding.ts';
import type { TimelineWindow } from './frame.ts';
import { goTo, goToBreakpoint, goToDestination, runOn, runToEnd, stepBy } from './navigation.ts';
import type { Answer, KeptBranch, Request, Viewport } from './protocol.ts';
import { answerQuery, type Query } from './queries.ts';
import { asTask, boxed, type TaskRunner } from './task.ts';
import { buildFrame } from './view/build.ts';
import { dataAddress } from './view/data-address.ts';
import { createListing, type Listing } from './view/listing.ts';
import { REACH, viewTimeline } from './view/timeline.ts';

export interface Opened {
  /** As the scenario had them when it was opened. */
  scenarioRules: ScenarioDocument['rules'];
  run: Run;
  /** What is known of the guest, for as long as the run has this configuration. */
  guest: { config: WorldConfig; listing: Listing; dataAddress: number | undefined };
}

export interface SessionState {
  opened: Opened | null;
}

export const createSession = (): SessionState => ({ opened: null });

/** The scenario of the branch that is on, as it was before commands were given by hand. */
export const scenarioOf = ({ run }: Opened): ScenarioDocument => run.scenario as ScenarioDocument;

type With<K extends Request['kind']> = Extract<Request, { kind: K }>;

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
  if (request.kind === 'open') return open(session, id, request, runner);
  const { opened } = session;
  if (opened === null) return refuse('No scenario is open.', 'nothingOpen');
  switch (request.kind) {
    case 'link':
      return link(opened);
    case 'keep': {
      const { run } = opened;
      const on = run.branches.findIndex((branch) => branch.id === run.branch);
      return { kind: 'kept', branches: keptBranches(run), on, time: run.world.now };
    }
    case 'guest':
      return { kind: 'guest', guest: guestText(scenarioOf(opened), opened.run.world.config.image) };
    case 'assemble':
      return assembleText(scenarioOf(opened), request.source);
    case 'inspect':
      return inspectFile(request.bytes);
    case 'history':
    case 'events':
    case 'checkBreakpoint':
    case 'compareBranches':
    case 'playBranches':
    case 'compare':
    case 'machine':
    case 'why':
    case 'detail':
      return answerQuery(opened, request satisfies Query, runner);
    case 'run':
      return runToHit(opened, id, request, runner);
    case 'timeline':
      return timeline(opened, request.timeline);
    case 'find':
      return find(opened, id, request, runner);
    default: {
      const refusal = await act(opened, request, runner);
      return refusal ?? frame(opened, request.viewport, id, request.kind !== 'advance');
    }
  }
}

type Refusal = Extract<Answer, { kind: 'refused' }>;

export const refuse = (message: string, key?: string): Refusal => ({
  kind: 'refused',
  message,
  ...(key === undefined ? {} : { key: `refused.${key}` }),
});

type RunChange = Exclude<
  Request,
  Query | With<'find' | 'open' | 'link' | 'keep' | 'guest' | 'assemble' | 'inspect' | 'run' | 'timeline'>
>;

/** What moves or changes the run. @returns why it was refused, if it was */
async function act(opened: Opened, request: RunChange, runner: TaskRunner): Promise<Answer | undefined> {
  const { run } = opened;
  const bound = scenarioOf(opened).untilNs;
  switch (request.kind) {
    case 'advance':
      runOn(run, instantAt(Math.min(Math.floor(request.until), bound)), runner.isTimeUp);
      await runner.run(goTo(run, run.world.now));
      return undefined;
    case 'seek':
      await runner.run(goTo(run, within(START, instantAt(Math.round(request.time)), instantAt(bound))));
      return undefined;
    case 'step':
      return (await runner.run(stepBy(run, request.unit, request.direction, request.host)))
        ? undefined
        : { ...refuse('Nothing of the kind happens within the next second.', 'noFurther'), isCalm: true };
    case 'goTo': {
      const isThere = await runner.run(goToDestination(run, request.place));
      return isThere ? undefined : refuse('The run never comes there.', 'neverThere');
    }
    case 'end':
      await runner.run(runToEnd(run, instantAt(bound)));
      return undefined;
    case 'command':
      return give(opened, request.text, runner);
    case 'rules':
      return changeRules(opened, request, runner);
    case 'change':
      return change(opened, request.document, request.name);
    case 'branch':
      return switchTo(opened, request.id, runner);
    case 'renameBranch':
      return renameBranch(run, request.id, request.name) ? undefined : refuse('There is no such branch.');
    case 'deleteBranch': {
      const deleted = deleteBranch(run, request.id);
      return deleted.ok ? undefined : refuse(deleted.error);
    }
    case 'memory':
      limitMemory(run, request.bytes);
      return undefined;
    case 'view':
      if (request.inDetail) await runner.run(asTask(deriveForView(run, request.viewport.timeline)));
      return undefined;
    default:
      return unreachable(request);
  }
}

/** A command of the past begins a branch. Stopped on its way, it was not given. */
async function give(opened: Opened, text: string, runner: TaskRunner): Promise<Answer | undefined> {
  const { run } = opened;
  const command = parseCommand(text, targetsOf(scenarioOf(opened)), run.world.now);
  if (!command.ok) return refuse(command.error);
  const common = await runner.run(asTask(placeCommand(run, command.value)));
  if (common !== undefined) await runner.run(goTo(run, run.world.now));
  return undefined;
}

async function switchTo({ run }: Opened, id: number, runner: TaskRunner): Promise<Answer | undefined> {
  const { now } = run.world;
  if (!switchBranch(run, id)) return refuse('There is no such branch.');
  await runner.run(goTo(run, now));
  return undefined;
}

/** The rules are the scenario's, so the run begins anew under them, as a branch, and goes to where it was. */
async function changeRules(
  opened: Opened,
  request: With<'rules'>,
  runner: TaskRunner,
): Promise<Answer | undefined> {
  const { now } = opened.run.world;
  const scenario = scenarioOf(opened);
  const rules = { ...scenario.rules, ...request.rules };
  const name = request.name ?? Object.keys(request.rules).join(', ');
  const refusal = change(opened, { ...withoutDefaults(scenario), rules }, name);
  if (refusal === undefined) await runner.run(goTo(opened.run, now));
  return refusal;
}

function change(opened: Opened, document: unknown, name: string): Answer | undefined {
  const parsed = parseDocument(document);
  if (!parsed.ok) return refuse(parsed.error.message);
  const { view: _, ...scenario } = parsed.value;
  const changed = changeScenario(opened.run, scenario, name);
  return changed.ok ? undefined : refuse(changed.error);
}

async function runToHit(
  opened: Opened,
  id: number,
  request: With<'run'>,
  runner: TaskRunner,
): Promise<Answer> {
  const { run } = opened;
  const breakpoints = breakpointsOf(run, request.breakpoints);
  if (!breakpoints.ok) return refuse(breakpoints.error);
  const { untilNs } = scenarioOf(opened);
  const hit = await runner.run(goToBreakpoint(run, breakpoints.value, request.direction, instantAt(untilNs)));
  const answered = frame(opened, request.viewport, id, true);
  if (hit === 'stopped') return { ...answered, isStopped: true };
  return { ...answered, hit: hit === 'none' ? null : viewHit(opened, hit) };
}

const timeline = ({ run }: Opened, window: TimelineWindow): Answer => ({
  kind: 'timeline',
  timeline: viewTimeline(run, run.scenario?.guest.program ?? '', window),
});

/** Derives again what the page would show of this instant and is not held any more. */
function* deriveForView(run: Run, { from, to }: TimelineWindow): Generator<void, void> {
  if (lacksContext(run)) yield* deriveContext(run);
  if (lacksDetail(run, from, to)) yield* deriveDetail(run, instantAt(from), instantAt(to + REACH));
}

async function find(opened: Opened, id: number, request: With<'find'>, runner: TaskRunner): Promise<Answer> {
  const { run } = opened;
  const { query, direction, viewport } = request;
  const finding = await runner.run(asTask(boxed(findFact(run, query, direction))));
  if (finding?.value !== undefined) await runner.run(goTo(run, instantAt(finding.value.at)));
  const answered = frame(opened, viewport, id, true);
  if (finding === undefined) return { ...answered, isStopped: true };
  return { ...answered, found: finding.value === undefined ? null : viewFound(run, query, finding.value) };
}

type FrameAnswer = Extract<Answer, { kind: 'frame' }>;

function frame(opened: Opened, viewport: Viewport, id: number, isPaused: boolean): FrameAnswer {
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

/** Of a run that was told to stop on its way, what is open is the run where it had come. */
async function open(
  session: SessionState,
  id: number,
  request: With<'open'>,
  runner: TaskRunner,
): Promise<Answer> {
  const { source, memory = MEMORY } = request;
  const parsed = await documentOfSource(source);
  if (!parsed.ok) return refuse(parsed.message);
  const { view, ...scenario } = parsed.document;
  const config = toWorldConfig(scenario);
  if (!config.ok) return refuse(config.error);
  const run = createRun(config.value, { scenario, memory });
  if ('branches' in source) {
    const back = bringBack(run, source.branches);
    if (!back.ok) return refuse(back.error);
    switchBranch(run, run.branches[source.on]?.id ?? run.branch);
  }
  const cursor = 'branches' in source ? source.time : view?.cursorNs;
  const opened: Opened = { scenarioRules: scenario.rules, run, guest: guestOf(run) };
  if (cursor !== undefined) await runner.run(goTo(run, instantAt(Math.min(cursor, scenario.untilNs))));
  session.opened = opened;
  const answered = frame(opened, request.viewport, id, true);
  const found = hashWorld(run.world);
  const isThere = run.world.now === view?.cursorNs;
  if (view?.hash === undefined || view.hash === found || !isThere) return answered;
  return { ...answered, differs: { expected: view.hash, found } };
}

type Found = { ok: true; document: ScenarioDocument } | { ok: false; message: string };

async function documentOfSource(source: With<'open'>['source']): Promise<Found> {
  if ('builtin' in source && builtIn(source.builtin) === undefined) {
    return { ok: false, message: `There is no built-in scenario "${source.builtin}".` };
  }
  const parsed = 'link' in source ? await decodeLink(source.link) : parseDocument(plainDocument(source));
  return parsed.ok ? { ok: true, document: parsed.value } : { ok: false, message: parsed.error.message };
}

function plainDocument(
  source: { builtin: string } | { document: unknown } | { branches: KeptBranch[] },
): unknown {
  if ('builtin' in source) return builtIn(source.builtin)?.document;
  return 'branches' in source ? source.branches[0]?.document : source.document;
}

function guestOf({ scenario, world: { config } }: Run): Opened['guest'] {
  const document = scenario as ScenarioDocument;
  const { program, source } = document.guest;
  return {
    config,
    listing: createListing(config.image, sourcesOf(document)),
    dataAddress: dataAddress(config.image, source ?? GUESTS[program]?.source ?? ''),
  };
}

/** The branch that is on as a link: its scenario with all that was done to it, and where it is. */
async function link({ run }: Opened): Promise<Answer> {
  const now: ScenarioDocument = {
    ...(documentOf(run, run.branch) as ScenarioDocument),
    ...(run.world.now > 0 ? { view: { cursorNs: run.world.now, hash: hashWorld(run.world) } } : {}),
  };
  return { kind: 'link', hash: await encodeLink(now), document: withoutDefaults(now) };
}
