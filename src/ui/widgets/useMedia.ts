// Whether a media query matches, followed.
import { useSyncExternalStore } from 'react';

/** `(max-width: 760px)` and the like. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const media = matchMedia(query);
      media.addEventListener('change', onChange);
      return () => media.removeEventListener('change', onChange);
    },
    () => matchMedia(query).matches,
  );
}
