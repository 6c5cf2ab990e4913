// What the timeline's lanes show of a stretch of the run, thinned to what a screen can tell apart.

import { countBelow, type FactOf, factAt, factsBetween, positionsOf } from '../../timeline/fact-index.ts';
import type { Run } from '../../timeline/run.ts';
import type { Observation } from '../../world/observation.ts';
import type { TimelineSpan, TimelineView } from '../frame.ts';
import type { Viewport } from '../protocol.ts';
import { entryKind } from './entries.ts';
import { narrate } from './narration.ts';
import { recordedAt } from './pair.ts';
import { type PairSpan, pairSpans, viewPair } from './pair-states.ts';

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
      outputKey(fact),
      fact.at,
    ]),
  );
  const held = factsBetween(run, { kind: 'outputHeld' }, from - REACH_BACK, to);
  const spans = held.map(({ at, host, output }): TimelineSpan => {
    const { kind, client, request, value, block } = output;
    // What a host holds ends with the host.
    const end = released.get(outputKey({ host, output })) ?? endOf(run, host, at);
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

/** Sequence numbers begin anew in each generation; a machine's instructions do not. */
const outputKey = ({ host, output }: Pick<FactOf<'outputHeld'>, 'host' | 'output'>): string =>
  `${host} ${output.kind} ${output.instruction}`;

/** When a host that holds something crashes or halts, if it does. */
function endOf(run: Run, host: string, holdsSince: number): number | undefined {
  const ends = (['hostCrashed', 'halted'] as const)
    .flatMap((kind) => positionsOf(run.index, { kind, host }))
    .map((position) => (run.facts[position] as Observation).at)
    .filter((at) => at >= holdsSince);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Bytes in the send buffer at an instant: recorded by then in the present generation, and not yet acknowledged. */
function fillAt(run: Run, instant: number): number | null {
  const positions = positionsOf(run.index, { kind: 'recorded' });
  const fact = (i: number) => run.facts[positions[i] as number] as FactOf<'recorded'>;
  const recorded = countBelow(positions, (position) => (run.facts[position] as Observation).at <= instant);
  const generation = generationAt(run, instant);
  const ack = factAt(run, { kind: 'acked' }, instant);
  const acked = ack?.generation === generation ? ack.through : 0;
  let bytes = 0;
  for (let i = recorded - 1; i >= 0; i--) {
    if (fact(i).generation !== generation || fact(i).sequence <= acked) break;
    bytes += fact(i).bytes;
  }
  return bytes;
}

const generationAt = (run: Run, instant: number): number =>
  factAt(run, { kind: 'paired' }, instant)?.generation ?? 1;

/** How old the oldest entry is that the backup has yet to replay; what the last one was when it was replayed, if that is more. */
function lagAt(run: Run, instant: number): number | null {
  const generation = generationAt(run, instant);
  const instantOf = (sequence: number): number | undefined => {
    const position = recordedAt(run, generation, sequence);
    return position === undefined ? undefined : (run.facts[position] as Observation).at;
  };
  const newest = factAt(run, { kind: 'replayed' }, instant);
  const last = newest?.generation === generation ? newest : undefined;
  const done = last?.sequence ?? 0;
  const was = last ? last.at - (instantOf(done) ?? last.at) : 0;
  const next = instantOf(done + 1);
  return next !== undefined && next <= instant ? Math.max(was, instant - next) : was;
}

/** Samples of a curve; where there is no pair there is neither lag nor fill. */
function sample(
  { from, to, samples }: Viewport['timeline'],
  end: number,
  spans: readonly PairSpan[],
  value: (at: number) => number | null,
) {
  const list: (number | null)[] = [];
  for (let i = 0; i < samples; i++) {
    const at = from + ((to - from) * i) / Math.max(1, samples - 1);
    const isPair = spans[countBelow(spans, (span) => span.from <= at) - 1]?.isPair ?? false;
    list.push(at < 0 || at > end || !isPair ? null : value(at));
  }
  return list;
}

const MARKS = [
  'hostCrashed',
  'hostRepaired',
  'hostPaused',
  'hostResumed',
  'bitFlipped',
  'clientPoisoned',
  'linkCut',
  'linkMended',
  'diskCrashed',
  'diskRepaired',
  'suspected',
  'testAndSetWon',
  'testAndSetLost',
  'wentLive',
  'wentSolo',
  'cloneStarted',
  'cloneAbandoned',
  'paired',
  'migrationFinished',
  'rolledBack',
  'halted',
  'diverged',
] as const;

/** The turning points of the run, in order. There are few, so all are looked at. */
function turningPoints(run: Run): Observation[] {
  return MARKS.flatMap((kind) => positionsOf(run.index, { kind }))
    .sort((a, b) => a - b)
    .map((position) => run.facts[position] as Observation);
}

export function viewTimeline(
  run: Run,
  guest: string,
  { from, to, samples }: Viewport['timeline'],
): TimelineView {
  const count = Math.min(SAMPLES, samples);
  const points = turningPoints(run);
  const pair = pairSpans(run, points);
  const window = { from, to, samples: count };
  const fill = sample(window, run.reached, pair, (at) => fillAt(run, at));
  const lag = sample(window, run.reached, pair, (at) => lagAt(run, at));
  return {
    from,
    to,
    clients: viewClients(run, from, to),
    gate: viewGate(run, from, to),
    entries: thin(
      factsBetween(run, { kind: 'recorded' }, from, to).map(({ at, entry, generation, sequence }) => ({
        at,
        kind: entryKind(entry),
        generation,
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
    pair: viewPair(pair),
    violations: run.properties.flatMap(({ name, violation }) =>
      violation ? [{ at: violation.at, name }] : [],
    ),
  };
}
