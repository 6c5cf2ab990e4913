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
  function onHashChange(): void {
    const link = linkInAddress(location.hash);
    if (link !== '' && link !== session.store.getState().link?.hash) void session.open({ link }, false);
  }
  addEventListener('hashchange', onHashChange);
  return () => {
    stop();
    removeEventListener('hashchange', onHashChange);
  };
}
