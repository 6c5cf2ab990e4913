// The editor itself: the guest's own text and the kernel's beside it, in one view.
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { GuestText } from '../../../../worker/protocol.ts';
import { cursorContext, suggestionsAt } from './completion.ts';
import { executingLine, type SourceLine, setExecuting } from './executing.ts';
import type { Mark } from './findings.ts';
import { assemblyColours, assemblyLanguage } from './language.ts';
import { type LineStop, setStops, stopGutter, stopsIn } from './stop-gutter.ts';
import { definitionOf, definitionsIn, type Texts, wordAt } from './symbols.ts';
import { editorTheme } from './theme.ts';

export interface CodeViewParts {
  guest: GuestText;
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
  /** The guest's own text. */
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
  const { guest } = parts;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const own = guest.file;
  let shown = own;
  let executing: SourceLine | null = null;
  let stops: readonly LineStop[] = [];

  const texts = (): Texts => ({ [own]: source(), ...guest.kernel });
  const states = new Map<string, EditorState>();
  const view = new EditorView({ root, parent: root });

  function source(): string {
    return (shown === own ? view.state : states.get(own))?.doc.toString() ?? '';
  }

  function follow(): boolean {
    const { head } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    const word = wordAt(line.text, head - line.from);
    const found = word && definitionOf(texts(), word.text, shown, line.number);
    if (found !== undefined) goTo(found);
    return found !== undefined;
  }

  function show(file: string): void {
    const state = states.get(file);
    if (file === shown || state === undefined) return;
    states.set(shown, view.state);
    shown = file;
    view.setState(state);
    execute(executing);
    showStops(stops);
    parts.onShow(file);
    parts.onCursor(cursor());
  }

  function goTo({ file, line }: SourceLine, column = 1): void {
    show(states.has(file) ? file : own);
    const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    const anchor = Math.min(at.from + column - 1, at.to);
    view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    view.focus();
  }

  function execute(place: SourceLine | null): void {
    executing = place;
    view.dispatch({ effects: setExecuting.of(place?.file === shown ? place.line : null) });
  }

  function showStops(all: readonly LineStop[]): void {
    stops = all;
    view.dispatch({ effects: setStops.of(stopsIn(all, nameInRun())) });
  }

  /** What the running program's line table calls the file that is shown. */
  function nameInRun(): string {
    return shown === own && guest.source !== guest.builtIn ? guest.name : shown;
  }

  function cursor(): SourceLine {
    return { file: nameInRun(), line: view.state.doc.lineAt(view.state.selection.main.head).number };
  }

  function atCursor(use: (place: SourceLine) => void): () => boolean {
    return () => {
      use(cursor());
      return true;
    };
  }

  function runIt(): boolean {
    parts.onRun();
    return true;
  }

  const common: Extension = [
    stopGutter((line) => parts.onToggleStop({ file: nameInRun(), line })),
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    executingLine,
    assemblyLanguage(guest.words),
    syntaxHighlighting(assemblyColours),
    editorTheme,
    EditorState.tabSize.of(8),
    EditorState.phrases.of(parts.phrases),
    Prec.highest(
      keymap.of([
        { key: 'Mod-Enter', run: runIt },
        { key: 'F12', run: follow },
        { key: 'F9', run: atCursor(parts.onToggleStop) },
        { key: 'Mod-F10', run: atCursor(parts.onRunTo) },
      ]),
    ),
    keymap.of([...searchKeymap, ...lintKeymap, ...defaultKeymap]),
    EditorView.updateListener.of(({ selectionSet, docChanged }) => {
      if (selectionSet || docChanged) parts.onCursor(cursor());
    }),
    EditorView.domEventHandlers({
      click: (event) => (event.ctrlKey || event.metaKey) && follow(),
    }),
  ];

  const editing: Extension = [
    history(),
    lintGutter(),
    autocompletion({ override: [(context) => complete(context, guest, texts)], icons: false }),
    keymap.of([...completionKeymap, ...historyKeymap, ...TAB]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) parts.onChange(update.state.doc.toString());
    }),
  ];

  function stateOf(file: string, doc: string, extensions: Extension): EditorState {
    const label = EditorView.contentAttributes.of({ 'aria-label': parts.label(file), tabindex: '0' });
    return EditorState.create({ doc, extensions: [extensions, common, label] });
  }

  states.set(own, stateOf(own, parts.source, editing));
  for (const [file, text] of Object.entries(guest.kernel))
    if (file !== own) states.set(file, stateOf(file, text, EditorState.readOnly.of(true)));
  view.setState(states.get(own)!);

  return {
    source,
    replace(text) {
      show(own);
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
      });
    },
    show,
    goTo,
    mark(marks) {
      if (shown === own) view.dispatch(setDiagnostics(view.state, [...marks]));
      else states.set(own, states.get(own)!.update(setDiagnostics(states.get(own)!, [...marks])).state);
    },
    execute,
    showStops,
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** Tab is the editor's, and goes no further: around it stands a dialog that would move the focus. Ctrl-M gives it back. */
const TAB: readonly KeyBinding[] = [
  { key: 'Tab', run: acceptCompletion, stopPropagation: true },
  { ...indentWithTab, stopPropagation: true },
];

function complete(context: CompletionContext, guest: GuestText, texts: () => Texts): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const at = cursorContext(line.text.slice(0, context.pos - line.from));
  if (at === null) return null;
  const from = line.from + at.from;
  if (from === context.pos && !context.explicit) return null;
  const options = suggestionsAt(at, guest.words, definitionsIn(texts()));
  return {
    from,
    options: options.map(({ info, ...each }) => (info === '' ? each : { ...each, info })),
    validFor: /^[\w.$]*$/,
  };
}
