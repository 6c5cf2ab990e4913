// What the timeline's lanes show of a stretch of the run: columns, single events where a screen can tell them apart, else sums by its parts.

import { countBelow } from '../../timeline/facts/fact-index.ts';
import { type EventKey, kindsIn, narrate } from '../../timeline/facts/fact-row.ts';
import type { FactKind } from '../../timeline/facts/fact-shape.ts';
import { eventsBetween, findEvent, isMeantBy, type TracedEvent } from '../../timeline/facts/trace-find.ts';
import { countBelowIn, type TraceIndex } from '../../timeline/facts/trace-index.ts';
import { countParts, isFine, measureParts, type Parts } from '../../timeline/facts/trace-parts.ts';
import { lacksDetail, traceFor } from '../../timeline/run/detail.ts';
import type { Run } from '../../timeline/run/run.ts';
import type { EntryKind, EventFilter, SpanColumns, TimelineView, TimelineWindow } from '../frame.ts';
import { type PairSpan, pairSpans, viewPair } from './pair-states.ts';

/** A screen has no more columns of pixels that anybody could tell apart. */
const PARTS_MAX = 2000;

const MARKED: ReadonlySet<FactKind> = new Set(kindsIn('marks'));

/** What a host holds ends with the host. */
const ENDS: readonly FactKind[] = ['hostCrashed', 'halted'];

/** Spans closer than so many parts would have no room for what they say. */
const PARTS_PER_SPAN = 3;
const PARTS_PER_POINT = 2;

/** An output that is held in the window is looked for this long before and behind it, in nanoseconds; else one sees only a part of it. */
export const REACH = 50_000_000;

type Is = (key: EventKey) => boolean;

const sum = (row: Uint32Array): number => row.reduce((total, n) => total + n, 0);

/** All events of these kinds in a stretch, where they have their columns and are not more than `limit`. */
function few(
  trace: TraceIndex,
  kinds: FactKind[],
  from: number,
  to: number,
  limit: number,
): TracedEvent[] | undefined {
  const events = eventsBetween(trace, { kinds: new Set(kinds) }, from, to, limit + 1);
  return events !== undefined && events.length <= limit ? events : undefined;
}

/** Spans row by row, as they become columns. */
interface Span {
  from: number;
  /** NaN while it lasts. */
  to: number;
  kind: string;
  request: number;
  /** NaN where there is none. */
  value: number;
}

function columnsOf(spans: readonly Span[]): SpanColumns {
  const kinds = [...new Set(spans.map(({ kind }) => kind))];
  return {
    from: Float64Array.from(spans, ({ from }) => from),
    to: Float64Array.from(spans, ({ to }) => to),
    kinds,
    kind: Uint8Array.from(spans, ({ kind }) => kinds.indexOf(kind)),
    request: Float64Array.from(spans, ({ request }) => request),
    value: Float64Array.from(spans, ({ value }) => value),
  };
}

type Row = Uint32Array<ArrayBuffer>;

/** Everything that is counted for a window, in one go through its events. */
function countAll(
  trace: TraceIndex,
  clients: readonly string[],
  parts: Parts,
  find: EventFilter | undefined,
) {
  const is =
    (kind: FactKind, is: Is): Is =>
    (key) =>
      key.kind === kind && is(key);
  const rows: Is[] = [
    is('recorded', ({ what }) => what === 'output'),
    is('recorded', ({ what }) => what !== 'output'),
    find === undefined ? () => false : isFilter(find),
    ...clients.flatMap((client) => [
      is('answered', ({ who }) => who === client),
      is('requestSent', ({ who, what }) => who === client && what === 'again'),
    ]),
  ];
  const [outputs, others, found, ...ofClients] = countParts(trace, rows, parts) as [Row, Row, Row, ...Row[]];
  const perClient = clients.map((id, i) => ({
    id,
    answered: ofClients[2 * i] as Row,
    again: ofClients[2 * i + 1] as Row,
  }));
  return { outputs, others, found, clients: perClient };
}

type Counted = ReturnType<typeof countAll>;

function viewClient(trace: TraceIndex, { id, answered, again }: Counted['clients'][number], parts: Parts) {
  const { from, to, count } = parts;
  const retries = instantsOf(again, parts);
  const isDense = sum(answered) * PARTS_PER_SPAN > count || !isFine(trace, from, to);
  return isDense
    ? { id, spans: null, answered, retries }
    : { id, spans: columnsOf(requestsOf(trace, id, from, to)), answered: null, retries };
}

/** The middle of each part in which there is any. */
function instantsOf(row: Uint32Array, { from, to, count }: Parts): Float64Array<ArrayBuffer> {
  const instants: number[] = [];
  row.forEach((n, part) => {
    if (n > 0) instants.push(from + ((to - from) * (part + 0.5)) / count);
  });
  return Float64Array.from(instants);
}

/** What ends a request: its answer, or that the client loses all memory of it. */
const REQUEST_ENDS: readonly FactKind[] = ['answered', 'clientCrashed'];

/** A client's requests, each from its first sending to its end; it has one at a time. */
function requestsOf(trace: TraceIndex, client: string, from: number, to: number): Span[] {
  const query = { kinds: new Set<FactKind>(['requestSent', ...REQUEST_ENDS]), who: client };
  const spans: Span[] = [];
  let open: Span | undefined;
  const take = ({ at, kind, what, first, second }: TracedEvent): void => {
    if (kind === 'requestSent' && what !== 'again') {
      open = { from: at, to: Number.NaN, kind: what, request: first, value: Number.NaN };
      spans.push(open);
    } else if (
      open !== undefined &&
      (kind === 'clientCrashed' || (kind === 'answered' && open.request === first))
    ) {
      open.to = at;
      if (kind === 'answered') open.value = second;
      open = undefined;
    }
  };
  const events = eventsBetween(trace, query, from, to, Number.POSITIVE_INFINITY) ?? [];
  for (const event of [...leadingUp(trace, query, events[0], from), ...events]) take(event);
  // One that ends behind the window.
  const next =
    open && findEvent(trace, { kinds: new Set(REQUEST_ENDS), who: client }, numberAt(trace, to), 1);
  if (next !== undefined && 'number' in next) take(next);
  return spans;
}

/** What a client did last before a stretch, back to when it first sent the request that it waits for there. */
function leadingUp(
  trace: TraceIndex,
  query: Parameters<typeof findEvent>[1],
  first: TracedEvent | undefined,
  from: number,
): TracedEvent[] {
  const events: TracedEvent[] = [];
  let number = first?.number ?? numberAt(trace, from);
  for (;;) {
    const before = findEvent(trace, query, number, -1);
    if (before === undefined || !('number' in before) || before.kind !== 'requestSent') return events;
    events.unshift(before);
    if (before.what !== 'again') return events;
    number = before.number;
  }
}

/** The number of the first event that is not before an instant. */
function numberAt({ chunks, total }: TraceIndex, instant: number): number {
  const at = countBelow(chunks, (chunk) => chunk.at < instant) - 1;
  const chunk = chunks[at];
  if (chunk === undefined) return 0;
  const length = (chunks[at + 1]?.from ?? total) - chunk.from;
  return (
    chunk.from + (chunk.columns === null ? 0 : countBelowIn(chunk.columns.at.subarray(0, length), instant))
  );
}

function viewGate(trace: TraceIndex, { from, to, count }: Parts): SpanColumns | null {
  const kinds = [...kindsIn('gate'), ...ENDS];
  if (!isFine(trace, from, to)) return null;
  const events = few(trace, kinds, Math.max(0, from - REACH), to + REACH, 2 * count);
  if (events === undefined) return null;
  const spans: Span[] = [];
  const held = new Map<string, Span>();
  for (const { at, kind, who, what, second, third } of events) {
    const name = `${who} ${what} ${second}`;
    if (kind === 'outputHeld') {
      if (at > to) continue;
      const span = { from: at, to: Number.NaN, kind: what, request: 0, value: third };
      held.set(name, span);
      spans.push(span);
    } else if (kind === 'outputReleased' || kind === 'outputDropped') {
      const span = held.get(name);
      if (span !== undefined) span.to = at;
      held.delete(name);
    } else {
      // What a host holds ends with the host.
      for (const [other, span] of held) {
        if (!other.startsWith(`${who} `)) continue;
        span.to = at;
        held.delete(other);
      }
    }
  }
  const seen = spans.filter((span) => !(span.to < from));
  return seen.length * PARTS_PER_SPAN <= count ? columnsOf(seen) : null;
}

function viewEntries(trace: TraceIndex, { outputs, others }: Counted, parts: Parts): TimelineView['entries'] {
  const { from, to, count } = parts;
  const isFew = (sum(outputs) + sum(others)) * PARTS_PER_POINT <= count && isFine(trace, from, to);
  const events = isFew ? few(trace, kindsIn('entries'), from, to, count) : undefined;
  if (events !== undefined) {
    const kinds = [...new Set(events.map(({ what }) => what as EntryKind))];
    return {
      at: Float64Array.from(events, ({ at }) => at),
      kinds,
      kind: Uint8Array.from(events, ({ what }) => kinds.indexOf(what as EntryKind)),
    };
  }
  return { outputs, others };
}

const isPairAt = (pair: readonly PairSpan[], instant: number): boolean =>
  pair[countBelow(pair, (span) => span.from <= instant) - 1]?.isPair ?? false;

/** A curve as far as the run has come, where there is a pair; elsewhere NaN. */
function along(
  values: Float64Array<ArrayBuffer>,
  { from, to, count }: Parts,
  end: number,
  pair: readonly PairSpan[] | null,
): Float64Array<ArrayBuffer> {
  return values.map((value, part) => {
    const at = from + ((to - from) * part) / count;
    const next = from + ((to - from) * (part + 1)) / count;
    return at <= end && (pair === null || (isPairAt(pair, at) && isPairAt(pair, next))) ? value : Number.NaN;
  });
}

const mostIn = (values: Float64Array): number =>
  values.reduce((most, value) => (value > most ? value : most), 0);

const isFilter = ({ kind, who }: EventFilter): Is => {
  const query = {
    ...(kind === '' ? {} : { kinds: new Set([kind as FactKind]) }),
    ...(who === '' ? {} : { who }),
  };
  return (key) => isMeantBy(query, key);
};

/** Of a window of the run, at most 2000 parts. Takes a few milliseconds, however many events there are. */
export function viewTimeline(run: Run, guest: string, window: TimelineWindow): TimelineView {
  const { from, to } = window;
  const parts: Parts = { from, to, count: Math.max(1, Math.min(PARTS_MAX, Math.floor(window.parts))) };
  const trace = traceFor(run, from, to);
  const facts = run.trace.turns.map(({ fact }) => fact);
  const pair = pairSpans(run, facts);
  const curves = measureParts(trace, parts);
  const end = run.reached;
  const fill = along(curves.fill, parts, end, pair);
  const lag = along(curves.lag, parts, end, pair);
  const held = along(curves.held, parts, end, null);
  const ids = run.world.clients.map(({ config: { id } }) => id);
  const counted = countAll(trace, ids, parts, window.find);
  return {
    window,
    lacksDetail: lacksDetail(run, from, to),
    clients: counted.clients.map((client) => viewClient(trace, client, parts)),
    gate: viewGate(trace, parts),
    held,
    heldMost: mostIn(held),
    entries: viewEntries(trace, counted, parts),
    fill,
    fillMost: mostIn(fill),
    lag,
    lagMost: mostIn(lag),
    marks: facts
      .filter(({ at, kind }) => at >= from && at <= to && MARKED.has(kind))
      .flatMap((fact) => {
        const line = narrate(fact, guest);
        return line ? [{ at: fact.at, kind: line.kind, key: line.key, values: line.values }] : [];
      }),
    pair: viewPair(pair),
    violations: facts.flatMap((fact) =>
      fact.kind === 'violated' ? [{ at: fact.at, name: fact.property }] : [],
    ),
    ...(window.find === undefined ? {} : { found: counted.found }),
  };
}
