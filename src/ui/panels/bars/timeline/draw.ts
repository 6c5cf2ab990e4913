// Draws the timeline on its canvas: one quiet lane a fact.
import { area, curveStepAfter } from 'd3';
import type {
  BranchView,
  EntryKind,
  PairState,
  SpanColumns,
  TimelineView,
} from '../../../../worker/frame.ts';
import { formatMoment } from '../../../widgets/format.ts';
import {
  axisTicks,
  branchY,
  clientRow,
  GATE_ROWS,
  inRows,
  type Lane,
  lanesFor,
  type Measure,
  type TimeScale,
} from './lanes.ts';
import type { Palette } from './palette.ts';

/** The texts on the canvas, in the page's language. */
export interface TimelineTexts {
  /** From the fullest to the shortest: the first that fits is written. */
  client(id: string, span: TimelineSpan): string[];
  gate(span: TimelineSpan): string[];
  /** The most that a bar counts, and of how much time it is, in ns. */
  counted(most: number, time: number): string;
  /** The most outputs that were held at once. */
  held(max: number): string;
  mark(mark: TimelineView['marks'][number]): string;
  /** The most that a curve reaches: its scale. */
  fill(max: number): string;
  lag(max: number): string;
  pair(state: PairState): string;
}

/** One of the spans of a lane. */
export interface TimelineSpan {
  from: number;
  /** Missing while it lasts. */
  to?: number;
  kind: string;
  value?: number;
}

export function spansOf({ from, to, kinds, kind, value }: SpanColumns): TimelineSpan[] {
  return Array.from(from, (begin, i) => ({
    from: begin,
    ...(Number.isNaN(to[i]) ? {} : { to: to[i] as number }),
    kind: kinds[kind[i] as number] as string,
    ...(Number.isNaN(value[i]) ? {} : { value: value[i] as number }),
  }));
}

export interface Drawing {
  ctx: CanvasRenderingContext2D;
  width: number;
  height: number;
  measure: Measure;
  scale: TimeScale;
  timeline: TimelineView;
  branches: readonly BranchView[];
  /** The cursor's instant, and how far the run has been. */
  time: number;
  reached: number;
  /** The pointer's instant, if it is over the timeline. */
  hover: { at: number; text: string } | null;
  palette: Palette;
  texts: TimelineTexts;
}

const FONT = '11px "Inter Variable", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
/** Px to either side of a mark at which the pointer is on it. */
const MARK_REACH = 7;
/** Px that the name of a mark may stand after its line. */
const MARK_SHIFT = 200;
const MONO = '11px "IBM Plex Mono", ui-monospace, monospace';

/** Draws everything anew. */
export function drawTimeline(drawing: Drawing): void {
  const { ctx, width, height, measure, timeline, palette } = drawing;
  ctx.clearRect(0, 0, width, height);
  const lanes = lanesFor(timeline.clients.length, measure);
  drawAxis(drawing);
  for (const lane of lanes) {
    ctx.strokeStyle = palette.line;
    strokeLine(ctx, 0, lane.top + lane.height + 0.5, width, lane.top + lane.height + 0.5);
    LANES[lane.name](drawing, lane);
  }
  drawFound(drawing);
  drawMarks(drawing);
  drawHover(drawing);
  drawCursor(drawing);
}

type DrawLane = (drawing: Drawing, lane: Lane) => void;

const LANES: Record<Lane['name'], DrawLane> = {
  clients(drawing, lane) {
    const { timeline, texts, palette, ctx, scale } = drawing;
    const clients = timeline.clients.slice(0, 4);
    for (const [i, client] of clients.entries()) {
      const row = clientRow(lane, i, clients.length);
      if (client.answered !== null) drawBars(drawing, row, [[client.answered, palette['ink-third']]]);
      for (const span of client.spans === null ? [] : spansOf(client.spans)) {
        drawSpan(
          drawing,
          span,
          row,
          { stroke: palette['ink-second'], fill: palette.panel, ink: palette.ink },
          ...texts.client(client.id, span),
        );
      }
      ctx.fillStyle = palette.fault;
      for (const at of client.retries) fillTriangle(ctx, scale(at), row.top + row.height / 2, 4);
    }
  },
  gate(drawing, lane) {
    const { timeline, texts, palette } = drawing;
    const colours = { stroke: palette.held, fill: palette['held-wash'], ink: palette.held };
    const height = (lane.height - 4) / GATE_ROWS;
    if (timeline.gate === null)
      drawCurve(drawing, lane, timeline.held, timeline.heldMost, palette.held, texts.held(timeline.heldMost));
    for (const { span, row } of inRows(timeline.gate === null ? [] : spansOf(timeline.gate), GATE_ROWS)) {
      const place = { top: lane.top + 1 + row * height, height: height + 2 };
      drawSpan(drawing, span, place, colours, ...texts.gate(span));
    }
  },
  entries(drawing, lane) {
    const { ctx, timeline, scale, palette, texts } = drawing;
    const { entries, window } = timeline;
    if ('outputs' in entries) {
      const rows: Bars[] = [
        [entries.outputs, palette.held],
        [entries.others, palette.log],
      ];
      const most = drawBars(drawing, lane, rows);
      if (most > 0) writeScale(drawing, lane, texts.counted(most, (window.to - window.from) / window.parts));
      return;
    }
    const y = lane.top + lane.height / 2;
    entries.at.forEach((at, i) => {
      const kind = entries.kinds[entries.kind[i] as number] as EntryKind;
      ctx.fillStyle = entryColour(kind, palette);
      if (kind === 'output') ctx.fillRect(scale(at) - 3.5, y - 3.5, 7, 7);
      else fillCircle(ctx, scale(at), y, 3.3);
    });
  },
  fill(drawing, lane) {
    const { timeline, palette, texts } = drawing;
    drawCurve(drawing, lane, timeline.fill, timeline.fillMost, palette.log, texts.fill(timeline.fillMost));
  },
  lag(drawing, lane) {
    const { timeline, palette, texts } = drawing;
    drawCurve(drawing, lane, timeline.lag, timeline.lagMost, palette.backup, texts.lag(timeline.lagMost));
  },
  pair({ ctx, timeline, reached, scale, palette, texts, width }, lane) {
    for (const { from, to, state } of timeline.pair) {
      const [left, right] = clipped(scale, from, to ?? reached, width);
      if (right <= left) continue;
      ctx.globalAlpha = 0.22;
      ctx.fillStyle = pairColour(state, palette);
      ctx.fillRect(left, lane.top + 3, right - left, lane.height - 6);
      ctx.globalAlpha = 1;
      textWithin(ctx, texts.pair(state), left + 5, lane.top + lane.height / 2, right - left - 8, palette.ink);
    }
  },
  properties({ ctx, timeline, reached, scale, palette, width }, lane) {
    const y = lane.top + lane.height / 2 - 2;
    const stretch = (from: number, to: number, colour: string) => {
      const [left, right] = clipped(scale, from, to, width);
      ctx.fillStyle = colour;
      if (right > left) ctx.fillRect(left, y, right - left, 4);
    };
    // What was broken once does not hold again.
    const broken = Math.min(reached, ...timeline.violations.map(({ at }) => at));
    stretch(0, broken, palette.holds);
    stretch(broken, reached, palette.fault);
    ctx.fillStyle = palette.fault;
    for (const { at } of timeline.violations) ctx.fillRect(scale(at) - 2, lane.top + 1, 4, lane.height - 2);
  },
  branches({ ctx, branches, scale, palette, width }, lane) {
    for (const [i, { at, parent, reached, isOn }] of branches.entries()) {
      const y = branchY(lane, i);
      const from = branches.findIndex(({ id }) => id === parent);
      const [left, right] = clipped(scale, at, Math.max(at, reached), width);
      ctx.strokeStyle = isOn ? palette.ink : palette['ink-third'];
      ctx.lineWidth = isOn ? 2.4 : 1.4;
      if (right >= left) strokeLine(ctx, left, y, right, y);
      ctx.lineWidth = 1.2;
      // Where it leaves its parent.
      if (from >= 0 && at > 0) strokeLine(ctx, scale(at), branchY(lane, from), scale(at), y);
      ctx.lineWidth = 1;
    }
  },
};

function drawAxis({ ctx, scale, width, height, palette, measure: { axis } }: Drawing): void {
  ctx.font = MONO;
  ctx.textBaseline = 'middle';
  for (const { at, text } of axisTicks(scale, width)) {
    const x = Math.round(scale(at)) + 0.5;
    ctx.strokeStyle = palette.line;
    strokeLine(ctx, x, axis, x, height);
    ctx.fillStyle = palette['ink-second'];
    // A number that would be cut off is left out.
    if (x + 4 + ctx.measureText(text).width < width) ctx.fillText(text, x + 4, axis / 2);
  }
}

interface SpanColours {
  stroke: string;
  fill: string;
  ink: string;
}

function drawSpan(
  { ctx, scale, reached, width }: Drawing,
  span: TimelineSpan,
  row: { top: number; height: number },
  colours: SpanColours,
  ...wordings: string[]
): void {
  const [left, right] = clipped(scale, span.from, span.to ?? reached, width);
  if (right < 0 || left > width) return;
  ctx.beginPath();
  ctx.roundRect(left + 0.5, row.top + 1.5, Math.max(3, right - left - 1), row.height - 3, 3);
  ctx.fillStyle = colours.fill;
  ctx.fill();
  ctx.strokeStyle = colours.stroke;
  ctx.stroke();
  ctx.font = FONT;
  const room = right - left - 9;
  // Of a bar that begins before the window less can be seen.
  const seen = room - insetOf(left + 6);
  const text = wordings.find((wording) => ctx.measureText(wording).width <= seen) ?? '';
  textWithin(ctx, text, left + 6, row.top + row.height / 2, room, colours.ink);
}

/** A curve in steps: each part of the window as high as the most in it. */
function drawCurve(
  drawing: Drawing,
  lane: Lane,
  values: Float64Array,
  most: number,
  colour: string,
  text: string,
): void {
  const { ctx, scale, timeline } = drawing;
  const { from, to } = timeline.window;
  const step = (to - from) / Math.max(1, values.length);
  const bottom = lane.top + lane.height - 1;
  const room = lane.height - 5;
  // The last part ends with a value of its own, or its step would have no width.
  const steps = [...values, values.at(-1) ?? Number.NaN];
  const shape = area<number>()
    .curve(curveStepAfter)
    .defined((value) => !Number.isNaN(value))
    .x((_, i) => scale(from + i * step))
    .y0(bottom)
    .y1((value) => bottom - (most === 0 ? 0 : (value / most) * room))
    .context(ctx);
  ctx.beginPath();
  shape(steps);
  ctx.globalAlpha = 0.35;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (most > 0) writeScale(drawing, lane, text);
}

/** What a lane's height means, at its end. */
function writeScale({ ctx, width, palette }: Drawing, lane: Lane, text: string): void {
  ctx.font = FONT;
  const wide = ctx.measureText(text).width;
  const left = width - wide - 6;
  ctx.globalAlpha = 0.75;
  ctx.fillStyle = palette.paper;
  ctx.fillRect(left - 3, lane.top + 2, wide + 6, lane.height - 3);
  ctx.globalAlpha = 1;
  textWithin(ctx, text, left, lane.top + lane.height / 2, wide + 1, palette['ink-second']);
}

/** What is counted in each part of the window, and its colour. */
type Bars = readonly [Uint32Array, string];

/** A bar for each part, its rows above one another. @returns the most that one counts */
function drawBars(
  { ctx, scale, timeline }: Drawing,
  lane: { top: number; height: number },
  rows: Bars[],
): number {
  const { from, to, parts } = timeline.window;
  const bottom = lane.top + lane.height - 1;
  let most = 0;
  for (let part = 0; part < parts; part++)
    most = Math.max(
      most,
      rows.reduce((sum, [row]) => sum + (row[part] ?? 0), 0),
    );
  for (let part = 0; part < parts; part++) {
    const left = scale(from + ((to - from) * part) / parts);
    const right = scale(from + ((to - from) * (part + 1)) / parts);
    let top = bottom;
    for (const [row, colour] of rows) {
      const height = ((lane.height - 4) * (row[part] ?? 0)) / most;
      if (!(height > 0)) continue;
      ctx.fillStyle = colour;
      ctx.fillRect(left, top - height, right - left, height);
      top -= height;
    }
  }
  return most;
}

/** Where there are events of those that are looked for: ticks at the foot of the axis. */
function drawFound({ ctx, scale, timeline, palette, measure: { axis } }: Drawing): void {
  const { window, found } = timeline;
  found?.forEach((n, part) => {
    if (n === 0) return;
    const left = scale(window.from + ((window.to - window.from) * part) / window.parts);
    const right = scale(window.from + ((window.to - window.from) * (part + 1)) / window.parts);
    ctx.fillStyle = palette.primary;
    ctx.fillRect(left, axis - 4, Math.max(2, right - left), 4);
  });
}

/** A mark whose name has no room near it has it under the pointer. */
function drawMarks({ ctx, timeline, scale, palette, texts, height, width, measure }: Drawing): void {
  let free = -Infinity;
  const y = measure.axis + measure.marks / 2;
  ctx.font = FONT;
  ctx.textBaseline = 'middle';
  ctx.strokeStyle = palette.fault;
  for (const mark of timeline.marks) {
    const x = Math.round(scale(mark.at)) + 0.5;
    if (x < 0 || x > width) continue;
    ctx.setLineDash([2, 3]);
    strokeLine(ctx, x, measure.axis + measure.marks, x, height);
    ctx.setLineDash([]);
    const text = texts.mark(mark);
    const room = ctx.measureText(text).width;
    const left = Math.min(Math.max(x - 3, free), width - room - 4);
    if (left < free || left - x > MARK_SHIFT) continue;
    ctx.fillStyle = palette.paper;
    ctx.fillRect(left, measure.axis + 1, room, measure.marks - 2);
    ctx.fillStyle = palette.fault;
    ctx.fillText(text, left, y + 0.5);
    // From the line to a name that had to make way for the one before it.
    if (left > x)
      strokeLine(ctx, x, measure.axis + measure.marks - 0.5, left, measure.axis + measure.marks - 0.5);
    free = left + room + 10;
  }
}

/** The marks under the pointer, by name. */
function marksAt({ timeline, scale, texts, hover }: Drawing): string[] {
  if (hover === null) return [];
  const x = scale(hover.at);
  const near = timeline.marks.filter(({ at }) => Math.abs(scale(at) - x) <= MARK_REACH);
  return near.map((mark) => `${formatMoment(mark.at)} ${texts.mark(mark)}`);
}

function drawHover(drawing: Drawing): void {
  const { ctx, hover, scale, height, palette, width } = drawing;
  const { axis, marks } = drawing.measure;
  if (hover === null) return;
  const x = Math.round(scale(hover.at)) + 0.5;
  ctx.strokeStyle = palette['ink-third'];
  strokeLine(ctx, x, axis, x, height);
  ctx.font = MONO;
  const room = ctx.measureText(hover.text).width + 8;
  const left = Math.min(Math.max(0, x - room / 2), width - room);
  ctx.fillStyle = palette.paper;
  ctx.fillRect(left, 0, room, axis - 1);
  ctx.fillStyle = palette.ink;
  ctx.fillText(hover.text, left + 4, axis / 2);
  const names = marksAt(drawing);
  if (names.length === 0) return;
  ctx.font = FONT;
  const text = names.join(' · ');
  const wide = ctx.measureText(text).width + 12;
  const start = Math.min(Math.max(0, x - wide / 2), width - wide);
  // In place of the other names, of which parts would be left.
  ctx.fillStyle = palette.paper;
  ctx.fillRect(0, axis, width, marks);
  ctx.fillStyle = palette.fault;
  ctx.fillText(text, start + 6, axis + marks / 2 + 0.5);
}

function drawCursor({ ctx, time, scale, height, palette, measure: { axis } }: Drawing): void {
  const x = Math.round(scale(time)) + 0.5;
  ctx.strokeStyle = palette.ink;
  ctx.lineWidth = 1.6;
  strokeLine(ctx, x, axis - 2, x, height);
  ctx.lineWidth = 1;
  ctx.fillStyle = palette.ink;
  ctx.beginPath();
  ctx.moveTo(x - 6, axis - 7);
  ctx.lineTo(x + 6, axis - 7);
  ctx.lineTo(x, axis + 1);
  ctx.fill();
}

/** Ends in px; what lies outside ends a little beyond the edge. */
function clipped(scale: TimeScale, from: number, to: number, width: number): [number, number] {
  return [Math.max(-8, scale(from)), Math.min(width + 8, scale(to))];
}

/** How far behind its place a text has to begin to be in the window. */
const insetOf = (x: number): number => Math.max(0, 4 - x);

/** A text that does not fit is left out whole: numbers are never cut. */
function textWithin(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  room: number,
  colour: string,
): void {
  const inset = insetOf(x);
  ctx.font = FONT;
  ctx.textBaseline = 'middle';
  if (text === '' || ctx.measureText(text).width > room - inset) return;
  ctx.fillStyle = colour;
  ctx.fillText(text, x + inset, y + 0.5);
}

function strokeLine(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function fillCircle(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

function fillTriangle(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.moveTo(x - radius, y - radius);
  ctx.lineTo(x + radius, y);
  ctx.lineTo(x - radius, y + radius);
  ctx.fill();
}

function entryColour(kind: EntryKind, palette: Palette): string {
  return kind === 'output' ? palette.held : palette.log;
}

function pairColour(state: PairState, palette: Palette): string {
  if (state === 'protected') return palette.holds;
  if (state === 'off') return palette['ink-second'];
  return state === 'solo' || state === 'suspecting' ? palette.backup : palette.fault;
}
