// The one loop of the page: on each screen refresh it asks the worker for the next thing, if nothing is asked already.
// The timeline's window is kept with the cursor.
import { LINK_EVERY_MS, nextRequest } from './next-request.ts';
import type { Preferences } from './preferences.ts';
import type { Session } from './session.ts';
import { hasLostCursor, type View, viewportAt } from './view.ts';

export interface LoopParts {
  session: Session;
  view: View;
  preferences: { getState(): Preferences };
}

/** Runs until the returned function is called. */
export function startLoop({ session, view, preferences }: LoopParts): () => void {
  let handle = 0;
  let lastAdvance = 0;
  let lastLink = -LINK_EVERY_MS;
  /** What of the page's view the last frame was asked for with. */
  let shownView = '';
  /** The timeline's window with all that it depends on, since when it is so, and for which one details have been asked. */
  let shown = '';
  let since = 0;
  let detailed = '';

  function tick(now: number): void {
    handle = requestAnimationFrame(tick);
    const { frame, playing, linkIsCurrent, phase } = session.store.getState();
    if (!playing || document.hidden) lastAdvance = now;
    if (frame === null || phase !== 'ready' || !session.isIdle()) return;
    const { rows, faults, opened, timeline } = viewportAt(view.getState(), frame.time);
    const seen = `${rows} ${faults} ${opened?.host}`;
    const wanted = JSON.stringify(timeline);
    const branch = frame.branches.find(({ isOn }) => isOn)?.id;
    const all = `${wanted} ${frame.time} ${frame.step} ${frame.reached} ${branch}`;
    if (all !== shown) {
      shown = all;
      since = now;
    }
    const next = nextRequest({
      playing,
      hidden: document.hidden,
      time: frame.time,
      ended: frame.ended,
      speed: preferences.getState().speed,
      sinceAdvanceMs: now - lastAdvance,
      sinceLinkMs: now - lastLink,
      linkIsCurrent,
      viewChanged: !playing && seen !== shownView,
      timelineChanged: !playing && wanted !== JSON.stringify(frame.timeline.window),
      lacksDetail: (frame.lacksContext || frame.timeline.lacksDetail) && detailed !== all,
      sinceViewMs: now - since,
    });
    if (next?.kind === 'link') {
      lastLink = now;
      void session.refreshLink();
    } else if (next?.kind === 'advance') {
      lastAdvance = now;
      void session.advance(next.until);
    } else if (next?.kind === 'view') {
      shownView = seen;
      if (next.inDetail) detailed = all;
      void session.refreshFrame(next.inDetail).then((isThere) => {
        if (!isThere) detailed = '';
      });
    } else if (next?.kind === 'timeline') {
      void session.refreshTimeline();
    }
  }

  const stopFollowing = session.store.subscribe(({ frame, playing }, before) => {
    const { window } = view.getState();
    if (frame === null || !hasLostCursor(window, before.frame?.time ?? 0, frame.time, playing)) return;
    view.setState({ window: { ...window, follow: true } });
  });

  handle = requestAnimationFrame(tick);
  return () => {
    cancelAnimationFrame(handle);
    stopFollowing();
  };
}
