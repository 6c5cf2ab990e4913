// The shapes of lanes: spans, curves, bars, and what a lane's height means.
import { area, curveStepAfter } from 'd3';
import { clipped, type Drawing, FONT, insetOf, type TimelineSpan, textWithin } from './drawing.ts';
import type { Lane } from './lanes.ts';

interface SpanColours {
  stroke: string;
  fill: string;
  ink: string;
}

export function drawSpan(
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
export function drawCurve(
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
export function writeScale({ ctx, width, palette }: Drawing, lane: Lane, text: string): void {
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
export type Bars = readonly [Uint32Array, string];

/** A bar for each part, its rows above one another. @returns the most that one counts */
export function drawBars(
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
