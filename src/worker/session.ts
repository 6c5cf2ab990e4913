// What the worker does with a request: the run it holds, and the answer. Knows neither messages nor the browser.

import { unreachable } from '../base/assert.ts';
import { targetsOf } from '../scenario/checks.ts';
import { decodeLink, encodeLink } from '../scenario/codec.ts';
import { parseDocument, type ScenarioDocument, withoutDefaults } from '../scenario/document.ts';
import { sourcesOf } from '../scenario/guest.ts';
import { GUESTS } from '../scenario/guests/index.ts';
import { builtIn } from '../scenario/library/index.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { milliseconds, type SimTime } from '../sim/time.ts';
import {
  runOn as advanceTo,
  commandsOf,
  createRun,
  giveCommand,
  type Run,
  seekRun,
  traceRun,
} from '../timeline/run.ts';
import { stepEntry, stepEvent, stepInstruction } from '../timeline/step.ts';
import { isFinished } from '../world/advance.ts';
import { formatCommand, parseCommand } from '../world/faults.ts';
import { hashWorld } from '../world/state-hash.ts';
import { assembleText, guestText, inspectFile } from './editing.ts';
import type { Answer, Request, Viewport } from './protocol.ts';
import { buildFrame } from './view/build.ts';
import { dataAddress } from './view/data-address.ts';
import { createListing, type Listing } from './view/listing.ts';
import { createTelling, forgetFrom, linesUpTo, type Telling, tellFacts } from './view/telling.ts';

interface Opened {
  document: ScenarioDocument;
  /** As the scenario had them when it was opened. */
  scenarioRules: ScenarioDocument['rules'];
  run: Run;
  listing: Listing;
  /** Where the guest's own data begin. */
  dataAddress: number | undefined;
  telling: Telling;
}

export interface SessionState {
  opened: Opened | null;
}

/** How far a run goes between two looks at the clock. */
const STRIDE = milliseconds(0.25);

export const createSession = (): SessionState => ({ opened: null });

/**
 * Answers a request. Nothing that is refused changes what was open before.
 * @param id of the request, which its frame names
 * @param isTimeUp whether the answer is due: running on stops then, wherever it is
 */
export async function answer(
  session: SessionState,
  id: number,
  request: Request,
  isTimeUp: () => boolean,
): Promise<Answer> {
  if (request.kind === 'open') return open(session, id, request);
  const { opened } = session;
  if (opened === null) return refuse('No scenario is open.', 'nothingOpen');
  if (request.kind === 'link') return link(opened);
  if (request.kind === 'guest' || request.kind === 'assemble' || request.kind === 'inspect')
    return edit(opened, request);
  if (request.kind === 'rules') return changeRules(session, opened, id, request);
  const refusal = move(opened, request, isTimeUp);
  return refusal ?? frame(opened, request.viewport, id, request.kind !== 'advance');
}

const refuse = (message: string, key?: string): Answer => ({
  kind: 'refused',
  message,
  ...(key === undefined ? {} : { key: `refused.${key}` }),
});

function move(
  opened: Opened,
  request: Exclude<Request, { kind: 'open' | 'link' | 'rules' | EditRequest['kind'] }>,
  isTimeUp: () => boolean,
): Answer | undefined {
  const { run, document } = opened;
  switch (request.kind) {
    case 'advance':
      runOn(run, Math.min(Math.floor(request.until), document.untilNs) as SimTime, isTimeUp);
      return undefined;
    case 'seek':
      seekRun(run, Math.max(0, Math.min(Math.round(request.time), document.untilNs)) as SimTime);
      return undefined;
    case 'step': {
      const { direction } = request;
      const hostIndex = Math.max(
        0,
        run.world.hosts.findIndex((host) => host.id === request.host),
      );
      if (request.unit === 'instruction') stepInstruction(run, hostIndex, direction);
      else if (request.unit === 'entry') stepEntry(run, direction);
      else stepEvent(run, direction);
      return undefined;
    }
    case 'command': {
      const command = parseCommand(request.text, targetsOf(document), run.world.now);
      if (!command.ok) return refuse(command.error);
      forgetFrom(opened.telling, giveCommand(run, command.value));
      return undefined;
    }
    case 'look':
      return undefined;
    default:
      return unreachable(request);
  }
}

function runOn(run: Run, until: SimTime, isTimeUp: () => boolean): void {
  while (run.world.now < until && !isFinished(run.world) && !isTimeUp()) {
    advanceTo(run, Math.min(until, run.world.now + STRIDE) as SimTime);
  }
  traceRun(run);
}

function frame(opened: Opened, viewport: Viewport, id: number, isPaused: boolean): Answer {
  const { document, scenarioRules, run, listing, dataAddress, telling } = opened;
  const guest = document.guest.program;
  tellFacts(telling, run, guest);
  const source = {
    run,
    listing,
    scenario: { id: document.id ?? '', title: document.title },
    guest,
    scenarioRules,
    dataAddress,
    until: document.untilNs,
    lines: linesUpTo(telling, run.base + run.seen),
  };
  return { kind: 'frame', frame: buildFrame(source, viewport, id, isPaused) };
}

type OpenRequest = Extract<Request, { kind: 'open' }>;

async function open(session: SessionState, id: number, request: OpenRequest): Promise<Answer> {
  const parsed = await documentOf(request.source);
  if (!parsed.ok) return refuse(parsed.message);
  const opened = prepare(parsed.document);
  if ('kind' in opened) return opened;
  const { view } = parsed.document;
  if (view) seekRun(opened.run, Math.min(view.cursorNs, parsed.document.untilNs) as SimTime);
  session.opened = opened;
  const answered = frame(opened, request.viewport, id, true);
  const found = hashWorld(opened.run.world);
  if (answered.kind !== 'frame' || view?.hash === undefined || view.hash === found) return answered;
  return { ...answered, differs: { expected: view.hash, found } };
}

async function documentOf(
  source: OpenRequest['source'],
): Promise<{ ok: true; document: ScenarioDocument } | { ok: false; message: string }> {
  if ('builtin' in source && builtIn(source.builtin) === undefined) {
    return { ok: false, message: `There is no built-in scenario "${source.builtin}".` };
  }
  const parsed =
    'link' in source
      ? await decodeLink(source.link)
      : parseDocument('builtin' in source ? builtIn(source.builtin)?.document : source.document);
  return parsed.ok ? { ok: true, document: parsed.value } : { ok: false, message: parsed.error.message };
}

function prepare(document: ScenarioDocument, scenarioRules = document.rules): Opened | Answer {
  const config = toWorldConfig(document);
  if (!config.ok) return refuse(config.error);
  const { program } = document.guest;
  const { image } = config.value;
  return {
    document,
    scenarioRules,
    run: createRun(config.value),
    listing: createListing(image, sourcesOf(document)),
    dataAddress: dataAddress(image, document.guest.source ?? GUESTS[program]?.source ?? ''),
    telling: createTelling(),
  };
}

/** The rules are the scenario's, so the run begins anew under them, and goes to where it was. */
function changeRules(
  session: SessionState,
  opened: Opened,
  id: number,
  request: Extract<Request, { kind: 'rules' }>,
): Answer {
  const parsed = parseDocument({
    ...withoutDefaults(opened.document),
    rules: { ...opened.document.rules, ...request.rules },
    commands: commandsOf(opened.run).map(formatCommand),
  });
  if (!parsed.ok) return refuse(parsed.error.message);
  const next = prepare(parsed.value, opened.scenarioRules);
  if ('kind' in next) return next;
  seekRun(next.run, opened.run.world.now);
  session.opened = next;
  return frame(next, request.viewport, id, true);
}

type EditRequest = Extract<Request, { kind: 'guest' | 'assemble' | 'inspect' }>;

function edit({ document, run }: Opened, request: EditRequest): Answer {
  switch (request.kind) {
    case 'guest':
      return { kind: 'guest', guest: guestText(document, run.world.config.image) };
    case 'assemble':
      return assembleText(document, request.source);
    case 'inspect':
      return inspectFile(request.bytes);
    default:
      return unreachable(request);
  }
}

/** The run as a link: its scenario with all that was done to it, and where it is. */
async function link({ document, run }: Opened): Promise<Answer> {
  const { view: _, ...scenario } = document;
  const now: ScenarioDocument = {
    ...scenario,
    commands: commandsOf(run).map(formatCommand),
    ...(run.world.now > 0 ? { view: { cursorNs: run.world.now, hash: hashWorld(run.world) } } : {}),
  };
  return { kind: 'link', hash: await encodeLink(now), document: withoutDefaults(now) };
}
