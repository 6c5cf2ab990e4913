// How fast the run really goes.
import { useEffect, useState } from 'react';
import { useApp, usePreferences, useSession } from '../../../app/context.tsx';

const EVERY_MS = 1000;

/** Simulated ns per second of the wall's over the last second of playing at one speed; null when there was none. */
export function useReachedSpeed(): number | null {
  const { session } = useApp();
  const playing = useSession((state) => state.playing);
  const speed = usePreferences((state) => state.speed);
  const [reached, setReached] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at another speed the measuring begins anew
  useEffect(() => {
    setReached(null);
    if (!playing) return;
    const sample = () => ({ wall: performance.now(), time: session.store.getState().frame?.time ?? 0 });
    let last = sample();
    const timer = setInterval(() => {
      const now = sample();
      setReached(((now.time - last.time) / (now.wall - last.wall)) * 1000);
      last = now;
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [session, playing, speed]);
  return reached;
}
