// What it costs to know what a timeline shows: a million events, from windows on all of them down to a few.
import { below, namedStream } from '../../base/prng.ts';
import { parseDocument } from '../../scenario/document.ts';
import { toWorldConfig } from '../../scenario/to-world.ts';
import { instantAt } from '../../sim/time.ts';
import { createGauges } from '../../timeline/facts/gauges.ts';
import {
  createTraceIndex,
  type TraceIndex,
  traceBytes,
  traceFact,
} from '../../timeline/facts/trace-index.ts';
import { countParts, measureParts } from '../../timeline/facts/trace-parts.ts';
import type { Observation } from '../../world/state/observation.ts';
import type { Now } from './speed.ts';

export interface TimelineCosts {
  readonly events: number;
  readonly bytes: number;
  /** Of a window, in milliseconds: on the whole run, and zoomed and moved at random. */
  readonly whole: number;
  readonly median: number;
  readonly p95: number;
}

const EVENTS = 1_000_000;
const EVENTS_FEW = 100_000;
const SPACING = 10_000;
const WINDOWS = 200;

/** As many as a wide screen has room for. */
const PARTS = 1000;

/** What the page's lanes count. */
const ROWS = ['recorded', 'replayed', 'acked', 'outputHeld', 'outputReleased', 'answered', 'requestSent'];

const LOGGED = { host: 'A', entry: 'timer', generation: 1, bytes: 28, says: '', state: '' } as const;

/** Entries that are recorded, acknowledged and replayed, one after the other. */
function factAt(n: number): Observation {
  const at = instantAt(n * SPACING);
  const sequence = Math.floor(n / 3) + 1;
  if (n % 3 === 0) return { at, kind: 'recorded', ...LOGGED, sequence, instruction: n };
  if (n % 3 === 1)
    return { at, kind: 'acked', host: 'A', generation: 1, through: sequence, executed: sequence - 1 };
  return { at, kind: 'replayed', ...LOGGED, host: 'B', sequence, instruction: n };
}

function traceOf(events: number): TraceIndex {
  const document = parseDocument({});
  const config = document.ok ? toWorldConfig(document.value) : document;
  if (!config.ok) throw new Error('the bench has its own scenario');
  const gauges = createGauges(config.value);
  const trace = createTraceIndex(Number.POSITIVE_INFINITY);
  for (let n = 0; n < events; n++) traceFact(trace, gauges, factAt(n));
  return trace;
}

const rounded = (value: number): number => Number(value.toPrecision(3));

export function measureTimeline(quick: boolean, now: Now): TimelineCosts {
  const events = quick ? EVENTS_FEW : EVENTS;
  const trace = traceOf(events);
  const end = events * SPACING;
  const rows = ROWS.map(
    (name) =>
      ({ kind }: { kind: string }) =>
        kind === name,
  );
  const draw = (from: number, to: number): number => {
    const began = now();
    countParts(trace, rows, { from, to, count: PARTS });
    measureParts(trace, { from, to, count: PARTS });
    return now() - began;
  };
  for (let n = 0; n < 10; n++) draw(0, end);
  const whole = Math.min(...Array.from({ length: 10 }, () => draw(0, end)));
  const noise = namedStream('bench of the timeline', 1);
  const times = Array.from({ length: WINDOWS }, () => {
    const length = Math.floor(end / 2 ** below(noise, 16));
    const from = Math.floor((below(noise, 1_000_000) / 1_000_000) * (end - length));
    return draw(from, from + length);
  }).sort((a, b) => a - b);
  const at = (share: number): number => rounded(times[Math.floor((times.length - 1) * share)] as number);
  return { events, bytes: traceBytes(trace), whole: rounded(whole), median: at(0.5), p95: at(0.95) };
}
