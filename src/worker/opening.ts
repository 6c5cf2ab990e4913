// Opens a run: a built-in scenario, a document, a link, or the branches that were kept.

import { decodeLink } from '../scenario/codec.ts';
import { parseDocument, type ScenarioDocument } from '../scenario/document.ts';
import { builtIn } from '../scenario/library/index.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt } from '../sim/time.ts';
import { switchBranch } from '../timeline/run/branches.ts';
import { comparePositions, createRun, MEMORY, type Position, positionOf } from '../timeline/run/run.ts';
import { hashWorld } from '../world/state/state-hash.ts';
import { bringBack } from './branches.ts';
import { goToPosition, positionFrom } from './navigation.ts';
import { type Asking, follow, frame, type Opened, refuse } from './opened.ts';
import type { Answers, KeptBranch, Refused, RequestOf } from './protocol.ts';
import { programsOf } from './view/program.ts';

type Source = RequestOf<'open'>['source'];

/** Of a run that was told to stop on its way, what is open is the run where it had come. */
export async function open(
  { source, memory = MEMORY, viewport }: RequestOf<'open'>,
  { id, runner }: Asking,
): Promise<Refused | { opened: Opened; answer: Answers['open'] }> {
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
  const cursor = cursorOf(source, view);
  const opened: Opened = { scenarioRules: scenario.rules, run, programs: programsOf(run) };
  follow(run, viewport);
  if (cursor !== undefined)
    await runner.run(
      goToPosition(run, cursor.at > scenario.untilNs ? { at: instantAt(scenario.untilNs) } : cursor),
    );
  const answer = frame(opened, viewport, id, true);
  const found = hashWorld(run.world);
  const isThere = cursor !== undefined && comparePositions(positionOf(run), cursor) === 0;
  if (view?.hash === undefined || view.hash === found || !isThere) return { opened, answer };
  return { opened, answer: { ...answer, differs: { expected: view.hash, found } } };
}

/** Where the run is to stand: a link that says no step of its instant means all of it. */
function cursorOf(source: Source, view: ScenarioDocument['view']): Position | undefined {
  const [at, step] = 'branches' in source ? [source.time, source.step] : [view?.cursorNs, view?.cursorStep];
  if (at === undefined) return undefined;
  return positionFrom({ at, ...(step === undefined ? {} : { step }) });
}

type Found = { ok: true; document: ScenarioDocument } | { ok: false; message: string };

async function documentOfSource(source: Source): Promise<Found> {
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
