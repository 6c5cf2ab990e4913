// Takes requests from a port one after the other and answers every one of them, whatever happens. A stop is heard at once.

import type { Answer, FromWorker, Request, ToWorker } from './protocol.ts';
import type { Task, TaskRunner } from './task.ts';

/** A frame is due every 16 ms; running on stops early enough to build it. */
const BUDGET_MS = 9;

/** A task lets messages in after so long, and says as often how far it is. */
const SLICE_MS = 12;
const REPORT_MS = 120;

export interface ServerParts {
  answer: (id: number, request: Request, runner: TaskRunner) => Promise<Answer>;
  /** To the page. Throws when the message can't be cloned. */
  post: (message: FromWorker) => void;
  /** The wall clock, in ms. */
  now: () => number;
  /** Lets messages in that have come meanwhile. */
  pause: () => Promise<void>;
}

/** A server. @returns what takes the page's messages */
export function serve({ answer, post, now, pause }: ServerParts): (message: ToWorker) => void {
  let last: Promise<void> = Promise.resolve();
  /** The request that is to end. */
  let stopped = -1;

  async function runInSlices<T>(id: number, task: Task<T>): Promise<T> {
    let reported = now();
    for (;;) {
      const until = now() + SLICE_MS;
      let at: number;
      do {
        const { done, value } = task.next(stopped === id ? 'stop' : 'continue');
        if (done) return value;
        at = now();
        if (at - reported > REPORT_MS) {
          reported = at;
          post({ id, share: value });
        }
      } while (at < until);
      await pause();
    }
  }

  async function handle({ id, request }: Extract<ToWorker, { request: unknown }>): Promise<void> {
    const deadline = now() + BUDGET_MS;
    const runner: TaskRunner = {
      isTimeUp: () => now() > deadline,
      run: (task) => runInSlices(id, task),
    };
    try {
      post({ id, answer: await answer(id, request, runner) });
    } catch (error) {
      post({ id, answer: { kind: 'refused', message: textOf(error), key: 'refused.failed' } });
    }
  }

  // One at a time: a request that waits for a link to be packed must not see the run change under it.
  return (message) => {
    if ('stop' in message) stopped = message.stop;
    else last = last.then(() => handle(message));
  };
}

/** What was thrown may be anything, of which only a text is sure to cross. */
function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'unknown error';
  }
}
