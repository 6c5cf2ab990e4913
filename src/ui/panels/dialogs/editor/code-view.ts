// The editor itself: the program's own text and the kernel's beside it, in one view.
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { ProgramText } from '../../../../worker/protocol.ts';
import { commonExtensions, editingExtensions } from './code-extensions.ts';
import { createCodeFiles } from './code-files.ts';
import { type SourceLine, setExecuting } from './executing.ts';
import type { Mark } from './findings.ts';
import { type LineStop, setStops, stopsIn } from './stop-gutter.ts';

export interface CodeViewParts {
  program: ProgramText;
  source: string;
  /** How the view is called for who can't see it. */
  label: (file: string) => string;
  /** CodeMirror's own texts in the page's language. */
  phrases: Record<string, string>;
  onChange: (source: string) => void;
  onRun: () => void;
  /** Another file is shown. */
  onShow: (file: string) => void;
  /** The line of the cursor is another one. Here, and in the next two, a file is called as the running program calls it. */
  onCursor: (place: SourceLine) => void;
  onToggleStop: (place: SourceLine) => void;
  onRunTo: (place: SourceLine) => void;
}

export interface CodeView {
  /** The program's own text. */
  source(): string;
  /** Puts another text in place of it; that can be undone. */
  replace(source: string): void;
  show(file: string): void;
  goTo(place: SourceLine, column?: number): void;
  mark(marks: readonly Mark[]): void;
  /** Marks the executed line, in whichever file it is. */
  execute(place: SourceLine | null): void;
  /** Marks the lines that have a breakpoint. */
  showStops(stops: readonly LineStop[]): void;
  focus(): void;
  destroy(): void;
}

/**
 * An editor below `host`. It lives in a shadow root of its own: only there does CodeMirror put its styles in a way that
 * the page's strict policy allows.
 */
export function createCodeView(host: HTMLElement, parts: CodeViewParts): CodeView {
  const { program } = parts;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const own = program.file;
  let executing: SourceLine | null = null;
  let stops: readonly LineStop[] = [];

  const view = new EditorView({ root, parent: root });
  const files = createCodeFiles(view, program, (file) => {
    execute(executing);
    showStops(stops);
    parts.onShow(file);
    parts.onCursor(files.cursor());
  });
  const { states } = files;

  function execute(line: SourceLine | null): void {
    executing = line;
    view.dispatch({ effects: setExecuting.of(line?.file === files.shown() ? line.line : null) });
  }

  function showStops(all: readonly LineStop[]): void {
    stops = all;
    view.dispatch({ effects: setStops.of(stopsIn(all, files.nameInRun())) });
  }

  const common = commonExtensions(files, parts);
  function addFile(file: string, doc: string, extensions: Extension): void {
    const label = EditorView.contentAttributes.of({ 'aria-label': parts.label(file), tabindex: '0' });
    states.set(file, EditorState.create({ doc, extensions: [extensions, common, label] }));
  }

  addFile(own, parts.source, editingExtensions(files, parts));
  for (const [file, text] of Object.entries(program.kernel))
    if (file !== own) addFile(file, text, EditorState.readOnly.of(true));
  view.setState(states.get(own)!);

  return {
    source: files.source,
    replace(text) {
      files.show(own);
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
      });
    },
    show: files.show,
    goTo: files.goTo,
    mark(marks) {
      if (files.shown() === own) view.dispatch(setDiagnostics(view.state, [...marks]));
      else states.set(own, states.get(own)!.update(setDiagnostics(states.get(own)!, [...marks])).state);
    },
    execute,
    showStops,
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
