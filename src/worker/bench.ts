// For tests: a session with a scenario open, and its answers.

import type { Frame } from './frame.ts';
import type { Answer, Request, Viewport } from './protocol.ts';
import { answer, createSession, type SessionState } from './session.ts';

export const VIEWPORT: Viewport = {
  rows: 20,
  timeline: { from: 0, to: 40_000_000, samples: 81 },
  narrationFrom: 0,
};

type Asked = Request extends infer R
  ? R extends Request
    ? Omit<R, 'viewport'> & Partial<Pick<R & { viewport: Viewport }, 'viewport'>>
    : never
  : never;

export interface Bench {
  session: SessionState;
  ask(request: Asked, isTimeUp?: () => boolean): Promise<Answer>;
  /** The frame that answers a request; throws when it was refused. */
  frame(request: Asked): Promise<Frame>;
}

export function bench(): Bench {
  const session = createSession();
  let id = 0;
  const ask: Bench['ask'] = (request, isTimeUp = () => false) =>
    answer(session, ++id, { viewport: VIEWPORT, ...request } as Request, isTimeUp);
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

/** A session in which a document is open, at an instant. */
export async function opened(document: Record<string, unknown> = {}, time = 0): Promise<Bench> {
  const made = bench();
  await made.frame({ kind: 'open', source: { document } });
  if (time > 0) await made.frame({ kind: 'seek', time });
  return made;
}
