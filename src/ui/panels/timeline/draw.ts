// Draws the timeline on its canvas: one quiet lane a fact.
import { area } from 'd3';
import type { BranchView, EntryKind, PairState, TimelineSpan, TimelineView } from '../../../worker/frame.ts';
import { formatMoment } from '../../widgets/format.ts';
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
  mark(mark: TimelineView['marks'][number]): string;
  /** The most that a curve reaches: its scale. */
  fill(max: number): string;
  lag(max: number): string;
  pair(state: PairState): string;
}

export interface Drawing {
  ctx: CanvasRenderingContext2D;
  width: number;
  height: number;
  measure: Measure;
  scale: TimeScale;
  timeline: TimelineView;
  branches: readonly BranchView[];
  /** The cursor's instant. */
  time: number;
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
      for (const span of client.spans) {
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
    for (const { span, row } of inRows(timeline.gate, GATE_ROWS)) {
      const place = { top: lane.top + 1 + row * height, height: height + 2 };
      drawSpan(drawing, span, place, colours, ...texts.gate(span));
    }
  },
  entries({ ctx, timeline, scale, palette }, lane) {
    const y = lane.top + lane.height / 2;
    for (const { at, kind } of timeline.entries) {
      ctx.fillStyle = entryColour(kind, palette);
      if (kind === 'output') ctx.fillRect(scale(at) - 3.5, y - 3.5, 7, 7);
      else fillCircle(ctx, scale(at), y, 3.3);
    }
  },
  fill(drawing, lane) {
    const { timeline, palette, texts } = drawing;
    drawSamples(drawing, lane, timeline.fill, timeline.fillMax, palette.log, texts.fill(timeline.fillMax));
  },
  lag(drawing, lane) {
    const { timeline, palette, texts } = drawing;
    drawSamples(drawing, lane, timeline.lag, timeline.lagMax, palette.backup, texts.lag(timeline.lagMax));
  },
  pair({ ctx, timeline, time, scale, palette, texts, width }, lane) {
    for (const { from, to, state } of timeline.pair) {
      const [left, right] = clipped(scale, from, to ?? time, width);
      if (right <= left) continue;
      ctx.globalAlpha = 0.22;
      ctx.fillStyle = pairColour(state, palette);
      ctx.fillRect(left, lane.top + 3, right - left, lane.height - 6);
      ctx.globalAlpha = 1;
      textWithin(ctx, texts.pair(state), left + 5, lane.top + lane.height / 2, right - left - 8, palette.ink);
    }
  },
  properties({ ctx, timeline, time, scale, palette, width }, lane) {
    const y = lane.top + lane.height / 2 - 2;
    const stretch = (from: number, to: number, colour: string) => {
      const [left, right] = clipped(scale, from, to, width);
      ctx.fillStyle = colour;
      if (right > left) ctx.fillRect(left, y, right - left, 4);
    };
    // What was broken once does not hold again.
    const broken = Math.min(time, ...timeline.violations.map(({ at }) => at));
    stretch(0, broken, palette.holds);
    stretch(broken, time, palette.fault);
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
  { ctx, scale, time, width }: Drawing,
  span: TimelineSpan,
  row: { top: number; height: number },
  colours: SpanColours,
  ...wordings: string[]
): void {
  const [left, right] = clipped(scale, span.from, span.to ?? time, width);
  if (right < 0 || left > width) return;
  ctx.beginPath();
  ctx.roundRect(left + 0.5, row.top + 1.5, Math.max(3, right - left - 1), row.height - 3, 3);
  ctx.fillStyle = colours.fill;
  ctx.fill();
  ctx.strokeStyle = colours.stroke;
  ctx.stroke();
  ctx.font = FONT;
  const room = right - left - 9;
  const text = wordings.find((wording) => ctx.measureText(wording).width <= room) ?? '';
  textWithin(ctx, text, left + 6, row.top + row.height / 2, room, colours.ink);
}

function drawSamples(
  { ctx, scale, timeline, palette, width }: Drawing,
  lane: Lane,
  samples: readonly (number | null)[],
  max: number,
  colour: string,
  most: string,
): void {
  if (samples.length === 0) return;
  const { from, to } = timeline;
  const step = (to - from) / Math.max(1, samples.length - 1);
  const bottom = lane.top + lane.height - 1;
  const room = lane.height - 5;
  const shape = area<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => scale(from + i * step))
    .y0(bottom)
    .y1((value) => bottom - (max === 0 ? 0 : ((value ?? 0) / max) * room))
    .context(ctx);
  ctx.beginPath();
  shape(samples as (number | null)[]);
  ctx.globalAlpha = 0.35;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (max === 0) return;
  ctx.font = FONT;
  const wide = ctx.measureText(most).width;
  textWithin(ctx, most, width - wide - 6, lane.top + lane.height / 2, wide + 1, palette['ink-second']);
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

/** A text that does not fit is left out whole: numbers are never cut. */
function textWithin(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  room: number,
  colour: string,
): void {
  const inset = Math.max(0, -x + 4);
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
