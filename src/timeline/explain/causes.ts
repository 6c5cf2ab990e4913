// Chains of facts that explain one another, looked up among the facts of a stretch of a run: each function knows one kind of chain.

import type { Observation } from '../../world/state/observation.ts';

/** How a fact belongs to what is explained. */
export type Relation =
  | 'asked'
  | 'arrived'
  | 'logged'
  | 'produced'
  | 'held'
  | 'sent'
  | 'received'
  | 'acked'
  | 'released'
  | 'written'
  | 'answered'
  /** The first entry that is not acknowledged, and so is waited for. */
  | 'waitsFor'
  /** What is in the way: a cut cable, a host without power, paused or slow, a lost frame. */
  | 'obstacle'
  | 'suspected'
  | 'askedForFlag'
  | 'wonFlag'
  | 'lostFlag'
  | 'drained'
  | 'live'
  | 'halted'
  | 'full'
  /** How far the other machine is. */
  | 'replayed'
  | 'unequal'
  | 'diverged'
  /** What made the machines unequal. */
  | 'origin';

export interface Cause {
  relation: Relation;
  at: number;
  fact: Observation;
}

type Facts = readonly Observation[];
type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;

const isKind =
  <K extends Observation['kind']>(kind: K, is: (fact: Of<K>) => boolean = () => true) =>
  (fact: Observation): fact is Of<K> =>
    fact.kind === kind && is(fact as Of<K>);

const first = <K extends Observation['kind']>(facts: Facts, kind: K, is?: (fact: Of<K>) => boolean) =>
  facts.find(isKind(kind, is));

export const last = <K extends Observation['kind']>(facts: Facts, kind: K, is?: (fact: Of<K>) => boolean) =>
  facts.findLast(isKind(kind, is));

type Link = [relation: Relation, fact: Observation | undefined];

/** Those that there are, in the order in which they happened. */
export function chain(facts: Facts, links: readonly Link[]): Cause[] {
  const there = links.filter((link): link is [Relation, Observation] => link[1] !== undefined);
  const causes = there.map(([relation, fact]) => ({ relation, at: fact.at, fact }));
  const position = ({ fact }: Cause): number => facts.indexOf(fact);
  return causes.sort((a, b) => position(a) - position(b));
}

/** A request from its client to its answer, as far as it has come. */
export function journeyOf(facts: Facts, client: string, request: number): Cause[] {
  const isIt = (fact: { client?: string; request?: number }) =>
    fact.client === client && fact.request === request;
  const asked = first(facts, 'requestSent', isIt);
  const arrived = first(facts, 'requestArrived', isIt);
  const behind = arrived === undefined ? [] : facts.slice(facts.indexOf(arrived));
  const logged = first(
    behind,
    'recorded',
    ({ entry, host, at }) => entry === 'packet' && host === arrived?.host && at >= arrived.at,
  );
  const held = first(facts, 'outputHeld', ({ output }) => isIt(output));
  const released = first(facts, 'outputReleased', ({ output }) => isIt(output));
  const answered = first(facts, 'answered', isIt);
  return chain(facts, [
    ['asked', asked],
    ['arrived', arrived],
    ['logged', logged],
    ...(held === undefined ? [] : wayOfEntry(facts, held)),
    ['released', released],
    ['answered', answered],
  ]);
}

/** What becomes of a held output's entry until it is acknowledged. */
function wayOfEntry(facts: Facts, held: Of<'outputHeld'>): Link[] {
  const { host, output } = held;
  const { sequence } = output;
  const produced = facts
    .slice(0, facts.indexOf(held))
    .findLast(isKind('recorded', (fact) => fact.host === host && fact.sequence === sequence));
  const name = { host, sequence, generation: produced?.generation };
  return [['produced', produced], ['held', held], ...wayAcross(facts, name, produced ?? held)];
}

/** How an entry came to the backup, and that it did. */
function wayAcross(
  facts: Facts,
  { host, sequence, generation }: { host: string; sequence: number; generation: number | undefined },
  from: Observation,
): Link[] {
  const isIn = (fact: { generation: number; first?: number; last?: number }) =>
    fact.generation === generation && (fact.first ?? 0) <= sequence && sequence <= (fact.last ?? 0);
  const behind = facts.slice(facts.indexOf(from));
  const sent = first(
    behind,
    'sent',
    (fact) => fact.message === 'entries' && fact.host === host && isIn(fact),
  );
  const received = first(behind, 'received', isIn);
  const acked = first(
    behind,
    'acked',
    (fact) => fact.host === host && fact.generation === generation && fact.through >= sequence,
  );
  return [
    ['sent', sent],
    ['received', received],
    ['acked', acked],
  ];
}

/** An entry's way from where it was recorded to where it was replayed; of an output's, until that left. */
export function wayOf(facts: Facts, generation: number, sequence: number): Cause[] {
  const isIt = (fact: { generation: number; sequence: number }) =>
    fact.generation === generation && fact.sequence === sequence;
  const recorded = first(facts, 'recorded', isIt);
  if (recorded === undefined) return [];
  const behind = facts.slice(facts.indexOf(recorded));
  const isOutput = (fact: Of<'outputHeld'> | Of<'outputReleased'>): boolean =>
    recorded.entry === 'output' && fact.host === recorded.host && fact.output.sequence === sequence;
  return chain(facts, [
    [recorded.entry === 'output' ? 'produced' : 'logged', recorded],
    ['held', first(behind, 'outputHeld', isOutput)],
    ...wayAcross(facts, recorded, recorded),
    ['released', first(behind, 'outputReleased', isOutput)],
    ['replayed', first(behind, 'replayed', isIt)],
  ]);
}

/** How what a block of the disk holds came there: the write at the gate, and the way of its entry. */
export function writingOf(facts: Facts, block: number): Cause[] {
  const written = last(
    facts,
    'diskWritten',
    (fact) => fact.block <= block && block < fact.block + fact.blocks,
  );
  if (written === undefined) return [];
  const { host, digest } = written;
  const before = facts.slice(0, facts.indexOf(written));
  const isIt = (fact: Of<'outputHeld'> | Of<'outputReleased'>): boolean =>
    fact.host === host && fact.output.kind === 'diskWrite' && fact.output.digest === digest;
  const held = last(before, 'outputHeld', isIt);
  return chain(facts, [
    ...(held === undefined ? [] : wayOfEntry(facts, held)),
    ['released', last(before, 'outputReleased', isIt)],
    ['written', written],
  ]);
}

/** How a host came to ask the disk: the operation of its guest, or its suspicion. */
export function askingOf(facts: Facts, arrived: Of<'storageArrived'>): Cause[] {
  const { host, io, operation, generation } = arrived;
  const before = facts.slice(0, facts.indexOf(arrived));
  if (operation === 'testAndSet')
    return chain(facts, [
      ['suspected', last(before, 'suspected', (fact) => fact.host === host)],
      [
        'askedForFlag',
        last(before, 'testAndSetSent', (fact) => fact.host === host && fact.generation === generation),
      ],
      ['arrived', arrived],
    ]);
  return chain(facts, [
    ['produced', last(before, 'ioStarted', (fact) => fact.host === host && fact.io === io)],
    ['sent', last(before, 'ioIssued', (fact) => fact.host === host && fact.io === io)],
    ['arrived', arrived],
  ]);
}

/** Why an output has not left: the way of its entry so far, the first entry that is not acknowledged, and what is in its way. */
export function heldBecause(facts: Facts, host: string, sequence: number): Cause[] {
  const held = last(facts, 'outputHeld', (fact) => fact.host === host && fact.output.sequence === sequence);
  if (held === undefined) return [];
  const { client, request } = held.output;
  const asked =
    client === undefined ? [] : journeyOf(facts, client, request ?? 0).filter(({ at }) => at <= held.at);
  const rest = chain(facts, [...wayOfEntry(facts, held), ...waiting(facts, host), ...obstacles(facts, host)]);
  const known = new Set(asked.map(({ fact }) => fact));
  return [...asked, ...rest.filter(({ fact }) => !known.has(fact))];
}

function waiting(facts: Facts, host: string): Link[] {
  const acked = last(facts, 'acked', (fact) => fact.host === host);
  const next = first(
    facts,
    'recorded',
    (fact) =>
      fact.host === host &&
      (acked === undefined ||
        fact.generation > acked.generation ||
        (fact.generation === acked.generation && fact.sequence > acked.through)),
  );
  return [
    ['acked', acked],
    ['waitsFor', next],
  ];
}

/** Whether a cable, or cables as a command names them, carry a host's log: `log`, `log-A:B`. */
const isLogOf = (link: string, host: string): boolean =>
  link === 'log' || (link.startsWith('log-') && link.slice('log-'.length).split(':').includes(host));

/** What is out of order now, and concerns a host's logging channel or the other hosts. */
function obstacles(facts: Facts, host: string): Link[] {
  const open = new Map<string, Observation>();
  for (const fact of facts) {
    switch (fact.kind) {
      case 'linkCut':
        if (isLogOf(fact.link, host)) open.set(fact.link, fact);
        break;
      case 'linkMended':
        open.delete(fact.link);
        break;
      case 'hostCrashed':
      case 'hostPaused':
      case 'hostSlowed':
        if (fact.host === host) break;
        if (fact.kind === 'hostSlowed' && fact.percent === 100) open.delete(`${fact.host} slow`);
        else open.set(fact.kind === 'hostSlowed' ? `${fact.host} slow` : fact.host, fact);
        break;
      case 'hostRepaired':
      case 'hostResumed':
        open.delete(fact.host);
        break;
      case 'frameLost':
        if (isLogOf(fact.link, host)) open.set('frame', fact);
        break;
      case 'acked':
        if (fact.host === host) open.delete('frame');
        break;
    }
  }
  return [...open.values()].map((fact): Link => ['obstacle', fact]);
}

/** Why a primary stands still: its buffer is full, since when, for which entry, and what is in the way. */
export function stoppedBecause(facts: Facts, host: string): Cause[] {
  const full = last(facts, 'sendBufferFull', (fact) => fact.host === host);
  const drained = last(facts, 'sendBufferDrained', (fact) => fact.host === host);
  if (full === undefined || (drained !== undefined && facts.indexOf(drained) > facts.indexOf(full)))
    return [];
  const replayed = last(facts, 'replayed', (fact) => fact.host !== host);
  return chain(facts, [
    ...waiting(facts, host),
    ['full', full],
    ['replayed', replayed],
    ...obstacles(facts, host),
  ]);
}

/** What came before a suspicion: the failure of whoever is suspected, or of the cable between the two. */
function failureBefore(facts: Facts, suspicion: Of<'suspected'> | undefined): Observation | undefined {
  if (suspicion === undefined) return undefined;
  const { host, of } = suspicion;
  return facts.slice(0, facts.indexOf(suspicion)).findLast((fact) => {
    if (fact.kind === 'linkCut') return isLogOf(fact.link, host) && isLogOf(fact.link, of);
    return (fact.kind === 'hostCrashed' || fact.kind === 'hostPaused') && fact.host === of;
  });
}

/** From a suspicion to the flag, and what came of it: of the host that went live, or of the one that halted. */
export function takeoverOf(facts: Facts, host: string): Cause[] {
  const end = facts.findLast(
    (fact) =>
      (fact.kind === 'wentLive' || fact.kind === 'halted' || fact.kind === 'wentSolo') && fact.host === host,
  );
  if (end === undefined) return [];
  const before = facts.slice(0, facts.indexOf(end) + 1);
  const isOwn = (fact: { host: string }) => fact.host === host;
  const suspected = last(before, 'suspected', isOwn);
  const lost = last(before, 'testAndSetLost', isOwn);
  const rival =
    lost &&
    last(before, 'testAndSetWon', (fact) => fact.generation === lost.generation && fact.host !== host);
  const since = suspected === undefined ? [] : before.slice(before.indexOf(suspected));
  return chain(facts, [
    ['obstacle', failureBefore(before, suspected)],
    ['suspected', suspected],
    ['askedForFlag', first(since, 'testAndSetSent', isOwn)],
    ['wonFlag', end.kind === 'halted' ? rival : last(since, 'testAndSetWon', isOwn)],
    ['lostFlag', end.kind === 'halted' ? lost : undefined],
    ['drained', last(since, 'draining', isOwn)],
    [end.kind === 'halted' ? 'halted' : 'live', end],
  ]);
}

/** A fact, and its number in the run. */
interface Numbered<K extends Observation['kind']> {
  fact: Of<K>;
  number: number;
}

/** Looks at facts in their order, and names the first entry that left the two machines unequal when it sees it replayed. */
export function watchForUnequal() {
  const recorded = new Map<string, Numbered<'recorded'>>();
  let isFound = false;
  return (fact: Observation, number: number): [Numbered<'recorded'>, Numbered<'replayed'>] | undefined => {
    if (isFound) return undefined;
    if (fact.kind === 'recorded') recorded.set(`${fact.generation} ${fact.sequence}`, { fact, number });
    if (fact.kind !== 'replayed') return undefined;
    const entry = `${fact.generation} ${fact.sequence}`;
    const original = recorded.get(entry);
    recorded.delete(entry);
    if (original === undefined || original.fact.state === fact.state) return undefined;
    isFound = true;
    return [original, { fact, number }];
  };
}

/** The first entry behind which the machines were unequal, and what had made them so: a flipped bit, or memory that a device changed. */
export function divergenceOf(facts: Facts): Cause[] {
  const watch = watchForUnequal();
  let unequal: Observation | undefined;
  let original: Observation | undefined;
  facts.forEach((fact, number) => {
    const found = watch(fact, number);
    if (found !== undefined) [original, unequal] = [found[0].fact, found[1].fact];
  });
  const diverged = first(facts, 'diverged');
  const end = unequal ?? diverged;
  if (end === undefined) return [];
  const before = facts.slice(0, facts.indexOf(end));
  const origin = before.findLast(({ kind }) => kind === 'bitFlipped' || kind === 'memoryChanged');
  return chain(facts, [
    ['origin', origin],
    ['logged', original],
    ['unequal', unequal],
    ['diverged', diverged],
    ['halted', diverged && first(facts, 'halted', (fact) => fact.host === diverged.host)],
  ]);
}
