// The timeline's lanes: where each lies, and where an instant lies on it.
import { scaleLinear } from 'd3';
import type { FactLane } from '../../../../worker/frame.ts';

/** The lanes of facts, marks being above them all; and the parallel runs. */
export type LaneName = Exclude<FactLane, 'marks'> | 'branches';

export interface Lane {
  name: LaneName;
  top: number;
  height: number;
}

/** Heights in px; windows that are not high get the small ones. */
export interface Measure {
  axis: number;
  /** Room for the names of marks, between the axis and the lanes. */
  marks: number;
  client: number;
  lanes: readonly [LaneName, number][];
}

export const ROOMY: Measure = {
  axis: 20,
  marks: 15,
  client: 17,
  lanes: [
    ['gate', 32],
    ['entries', 20],
    ['fill', 21],
    ['lag', 21],
    ['pair', 18],
    ['properties', 13],
  ],
};

export const COMPACT: Measure = {
  axis: 18,
  marks: 13,
  client: 15,
  lanes: [
    ['gate', 28],
    ['entries', 15],
    ['fill', 15],
    ['lag', 15],
    ['pair', 15],
    ['properties', 12],
  ],
};

const BRANCH_ROW = 6;
const BRANCH_ROWS = 5;

/** With a lane for parallel runs, where there are such. */
export function withBranches(measure: Measure, branches: number): Measure {
  if (branches < 2) return measure;
  return {
    ...measure,
    lanes: [...measure.lanes, ['branches', 6 + BRANCH_ROW * Math.min(branches, BRANCH_ROWS)]],
  };
}

/** The middle of a branch's row; of many the last share one. */
export const branchY = ({ top }: Lane, index: number): number =>
  top + 6 + BRANCH_ROW * Math.min(index, BRANCH_ROWS - 1);

/** Rows for clients; further ones share them. */
const CLIENT_ROWS = 4;

/** The lanes from top to bottom, for this many clients. */
export function lanesFor(clients: number, measure: Measure): Lane[] {
  const rows = Math.max(1, Math.min(clients, CLIENT_ROWS));
  let top = measure.axis + measure.marks;
  return [['clients', 4 + measure.client * rows] as const, ...measure.lanes].map(([name, height]) => {
    const lane = { name, top, height };
    top += height;
    return lane;
  });
}

/** Height of axis, marks and lanes together. */
export function timelineHeight(clients: number, measure: Measure): number {
  const last = lanesFor(clients, measure).at(-1)!;
  return last.top + last.height + 4;
}

/** Height of one client's row within the clients' lane. */
export function clientRow(lane: Lane, index: number, clients: number): { top: number; height: number } {
  const height = (lane.height - 4) / Math.max(1, Math.min(clients, CLIENT_ROWS));
  return { top: lane.top + 2 + (index % CLIENT_ROWS) * height, height };
}

/** Rows of the gate's lane: a reply is held while the write before it is. */
export const GATE_ROWS = 2;

/** Spans, in the order they begin, each in the first row that is free by then; with none free, where it is soonest. */
export function inRows<Span extends { from: number; to?: number }>(
  spans: readonly Span[],
  rows: number,
): { span: Span; row: number }[] {
  const free = new Array<number>(rows).fill(-Infinity);
  return spans.map((span) => {
    const first = free.findIndex((at) => at <= span.from);
    const row = first >= 0 ? first : free.indexOf(Math.min(...free));
    free[row] = span.to ?? Infinity;
    return { span, row };
  });
}

/** From instants to px and back. */
export function timeScale(from: number, to: number, width: number) {
  return scaleLinear([from, to], [0, width]);
}

export type TimeScale = ReturnType<typeof timeScale>;

/** Formats by their decimals; making one takes long. */
const FORMATS = Array.from({ length: 7 }, (_, decimals) => {
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
});

/** Instants for the axis with their texts, about one every 90 px; the first carries the unit. */
export function axisTicks(scale: TimeScale, width: number): { at: number; text: string }[] {
  const [from, to] = scale.domain() as [number, number];
  const inMs = scaleLinear([from / 1e6, to / 1e6], [0, width]);
  const count = Math.max(2, Math.floor(width / 90));
  const ticks = inMs.ticks(count);
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 1;
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
  return ticks.map((ms, i) => ({
    at: ms * 1e6,
    text: `${FORMATS[decimals]!.format(ms)}${i === 0 ? ' ms' : ''}`,
  }));
}
