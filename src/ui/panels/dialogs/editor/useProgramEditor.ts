// What the editor holds and does: the text as it is, what is wrong with it, and what becomes of it.
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { CarriedProgram } from '../../../../scenario/program-part.ts';
import type { Assembled, ProgramText } from '../../../../worker/protocol.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { browserShelf } from '../../../store/preferences.ts';
import { stopAt, stopOnLine, toggleStop } from '../../model/stops.ts';
import type { Message } from './Banners.tsx';
import type { CodeView } from './code-view.ts';
import { createDrafts } from './drafts.ts';
import type { SourceLine } from './executing.ts';
import { marksOn } from './findings.ts';
import { branchOf, draftOf, hostOf } from './owner.ts';
import { readUpload } from './upload.ts';
import { useAssembled } from './useAssembled.ts';

/** One for the page: what was written outlives the drawer. */
const drafts = createDrafts(browserShelf());

export interface ProgramEditorState {
  code: RefObject<CodeView | null>;
  /** What runs, what the drawer opened with, and the text as it is now. */
  running: string;
  initial: string;
  source: string;
  message: Message | null;
  assembled: Assembled | null;
  change(text: string): void;
  run(): void;
  start(other: CarriedProgram): void;
  goTo(where: string, line: number, column: number): void;
  toggle(line: SourceLine): void;
  runTo(line: SourceLine): void;
  upload(brought: File): void;
  /** Lets go of the draft that was offered; `left`: takes it up instead. */
  putAway(left?: string): void;
}

export function useProgramEditor(program: ProgramText): ProgramEditorState {
  const t = useTexts();
  const app = useApp();
  const { session, view } = app;
  const code = useRef<CodeView | null>(null);
  const running = program.source ?? program.builtIn;
  const draft = draftOf(program);
  const host = hostOf(program);
  const [initial] = useState(() => drafts.current(draft) ?? running);
  const [source, setSource] = useState(initial);
  const [message, setMessage] = useState<Message | null>(() => firstMessage(program, initial));
  const { assembled, assemble } = useAssembled(session, program.of);

  const check = useCallback(
    async (text: string) => {
      const answer = await assemble(text);
      if (answer !== null) code.current?.mark(marksOn(text, answer.findings, program.name));
      return answer;
    },
    [assemble, program],
  );
  useEffect(() => void check(initial), [check, initial]);

  function goTo(where: string, line: number, column: number): void {
    code.current?.goTo({ file: where === program.name ? program.file : where, line }, column);
  }

  async function start(other: CarriedProgram): Promise<void> {
    const isBuiltIn = other.source === undefined && other.elf === undefined;
    if (await session.runProgram(program.of, other, branchOf(t, program, isBuiltIn)))
      view.setState({ dialog: null });
    else setMessage({ kind: 'refused', text: session.store.getState().notice?.message ?? '' });
  }

  async function run(): Promise<void> {
    const text = code.current?.source() ?? source;
    const answer = await check(text);
    if (answer === null) return;
    const error = answer.findings.find(({ severity }) => severity === 'error');
    if (error === undefined) await start(text === program.builtIn ? {} : { source: text });
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
      const isKept = drafts.keep(draft, text === program.builtIn ? null : text);
      if (!isKept) setMessage({ kind: 'notKept' });
      void check(text);
    },
    run: () => void run(),
    start: (other) => void start(other),
    goTo,
    async toggle(line) {
      const text = stopOnLine(line.file, line.line, host);
      const refusal = await toggleStop(app, text, stopAt(view.getState().stops, { source: line }, host));
      setMessage(refusal === null ? null : { kind: 'refused', text: refusal });
    },
    runTo: ({ file, line }) => void session.runToOrBack(stopOnLine(file, line, host)),
    async upload(brought) {
      const read = await readUpload(session, brought, program.bytesMax);
      if (read.kind === 'source') code.current?.replace(read.source);
      setMessage(read.kind === 'source' ? null : read);
    },
    putAway(left) {
      drafts.putAway(draft);
      setMessage(null);
      if (left !== undefined) code.current?.replace(left);
    },
  };
}

/** What the person has to know when the drawer opens. */
function firstMessage(program: ProgramText, initial: string): Message | null {
  const left = drafts.left(draftOf(program));
  if (left !== null && left !== initial) return { kind: 'draft', file: program.file, source: left };
  return program.source === null ? { kind: 'brought', bytes: program.programBytes } : null;
}
