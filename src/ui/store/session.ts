// The run as the page knows it: the latest frame, what was told so far, and the requests that change it.
import type { StoreApi } from 'zustand/vanilla';
import type { AnswerTo, RequestOf } from '../../worker/protocol.ts';
import { positionOf } from './position.ts';
import { type SessionChanges, sessionChanges } from './session-changes.ts';
import { createCore, type SessionParts } from './session-core.ts';
import { type SessionMoves, sessionMoves } from './session-moves.ts';
import type { SessionState } from './session-state.ts';
import { type SessionUpdates, sessionUpdates } from './session-updates.ts';

type QuestionKind =
  | 'programText'
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

/** What can be asked without changing the run. */
export type Question = RequestOf<QuestionKind>;

export interface Session extends SessionMoves, SessionChanges, SessionUpdates {
  store: StoreApi<SessionState>;
  /** Asks what changes nothing. Null when a newer question of the same lane took its place. */
  ask<Q extends Question>(request: Q, lane?: string): Promise<AnswerTo<Q['kind']> | null>;
  /** Ends what takes long; the run stands where it has come. */
  stop(): void;
  play(): void;
  pause(): void;
  dismissNotice(): void;
  /** Stops the worker and brings the run back, paused where the last link stood. */
  restart(): Promise<void>;
  isIdle(): boolean;
  waitedMs(now: number): number;
}

/** A session without a run; `open` gives it one. */
export function createSession(parts: SessionParts): Session {
  const core = createCore(parts);
  const { store, submit, requester } = core;
  const { getState: get, setState: set } = store;
  const moves = sessionMoves(core);
  return {
    store,
    ...moves,
    ...sessionChanges(core),
    ...sessionUpdates(core),
    ask: (request, lane) => submit(request.kind, () => request, lane),
    stop: core.stop,
    play: () =>
      set(({ phase, frame }) => ({ playing: phase === 'ready', stoodAt: frame && positionOf(frame) })),
    pause: () => set({ playing: false }),
    dismissNotice: () => set({ notice: null }),
    async restart() {
      const { link } = get();
      core.reconnect();
      if (link !== null) await moves.open({ link: link.hash }, false);
    },
    isIdle: () => requester().isIdle(),
    waitedMs: (at) => requester().waitedMs(at),
  };
}
