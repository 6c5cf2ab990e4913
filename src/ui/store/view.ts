// What of the run is on screen, and what the person has picked: nothing in here changes the run.

import { createStore } from 'zustand/vanilla';
import type { EventFilter } from '../../worker/frame.ts';
import type { StepUnit, Viewport } from '../../worker/protocol.ts';
import type { KeptRun } from './keeping.ts';

/** A row of a host's instruction stream; what was put in there is of the entry. */
export interface RowSelection {
  kind: 'row';
  host: string;
  instruction: number;
  injected: boolean;
  /** Of a row for an interrupt or exception: as the how manieth change since. */
  changes?: number;
}

/** What a key means that is about a line or a row: the one where the focus was last. A line of the VM's program has no host. */
export type Cursor = RowSelection | { kind: 'line'; file: string; line: number; host: string | null };

/** Something on the page that can be looked at closely. */
export type Selection =
  | { kind: 'host'; host: string }
  | RowSelection
  | { kind: 'entry'; generation: number; sequence: number }
  | { kind: 'output'; host: string; sequence: number; instruction: number }
  | { kind: 'client'; client: string }
  | { kind: 'disk' }
  | { kind: 'block'; block: number }
  | { kind: 'flag' }
  | { kind: 'channel' }
  | { kind: 'switch' }
  | { kind: 'link'; link: string }
  | { kind: 'flight'; id: number }
  | { kind: 'properties' };

export type SideTab = 'narration' | 'faults' | 'inspect' | 'time';

/** A breakpoint as it is written, and whether it counts. */
export interface WrittenStop {
  text: string;
  isOn: boolean;
}
/** What of the panel with failures and rules is shown. */
export type FaultsPart = 'failures' | 'rules';
export type DialogName = 'share' | 'help' | 'palette' | 'editor';

export interface TimelineWindow {
  /** Where it begins when it does not follow the cursor, in ns. */
  from: number;
  /** Its length in ns. */
  span: number;
  follow: boolean;
}

export interface ViewState {
  /** Rows that fit in the instruction streams. */
  rows: number;
  /** Equal parts that the timeline has room to tell apart. */
  parts: number;
  /** Events that are looked for, and shown on the timeline. */
  find: EventFilter | null;
  window: TimelineWindow;
  unit: StepUnit;
  tab: SideTab;
  faultsPart: FaultsPart;
  selection: Selection | null;
  /** The client, or the disk, whose machine is open. */
  opened: string | null;
  /** Newer than the selection; null once something else is picked. */
  cursor: Cursor | null;
  stops: readonly WrittenStop[];
  /** What an earlier page left, until it is taken or put away. */
  offer: KeptRun | null;
  dialog: DialogName | null;
  /** Whose program the editor has: `vm`, or a client's or the disk's by its id. */
  edited: string;
  /** Instant of the failover whose story was put away. */
  storyDismissed: number | null;
}

export const NARROWEST = 2_000;
export const WIDEST = 100_000_000_000;

/** Rows of the instructions of a machine that is opened. */
export const OPENED_ROWS = 9;

/** Where the cursor stands in a window that follows it. */
const CURSOR_AT = 0.86;

export function createView() {
  const view = createStore<ViewState>(() => ({
    rows: 15,
    parts: 300,
    find: null,
    window: { from: 0, span: 12_000_000, follow: true },
    unit: 'instruction',
    tab: 'narration',
    faultsPart: 'failures',
    selection: null,
    opened: null,
    cursor: null,
    stops: [],
    offer: null,
    dialog: null,
    edited: 'vm',
    storyDismissed: null,
  }));
  view.subscribe((now, before) => {
    if (now.selection !== before.selection && now.cursor !== null) view.setState({ cursor: null });
  });
  return view;
}

export type View = ReturnType<typeof createView>;

/** Beginning and end of the window when the cursor is at `time`. */
export function windowAt({ from, span, follow }: TimelineWindow, time: number): { from: number; to: number } {
  const start = follow ? Math.max(0, Math.round(time - span * CURSOR_AT)) : from;
  return { from: start, to: start + span };
}

/**
 * Whether a window that stands still has to follow the cursor again: it was moved out of sight. Who looks elsewhere
 * while the run plays on is left there.
 */
export function hasLostCursor(
  window: TimelineWindow,
  before: number,
  now: number,
  playing: boolean,
): boolean {
  if (window.follow || before === now) return false;
  const isIn = (time: number) => window.from <= time && time <= window.from + window.span;
  return !isIn(now) && (!playing || isIn(before));
}

/** The window zoomed by `factor` (below 1 is closer), with `at` staying where it is. */
export function zoomed(window: TimelineWindow, time: number, factor: number, at: number): TimelineWindow {
  const span = Math.round(Math.min(WIDEST, Math.max(NARROWEST, window.span * factor)));
  if (window.follow) return { ...window, span };
  const { from } = windowAt(window, time);
  const share = (at - from) / window.span;
  return { from: Math.max(0, Math.round(at - share * span)), span, follow: false };
}

/** The window moved by `ns`; from then on it stands still until the cursor is asked for again. */
export function panned(window: TimelineWindow, time: number, ns: number): TimelineWindow {
  const { from } = windowAt(window, time);
  return { from: Math.max(0, Math.round(from + ns)), span: window.span, follow: false };
}

/** What the worker is to compute for a frame at `time`. */
export function viewportAt(view: ViewState, time: number): Omit<Viewport, 'narrationFrom'> {
  const { rows, window, parts, find } = view;
  // The editor shows where the machine stands whose program it has.
  const opened = view.dialog === 'editor' && view.edited !== 'vm' ? view.edited : view.opened;
  const faults = view.tab === 'faults' || view.dialog === 'palette';
  return {
    rows,
    faults,
    ...(opened === null ? {} : { opened: { host: opened, rows: OPENED_ROWS } }),
    timeline: { ...windowAt(window, time), parts, ...(find === null ? {} : { find }) },
  };
}
