// What the page asks by itself, to keep what it shows up to date: the run goes on while it plays, and the rest follows it.
import type { SessionCore } from './session-core.ts';

export interface SessionUpdates {
  advance(until: number): Promise<void>;
  /** `inDetail`: with what has to be derived again for it. @returns false when something else came between */
  refreshFrame(inDetail?: boolean): Promise<boolean>;
  /** The timeline for the window that is on screen. */
  refreshTimeline(): Promise<void>;
  refreshLink(): Promise<void>;
}

export function sessionUpdates({
  store,
  parts,
  submit,
  view,
  timeNow,
  receive,
}: SessionCore): SessionUpdates {
  const { getState: get, setState: set } = store;
  return {
    async advance(until) {
      const answer = await submit('advance', () => ({ kind: 'advance', until, viewport: view(until) }));
      receive(answer, { isPlaying: true });
    },
    async refreshFrame(inDetail = false) {
      const current = get().linkIsCurrent;
      // What is derived again may come before what the page has got.
      const asked = () => (inDetail ? view(timeNow(), 0) : view());
      const answer = await submit('view', () => ({ kind: 'view', inDetail, viewport: asked() }), 'view');
      const isThere = receive(answer) && !answer.isStopped;
      set({ linkIsCurrent: current });
      return isThere;
    },
    async refreshTimeline() {
      const asked = () => parts.viewport(timeNow()).timeline;
      const answer = await submit('timeline', () => ({ kind: 'timeline', timeline: asked() }), 'timeline');
      const { frame, linkIsCurrent } = get();
      if (answer?.kind !== 'timeline' || frame === null) return;
      set({ frame: { ...frame, timeline: answer.timeline }, linkIsCurrent });
    },
    async refreshLink() {
      const { frame } = get();
      const answer = await submit('link', () => ({ kind: 'link' }), 'link');
      if (answer?.kind !== 'link') return;
      set({ link: { hash: answer.hash, document: answer.document }, linkIsCurrent: get().frame === frame });
    },
  };
}
