// The line between two panels that lie side by side: dragged, or moved by the arrow keys. It says how wide the right one is.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import './splitter.css';

interface Props {
  label: string;
  /** Of the panel on the right, in px. */
  width: number;
  min: number;
  max: number;
  /** What a double click goes back to. */
  usual: number;
  onChange: (width: number) => void;
}

const STEP = 24;

export function Splitter({ label, width, min, max, usual, onChange }: Props) {
  const grabbed = useRef<{ x: number; width: number } | null>(null);
  const change = (wanted: number) => onChange(Math.round(Math.min(max, Math.max(min, wanted))));
  function onKeyDown(event: KeyboardEvent): void {
    const wanted = { ArrowLeft: width + STEP, ArrowRight: width - STEP, Home: min, End: max }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    change(wanted);
  }
  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    grabbed.current = { x: event.clientX, width };
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that can be moved is no <hr>
    <div
      className="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={({ clientX }) =>
        grabbed.current !== null && change(grabbed.current.width + grabbed.current.x - clientX)
      }
      onLostPointerCapture={() => {
        grabbed.current = null;
      }}
      onDoubleClick={() => change(usual)}
    />
  );
}
