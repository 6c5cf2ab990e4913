// The worker's server with a port of the test's: whatever a request comes to, it is answered, and so is the next one.
import { expect, test } from 'vitest';
import type { Answer, FromWorker, Request, ToWorker } from './protocol.ts';
import { type ServerParts, serve } from './serve.ts';
import { answer, createSession } from './session.ts';
import type { TaskRunner } from './task.ts';

const LINK: Answer = { kind: 'link', hash: '#there', document: {} };

/** A server whose messages are cloned as a real port does. Every look at its clock takes a millisecond. */
function server(answers: (request: Request, runner: TaskRunner) => Promise<Answer>) {
  const posted: FromWorker[] = [];
  let clock = 0;
  let waiting: (() => void) | null = null;
  const paused: (() => void)[] = [];
  const parts: ServerParts = {
    answer: (_, request, runner) => answers(request, runner),
    post: (message) => {
      posted.push(structuredClone(message));
      if ('answer' in message) waiting?.();
    },
    now: () => ++clock,
    pause: () => {
      for (const hear of paused.splice(0)) hear();
      return Promise.resolve();
    },
  };
  const receive = serve(parts);
  return {
    posted,
    receive,
    /** Does this the next time that the server lets messages in. */
    atPause: (hear: () => void) => void paused.push(hear),
    /** Sends a request; the answer that comes to it. */
    async ask(message: Extract<ToWorker, { request: unknown }>): Promise<Answer> {
      const answered = new Promise<void>((resolve) => {
        waiting = resolve;
      });
      receive(message);
      await answered;
      const last = posted.at(-1);
      if (last === undefined || !('answer' in last)) throw new Error('no answer');
      expect(last.id).toBe(message.id);
      return last.answer;
    },
  };
}

const failures: [string, () => Promise<Answer>, string][] = [
  [
    'an answer that cannot be cloned',
    async () => ({ kind: 'link', hash: '', document: () => {} }),
    'could not be cloned',
  ],
  [
    'an exception',
    () => {
      throw new Error('out of order');
    },
    'out of order',
  ],
  ['a promise that fails', () => Promise.reject(new RangeError('too long')), 'too long'],
  ['something else that is thrown', () => Promise.reject('a text'), 'a text'],
  ['what has not even a text', () => Promise.reject(Object.create(null)), 'unknown error'],
];

test.each(failures)(
  '%s is answered with an error, and the next request is served',
  async (_, fail, message) => {
    let isFirst = true;
    const { ask, posted } = server(async () => {
      if (!isFirst) return LINK;
      isFirst = false;
      return fail();
    });
    const refused = await ask({ id: 1, request: { kind: 'link' } });
    expect(refused).toMatchObject({ kind: 'refused', key: 'refused.failed' });
    expect(refused.kind === 'refused' && refused.message).toContain(message);
    expect(await ask({ id: 2, request: { kind: 'link' } })).toEqual(LINK);
    expect(posted).toHaveLength(2);
  },
);

/** The real session behind it. */
function real() {
  const session = createSession();
  let id = 0;
  return server((request, runner) => answer(session, ++id, request, runner));
}

const VIEWPORT = { rows: 5, timeline: { from: 0, to: 1_000_000, parts: 4 }, narrationFrom: 0 };

test('a refusal and an unknown request are answers like others', async () => {
  const { ask } = real();
  expect(await ask({ id: 7, request: { kind: 'history' } })).toMatchObject({
    kind: 'refused',
    key: 'refused.nothingOpen',
  });
  const source = { builtin: 'counter' };
  const opened = await ask({ id: 8, request: { kind: 'open', source, viewport: VIEWPORT } });
  expect(opened.kind).toBe('frame');
  for (const request of [{ kind: 'frob' }, { kind: 'toString' }, null, {}])
    expect(await ask({ id: 9, request: request as never })).toMatchObject({ kind: 'refused' });
  const moved = await ask({ id: 10, request: { kind: 'seek', time: 1_000_000, viewport: VIEWPORT } });
  expect(moved).toMatchObject({ kind: 'frame', frame: { time: 1_000_000 } });
});

test('a long task says how far it is, hears a stop at its next pause, and what waits comes next', async () => {
  const { ask, receive, atPause, posted } = server(async (request, runner) => {
    if (request.kind === 'link') return LINK;
    const steps = await runner.run(
      (function* () {
        for (let step = 0; ; step++) if ((yield Math.min(step / 1000, 1)) === 'stop') return step;
      })(),
    );
    return { kind: 'inspected', what: 'source', source: String(steps) };
  });
  atPause(() => atPause(() => receive({ stop: 3 })));
  const stopped = await ask({ id: 3, request: { kind: 'history' } });
  // Two slices of 12 ms are steps 0 to 23, and the last hears of it when it would go on.
  expect(stopped.kind === 'inspected' && stopped.what === 'source' && stopped.source).toBe('23');
  expect(await ask({ id: 4, request: { kind: 'link' } })).toEqual(LINK);

  for (let pauses = 0; pauses < 3; pauses++) atPause(() => {});
  const later = (left: number) => atPause(() => (left === 0 ? receive({ stop: 5 }) : later(left - 1)));
  later(40);
  await ask({ id: 5, request: { kind: 'history' } });
  const shares = posted.flatMap((message) => ('share' in message ? [message.share] : []));
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});
