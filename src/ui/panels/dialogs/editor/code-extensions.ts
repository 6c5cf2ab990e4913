// What the editor can do: its keys, its colours, its list of what a line may say.
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
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
import type { ProgramText } from '../../../../worker/protocol.ts';
import type { CodeFiles } from './code-files.ts';
import type { CodeViewParts } from './code-view.ts';
import { cursorContext, suggestionsAt } from './completion.ts';
import { executingLine, type SourceLine } from './executing.ts';
import { assemblyColours, assemblyLanguage } from './language.ts';
import { stopGutter } from './stop-gutter.ts';
import { definitionsIn, type Texts } from './symbols.ts';
import { editorTheme } from './theme.ts';

/** What is the same for all files, those that are only read included. */
export function commonExtensions(files: CodeFiles, parts: CodeViewParts): Extension {
  const atCursor = (use: (line: SourceLine) => void) => (): boolean => {
    use(files.cursor());
    return true;
  };
  const run = (): boolean => {
    parts.onRun();
    return true;
  };
  return [
    stopGutter((line) => parts.onToggleStop({ file: files.nameInRun(), line })),
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    executingLine,
    assemblyLanguage(parts.program.words),
    syntaxHighlighting(assemblyColours),
    editorTheme,
    EditorState.tabSize.of(8),
    EditorState.phrases.of(parts.phrases),
    Prec.highest(
      keymap.of([
        { key: 'Mod-Enter', run },
        { key: 'F12', run: files.goToDefinition },
        { key: 'F9', run: atCursor(parts.onToggleStop) },
        { key: 'Mod-F10', run: atCursor(parts.onRunTo) },
      ]),
    ),
    keymap.of([...searchKeymap, ...lintKeymap, ...defaultKeymap]),
    EditorView.updateListener.of(({ selectionSet, docChanged }) => {
      if (selectionSet || docChanged) parts.onCursor(files.cursor());
    }),
    EditorView.domEventHandlers({
      click: (event) => (event.ctrlKey || event.metaKey) && files.goToDefinition(),
    }),
  ];
}

/** What only the program's own text has. */
export const editingExtensions = (files: CodeFiles, { program, onChange }: CodeViewParts): Extension => [
  history(),
  lintGutter(),
  autocompletion({ override: [(context) => complete(context, program, files.texts)], icons: false }),
  keymap.of([...completionKeymap, ...historyKeymap, ...TAB]),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  }),
];

/** Tab is the editor's, and goes no further: around it stands a dialog that would move the focus. Ctrl-M gives it back. */
const TAB: readonly KeyBinding[] = [
  { key: 'Tab', run: acceptCompletion, stopPropagation: true },
  { ...indentWithTab, stopPropagation: true },
];

function complete(
  context: CompletionContext,
  program: ProgramText,
  texts: () => Texts,
): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const at = cursorContext(line.text.slice(0, context.pos - line.from));
  if (at === null) return null;
  const from = line.from + at.from;
  if (from === context.pos && !context.explicit) return null;
  const options = suggestionsAt(at, program.words, definitionsIn(texts()));
  return {
    from,
    options: options.map(({ info, ...each }) => (info === '' ? each : { ...each, info })),
    validFor: /^[\w.$]*$/,
  };
}
