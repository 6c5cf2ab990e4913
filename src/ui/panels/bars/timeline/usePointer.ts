// The pointer on the timeline: a click goes there, a drag moves the window, the wheel zooms around the pointer.
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useApp } from '../../../app/context.tsx';
import { panned, zoomed } from '../../../store/view.ts';
import type { TimeScale } from './lanes.ts';

/** A press that moves less than this is a click. */
const CLICK_PX = 4;

/** The instant under the pointer, or null. */
export function usePointer(box: RefObject<HTMLElement | null>, scale: TimeScale): number | null {
  const { session, view } = useApp();
  /** In px, so that the instant below it stays true while the window moves. */
  const [hover, setHover] = useState<number | null>(null);
  const latest = useRef(scale);
  latest.current = scale;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const listeners = new AbortController();
    const { signal } = listeners;
    let press: { x: number; dragged: boolean } | null = null;

    const xOf = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
    const time = () => session.store.getState().frame?.time ?? 0;

    function onDown(event: PointerEvent): void {
      if (event.button !== 0) return;
      press = { x: xOf(event), dragged: false };
      element?.setPointerCapture(event.pointerId);
    }
    function onMove(event: PointerEvent): void {
      const x = xOf(event);
      setHover(x);
      if (press === null || (!press.dragged && Math.abs(x - press.x) < CLICK_PX)) return;
      const ns = latest.current.invert(press.x) - latest.current.invert(x);
      press = { x, dragged: true };
      view.setState(({ window }) => ({ window: panned(window, time(), ns) }));
    }
    function onUp(event: PointerEvent): void {
      if (press !== null && !press.dragged) void session.seek(latest.current.invert(xOf(event)));
      press = null;
    }
    function onWheel(event: WheelEvent): void {
      // On a page that scrolls, the wheel alone is for scrolling.
      const scrolls = document.documentElement.scrollHeight > innerHeight + 1;
      if (scrolls && !event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      const at = latest.current.invert(xOf(event));
      const [from, to] = latest.current.domain() as [number, number];
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      view.setState(({ window }) => ({
        window:
          Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)
            ? panned(window, time(), ((to - from) * sideways) / 1000)
            : zoomed(window, time(), 1.0015 ** event.deltaY, at),
      }));
    }

    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('pointerup', onUp, { signal });
    element.addEventListener('pointercancel', () => (press = null), { signal });
    element.addEventListener('pointerleave', () => setHover(null), { signal });
    element.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => listeners.abort();
  }, [box, session, view]);

  return hover === null ? null : scale.invert(hover);
}
