// The editor with what stands around it: files, what is wrong, what can be done.
import { type DragEvent, type KeyboardEvent, useEffect, useState } from 'react';
import type { ProgramText } from '../../../../worker/protocol.ts';
import { useTexts, useView } from '../../../app/context.tsx';
import { stopAt } from '../../model/stops.ts';
import { Banners } from './Banners.tsx';
import { Code } from './Code.tsx';
import { EditorActions } from './EditorActions.tsx';
import type { SourceLine } from './executing.ts';
import { FileTabs } from './FileTabs.tsx';
import { Findings } from './Findings.tsx';
import { hostOf } from './owner.ts';
import { useProgramEditor } from './useProgramEditor.ts';

interface Props {
  program: ProgramText;
  /** The text has the focus at first. */
  takesFocus: boolean;
}

export function ProgramEditor({ program, takesFocus }: Props) {
  const t = useTexts();
  const stops = useView((state) => state.stops);
  const editor = useProgramEditor(program);
  const { code, running, initial, source, message, assembled } = editor;
  const [cursor, setCursor] = useState<SourceLine>({ file: program.file, line: 1 });
  const [file, setFile] = useState(program.file);

  useEffect(() => {
    if (takesFocus) code.current?.focus();
  }, [code, takesFocus]);

  function drop(event: DragEvent): void {
    const [brought] = event.dataTransfer.files;
    if (brought === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    editor.upload(brought);
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
        files={[program.file, ...Object.keys(program.kernel)]}
        shown={file}
        isEdited={source !== running}
        onShow={(next) => code.current?.show(next)}
      />
      <Banners
        message={message}
        onDismiss={() => editor.putAway()}
        onTake={editor.putAway}
        onStart={editor.start}
      />
      <Code
        ref={code}
        program={program}
        source={initial}
        isRunning={source === running && program.source !== null}
        onChange={editor.change}
        onRun={editor.run}
        onShow={setFile}
        onCursor={setCursor}
        onToggleStop={editor.toggle}
        onRunTo={editor.runTo}
      />
      <Findings assembled={assembled} program={program} onGoTo={editor.goTo} />
      <EditorActions
        of={program.of}
        line={cursor.line}
        hasStop={stopAt(stops, { source: cursor }, hostOf(program)) !== undefined}
        onToggleStop={() => editor.toggle(cursor)}
        onRunTo={() => editor.runTo(cursor)}
        canRun={assembled?.isWhole === true}
        revertTo={source !== running ? 'running' : source !== program.builtIn ? 'builtIn' : null}
        onRun={editor.run}
        onRevert={() => code.current?.replace(source !== running ? running : program.builtIn)}
        onUpload={editor.upload}
        onDownload={() => download(source, program.file)}
      />
      <p className="visually-hidden">{t('editor.keys')}</p>
    </div>
  );
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
