// Why: from a value, a request, an output, a halted host, a stopped primary or a divergence to the events that explain it.

import { runToCompletion } from '../../base/run-to-completion.ts';
import { before, instantAt, later, nanoseconds, START } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { eachFact, gatherFacts, gatherSeen } from '../run/derive-facts.ts';
import type { Run } from '../run/run.ts';
import {
  askingOf,
  type Cause,
  chain,
  divergenceOf,
  heldBecause,
  journeyOf,
  last,
  stoppedBecause,
  takeoverOf,
  watchForUnequal,
  wayOf,
  writingOf,
} from './causes.ts';
import { findLastWriter, type Writer, type Written } from './last-writer.ts';

export type Subject =
  /** A client's request and its answer: also the request behind an output. */
  | { kind: 'request'; client: string; request: number }
  /** An output that waits, by its entry's number. */
  | { kind: 'held'; host: string; sequence: number }
  | { kind: 'halted' | 'live' | 'stopped'; host: string }
  | { kind: 'divergence' }
  /** What became of a log entry. */
  | { kind: 'entry'; generation: number; sequence: number }
  /** How a block of the disk came to hold what it does. */
  | { kind: 'block'; block: number }
  /** What is in memory or in a register. */
  | { kind: 'value'; host: string; written: Written };

export interface Answer {
  /** In the order in which they happened; each is an instant to go to. */
  causes: Cause[];
  /** Rules of the paper that are switched off, and that this may come from. */
  rules: string[];
  /** Of a value: who wrote it. */
  writer?: Writer;
}

/** So far back is looked first; four times as far when that explains nothing. */
const NEAR = 50_000_000;

/** These rules keep the machines equal (§2.1, §3.4). */
const EQUALITY = ['loggedValues', 'exactDelivery', 'bounceBuffers'] as const;

/** The chain of facts up to the present that explains the subject; without causes when there is nothing to explain. */
export function* findWhy(run: Run, subject: Subject): Generator<void, Answer> {
  if (subject.kind === 'value') return yield* whyValue(run, subject.host, subject.written);
  const { now } = run.world;
  if (subject.kind === 'divergence')
    return { causes: divergenceOf(yield* factsOfDivergence(run)), rules: rulesOff(run, subject) };
  for (let back = NEAR; ; back *= 4) {
    const from = later(START, before(now, nanoseconds(back)));
    const facts = yield* gatherSeen(run, from);
    const halted = subject.kind === 'halted' ? lastHalt(facts, subject.host) : undefined;
    if (halted?.reason === 'diverged')
      return { causes: divergenceOf(yield* factsOfDivergence(run)), rules: rulesOff(run, subject) };
    const causes = causesIn(facts, subject);
    const isWhole = from === START || isComplete(causes, subject);
    if (isWhole) return { causes, rules: rulesOff(run, subject) };
    yield;
  }
}

/** `findWhy` to its end. */
export const why = (run: Run, subject: Subject): Answer => runToCompletion(findWhy(run, subject));

/** Of all facts of a run those that a divergence is told from, in their order. They are few. */
function* factsOfDivergence(run: Run): Generator<void, Observation[]> {
  const unequal = watchForUnequal();
  const kept: { fact: Observation; number: number }[] = [];
  yield* eachFact(run, (fact, number) => {
    if (TOLD_OF_DIVERGENCE.has(fact.kind)) kept.push({ fact, number });
    const found = unequal(fact, number);
    if (found !== undefined) kept.push(...found);
  });
  return kept.sort((a, b) => a.number - b.number).map(({ fact }) => fact);
}

const TOLD_OF_DIVERGENCE: ReadonlySet<Observation['kind']> = new Set([
  'bitFlipped',
  'memoryChanged',
  'diverged',
  'halted',
]);

function causesIn(
  facts: readonly Observation[],
  subject: Exclude<Subject, { kind: 'value' | 'divergence' }>,
): Cause[] {
  switch (subject.kind) {
    case 'request':
      return journeyOf(facts, subject.client, subject.request);
    case 'held':
      return heldBecause(facts, subject.host, subject.sequence);
    case 'stopped':
      return stoppedBecause(facts, subject.host);
    case 'entry':
      return wayOf(facts, subject.generation, subject.sequence);
    case 'block':
      return writingOf(facts, subject.block);
    default:
      return endOf(facts, subject.host);
  }
}

const lastHalt = (facts: readonly Observation[], host: string) =>
  last(facts, 'halted', (fact) => fact.host === host);

/** A host whose guest has ended has another chain than one that lost the flag. */
function endOf(facts: readonly Observation[], host: string): Cause[] {
  const halted = lastHalt(facts, host);
  if (halted?.reason !== 'guestExit' && halted?.reason !== 'guestStuck') return takeoverOf(facts, host);
  const poisoned = last(facts, 'requestSent', ({ operation }) => operation === 'poison');
  return chain(facts, [
    ['asked', poisoned],
    ['halted', halted],
  ]);
}

const ROOTS: Readonly<Record<string, readonly Cause['relation'][]>> = {
  request: ['asked'],
  held: ['asked'],
  stopped: ['acked'],
  halted: ['obstacle', 'asked', 'origin'],
  live: ['obstacle'],
  divergence: [],
  entry: ['logged', 'produced'],
  block: ['produced'],
};

/** Whether the chain reaches back to where it begins. The first unequal entry is only known from the beginning on. */
const isComplete = (causes: readonly Cause[], { kind }: Subject): boolean =>
  causes.some(({ relation }) => ROOTS[kind]?.includes(relation));

function rulesOff({ world }: Run, { kind }: Subject): string[] {
  const { protocol, harts } = world.config;
  if (kind !== 'divergence' && kind !== 'halted') return [];
  const off = EQUALITY.filter((rule) => !protocol.rules[rule]);
  return harts === 2 ? [...off, 'uniprocessor'] : off;
}

function* whyValue(run: Run, host: string, written: Written): Generator<void, Answer> {
  const writer = yield* findLastWriter(run, host, written);
  if (!('at' in writer)) return { causes: [], rules: [], writer };
  const at = instantAt(writer.at);
  const facts = yield* gatherFacts(run, later(START, before(at, nanoseconds(NEAR))), at);
  const plain = run.world.hosts.some(({ id }) => id === host) ? undefined : entranceTo(facts, host, at);
  if (plain !== undefined && writer.by === 'input') return { causes: wayIn(facts, plain), rules: [], writer };
  const isIt = (fact: Observation): boolean => {
    if (writer.by === 'fault') return fact.kind === 'bitFlipped' && fact.host === host && fact.at === at;
    if (writer.by !== 'input' || (fact.kind !== 'recorded' && fact.kind !== 'replayed')) return false;
    return fact.host === host && fact.sequence === writer.entry?.sequence && fact.at === at;
  };
  const fact = facts.findLast(isIt);
  if (fact === undefined) return { causes: [], rules: [], writer };
  const entered = chain(facts, [[writer.by === 'fault' ? 'origin' : 'logged', fact]]);
  // A packet of the log is a request that somebody made.
  const isPacket = (fact.kind === 'recorded' || fact.kind === 'replayed') && fact.entry === 'packet';
  const arrival = isPacket ? arrivalOf(facts, fact.generation, fact.sequence) : undefined;
  const asked =
    arrival === undefined
      ? []
      : journeyOf(facts, arrival.client, arrival.request).filter((cause) => cause.at <= at);
  const known = new Set(asked.map((cause) => cause.fact));
  return { causes: [...asked, ...entered.filter((cause) => !known.has(cause.fact))], rules: [], writer };
}

/** What came into a plain host's machine at an instant: of a client an answer, of the disk a request, or what its medium did. */
function entranceTo(facts: readonly Observation[], host: string, at: number): Observation | undefined {
  return facts.findLast((fact) => {
    if (fact.at !== at) return false;
    switch (fact.kind) {
      case 'answered':
      case 'answeredAgain':
      case 'answeredLate':
        return fact.client === host;
      case 'storageArrived':
        return host === DISK;
      case 'diskRead':
      case 'diskWritten':
      case 'diskFailed':
        return fact.disk === host;
      default:
        return false;
    }
  });
}

const DISK = 'disk';

/** From another machine into this one: an answer from the guest that gave it, a request from the host that asked. */
function wayIn(facts: readonly Observation[], entrance: Observation): Cause[] {
  switch (entrance.kind) {
    case 'answered':
    case 'answeredAgain':
    case 'answeredLate':
      return journeyOf(facts, entrance.client, entrance.request).filter(({ at }) => at <= entrance.at);
    case 'storageArrived':
      return askingOf(facts, entrance);
    case 'diskRead':
    case 'diskFailed':
    case 'diskWritten':
      return writingOf(facts.slice(0, facts.indexOf(entrance) + 1), entrance.block);
    default:
      return chain(facts, [['written', entrance]]);
  }
}

function arrivalOf(facts: readonly Observation[], generation: number, sequence: number) {
  const recorded = last(
    facts,
    'recorded',
    (fact) => fact.generation === generation && fact.sequence === sequence,
  );
  if (recorded === undefined) return undefined;
  return last(
    facts.slice(0, facts.indexOf(recorded)),
    'requestArrived',
    (fact) => fact.host === recorded.host,
  );
}
