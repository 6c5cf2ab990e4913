// The editor with what stands around it: files, what is wrong, what can be done.
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import type { GuestText } from '../../../../worker/protocol.ts';
import { useTexts, useView } from '../../../app/context.tsx';
import { stopAt } from '../../model/stops.ts';
import { Banners } from './Banners.tsx';
import { Code } from './Code.tsx';
import { EditorActions } from './EditorActions.tsx';
import type { SourceLine } from './executing.ts';
import { FileTabs } from './FileTabs.tsx';
import { Findings } from './Findings.tsx';
import { useGuestEditor } from './useGuestEditor.ts';

export function GuestEditor({ guest }: { guest: GuestText }) {
  const t = useTexts();
  const stops = useView((state) => state.stops);
  const editor = useGuestEditor(guest);
  const { code, running, initial, source, message, assembled } = editor;
  const [cursor, setCursor] = useState<SourceLine>({ file: guest.file, line: 1 });
  const [file, setFile] = useState(guest.file);

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
        files={[guest.file, ...Object.keys(guest.kernel)]}
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
        guest={guest}
        source={initial}
        isRunning={source === running && guest.source !== null}
        onChange={editor.change}
        onRun={editor.run}
        onShow={setFile}
        onCursor={setCursor}
        onToggleStop={editor.toggle}
        onRunTo={editor.runTo}
      />
      <Findings assembled={assembled} guest={guest} onGoTo={editor.goTo} />
      <EditorActions
        line={cursor.line}
        hasStop={stopAt(stops, { source: cursor }) !== undefined}
        onToggleStop={() => editor.toggle(cursor)}
        onRunTo={() => editor.runTo(cursor)}
        canRun={assembled?.isWhole === true}
        revertTo={source !== running ? 'running' : source !== guest.builtIn ? 'builtIn' : null}
        onRun={editor.run}
        onRevert={() => code.current?.replace(source !== running ? running : guest.builtIn)}
        onUpload={editor.upload}
        onDownload={() => download(source, guest.file)}
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
