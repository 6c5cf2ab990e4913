// Lets one request out at a time. What a person does goes before what the page asks by itself, and supersedes what nobody waits for any more.
import type { Client } from '../../worker/client.ts';
import type { AnswerTo, Request, RequestKind } from '../../worker/protocol.ts';

/**
 * - `move`: goes somewhere. One that says where to, whatever the run does before, takes the place of other moves at once.
 * - `change`: what the person did to the run, or to what is kept of it.
 * - `aside`: shows or keeps something, waits for whatever else is asked and gives way to it.
 */
type Role = 'move' | 'change' | 'aside';

const ROLES: Readonly<Record<RequestKind, Role>> = {
  open: 'move',
  seek: 'move',
  step: 'move',
  goTo: 'move',
  end: 'move',
  run: 'move',
  find: 'move',
  command: 'change',
  rules: 'change',
  program: 'change',
  branch: 'change',
  renameBranch: 'aside',
  deleteBranch: 'aside',
  memory: 'aside',
  advance: 'aside',
  view: 'aside',
  timeline: 'aside',
  link: 'aside',
  keep: 'aside',
  history: 'aside',
  events: 'aside',
  checkBreakpoint: 'aside',
  compareBranches: 'aside',
  playBranches: 'aside',
  compare: 'aside',
  machine: 'aside',
  why: 'aside',
  detail: 'aside',
  programText: 'aside',
  assemble: 'aside',
  inspect: 'aside',
};

/** Moves that end at the same place from wherever they begin. */
const ABSOLUTE: readonly RequestKind[] = ['open', 'seek', 'goTo', 'end', 'program'];

/** What the page shows for as long as it is open: asked again when it had to give way. */
const ASKED_AGAIN: readonly RequestKind[] = ['machine', 'detail'];

interface Waiting {
  kind: RequestKind;
  /** Asks it, and gives the answer to whoever waits for that. */
  ask: () => Promise<void>;
  /** Waiting requests of the same lane replace each other: scrubbing asks only for where the hand is now. */
  lane: string | undefined;
  giveUp: () => void;
}

/** The request that is out. */
interface Out {
  kind: RequestKind;
  /** By the wall, in ms. */
  since: number;
  /** It has taken so long that the worker says how far it is. */
  isLong: boolean;
  /** Something waits that it is not to keep waiting for long; and it has been stopped for that. */
  isSuperseded: boolean;
  gaveWay: boolean;
}

/** How much of a request that takes long is done, 0 to 1; 0 as long as nobody can tell. */
export interface Progress {
  kind: RequestKind;
  share: number;
  /** By the wall, in ms. */
  since: number;
}

export interface Requester {
  /** Asks as soon as nothing else is out; null when something newer took its place. `make` is called then. */
  submit<R extends Request>(
    kind: R['kind'],
    make: () => R,
    lane?: string,
  ): Promise<AnswerTo<R['kind']> | null>;
  /** Nothing is out and nothing waits. */
  isIdle(): boolean;
  /** How long the request that is out has been out, in ms of `now`; 0 when none is. */
  waitedMs(now: number): number;
}

export interface RequesterParts {
  /** Has to answer every request. */
  ask: Client['ask'];
  /** Has the request that is out end at once; it is answered all the same. */
  stop: () => void;
  /** The wall clock, in ms. */
  now: () => number;
  /** Told while a request takes long, and null when that is over. */
  onProgress: (progress: Progress | null) => void;
}

export function createRequester({ ask, stop, now, onProgress }: RequesterParts): Requester {
  const waiting: Waiting[] = [];
  let out: Out | null = null;

  async function pump(): Promise<void> {
    const next = out === null ? waiting.shift() : undefined;
    if (next === undefined) return;
    out = { kind: next.kind, since: now(), isLong: false, isSuperseded: false, gaveWay: false };
    await next.ask();
    void pump();
  }

  /** @returns the answer, and whether something else came between */
  async function askNow<R extends Request>(request: R): Promise<[AnswerTo<R['kind']>, boolean]> {
    const mine = out;
    const answer = await ask(request, (share) => {
      if (mine === null || out !== mine) return;
      mine.isLong = true;
      if (mine.isSuperseded) giveWay(mine);
      onProgress({ kind: mine.kind, share, since: mine.since });
    });
    if (mine?.isLong) onProgress(null);
    out = null;
    return [answer, mine?.gaveWay === true];
  }

  function giveWay(request: Out): void {
    if (!request.gaveWay) stop();
    request.gaveWay = true;
  }

  /** What the person wants now is not what they wanted before. Two keys in quick succession are both heard, though. */
  function supersede(kind: RequestKind): void {
    const isAbsolute = ABSOLUTE.includes(kind);
    if (isAbsolute) for (const { giveUp } of takeOut((each) => ROLES[each.kind] === 'move')) giveUp();
    if (out === null) return;
    const role = ROLES[out.kind];
    if (out.isLong || role === 'aside' || (role === 'move' && isAbsolute)) giveWay(out);
    // What was done is not undone by doing more; where it moves, that has an end.
    else if (role === 'move') out.isSuperseded = true;
  }

  /** Takes those out of what waits. */
  function takeOut(which: (each: Waiting) => boolean): Waiting[] {
    const taken = waiting.filter(which);
    for (const each of taken) waiting.splice(waiting.indexOf(each), 1);
    return taken;
  }

  /** Behind all that matters as much. */
  function queue(request: Waiting): void {
    const isAside = (each: Waiting): boolean => ROLES[each.kind] === 'aside';
    const at = isAside(request) ? -1 : waiting.findIndex(isAside);
    waiting.splice(at < 0 ? waiting.length : at, 0, request);
  }

  return {
    submit<R extends Request>(kind: R['kind'], make: () => R, lane?: string) {
      return new Promise<AnswerTo<R['kind']> | null>((resolve) => {
        if (lane !== undefined) for (const { giveUp } of takeOut((each) => each.lane === lane)) giveUp();
        if (ROLES[kind] !== 'aside') supersede(kind);
        const giveUp = (): void => resolve(null);
        const request: Waiting = { kind, ask: askOrWait, lane, giveUp };
        async function askOrWait(): Promise<void> {
          const [answer, gaveWay] = await askNow(make());
          if (answer.kind === 'stopped' && gaveWay && ASKED_AGAIN.includes(kind)) queue(request);
          else resolve(answer);
        }
        queue(request);
        void pump();
      });
    },
    isIdle: () => out === null && waiting.length === 0,
    waitedMs: (at) => (out === null ? 0 : at - out.since),
  };
}
