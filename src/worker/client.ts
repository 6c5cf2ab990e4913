// The page's side of the worker: one promise a request, answered by id. Whatever goes wrong comes back as an answer.
import type { Answer, FromWorker, Request, ToWorker } from './protocol.ts';

/** What the client needs of a Worker, so that tests can stand one in. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

export interface Client {
  /** Sends a request. The promise never rejects: a worker that died answers `refused`. */
  ask(request: Request, onShare?: (share: number) => void): Promise<Answer>;
  /** Has the request that is being worked on end at once: it is answered all the same. */
  stop(): void;
  /** Stops the worker, whatever it is doing. Open requests are answered `refused`. */
  close(): void;
}

interface Open {
  resolve: (answer: Answer) => void;
  onShare: ((share: number) => void) | undefined;
}

/** Starts the simulation's worker. */
export function startWorker(): WorkerPort {
  return new Worker(new URL('./server.ts', import.meta.url), { type: 'module', name: 'understudy' });
}

/** Speaks the protocol over a port. `onCrash` is called once, with the reason, when the worker dies by itself. */
export function connect(port: WorkerPort, onCrash: (reason: string) => void): Client {
  const open = new Map<number, Open>();
  let nextId = 1;
  let ended: Answer | null = null;

  function end(answer: Answer): void {
    ended = answer;
    port.terminate();
    for (const { resolve } of open.values()) resolve(answer);
    open.clear();
  }

  function crash(reason: string): void {
    if (ended !== null) return;
    end({ kind: 'refused', message: reason, key: 'worker.crashed', values: { reason } });
    onCrash(reason);
  }

  port.onmessage = ({ data }) => {
    const asked = open.get(data.id);
    if ('share' in data) {
      asked?.onShare?.(data.share);
      return;
    }
    open.delete(data.id);
    asked?.resolve(data.answer);
  };
  port.onerror = (event) => crash(event.message || 'unknown error');
  port.onmessageerror = () => crash('a message could not be read');

  return {
    ask(request, onShare) {
      if (ended !== null) return Promise.resolve(ended);
      const id = nextId++;
      return new Promise((resolve) => {
        open.set(id, { resolve, onShare });
        port.postMessage({ id, request });
      });
    },
    stop() {
      const [id] = open.keys();
      if (id !== undefined && ended === null) port.postMessage({ stop: id });
    },
    close() {
      if (ended === null)
        end({ kind: 'refused', message: 'The simulation was stopped.', key: 'worker.stopped' });
    },
  };
}
