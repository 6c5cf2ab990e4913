// Draws the timeline on its canvas: one quiet lane a fact, and over them marks, pointer and cursor.
import { formatMoment } from '../../../widgets/format.ts';
import { LANES } from './draw-lanes.ts';
import { type Drawing, FONT, MONO, strokeLine } from './drawing.ts';
import { axisTicks, lanesFor } from './lanes.ts';

/** Px to either side of a mark at which the pointer is on it. */
const MARK_REACH = 7;
/** Px that the name of a mark may stand after its line. */
const MARK_SHIFT = 200;

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
