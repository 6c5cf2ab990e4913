// What the page knows of the run that is open.
import type { NarrationLine, ViewFrame } from '../../worker/frame.ts';
import type { HitView, PositionView } from '../../worker/time-views.ts';
import type { Progress } from './requester.ts';

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
  /** The position on this branch from which the run came to where it stands; null when it came from nowhere. */
  stoodAt: PositionView | null;
}

export const NOTHING_OPEN: SessionState = {
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
};
