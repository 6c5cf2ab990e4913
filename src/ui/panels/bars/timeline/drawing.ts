// What the timeline is drawn with: its data, its palette and texts, and the strokes that all of it shares.
import type { BranchView, PairState, SpanColumns, TimelineView } from '../../../../worker/frame.ts';
import type { Measure, TimeScale } from './lanes.ts';
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

export const FONT =
  '11px "Inter Variable", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
export const MONO = '11px "IBM Plex Mono", ui-monospace, monospace';

/** Ends in px; what lies outside ends a little beyond the edge. */
export function clipped(scale: TimeScale, from: number, to: number, width: number): [number, number] {
  return [Math.max(-8, scale(from)), Math.min(width + 8, scale(to))];
}

/** How far behind its place a text has to begin to be in the window. */
export const insetOf = (x: number): number => Math.max(0, 4 - x);

/** A text that does not fit is left out whole: numbers are never cut. */
export function textWithin(
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

export function strokeLine(
  ctx: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

export function fillCircle(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

export function fillTriangle(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.moveTo(x - radius, y - radius);
  ctx.lineTo(x + radius, y);
  ctx.lineTo(x - radius, y + radius);
  ctx.fill();
}
