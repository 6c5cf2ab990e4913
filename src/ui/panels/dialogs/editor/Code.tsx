// Where the editor lives in the page, and what it follows there: the executed line.
import { type RefObject, useEffect, useRef } from 'react';
import type { GuestText } from '../../../../worker/protocol.ts';
import { useSession, useTexts, useView } from '../../../app/context.tsx';
import { type CodeView, createCodeView } from './code-view.ts';
import { executedAt, lineIn, type SourceLine } from './executing.ts';
import { phrasesIn } from './phrases.ts';
import { lineStops } from './stop-gutter.ts';

interface Props {
  ref: RefObject<CodeView | null>;
  guest: GuestText;
  source: string;
  /** The text is the one that runs, so that executed lines are its lines. */
  isRunning: boolean;
  onChange: (source: string) => void;
  onRun: () => void;
  onShow: (file: string) => void;
  onCursor: (place: SourceLine) => void;
  onToggleStop: (place: SourceLine) => void;
  onRunTo: (place: SourceLine) => void;
}

export function Code({ ref, guest, source, isRunning, ...told }: Props) {
  const t = useTexts();
  const host = useRef<HTMLDivElement>(null);
  // The view is made once: what it calls are always the latest of these.
  const handlers = useRef(told);
  handlers.current = told;

  useEffect(() => {
    if (host.current === null) return;
    const view = createCodeView(host.current, {
      guest,
      source,
      label: (file) => t('editor.text', { file }),
      phrases: phrasesIn(t),
      onChange: (text) => handlers.current.onChange(text),
      onRun: () => handlers.current.onRun(),
      onShow: (file) => handlers.current.onShow(file),
      onCursor: (place) => handlers.current.onCursor(place),
      onToggleStop: (place) => handlers.current.onToggleStop(place),
      onRunTo: (place) => handlers.current.onRunTo(place),
    });
    ref.current = view;
    view.focus();
    return () => {
      ref.current = null;
      view.destroy();
    };
  }, [ref, guest, source, t]);

  const executed = useSession(({ frame, playing }) => (frame === null || playing ? '' : executedAt(frame)));
  useEffect(() => {
    const place = lineIn(executed);
    const isKnown = place !== null && (isRunning || place.file in guest.kernel);
    if (!isKnown) ref.current?.execute(null);
    else ref.current?.execute({ ...place, file: place.file in guest.kernel ? place.file : guest.file });
  }, [ref, executed, isRunning, guest]);

  const stops = useView((state) => state.stops);
  useEffect(() => ref.current?.showStops(lineStops(stops)), [ref, stops]);

  return <div ref={host} className="editor-code" />;
}
