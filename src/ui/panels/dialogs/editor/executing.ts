// The line whose instruction the machine executed last, while the run stands still.
import { type EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView } from '@codemirror/view';
import type { ViewFrame } from '../../../../worker/frame.ts';
import { isLive } from '../../model/hosts.ts';

export interface SourceLine {
  file: string;
  line: number;
}

/**
 * Where a machine's latest instruction stands, as `file:line`; empty when that is not known.
 * @param of a client or the disk, known while it is open; `vm` is the acting machine
 */
export function executedAt({ hosts, ruler, opened }: ViewFrame, of: string): string {
  const isVm = of === 'vm';
  const index = isVm ? hosts.findIndex(isLive) : 0;
  const plain = opened?.id === of ? opened.stream : [];
  const rows = isVm ? (hosts[index]?.stream ?? ruler) : plain;
  const last = rows.findLast((row) => row.kind === 'instruction' && row.done[index] === true);
  if (last?.kind !== 'instruction' || last.source === undefined) return '';
  return `${last.source.file}:${last.source.line}`;
}

/** `file:line` read back. */
export function lineIn(text: string): SourceLine | null {
  const [, file, line] = /^(.+):(\d+)$/.exec(text) ?? [];
  return file === undefined ? null : { file, line: Number(line) };
}

export const setExecuting = StateEffect.define<number | null>();

const LINE = Decoration.line({ class: 'cm-executing' });

const decorate = (state: EditorState, line: number | null) =>
  line === null || line < 1 || line > state.doc.lines
    ? Decoration.none
    : Decoration.set(LINE.range(state.doc.line(line).from));

export const executingLine = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setExecuting)) return decorate(transaction.state, effect.value);
    // Of a text that was changed nobody knows what is executed.
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});
