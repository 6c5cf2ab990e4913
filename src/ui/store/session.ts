// The run as the page knows it: the latest frame, what was told so far, and the requests that change it.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../worker/client.ts';
import type { NarrationLine, ViewFrame } from '../../worker/frame.ts';
import type { Answer, Destination, Request, StepUnit, Viewport } from '../../worker/protocol.ts';
import type { FactQuery, FoundView, HitView } from '../../worker/time-views.ts';
import { mergeNarration, narrationFrom } from './narration.ts';
import { withReducedMotion } from './reduced-motion.ts';
import { createRequester, type Requester } from './requester.ts';

export interface Link {
  hash: string;
  document: unknown;
}

/** Something the person has to know: a request that was refused, a run that differs, a worker that died. */
export interface Notice {
  key?: string;
  values?: Record<string, string | number>;
  /** The sentence in English, when there is no key or its text is missing. */
  message: string;
  /** It only tells; nothing went wrong. */
  isCalm?: boolean;
  /** What the address asked for could not be opened, and the counter runs in its place. */
  isCounterInstead?: boolean;
}

/** What takes long, and how much of it is done. */
export interface Progress {
  kind: Request['kind'];
  /** 0 to 1; 0 as long as nobody can tell. */
  share: number;
  /** Of the wall, in ms: what is over in a moment needs no words. */
  since: number;
}

/** Where a run to a breakpoint came. */
export interface Stop {
  hit: HitView;
  /** The breakpoint's text. */
  text: string;
}

export interface SessionState {
  phase: 'opening' | 'ready' | 'crashed';
  frame: ViewFrame | null;
  /** The latest instant that was on screen of this run. */
  latest: number;
  playing: boolean;
  narration: readonly NarrationLine[];
  link: Link | null;
  /** The link is of the instant that `frame` shows. */
  linkIsCurrent: boolean;
  notice: Notice | null;
  progress: Progress | null;
  /** The breakpoint at which the run stands; null once it moves. */
  stop: Stop | null;
  /** The instant of this branch from which the run came to where it stands; null when it came from nowhere. */
  stoodAt: number | null;
}

export type Source = Extract<Request, { kind: 'open' }>['source'];

/** What can be asked without changing the run. */
export type Question = Extract<
  Request,
  {
    kind:
      | 'guest'
      | 'assemble'
      | 'inspect'
      | 'keep'
      | 'history'
      | 'events'
      | 'checkBreakpoint'
      | 'compareBranches'
      | 'playBranches'
      | 'compare'
      | 'machine'
      | 'why'
      | 'detail';
  }
>;

export interface Session {
  store: StoreApi<SessionState>;
  open(source: Source, play: boolean): Promise<boolean>;
  advance(until: number): Promise<void>;
  seek(time: number): Promise<void>;
  /** Of instructions, those of `machine`, or of the machine that answers the world. */
  step(unit: StepUnit, direction: 1 | -1, machine?: string): Promise<void>;
  runToEnd(): Promise<void>;
  /** To the next event that is so, or back to the last. Null when there is none, undefined when it was stopped. */
  find(query: FactQuery, direction: 1 | -1): Promise<FoundView | null | undefined>;
  /** To the next of these breakpoints, or back to the last. */
  runTo(breakpoints: string[], direction: 'forward' | 'backward'): Promise<void>;
  /** To where this breakpoint is met next; if it never is, back to where it was met last. */
  runToOrBack(breakpoint: string): Promise<void>;
  goTo(place: Destination): Promise<void>;
  command(text: string): Promise<void>;
  /** Begins a branch of this name. */
  rules(rules: Record<string, boolean>, name?: string): Promise<void>;
  /** Another scenario for this run, from its start: a branch of this name. */
  change(document: unknown, name: string, play: boolean): Promise<boolean>;
  switchTo(branch: number): Promise<void>;
  renameBranch(branch: number, name: string): Promise<void>;
  deleteBranch(branch: number): Promise<void>;
  setMemory(bytes: number): Promise<void>;
  /** Ends what takes long; the run stands where it has come. */
  stop(): void;
  /** `inDetail`: with what has to be derived again for it. */
  refreshFrame(inDetail?: boolean): Promise<void>;
  /** The timeline for the window that is on screen. */
  refreshTimeline(): Promise<void>;
  refreshLink(): Promise<void>;
  /** Asks what changes nothing. Null when a newer question of the same lane took its place. */
  ask(request: Question, lane?: string): Promise<Answer | null>;
  play(): void;
  pause(): void;
  dismissNotice(): void;
  /** Stops the worker and brings the run back, paused where the last link stood. */
  restart(): Promise<void>;
  isIdle(): boolean;
  waitedMs(now: number): number;
}

export interface SessionParts {
  connect: (onCrash: (reason: string) => void) => Client;
  /** Bytes that a run's history may take. */
  memory?: () => number;
  /** What is on screen when the cursor is at `time`. */
  viewport: (time: number) => Omit<Viewport, 'narrationFrom'>;
  now: () => number;
  /** Whether the person asked for less motion. */
  isStill: () => boolean;
}

/** A session without a run; `open` gives it one. */
export function createSession({ connect, viewport, now, isStill, memory }: SessionParts): Session {
  const store = createStore<SessionState>(() => ({
    phase: 'opening',
    frame: null,
    latest: 0,
    playing: false,
    narration: [],
    link: null,
    linkIsCurrent: false,
    notice: null,
    progress: null,
    stop: null,
    stoodAt: null,
  }));
  const { getState: get, setState: set } = store;
  let client: Client;
  let requester: Requester;

  function start(): void {
    client = connect((reason) =>
      set({
        phase: 'crashed',
        playing: false,
        notice: { key: 'worker.crashed', values: { reason }, message: reason },
      }),
    );
    requester = createRequester(askAndTell, now);
  }

  /** Asks the worker, and shows how far it is for as long as it has not answered. */
  async function askAndTell(request: Request): Promise<Answer> {
    const since = now();
    const { kind } = request;
    const answer = await client.ask(request, (share) => set({ progress: { kind, share, since } }));
    if (get().progress !== null) set({ progress: null });
    return answer;
  }

  /** What the person wants now is not what they wanted before: nobody waits for that any more. */
  function supersede(): void {
    if (get().progress !== null) client.stop();
  }

  /** @returns whether it met none; where it was refused or stopped nobody knows */
  async function toStop(breakpoints: string[], direction: 'forward' | 'backward'): Promise<boolean> {
    supersede();
    set({ playing: false });
    const answer = await requester.submit(() => ({
      kind: 'run',
      breakpoints,
      direction,
      viewport: view(timeNow()),
    }));
    if (!receive(answer) || answer?.kind !== 'frame' || answer.isStopped) return false;
    const { hit } = answer;
    if (hit) set({ stop: { hit, text: breakpoints[hit.breakpoint] ?? '' } });
    return !hit;
  }

  async function runTo(breakpoints: string[], direction: 'forward' | 'backward'): Promise<void> {
    if (!(await toStop(breakpoints, direction))) return;
    set({ notice: { key: `stops.none.${direction}`, message: 'No breakpoint was met.' } });
  }

  function view(time: number, from = narrationFrom(get().narration)): Viewport {
    return { ...viewport(time), narrationFrom: from };
  }

  const branchOn = (frame: ViewFrame | null) => frame?.branches?.find(({ isOn }) => isOn)?.id;

  function timeNow(): number {
    return get().frame?.time ?? 0;
  }

  /** Whose instructions are stepped by: of the machine that answers the world. */
  function host(): { host?: string } {
    const live = get().frame?.hosts.find(({ role }) => role === 'primary' || role === 'solo');
    return live === undefined ? {} : { host: live.id };
  }

  /** Takes a frame over; says whether there was one. Of another run nothing that was told before holds. */
  function receive(answer: Answer | null, isOtherRun = false, isPlaying = false): boolean {
    if (answer?.kind === 'refused') {
      const { key, values, message, isCalm } = answer;
      set({
        playing: false,
        notice: { message, ...(key && { key }), ...(values && { values }), ...(isCalm && { isCalm }) },
      });
    }
    if (answer?.kind !== 'frame') return false;
    const { differs } = answer;
    const frame = isStill() ? withReducedMotion(answer.frame) : answer.frame;
    const { frame: last, playing, stoodAt } = get();
    const isSameBranch = !isOtherRun && branchOn(last) === branchOn(frame);
    // While it plays it stands nowhere: what it came from is where it was set off.
    const hasMoved = last !== null && last.time !== frame.time && !playing && !isPlaying;
    set({
      stoodAt: !isSameBranch ? null : hasMoved ? last.time : stoodAt,
      phase: 'ready',
      frame,
      latest: Math.max(frame.time, frame.reached ?? 0),
      ...(frame.time === get().frame?.time && !isOtherRun ? {} : { stop: null }),
      narration: mergeNarration(isOtherRun ? [] : get().narration, frame),
      linkIsCurrent: false,
      ...(frame.ended && { playing: false }),
      ...(differs && {
        notice: { key: 'linkError.differs', values: differs, message: 'This run came out differently.' },
      }),
    });
    return true;
  }

  start();
  return {
    store,
    async open(source, play) {
      supersede();
      const answer = await requester.submit(() => ({
        kind: 'open',
        source,
        ...(memory === undefined ? {} : { memory: memory() }),
        viewport: view(0, 0),
      }));
      const opened = receive(answer, true);
      if (opened)
        set({ playing: play, ...(answer?.kind === 'frame' && !answer.differs && { notice: null }) });
      return opened;
    },
    async advance(until) {
      const answer = await requester.submit(() => ({ kind: 'advance', until, viewport: view(until) }));
      receive(answer, false, true);
    },
    async seek(time) {
      supersede();
      set({ playing: false });
      const to = Math.max(0, Math.round(time));
      receive(await requester.submit(() => ({ kind: 'seek', time: to, viewport: view(to) }), 'seek'));
    },
    async step(unit, direction, machine) {
      supersede();
      set({ playing: false });
      receive(
        await requester.submit(() => ({
          kind: 'step',
          unit,
          direction,
          ...(machine === undefined ? host() : { host: machine }),
          viewport: view(timeNow()),
        })),
      );
    },
    async runToEnd() {
      supersede();
      set({ playing: false });
      receive(await requester.submit(() => ({ kind: 'end', viewport: view(timeNow()) })));
    },
    async find(query, direction) {
      supersede();
      set({ playing: false });
      const answer = await requester.submit(() => ({
        kind: 'find',
        query,
        direction,
        viewport: view(timeNow()),
      }));
      if (!receive(answer) || answer?.kind !== 'frame' || answer.isStopped) return undefined;
      return answer.found;
    },
    runTo,
    async runToOrBack(breakpoint) {
      if (await toStop([breakpoint], 'forward')) await runTo([breakpoint], 'backward');
    },
    async goTo(place) {
      supersede();
      set({ playing: false });
      receive(await requester.submit(() => ({ kind: 'goTo', place, viewport: view(timeNow()) })));
    },
    async command(text) {
      supersede();
      receive(await requester.submit(() => ({ kind: 'command', text, viewport: view(timeNow()) })));
    },
    async rules(rules, name) {
      supersede();
      const answer = await requester.submit(() => ({
        kind: 'rules',
        rules,
        ...(name === undefined ? {} : { name }),
        viewport: view(timeNow(), 0),
      }));
      receive(answer, true);
    },
    async change(document, name, play) {
      supersede();
      const answer = await requester.submit(() => ({ kind: 'change', document, name, viewport: view(0, 0) }));
      const changed = receive(answer, true);
      if (changed) set({ playing: play, notice: null });
      return changed;
    },
    async switchTo(id) {
      supersede();
      set({ playing: false });
      receive(await requester.submit(() => ({ kind: 'branch', id, viewport: view(timeNow(), 0) })), true);
    },
    async renameBranch(id, name) {
      receive(await requester.submit(() => ({ kind: 'renameBranch', id, name, viewport: view(timeNow()) })));
    },
    async deleteBranch(id) {
      receive(await requester.submit(() => ({ kind: 'deleteBranch', id, viewport: view(timeNow()) })));
    },
    async setMemory(bytes) {
      receive(await requester.submit(() => ({ kind: 'memory', bytes, viewport: view(timeNow()) })));
    },
    stop: () => client.stop(),
    async refreshFrame(inDetail = false) {
      const current = get().linkIsCurrent;
      // What is derived again may come before what the page has got.
      const asked = () => (inDetail ? view(timeNow(), 0) : view(timeNow()));
      receive(await requester.submit(() => ({ kind: 'view', inDetail, viewport: asked() }), 'view'));
      set({ linkIsCurrent: current });
    },
    async refreshTimeline() {
      const asked = () => viewport(timeNow()).timeline;
      const answer = await requester.submit(() => ({ kind: 'timeline', timeline: asked() }), 'timeline');
      const { frame, linkIsCurrent } = get();
      if (answer?.kind !== 'timeline' || frame === null) return;
      set({ frame: { ...frame, timeline: answer.timeline }, linkIsCurrent });
    },
    async refreshLink() {
      const { frame } = get();
      const answer = await requester.submit(() => ({ kind: 'link' }), 'link');
      if (answer?.kind !== 'link') return;
      set({ link: { hash: answer.hash, document: answer.document }, linkIsCurrent: get().frame === frame });
    },
    ask: (request, lane) => requester.submit(() => request, lane),
    play: () => set(({ phase, frame }) => ({ playing: phase === 'ready', stoodAt: frame?.time ?? null })),
    pause: () => set({ playing: false }),
    dismissNotice: () => set({ notice: null }),
    async restart() {
      const { link } = get();
      client.close();
      start();
      set({ phase: 'opening', playing: false, notice: null });
      if (link !== null) await this.open({ link: link.hash }, false);
    },
    isIdle: () => requester.isIdle(),
    waitedMs: (at) => requester.waitedMs(at),
  };
}
