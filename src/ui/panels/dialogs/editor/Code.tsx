// Where the editor lives in the page, and what it follows there: the executed line.
import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';
import type { ProgramText } from '../../../../worker/protocol.ts';
import { useSession, useTexts, useView } from '../../../app/context.tsx';
import { type CodeView, createCodeView } from './code-view.ts';
import { executedAt, lineIn, type SourceLine } from './executing.ts';
import { hostOf } from './owner.ts';
import { phrasesIn } from './phrases.ts';
import { lineStops } from './stop-gutter.ts';

interface Props {
  ref: RefObject<CodeView | null>;
  program: ProgramText;
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

export function Code({ ref, program, source, isRunning, ...told }: Props) {
  const t = useTexts();
  const host = useRef<HTMLDivElement>(null);
  // The view is made once: what it calls are always the latest of these.
  const handlers = useRef(told);
  handlers.current = told;

  useEffect(() => {
    if (host.current === null) return;
    const view = createCodeView(host.current, {
      program,
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
    return () => {
      ref.current = null;
      view.destroy();
    };
  }, [ref, program, source, t]);

  const executed = useSession(({ frame, playing }) =>
    frame === null || playing ? '' : executedAt(frame, program.of),
  );
  useEffect(() => {
    const place = lineIn(executed);
    const isKnown = place !== null && (isRunning || place.file in program.kernel);
    if (!isKnown) ref.current?.execute(null);
    else ref.current?.execute({ ...place, file: place.file in program.kernel ? place.file : program.file });
  }, [ref, executed, isRunning, program]);

  const stops = useView((state) => state.stops);
  useEffect(() => ref.current?.showStops(lineStops(stops, hostOf(program))), [ref, stops, program]);

  // The dialog moves the focus among what it can see, which ends at the shadow root: the host passes it on.
  function passOn({ currentTarget }: FocusEvent): void {
    if (currentTarget.shadowRoot?.activeElement === null) ref.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the focus goes on to the text
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the focus goes on to the text
    <div ref={host} className="editor-code" tabIndex={0} onFocus={passOn} />
  );
}
