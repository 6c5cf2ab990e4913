// The gutter of the editor in which breakpoints stand: a press sets one on its line or takes it away.
import { type Extension, RangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { type EditorView, GutterMarker, gutter } from '@codemirror/view';
import type { WrittenStop } from '../../../store/view.ts';
import { readStop } from '../../model/stops.ts';

/** A line that has a breakpoint. */
export interface LineStop {
  /** Null: of whichever file has such a line. */
  file: string | null;
  line: number;
  isOn: boolean;
}

/** The breakpoints that are written by line, of a client or the disk; with null, of the machine that acts. */
export function lineStops(stops: readonly WrittenStop[], host: string | null): LineStop[] {
  return stops.flatMap(({ text, isOn }) => {
    const stop = readStop(text);
    const [, file = null, line] = /^(?:(\S+):)?(\d+)$/.exec(stop?.place ?? '') ?? [];
    if (stop?.kind !== 'line' || stop.host !== host || line === undefined) return [];
    return [{ file, line: Number(line), isOn }];
  });
}

/** Those of a file, which may be named with its folders or without. */
export const stopsIn = (stops: readonly LineStop[], file: string): LineStop[] =>
  stops.filter((stop) => stop.file === null || stop.file === file || file.endsWith(`/${stop.file}`));

export const setStops = StateEffect.define<readonly LineStop[]>();

class Dot extends GutterMarker {
  readonly isOn: boolean;
  constructor(isOn: boolean) {
    super();
    this.isOn = isOn;
  }
  override eq(other: Dot): boolean {
    return other.isOn === this.isOn;
  }
  override toDOM(): HTMLElement {
    const dot = document.createElement('i');
    dot.className = this.isOn ? 'cm-stop' : 'cm-stop cm-stop-off';
    return dot;
  }
}

const DOTS = { on: new Dot(true), off: new Dot(false) };

function markersOf(doc: Text, stops: readonly LineStop[]): RangeSet<GutterMarker> {
  const marks = stops
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, isOn }) => (isOn ? DOTS.on : DOTS.off).range(doc.line(line).from));
  return RangeSet.of(marks, true);
}

const markers = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, { effects, state }) {
    const set = effects.findLast((effect) => effect.is(setStops));
    return set?.is(setStops) ? markersOf(state.doc, set.value) : marks;
  },
});

/** @param onToggle is told the line, from 1 */
export function stopGutter(onToggle: (line: number) => void): Extension {
  return [
    markers,
    gutter({
      class: 'cm-stops',
      markers: (view) => view.state.field(markers),
      initialSpacer: () => DOTS.on,
      domEventHandlers: {
        mousedown: (view: EditorView, { from }) => {
          onToggle(view.state.doc.lineAt(from).number);
          return true;
        },
      },
    }),
  ];
}
