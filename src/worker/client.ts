// The page's side of the worker: one promise a request, answered by id. Whatever goes wrong comes back as an answer.
import type {
  Answer,
  Answers,
  AnswerTo,
  FromWorker,
  Refused,
  Request,
  RequestKind,
  ToWorker,
} from './protocol.ts';

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
  ask<R extends Request>(request: R, onShare?: (share: number) => void): Promise<AnswerTo<R['kind']>>;
  /** Has the request that is being worked on end at once: it is answered all the same. */
  stop(): void;
  /** Stops the worker, whatever it is doing. Open requests are answered `refused`. */
  close(): void;
}

interface Open {
  /** @returns false for the answer to something else */
  take: (answer: Answer) => boolean;
  onShare: ((share: number) => void) | undefined;
}

/** What kind of answer belongs to each request, if it is neither refused nor stopped. */
const ANSWER_KINDS: { readonly [K in RequestKind]: Exclude<Answers[K]['kind'], 'stopped'> } = {
  open: 'frame',
  advance: 'frame',
  seek: 'frame',
  step: 'frame',
  goTo: 'frame',
  end: 'frame',
  run: 'frame',
  command: 'frame',
  rules: 'frame',
  program: 'frame',
  branch: 'frame',
  renameBranch: 'frame',
  deleteBranch: 'frame',
  memory: 'frame',
  view: 'frame',
  timeline: 'timeline',
  find: 'frame',
  events: 'events',
  link: 'link',
  keep: 'kept',
  history: 'history',
  checkBreakpoint: 'checkedBreakpoint',
  compareBranches: 'comparedBranches',
  playBranches: 'playedBranches',
  compare: 'compared',
  machine: 'machine',
  why: 'why',
  detail: 'detail',
  programText: 'programText',
  assemble: 'assembled',
  inspect: 'inspected',
};

function isAnswerTo<K extends RequestKind>(kind: K, answer: Answer): answer is Answer & AnswerTo<K> {
  return answer.kind === 'refused' || answer.kind === 'stopped' || answer.kind === ANSWER_KINDS[kind];
}

/** Starts the simulation's worker. */
export function startWorker(): WorkerPort {
  return new Worker(new URL('./server.ts', import.meta.url), { type: 'module', name: 'understudy' });
}

/** Speaks the protocol over a port. `onCrash` is called once, with the reason, when the worker dies by itself. */
export function connect(port: WorkerPort, onCrash: (reason: string) => void): Client {
  const open = new Map<number, Open>();
  let nextId = 1;
  let ended: Refused | null = null;

  function end(answer: Refused): void {
    ended = answer;
    port.terminate();
    for (const { take } of open.values()) take(answer);
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
    if (asked?.take(data.answer) === false) crash(`a request was answered with "${data.answer.kind}"`);
  };
  port.onerror = (event) => crash(event.message || 'unknown error');
  port.onmessageerror = () => crash('a message could not be read');

  return {
    ask<R extends Request>(request: R, onShare?: (share: number) => void) {
      if (ended !== null) return Promise.resolve(ended);
      const id = nextId++;
      return new Promise<AnswerTo<R['kind']>>((resolve) => {
        const take = (answer: Answer): boolean => {
          const isIts = isAnswerTo<R['kind']>(request.kind, answer);
          if (isIts) resolve(answer);
          else
            resolve({
              kind: 'refused',
              message: 'The worker answered something else.',
              key: 'worker.crashed',
            });
          return isIts;
        };
        open.set(id, { take, onShare });
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
