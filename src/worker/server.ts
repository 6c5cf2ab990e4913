// The worker's entry: takes requests one after the other and answers every one of them, whatever happens.

import type { Answer, FromWorker, ToWorker } from './protocol.ts';
import { answer, createSession } from './session.ts';

/** A frame is due every 16 ms; running on stops early enough to build it. */
const BUDGET_MS = 9;

const session = createSession();
let last: Promise<void> = Promise.resolve();

function post(message: FromWorker): void {
  postMessage(message);
}

async function handle({ id, request }: ToWorker): Promise<void> {
  const deadline = performance.now() + BUDGET_MS;
  let result: Answer;
  try {
    result = await answer(session, id, request, () => performance.now() > deadline);
  } catch (error) {
    result = {
      kind: 'refused',
      message: error instanceof Error ? error.message : String(error),
      key: 'refused.failed',
    };
  }
  post({ id, answer: result });
}

// One at a time: a request that waits for a link to be packed must not see the run change under it.
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  last = last.then(() => handle(data));
});
