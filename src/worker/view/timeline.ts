// What the timeline's lanes show of a stretch of the run, thinned to what a screen can tell apart.

import { countBelow, type FactOf, factAt, factsBetween, positionsOf } from '../../timeline/fact-index.ts';
import type { Run } from '../../timeline/run.ts';
import type { Observation } from '../../world/observation.ts';
import type { PairState, TimelineSpan, TimelineView } from '../frame.ts';
import type { Viewport } from '../protocol.ts';
import { entryKind } from './entries.ts';
import { narrate } from './narration.ts';

/** More items than this in one lane blur into one another. */
const ITEMS = 1500;

/** Samples of a curve, at most. */
const SAMPLES = 2000;

/** What began this long before the window may reach into it, in nanoseconds. */
const REACH_BACK = 200_000_000;

function thin<T>(items: T[]): T[] {
  const step = Math.ceil(items.length / ITEMS);
  return step <= 1 ? items : items.filter((_, i) => i % step === 0);
}

function viewClients(run: Run, from: number, to: number): TimelineView['clients'] {
  const sent = factsBetween(run, { kind: 'requestSent' }, from - REACH_BACK, to);
  const answered = factsBetween(run, { kind: 'answered' }, from - REACH_BACK, to);
  return run.world.clients.map(({ config: { id } }) => {
    const answers = new Map(
      answered.filter(({ client }) => client === id).map((fact) => [fact.request, fact]),
    );
    const own = sent.filter(({ client }) => client === id);
    const spans = own
      .filter(({ tries }) => tries === 1)
      .map((fact): TimelineSpan => {
        const answer = answers.get(fact.request);
        return {
          from: fact.at,
          ...(answer ? { to: answer.at } : {}),
          kind: fact.operation,
          label: { client: id, request: fact.request, ...(answer ? { value: answer.value } : {}) },
        };
      });
    const retries = own.filter(({ tries, at }) => tries > 1 && at >= from).map(({ at }) => at);
    return { id, spans: thin(spans.filter((span) => (span.to ?? to) >= from)), retries: thin(retries) };
  });
}

function viewGate(run: Run, from: number, to: number): TimelineSpan[] {
  const released = new Map(
    factsBetween(run, { kind: 'outputReleased' }, from - REACH_BACK, to).map((fact) => [
      `${fact.host} ${fact.output.sequence}`,
      fact.at,
    ]),
  );
  const held = factsBetween(run, { kind: 'outputHeld' }, from - REACH_BACK, to);
  const spans = held.map(({ at, host, output }): TimelineSpan => {
    const { kind, client, request, value, block } = output;
    // What a host holds ends with the host.
    const end = released.get(`${host} ${output.sequence}`) ?? endOf(run, host);
    return {
      from: at,
      ...(end === undefined ? {} : { to: end }),
      kind,
      label: {
        ...(client === undefined ? {} : { client }),
        ...(request === undefined ? {} : { request }),
        ...(value === undefined ? {} : { value }),
        ...(block === undefined ? {} : { block }),
      },
    };
  });
  return thin(spans.filter((span) => (span.to ?? to) >= from));
}

/** When a host crashed or halted, if it did. */
function endOf(run: Run, host: string): number | undefined {
  const ends = (['hostCrashed', 'halted'] as const).flatMap((kind) => positionsOf(run.index, { kind, host }));
  return ends.length === 0 ? undefined : (run.facts[Math.min(...ends)] as Observation).at;
}

/** Bytes in the send buffer at an instant: recorded by then, and not yet acknowledged. */
function fillAt(run: Run, instant: number): number | null {
  const positions = positionsOf(run.index, { kind: 'recorded' });
  const fact = (i: number) => run.facts[positions[i] as number] as FactOf<'recorded'>;
  const recorded = countBelow(positions, (position) => (run.facts[position] as Observation).at <= instant);
  const acked = factAt(run, { kind: 'acked' }, instant)?.through ?? 0;
  let bytes = 0;
  for (let i = recorded - 1; i >= 0 && fact(i).sequence > acked; i--) bytes += fact(i).bytes;
  return bytes;
}

/** How old the oldest entry is that the backup has yet to replay; what the last one was when it was replayed, if that is more. */
function lagAt(run: Run, instant: number): number | null {
  const recordedAt = (sequence: number): number | undefined => {
    const position = positionsOf(run.index, { kind: 'recorded' })[sequence - 1];
    return position === undefined ? undefined : (run.facts[position] as Observation).at;
  };
  const last = factAt(run, { kind: 'replayed' }, instant);
  const done = last?.sequence ?? 0;
  const was = last ? last.at - (recordedAt(done) ?? last.at) : 0;
  const next = recordedAt(done + 1);
  return next !== undefined && next <= instant ? Math.max(was, instant - next) : was;
}

/** When the pair stopped being one: from then on there is neither lag nor fill. */
function pairEnd(run: Run): number {
  const kinds = ['hostCrashed', 'halted', 'wentLive', 'wentSolo'] as const;
  const firsts = kinds.flatMap((kind) => positionsOf(run.index, { kind }).slice(0, 1));
  return Math.min(...firsts.map((position) => (run.facts[position] as Observation).at));
}

function sample(
  from: number,
  to: number,
  samples: number,
  end: number,
  value: (at: number) => number | null,
) {
  const list: (number | null)[] = [];
  for (let i = 0; i < samples; i++) {
    const at = from + ((to - from) * i) / Math.max(1, samples - 1);
    list.push(at < 0 || at > end ? null : value(at));
  }
  return list;
}

const MARKS = [
  'hostCrashed',
  'linkCut',
  'linkMended',
  'suspected',
  'testAndSetWon',
  'testAndSetLost',
  'wentLive',
  'wentSolo',
  'halted',
  'diverged',
] as const;

/** The turning points of the run, in order. There are few, so all are looked at. */
function turningPoints(run: Run): Observation[] {
  return MARKS.flatMap((kind) => positionsOf(run.index, { kind }))
    .sort((a, b) => a - b)
    .map((position) => run.facts[position] as Observation);
}

function stateAfter(fact: Observation, before: PairState): PairState {
  switch (fact.kind) {
    case 'hostCrashed':
      if (before === 'split') return 'solo';
      return before === 'solo' || before === 'down' ? 'down' : 'suspecting';
    case 'linkCut':
      return before === 'protected' && fact.link === 'log' ? 'suspecting' : before;
    case 'linkMended':
      return before === 'suspecting' && fact.link === 'log' ? 'protected' : before;
    case 'suspected':
      return before === 'solo' ? before : 'failingOver';
    case 'wentLive':
    case 'wentSolo':
      return before === 'solo' ? 'split' : 'solo';
    default:
      return before;
  }
}

function viewPair(points: readonly Observation[]): TimelineView['pair'] {
  const spans: TimelineView['pair'] = [{ from: 0, state: 'protected' }];
  for (const fact of points) {
    const last = spans.at(-1) as TimelineView['pair'][number];
    const state = stateAfter(fact, last.state);
    if (state === last.state) continue;
    last.to = fact.at;
    spans.push({ from: fact.at, state });
  }
  return spans;
}

export function viewTimeline(
  run: Run,
  guest: string,
  { from, to, samples }: Viewport['timeline'],
): TimelineView {
  const count = Math.min(SAMPLES, samples);
  const curveEnd = Math.min(run.reached, pairEnd(run));
  const fill = sample(from, to, count, curveEnd, (at) => fillAt(run, at));
  const lag = sample(from, to, count, curveEnd, (at) => lagAt(run, at));
  const points = turningPoints(run);
  return {
    from,
    to,
    clients: viewClients(run, from, to),
    gate: viewGate(run, from, to),
    entries: thin(
      factsBetween(run, { kind: 'recorded' }, from, to).map(({ at, entry, sequence }) => ({
        at,
        kind: entryKind(entry),
        sequence,
      })),
    ),
    fill,
    fillMax: Math.max(0, ...fill.map((value) => value ?? 0)),
    lag,
    lagMax: Math.max(0, ...lag.map((value) => value ?? 0)),
    marks: points
      .filter(({ at }) => at >= from && at <= to)
      .flatMap((fact) => {
        const line = narrate(fact, guest);
        return line ? [{ at: fact.at, key: line.key, values: line.values }] : [];
      }),
    pair: viewPair(points),
    violations: run.properties.flatMap(({ name, violation }) =>
      violation ? [{ at: violation.at, name }] : [],
    ),
  };
}
