// The worker's entry: serves a session to the page that started it.

import type { ToWorker } from './protocol.ts';
import { serve } from './serve.ts';
import { answer, createSession } from './session.ts';

const session = createSession();

const turnstile = new MessageChannel();
let goOn: () => void = () => {};
turnstile.port1.onmessage = () => goOn();

const receive = serve({
  answer: (id, request, runner) => answer(session, id, request, runner),
  post: (message) => postMessage(message),
  now: () => performance.now(),
  pause: () =>
    new Promise((resolve) => {
      goOn = resolve;
      turnstile.port2.postMessage(null);
    }),
});

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => receive(data));
