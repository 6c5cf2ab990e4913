// The editor with what stands around it: files, what is wrong, what can be done.
import { type DragEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { GuestText } from '../../../../worker/protocol.ts';
import { useApp, useTexts, useView } from '../../../app/context.tsx';
import { browserShelf } from '../../../store/preferences.ts';
import { stopAt, stopOnLine, toggleStop } from '../../model/stops.ts';
import { Banners, type Message } from './Banners.tsx';
import { Code } from './Code.tsx';
import type { CodeView } from './code-view.ts';
import { type Program, runEdited, withGuest } from './document.ts';
import { createDrafts } from './drafts.ts';
import { EditorActions } from './EditorActions.tsx';
import type { SourceLine } from './executing.ts';
import { FileTabs } from './FileTabs.tsx';
import { Findings } from './Findings.tsx';
import { marksOn } from './findings.ts';
import { readUpload } from './upload.ts';
import { useAssembled } from './useAssembled.ts';

/** One for the page: what was written outlives the drawer. */
const drafts = createDrafts(browserShelf());

export function GuestEditor({ guest }: { guest: GuestText }) {
  const t = useTexts();
  const app = useApp();
  const { session, view } = app;
  const stops = useView((state) => state.stops);
  const [cursor, setCursor] = useState<SourceLine>({ file: guest.file, line: 1 });
  const running = guest.source ?? guest.builtIn;
  const [initial] = useState(() => drafts.current(guest.program) ?? running);
  const [source, setSource] = useState(initial);
  const [file, setFile] = useState(guest.file);
  const [message, setMessage] = useState<Message | null>(() => firstMessage(guest, initial));
  const { assembled, assemble } = useAssembled(session);
  const code = useRef<CodeView | null>(null);

  const check = useCallback(
    async (text: string) => {
      const answer = await assemble(text);
      if (answer !== null) code.current?.mark(marksOn(text, answer.findings, guest.name));
      return answer;
    },
    [assemble, guest],
  );
  useEffect(() => void check(initial), [check, initial]);

  function change(text: string): void {
    setSource(text);
    const isKept = drafts.keep(guest.program, text === guest.builtIn ? null : text);
    if (!isKept) setMessage({ kind: 'notKept' });
    void check(text);
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

  function goTo(where: string, line: number, column: number): void {
    code.current?.goTo({ file: where === guest.name ? guest.file : where, line }, column);
  }

  async function toggle(place: SourceLine): Promise<void> {
    const text = stopOnLine(place.file, place.line);
    const refusal = await toggleStop(app, text, stopAt(view.getState().stops, { source: place }));
    setMessage(refusal === null ? null : { kind: 'refused', text: refusal });
  }

  function runTo({ file, line }: SourceLine): void {
    void session.runToOrBack(stopOnLine(file, line));
  }

  async function upload(brought: File): Promise<void> {
    const read = await readUpload(session, brought, guest.bytesMax);
    if (read.kind === 'source') code.current?.replace(read.source);
    setMessage(read.kind === 'source' ? null : read);
  }

  function drop(event: DragEvent): void {
    const [brought] = event.dataTransfer.files;
    if (brought === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void upload(brought);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut for the button that takes one
    <div
      className="editor"
      onDragOverCapture={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDropCapture={drop}
      onKeyDown={keepHandledEscape}
    >
      <FileTabs
        files={[guest.file, ...Object.keys(guest.kernel)]}
        shown={file}
        isEdited={source !== running}
        onShow={(next) => code.current?.show(next)}
      />
      <Banners
        message={message}
        onDismiss={() => {
          drafts.putAway(guest.program);
          setMessage(null);
        }}
        onTake={(left) => {
          drafts.putAway(guest.program);
          setMessage(null);
          code.current?.replace(left);
        }}
        onStart={(program) => void start(program)}
      />
      <Code
        ref={code}
        guest={guest}
        source={initial}
        isRunning={source === running && guest.source !== null}
        onChange={change}
        onRun={() => void run()}
        onShow={setFile}
        onCursor={setCursor}
        onToggleStop={(place) => void toggle(place)}
        onRunTo={runTo}
      />
      <Findings assembled={assembled} guest={guest} onGoTo={goTo} />
      <EditorActions
        line={cursor.line}
        hasStop={stopAt(stops, { source: cursor }) !== undefined}
        onToggleStop={() => void toggle(cursor)}
        onRunTo={() => runTo(cursor)}
        canRun={assembled?.isWhole === true}
        revertTo={source !== running ? 'running' : source !== guest.builtIn ? 'builtIn' : null}
        onRun={() => void run()}
        onRevert={() => code.current?.replace(source !== running ? running : guest.builtIn)}
        onUpload={(brought) => void upload(brought)}
        onDownload={() => download(source, guest.file)}
      />
      <p className="visually-hidden">{t('editor.keys')}</p>
    </div>
  );
}

/** What the person has to know when the drawer opens. */
function firstMessage(guest: GuestText, initial: string): Message | null {
  const left = drafts.left(guest.program);
  if (left !== null && left !== initial) return { kind: 'draft', file: guest.file, source: left };
  return guest.source === null ? { kind: 'brought', bytes: guest.programBytes } : null;
}

/** An Escape that the editor has used (for its list or its search) closes nothing else. */
function keepHandledEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape' && event.nativeEvent.defaultPrevented) event.stopPropagation();
}

/** Hands the text over as a file. */
function download(source: string, file: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([source], { type: 'text/plain' }));
  anchor.download = file;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
