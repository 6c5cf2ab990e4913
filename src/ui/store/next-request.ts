// What the page asks the worker for next. Pure, so that the one loop that calls it has nothing to decide.

/** The wall may have stood still (a hidden tab, a slow frame); the run does not jump to make up for it. */
const LONGEST_STEP_MS = 100;

/** Browsers refuse an address bar that changes more often. */
export const LINK_EVERY_MS = 1000;
const LINK_AFTER_REST_MS = 250;

/** Nothing is derived again for a cursor or a window that is being moved. */
const DETAIL_AFTER_MS = 150;

export interface LoopState {
  playing: boolean;
  hidden: boolean;
  /** Simulated time of the latest frame, in ns. */
  time: number;
  ended: boolean;
  /** Simulated ns in a second of the wall's. */
  speed: number;
  /** Wall time since the last advance was asked for, in ms. */
  sinceAdvanceMs: number;
  /** Wall time since the last link was asked for, in ms. */
  sinceLinkMs: number;
  linkIsCurrent: boolean;
  /** What is on screen is not what the latest frame was made for; of the timeline, its window. */
  viewChanged: boolean;
  timelineChanged: boolean;
  /** More can be told of what is on screen, and has not been asked for. Wall time since that was something else, in ms. */
  lacksDetail: boolean;
  sinceViewMs: number;
}

export type NextRequest =
  | { kind: 'advance'; until: number }
  | { kind: 'link' | 'timeline' }
  /** `inDetail`: with what has to be derived again. */
  | { kind: 'view'; inDetail: boolean }
  | null;

/** The next request, when none is out. Playing comes first, but lets a link through once a second. */
export function nextRequest(state: LoopState): NextRequest {
  if (state.hidden) return null;
  const playing = state.playing && !state.ended;
  const linkAfter = playing ? LINK_EVERY_MS : LINK_AFTER_REST_MS;
  const isSettled = !state.viewChanged && !state.timelineChanged;
  if (!state.linkIsCurrent && state.sinceLinkMs >= linkAfter && isSettled) return { kind: 'link' };
  if (playing) return { kind: 'advance', until: nextInstant(state) };
  if (state.viewChanged) return { kind: 'view', inDetail: false };
  if (state.timelineChanged) return { kind: 'timeline' };
  const isDue = state.lacksDetail && state.sinceViewMs >= DETAIL_AFTER_MS;
  return isDue ? { kind: 'view', inDetail: true } : null;
}

/** Where the run should be by now; always at least a nanosecond on, so that the slowest speed still moves. */
function nextInstant({ time, speed, sinceAdvanceMs }: LoopState): number {
  const passedMs = Math.min(sinceAdvanceMs, LONGEST_STEP_MS);
  return time + Math.max(1, Math.round((passedMs / 1000) * speed));
}
