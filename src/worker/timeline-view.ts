// What a page may see of a run's timeline. Types only. Times are integer nanoseconds of simulated time.
import type { EntryKind, FactKind, PairState } from './frame.ts';

/** What of a run a timeline shows: from one instant up to another, in equal parts; and which events are counted in these. */
export interface TimelineWindow {
  from: number;
  to: number;
  parts: number;
  find?: EventFilter;
}

/** Which events are looked for: of a kind, about a host, client, link or disk; '' is any. */
export interface EventFilter {
  kind: string;
  who: string;
}

/** Spans in columns: the n-th of each list is of the n-th span. */
export interface SpanColumns {
  from: Float64Array<ArrayBuffer>;
  /** NaN while it lasts. */
  to: Float64Array<ArrayBuffer>;
  /** What there is, and which of it each is. */
  kinds: string[];
  kind: Uint8Array<ArrayBuffer>;
  request: Float64Array<ArrayBuffer>;
  /** NaN where there is none. */
  value: Float64Array<ArrayBuffer>;
}

/**
 * What the lanes show of a window, in columns: single events where there are few, else what is counted or measured in
 * each of the equal parts asked for. Curves have the most of each part; NaN where not applicable.
 */
export interface TimelineView {
  window: TimelineWindow;
  /** More can be told of it, if that is derived again. */
  lacksDetail: boolean;
  /** Requests as spans, or by part how many were answered; and about when requests were sent again. */
  clients: {
    id: string;
    spans: SpanColumns | null;
    answered: Uint32Array<ArrayBuffer> | null;
    retries: Float64Array<ArrayBuffer>;
  }[];
  /** Held outputs, from production to release; null where they are too many. How many there were at once. */
  gate: SpanColumns | null;
  held: Float64Array<ArrayBuffer>;
  heldMost: number;
  /** Recorded entries one by one, or how many outputs and others by part. */
  entries:
    | { at: Float64Array<ArrayBuffer>; kinds: EntryKind[]; kind: Uint8Array<ArrayBuffer> }
    | { outputs: Uint32Array<ArrayBuffer>; others: Uint32Array<ArrayBuffer> };
  fill: Float64Array<ArrayBuffer>;
  fillMost: number;
  lag: Float64Array<ArrayBuffer>;
  lagMost: number;
  /** Faults, suspicions, arbitration, going live. */
  marks: { at: number; kind: FactKind; key: string; values: Record<string, string | number> }[];
  /** Pair state over time. */
  pair: { from: number; to?: number; state: PairState }[];
  /** Instants at which a property broke. */
  violations: { at: number; name: string }[];
  /** By part, how many events there are of those that are looked for. */
  found?: Uint32Array<ArrayBuffer>;
}
