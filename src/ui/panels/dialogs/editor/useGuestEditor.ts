// What the editor holds and does: the text as it is, what is wrong with it, and what becomes of it.
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Assembled, GuestText } from '../../../../worker/protocol.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { browserShelf } from '../../../store/preferences.ts';
import { stopAt, stopOnLine, toggleStop } from '../../model/stops.ts';
import type { Message } from './Banners.tsx';
import type { CodeView } from './code-view.ts';
import { type Program, runEdited, withGuest } from './document.ts';
import { createDrafts } from './drafts.ts';
import type { SourceLine } from './executing.ts';
import { marksOn } from './findings.ts';
import { readUpload } from './upload.ts';
import { useAssembled } from './useAssembled.ts';

/** One for the page: what was written outlives the drawer. */
const drafts = createDrafts(browserShelf());

export interface GuestEditorState {
  code: RefObject<CodeView | null>;
  /** What runs, what the drawer opened with, and the text as it is now. */
  running: string;
  initial: string;
  source: string;
  message: Message | null;
  assembled: Assembled | null;
  change(text: string): void;
  run(): void;
  start(program: Program): void;
  goTo(where: string, line: number, column: number): void;
  toggle(line: SourceLine): void;
  runTo(line: SourceLine): void;
  upload(brought: File): void;
  /** Lets go of the draft that was offered; `left`: takes it up instead. */
  putAway(left?: string): void;
}

export function useGuestEditor(guest: GuestText): GuestEditorState {
  const t = useTexts();
  const app = useApp();
  const { session, view } = app;
  const code = useRef<CodeView | null>(null);
  const running = guest.source ?? guest.builtIn;
  const [initial] = useState(() => drafts.current(guest.program) ?? running);
  const [source, setSource] = useState(initial);
  const [message, setMessage] = useState<Message | null>(() => firstMessage(guest, initial));
  const { assembled, assemble } = useAssembled(session);

  const check = useCallback(
    async (text: string) => {
      const answer = await assemble(text);
      if (answer !== null) code.current?.mark(marksOn(text, answer.findings, guest.name));
      return answer;
    },
    [assemble, guest],
  );
  useEffect(() => void check(initial), [check, initial]);

  function goTo(where: string, line: number, column: number): void {
    code.current?.goTo({ file: where === guest.name ? guest.file : where, line }, column);
  }

  async function start(program: Program): Promise<void> {
    const name = program === 'builtIn' ? guest.program : t('branches.guest', { program: guest.program });
    if (await runEdited(session, withGuest(guest.document, program), name)) view.setState({ dialog: null });
    else setMessage({ kind: 'refused', text: session.store.getState().notice?.message ?? '' });
  }

  async function run(): Promise<void> {
    const text = code.current?.source() ?? source;
    const answer = await check(text);
    if (answer === null) return;
    const error = answer.findings.find(({ severity }) => severity === 'error');
    if (error === undefined) await start(text === guest.builtIn ? 'builtIn' : { source: text });
    else goTo(error.file, error.line, error.column);
  }

  return {
    code,
    running,
    initial,
    source,
    message,
    assembled,
    change(text) {
      setSource(text);
      const isKept = drafts.keep(guest.program, text === guest.builtIn ? null : text);
      if (!isKept) setMessage({ kind: 'notKept' });
      void check(text);
    },
    run: () => void run(),
    start: (program) => void start(program),
    goTo,
    async toggle(line) {
      const text = stopOnLine(line.file, line.line);
      const refusal = await toggleStop(app, text, stopAt(view.getState().stops, { source: line }));
      setMessage(refusal === null ? null : { kind: 'refused', text: refusal });
    },
    runTo: ({ file, line }) => void session.runToOrBack(stopOnLine(file, line)),
    async upload(brought) {
      const read = await readUpload(session, brought, guest.bytesMax);
      if (read.kind === 'source') code.current?.replace(read.source);
      setMessage(read.kind === 'source' ? null : read);
    },
    putAway(left) {
      drafts.putAway(guest.program);
      setMessage(null);
      if (left !== undefined) code.current?.replace(left);
    },
  };
}

/** What the person has to know when the drawer opens. */
function firstMessage(guest: GuestText, initial: string): Message | null {
  const left = drafts.left(guest.program);
  if (left !== null && left !== initial) return { kind: 'draft', file: guest.file, source: left };
  return guest.source === null ? { kind: 'brought', bytes: guest.programBytes } : null;
}
