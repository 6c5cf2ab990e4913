// The run as the page knows it: the latest frame, what was told so far, and the requests that change it.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../worker/client.ts';
import type { Frame, NarrationLine } from '../../worker/frame.ts';
import type { Answer, Request, StepUnit, Viewport } from '../../worker/protocol.ts';
import { mergeNarration, narrationFrom } from './narration.ts';
import { createRequester, type Requester } from './requester.ts';
import { stilled } from './stilled.ts';

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
  /** What the address asked for could not be opened, and the counter runs in its place. */
  isCounterInstead?: boolean;
}

export interface SessionState {
  phase: 'opening' | 'ready' | 'crashed';
  frame: Frame | null;
  /** The latest instant that was on screen of this run. */
  latest: number;
  playing: boolean;
  narration: readonly NarrationLine[];
  link: Link | null;
  /** The link is of the instant that `frame` shows. */
  linkIsCurrent: boolean;
  notice: Notice | null;
}

export type Source = Extract<Request, { kind: 'open' }>['source'];

/** What can be asked without changing the run. */
export type Question = Extract<Request, { kind: 'guest' | 'assemble' | 'inspect' }>;

export interface Session {
  store: StoreApi<SessionState>;
  open(source: Source, play: boolean): Promise<boolean>;
  advance(until: number): Promise<void>;
  seek(time: number): Promise<void>;
  step(unit: StepUnit, direction: 1 | -1): Promise<void>;
  command(text: string): Promise<void>;
  rules(rules: Record<string, boolean>): Promise<void>;
  look(): Promise<void>;
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
  /** What is on screen when the cursor is at `time`. */
  viewport: (time: number) => Omit<Viewport, 'narrationFrom'>;
  now: () => number;
  /** Whether the person asked for less motion. */
  isStill: () => boolean;
}

/** A session without a run; `open` gives it one. */
export function createSession({ connect, viewport, now, isStill }: SessionParts): Session {
  const store = createStore<SessionState>(() => ({
    phase: 'opening',
    frame: null,
    latest: 0,
    playing: false,
    narration: [],
    link: null,
    linkIsCurrent: false,
    notice: null,
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
    const { ask } = client;
    requester = createRequester(ask, now);
  }

  function view(time: number, from = narrationFrom(get().narration)): Viewport {
    return { ...viewport(time), narrationFrom: from };
  }

  function timeNow(): number {
    return get().frame?.time ?? 0;
  }

  /** Whose instructions are stepped by: of the machine that answers the world. */
  function host(): { host?: string } {
    const live = get().frame?.hosts.find(({ role }) => role === 'primary' || role === 'solo');
    return live === undefined ? {} : { host: live.id };
  }

  /** Takes a frame over; says whether there was one. Of another run nothing that was told before holds. */
  function receive(answer: Answer | null, isOtherRun = false): boolean {
    if (answer?.kind === 'refused') {
      const { key, values, message } = answer;
      set({ playing: false, notice: { message, ...(key && { key }), ...(values && { values }) } });
    }
    if (answer?.kind !== 'frame') return false;
    const { differs } = answer;
    const frame = isStill() ? stilled(answer.frame) : answer.frame;
    set({
      phase: 'ready',
      frame,
      latest: Math.max(frame.time, isOtherRun ? 0 : get().latest),
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
      const answer = await requester.submit(() => ({ kind: 'open', source, viewport: view(0, 0) }));
      const opened = receive(answer, true);
      if (opened)
        set({ playing: play, ...(answer?.kind === 'frame' && !answer.differs && { notice: null }) });
      return opened;
    },
    async advance(until) {
      receive(await requester.submit(() => ({ kind: 'advance', until, viewport: view(until) })));
    },
    async seek(time) {
      set({ playing: false });
      const to = Math.max(0, Math.round(time));
      receive(await requester.submit(() => ({ kind: 'seek', time: to, viewport: view(to) }), 'seek'));
    },
    async step(unit, direction) {
      set({ playing: false });
      receive(
        await requester.submit(() => ({
          kind: 'step',
          unit,
          direction,
          ...host(),
          viewport: view(timeNow()),
        })),
      );
    },
    async command(text) {
      // What came later in an earlier run of this is forgotten.
      if (receive(await requester.submit(() => ({ kind: 'command', text, viewport: view(timeNow()) })))) {
        set({ latest: timeNow() });
      }
    },
    async rules(rules) {
      const answer = await requester.submit(() => ({ kind: 'rules', rules, viewport: view(timeNow(), 0) }));
      receive(answer, true);
    },
    async look() {
      const current = get().linkIsCurrent;
      receive(await requester.submit(() => ({ kind: 'look', viewport: view(timeNow()) }), 'look'));
      set({ linkIsCurrent: current });
    },
    async refreshLink() {
      const { frame } = get();
      const answer = await requester.submit(() => ({ kind: 'link' }), 'link');
      if (answer?.kind !== 'link') return;
      set({ link: { hash: answer.hash, document: answer.document }, linkIsCurrent: get().frame === frame });
    },
    ask: (request, lane) => requester.submit(() => request, lane),
    play: () => set({ playing: get().phase === 'ready' }),
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
