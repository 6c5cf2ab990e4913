// Keeps the address bar the link to what is on screen, and opens the links that are put into it.
import type { Session } from '../store/session.ts';

/** A link's hash, as the address bar has it; empty when there is none. */
export function linkInAddress(hash: string): string {
  return /^#u\d+=/.test(hash) ? hash : '';
}

/** Follows both ways until the returned function is called. The loop sees to it that this is at most once a second. */
export function bindAddress(session: Session): () => void {
  const stop = session.store.subscribe(({ link }, before) => {
    if (link === null || link === before.link || link.hash === location.hash) return;
    history.replaceState(history.state, '', link.hash);
  });
  async function onHashChange({ newURL }: HashChangeEvent): Promise<void> {
    // Not what the address bar says by now: it may have been made the link of the running run again.
    const link = linkInAddress(new URL(newURL).hash);
    if (link === '' || link === session.store.getState().link?.hash || (await session.open({ link }, false)))
      return;
    // What runs is as it was, so the address is its link again.
    const { link: current } = session.store.getState();
    if (current !== null) history.replaceState(history.state, '', current.hash);
  }
  addEventListener('hashchange', onHashChange);
  return () => {
    stop();
    removeEventListener('hashchange', onHashChange);
  };
}
