// The worker's entry: takes requests one after the other and answers every one of them, whatever happens. A stop is heard at once.

import type { Answer, FromWorker, ToWorker } from './protocol.ts';
import { answer, createSession } from './session.ts';
import type { Task } from './task.ts';

/** A frame is due every 16 ms; running on stops early enough to build it. */
const BUDGET_MS = 9;

/** Work that takes long lets messages in after so long, and says as often how far it is. */
const SLICE_MS = 12;
const TELL_MS = 120;

const session = createSession();
let last: Promise<void> = Promise.resolve();
/** The request that is to end. */
let stopped = -1;

function post(message: FromWorker): void {
  postMessage(message);
}

/** Lets messages in that have come meanwhile. */
const turnstile = new MessageChannel();
let goOn: () => void = () => {};
turnstile.port1.onmessage = () => goOn();
function pause(): Promise<void> {
  return new Promise((resolve) => {
    goOn = resolve;
    turnstile.port2.postMessage(null);
  });
}

async function runInSlices<T>(id: number, task: Task<T>): Promise<T> {
  let told = performance.now();
  for (;;) {
    const until = performance.now() + SLICE_MS;
    let now: number;
    do {
      const { done, value } = task.next(stopped === id ? 'stop' : 'continue');
      if (done) return value;
      now = performance.now();
      if (now - told > TELL_MS) {
        told = now;
        post({ id, share: value });
      }
    } while (now < until);
    await pause();
  }
}

type Asked = Extract<ToWorker, { request: unknown }>;

async function handle({ id, request }: Asked): Promise<void> {
  const deadline = performance.now() + BUDGET_MS;
  const runner = {
    isTimeUp: () => performance.now() > deadline,
    run: <T>(task: Task<T>) => runInSlices(id, task),
  };
  let result: Answer;
  try {
    result = await answer(session, id, request, runner);
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
  if ('stop' in data) stopped = data.stop;
  else last = last.then(() => handle(data));
});
