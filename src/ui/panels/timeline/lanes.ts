// The timeline's lanes: where each lies, and where an instant lies on it.
import { scaleLinear } from 'd3';

export type LaneName = 'clients' | 'gate' | 'entries' | 'fill' | 'lag' | 'pair' | 'properties';

export interface Lane {
  name: LaneName;
  top: number;
  height: number;
}

/** Height of the axis above the lanes. */
export const AXIS_HEIGHT = 20;
/** Room for the names of marks, between the axis and the lanes. */
export const MARKS_HEIGHT = 15;
const CLIENT_ROW = 17;

/** The lanes from top to bottom, for this many clients. */
export function lanesFor(clients: number): Lane[] {
  const heights: [LaneName, number][] = [
    ['clients', 4 + CLIENT_ROW * Math.max(1, Math.min(clients, 4))],
    ['gate', 24],
    ['entries', 20],
    ['fill', 24],
    ['lag', 24],
    ['pair', 18],
    ['properties', 13],
  ];
  let top = AXIS_HEIGHT + MARKS_HEIGHT;
  return heights.map(([name, height]) => {
    const lane = { name, top, height };
    top += height;
    return lane;
  });
}

/** Height of axis, marks and lanes together. */
export function timelineHeight(clients: number): number {
  const last = lanesFor(clients).at(-1)!;
  return last.top + last.height + 4;
}

/** Height of one client's row within the clients' lane. */
export function clientRow(lane: Lane, index: number, clients: number): { top: number; height: number } {
  const height = (lane.height - 4) / Math.max(1, Math.min(clients, 4));
  return { top: lane.top + 2 + (index % 4) * height, height };
}

/** From instants to px and back. */
export function timeScale(from: number, to: number, width: number) {
  return scaleLinear([from, to], [0, width]);
}

export type TimeScale = ReturnType<typeof timeScale>;

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
    text: `${ms.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}${i === 0 ? ' ms' : ''}`,
  }));
}
