// For tests: a session with a scenario open, and its answers.

import type { Observation } from '../../world/state/observation.ts';
import type { ViewFrame } from '../frame.ts';
import type { AnswerTo, Request, Viewport } from '../protocol.ts';
import { answer, createSession, type SessionState } from '../session.ts';
import { runTask, type TaskRunner } from '../task.ts';

export const VIEWPORT: Viewport = {
  rows: 20,
  timeline: { from: 0, to: 40_000_000, parts: 80 },
  narrationFrom: 0,
  faults: true,
};

type Asked = Request extends infer R
  ? R extends Request
    ? Omit<R, 'viewport'> & Partial<Pick<R & { viewport: Viewport }, 'viewport'>>
    : never
  : never;

export interface TestSession {
  session: SessionState;
  ask<A extends Asked>(request: A, runner?: Partial<TaskRunner>): Promise<AnswerTo<A['kind']>>;
  /** The frame that answers a request; throws when it was refused. */
  frame(request: Asked): Promise<ViewFrame>;
}

export function testSession(): TestSession {
  const session = createSession();
  let id = 0;
  const whole: TaskRunner = { isTimeUp: () => false, run: async (task) => runTask(task) };
  const ask = ((request, runner) =>
    answer(session, ++id, { viewport: VIEWPORT, ...request } as Request, {
      ...whole,
      ...runner,
    })) as TestSession['ask'];
  return {
    session,
    ask,
    async frame(request) {
      const answered = await ask(request);
      if (answered.kind !== 'frame') throw new Error(JSON.stringify(answered));
      return answered.frame;
    },
  };
}

/** The first fact of a kind that is so, of all that the run has been through. Tests take from it what depends on the guest. */
export function factOf<K extends Observation['kind']>(
  { session }: TestSession,
  kind: K,
  is: (fact: Extract<Observation, { kind: K }>) => boolean = () => true,
): Extract<Observation, { kind: K }> {
  const found = session.opened?.run.facts.find(
    (fact): fact is Extract<Observation, { kind: K }> =>
      fact.kind === kind && is(fact as Extract<Observation, { kind: K }>),
  );
  if (found === undefined) throw new Error(`no fact ${kind}`);
  return found;
}

/** A session in which a document is open, at an instant. */
export async function opened(document: Record<string, unknown> = {}, time = 0): Promise<TestSession> {
  const made = testSession();
  await made.frame({ kind: 'open', source: { document } });
  if (time > 0) await made.frame({ kind: 'seek', time });
  return made;
}
