// Finding facts: by what they are, whom they are about, and what they say; also where neither facts nor their columns are held any more.

import { instantAt, justBefore, START } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { countBelow } from '../facts/fact-index.ts';
import { type EventKey, keyOf } from '../facts/fact-row.ts';
import { findEvent } from '../facts/trace-find.ts';
import { countsBefore, type TraceIndex } from '../facts/trace-index.ts';
import { gatherNumbered, type NumberedFact, seenSoFar } from '../run/derive-facts.ts';
import { divertTo, stepDiversion } from '../run/diversion.ts';
import type { Run } from '../run/progress.ts';

/** What is looked for; '' is any. `text`: one of the fact's words or numbers has it in it, in small or capital letters. */
export interface FactQuery {
  kind: string;
  who: string;
  text: string;
}

/** A fact that was found: when it was, what it is, and its number in the run. */
export interface FoundFact extends EventKey {
  at: number;
  number: number;
}

export type Direction = 1 | -1;

const isMeant = ({ kind, who }: FactQuery, key: EventKey): boolean =>
  (kind === '' || key.kind === kind) && (who === '' || key.who === who);

const has = (text: string, words: unknown): boolean => String(words).toLowerCase().includes(text);

/** Whether each fact of this key is meant, whatever else it says. */
function isSure(query: FactQuery, key: EventKey): boolean {
  const text = query.text.toLowerCase();
  return (
    isMeant(query, key) && (text === '' || has(text, key.kind) || has(text, key.who) || has(text, key.what))
  );
}

const isIt = (query: FactQuery, fact: Observation): boolean =>
  isMeant(query, keyOf(fact)) && says(fact, query.text.toLowerCase());

/** Whether a word or number of it has the text in it: its kind, whom it is about, digests, values. */
function says(value: unknown, text: string): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((part) => says(part, text));
  return has(text, value);
}

const found = ({ fact, number }: NumberedFact): FoundFact => ({ at: fact.at, ...keyOf(fact), number });

/**
 * The next such fact behind where the run stands, or the last before that, as far as the run has been; undefined when there is none. Those
 * that came with the step by which the run stands there are neither.
 * Yields now and then; the run must not be moved before it ends, and is left as it is.
 */
export function* findFact(
  run: Run,
  query: FactQuery,
  direction: Direction,
): Generator<void, FoundFact | undefined> {
  const begin = direction === 1 ? seenSoFar(run) : yield* seenBefore(run);
  const sure = yield* findInColumns(run, query, direction, begin);
  const isAnyOther = run.trace.keys.some((key) => isMeant(query, key) && !isSure(query, key));
  if (query.text === '' || !isAnyOther) return sure;
  // Nearer than that there may be one of which only a value has the text in it.
  const { now } = run.world;
  const [from, to] = direction === 1 ? [now, sure?.at ?? run.reached] : [sure?.at ?? 0, now];
  return (yield* findBetween(run, query, direction, begin, from, to)) ?? sure;
}

/** How many facts there were before the step by which the run stands where it does. */
function* seenBefore(run: Run): Generator<void, number> {
  if (run.seenBefore !== null) return run.seenBefore;
  const { now } = run.world;
  const here = yield* gatherNumbered(run, now, now);
  const first = here[0];
  // Nothing is before the start.
  if (now === START) return 0;
  if (first === undefined) return seenSoFar(run);
  const diversion = yield* divertTo(run, { at: justBefore(now) });
  let seen = first.number;
  let before = seen;
  for (let made = 0; made < (run.step ?? Number.POSITIVE_INFINITY); made++) {
    const sofar = seen;
    const isMade = stepDiversion(diversion, now, () => {
      seen++;
    });
    if (!isMade) break;
    before = sofar;
  }
  return before;
}

/** Where the columns alone can tell, from a number on; where they have been let go, facts are derived again. */
function* findInColumns(
  run: Run,
  query: FactQuery,
  direction: Direction,
  begin: number,
): Generator<void, FoundFact | undefined> {
  const is = (key: EventKey): boolean => isSure(query, key);
  for (let number = begin; ; ) {
    const event = findEvent(run.trace, { is }, number, direction);
    if (event === undefined) return undefined;
    if ('number' in event) {
      const { at, kind, who, what } = event;
      return { at, kind, who, what, number: event.number };
    }
    const there = yield* findBetween(run, query, direction, begin, event.from, event.to);
    if (there !== undefined) return there;
    number = direction === 1 ? event.next : event.first;
  }
}

/**
 * Among the facts from one instant to another, both included, a stretch between two snapshots after the other: from the fact of a number
 * on, or before it.
 */
function* findBetween(
  run: Run,
  query: FactQuery,
  direction: Direction,
  number: number,
  from: number,
  to: number,
): Generator<void, FoundFact | undefined> {
  const { snapshots } = run;
  const is = (each: NumberedFact): boolean =>
    (direction === 1 ? each.number >= number : each.number < number) && isIt(query, each.fact);
  let [begin, end] = [from, to];
  while (begin <= end) {
    const edge = direction === 1 ? begin : end;
    const next = countBelow(snapshots, ({ at }) => at < edge);
    const first = direction === 1 ? begin : Math.max(begin, (snapshots[next - 1]?.at ?? -1) + 1);
    const last = direction === 1 ? Math.min(end, snapshots[next]?.at ?? end) : end;
    const facts = yield* gatherNumbered(run, instantAt(first), instantAt(last));
    const fact = direction === 1 ? facts.find(is) : facts.findLast(is);
    if (fact !== undefined) return found(fact);
    if (direction === 1) begin = last + 1;
    else end = first - 1;
    yield;
  }
  return undefined;
}

/** How many facts there are of what is surely meant, and how many of them come before a number; that is not known where columns are gone. */
export function countFacts(
  { trace }: { trace: TraceIndex },
  query: FactQuery,
  number: number,
): { total: number; before: number | undefined } {
  const sure = trace.keys.map((key) => isSure(query, key));
  const sum = (counts: readonly number[]): number =>
    counts.reduce((total, n, key) => total + (sure[key] ? n : 0), 0);
  const chunk = trace.chunks[countBelow(trace.chunks, ({ from }) => from <= number) - 1];
  if (chunk === undefined) return { total: sum(trace.counts), before: 0 };
  if (chunk.columns === null) return { total: sum(trace.counts), before: undefined };
  return { total: sum(trace.counts), before: sum(countsBefore(trace, chunk, number - chunk.from)) };
}
