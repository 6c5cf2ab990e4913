// Draws the lanes of the timeline: clients, gate, log, lag, pair, properties, branches.
import type { EntryKind, PairState } from '../../../../worker/frame.ts';
import {
  clipped,
  type Drawing,
  fillCircle,
  fillTriangle,
  spansOf,
  strokeLine,
  textWithin,
} from './drawing.ts';
import { branchY, clientRow, GATE_ROWS, inRows, type Lane } from './lanes.ts';
import type { Palette } from './palette.ts';
import { type Bars, drawBars, drawCurve, drawSpan, writeScale } from './shapes.ts';

type DrawLane = (drawing: Drawing, lane: Lane) => void;

export const LANES: Record<Lane['name'], DrawLane> = {
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

function entryColour(kind: EntryKind, palette: Palette): string {
  return kind === 'output' ? palette.held : palette.log;
}

function pairColour(state: PairState, palette: Palette): string {
  if (state === 'protected') return palette.holds;
  if (state === 'off') return palette['ink-second'];
  return state === 'solo' || state === 'suspecting' ? palette.backup : palette.fault;
}
