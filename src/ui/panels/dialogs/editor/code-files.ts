// The files of the editor, of which one is shown: the program's own text, and the kernel's, which can only be read.
import type { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { ProgramText } from '../../../../worker/protocol.ts';
import type { SourceLine } from './executing.ts';
import { definitionOf, type Texts, wordAt } from './symbols.ts';

export interface CodeFiles {
  /** The state of a file, shown or not. */
  states: Map<string, EditorState>;
  shown(): string;
  /** The program's own text. */
  source(): string;
  texts(): Texts;
  show(file: string): void;
  goTo(line: SourceLine, column?: number): void;
  /** To where the name below the cursor is defined. @returns false when it is nowhere */
  goToDefinition(): boolean;
  /** What the running program's line table calls the file that is shown. */
  nameInRun(): string;
  cursor(): SourceLine;
}

/** `onShow` is called when another file is shown. */
export function createCodeFiles(
  view: EditorView,
  program: ProgramText,
  onShow: (file: string) => void,
): CodeFiles {
  const own = program.file;
  const states = new Map<string, EditorState>();
  let shown = own;

  const source = (): string => (shown === own ? view.state : states.get(own))?.doc.toString() ?? '';
  const texts = (): Texts => ({ [own]: source(), ...program.kernel });
  const nameInRun = (): string =>
    shown === own && program.source !== program.builtIn ? program.name : shown;

  function show(file: string): void {
    const state = states.get(file);
    if (file === shown || state === undefined) return;
    states.set(shown, view.state);
    shown = file;
    view.setState(state);
    onShow(file);
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

  return {
    states,
    shown: () => shown,
    source,
    texts,
    show,
    goTo,
    goToDefinition() {
      const { head } = view.state.selection.main;
      const line = view.state.doc.lineAt(head);
      const word = wordAt(line.text, head - line.from);
      const found = word && definitionOf(texts(), word.text, shown, line.number);
      if (found !== undefined) goTo(found);
      return found !== undefined;
    },
    nameInRun,
    cursor: () => ({ file: nameInRun(), line: view.state.doc.lineAt(view.state.selection.main.head).number }),
  };
}
