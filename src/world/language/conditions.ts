// What a conditional command waits for, and the counting of facts that says when it has come true.

import type { EntryKind } from '../../ft/entry.ts';
import type { ClientId, HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import type { ConditionalCommand } from './faults.ts';

export type EntryMoment = 'recorded' | 'sent' | 'received' | 'acked' | 'replayed';
export type OutputMoment = 'held' | 'released' | 'dropped';
export type RequestMoment = 'sent' | 'arrived' | 'answered';
export type IoMoment = 'started' | 'issued' | 'done' | 'completed';
export type HostMoment = 'suspects' | 'asks' | 'wins' | 'loses' | 'drains' | 'live' | 'solo' | 'halts';

/**
 * The n-th of a kind of fact, counted from 1 and from the beginning of the run.
 *
 * Where a primary A may die with respect to one request, and the condition that strikes it there. Suppose that client1's
 * request 5 is the log's 3rd packet, that what it has written is the 3rd write, and that its reply is the 4th output:
 *
 * 1. `request 5 of client1 arrived`, `packet entry 3 recorded`, `packet entry 3 sent`: the input's entry is in the primary's
 *    buffer or network card, for a host that loses power takes with it what has not left (sim/link.ts, `leavesSender`). The
 *    backup does not hear of it.
 * 2. `packet entry 3 received`: the backup has the input and not the output entry.
 * 3. `output entry 4 received`: the backup has all, and the acknowledgement is on its way.
 * 4. `output entry 4 acked`, `output 4 released`: acknowledged and let go, and still in the network card.
 * 5. `request 5 of client1 answered`: the world has seen it.
 * 6. `write 3 issued`: its request is still in the host. `write 3 done`: on the disk, and nobody has heard of it.
 * 7. `disk entry 3 received`: the backup knows of the completion.
 * 8. Any of these for the backup: `crash B @ when …`.
 * 9. `A solo`, or `clone round 2`: there is no backup, or none yet that is in step.
 *
 * A command strikes once the stop or event is over that brought its fact (strikes/watching.ts). No instruction is executed
 * between the two, so each of these is an exact place in the run.
 */
export type Condition =
  /**
   * A log entry by its sequence number, or the n-th of its kind (`entry`) that is recorded in a generation. Without
   * `generation`, in whichever is the present one: the first that gets so far.
   */
  | { kind: 'entry'; entry?: EntryKind; generation?: number; nth: number; moment: EntryMoment }
  /** Outputs held, released and dropped are counted each by themselves; those dropped are the backup's above all. */
  | { kind: 'output'; nth: number; moment: OutputMoment }
  /** A client's request by its number, the first time that this is true of it. */
  | { kind: 'request'; client: ClientId; nth: number; moment: RequestMoment }
  /** The n-th read or write that the guest starts, on whichever host it acts; what is said of it is true the first time. */
  | { kind: 'io'; operation: 'read' | 'write'; nth: number; moment: IoMoment }
  | { kind: 'host'; host: HostId; nth: number; moment: HostMoment }
  /** A generation of the pair begins. */
  | { kind: 'generation'; nth: number }
  /** The n-th round of a clone, the first clone that has so many; or the n-th time that the VM stands still for one. */
  | { kind: 'clone'; nth: number; moment: 'round' | 'paused' };

/** A conditional command with what has been counted for it: a pure function of the facts so far. */
export interface Conditional {
  command: ConditionalCommand;
  /** How many facts of its kind there were; of entries, in the present generation. */
  seen: number;
  generation: number;
  /** What else it is about, once that is known: an entry's sequence number, or an operation's name. */
  found: number | null;
  struck: boolean;
}

const createConditional = (command: ConditionalCommand): Conditional => ({
  command,
  seen: 0,
  generation: 1,
  found: null,
  struck: false,
});

/**
 * The conditionals of a run in which these facts have happened: those whose condition has come true have struck.
 * One that is given in the middle of a run counts from the beginning all the same, as it will when the run is made again.
 */
export function conditionalsAfter(
  facts: Iterable<Observation>,
  commands: readonly ConditionalCommand[],
): Conditional[] {
  const conditionals = commands.map(createConditional);
  if (conditionals.length === 0) return conditionals;
  for (const fact of facts) {
    for (const conditional of conditionals) catchUp(conditional, fact);
  }
  return conditionals;
}

/** Counts a fact for a conditional that is to be brought up to date. @returns whether it has come true with it */
export function catchUp(conditional: Conditional, fact: Observation): boolean {
  if (!conditional.struck) conditional.struck = comesTrue(conditional, fact);
  return conditional.struck;
}

/** Counts a fact. @returns whether it is the one that the condition names */
export function comesTrue(conditional: Conditional, fact: Observation): boolean {
  const { when } = conditional.command;
  switch (when.kind) {
    case 'entry':
      return entryComesTrue(conditional, when, fact);
    case 'output':
      return fact.kind === OUTPUT_FACTS[when.moment] && isNth(conditional, when);
    case 'request':
      return (
        (fact.kind === 'requestSent' || fact.kind === 'requestArrived' || fact.kind === 'answered') &&
        fact.kind === REQUEST_FACTS[when.moment] &&
        fact.client === when.client &&
        fact.request === when.nth
      );
    case 'io':
      return ioComesTrue(conditional, when, fact);
    case 'host':
      return (
        fact.kind === HOST_FACTS[when.moment] &&
        'host' in fact &&
        fact.host === when.host &&
        isNth(conditional, when)
      );
    case 'generation':
      return fact.kind === 'paired' && fact.generation === when.nth;
    case 'clone':
      return when.moment === 'round'
        ? fact.kind === 'cloneRound' && fact.round === when.nth
        : fact.kind === 'clonePaused' && isNth(conditional, when);
  }
}

const OUTPUT_FACTS = { held: 'outputHeld', released: 'outputReleased', dropped: 'outputDropped' } as const;
const REQUEST_FACTS = { sent: 'requestSent', arrived: 'requestArrived', answered: 'answered' } as const;
const HOST_FACTS = {
  suspects: 'suspected',
  asks: 'testAndSetSent',
  wins: 'testAndSetWon',
  loses: 'testAndSetLost',
  drains: 'draining',
  live: 'wentLive',
  solo: 'wentSolo',
  halts: 'halted',
} as const satisfies Record<HostMoment, Observation['kind']>;

/** One more. @returns whether this is the one that the condition names */
const isNth = (conditional: Conditional, { nth }: Condition): boolean => ++conditional.seen === nth;

/** Which entry it is about is known from the start, or once the n-th of its kind is recorded. */
function entryComesTrue(
  conditional: Conditional,
  when: Extract<Condition, { kind: 'entry' }>,
  fact: Observation,
): boolean {
  if (fact.kind === 'paired') beginGeneration(conditional, fact.generation);
  const generation = when.generation ?? conditional.generation;
  if (!('generation' in fact) || fact.generation !== generation) return false;
  if (when.entry === undefined) return concerns(fact, when.moment, when.nth);
  if (fact.kind === 'recorded' && fact.entry === when.entry && isNth(conditional, when))
    conditional.found = fact.sequence;
  return conditional.found !== null && concerns(fact, when.moment, conditional.found);
}

function beginGeneration(conditional: Conditional, generation: number): void {
  conditional.generation = generation;
  conditional.seen = 0;
  conditional.found = null;
}

/** Whether a fact says this of the entry with this sequence number, in its own generation. */
function concerns(fact: Observation, moment: EntryMoment, sequence: number): boolean {
  if (fact.kind !== moment) return false;
  switch (fact.kind) {
    case 'recorded':
    case 'replayed':
      return fact.sequence === sequence;
    case 'sent':
      return fact.message === 'entries' && isWithin(sequence, fact.first, fact.last);
    case 'received':
      return isWithin(sequence, fact.first, fact.last);
    case 'acked':
      return fact.through >= sequence;
    default:
      return false;
  }
}

const isWithin = (sequence: number, first = Number.POSITIVE_INFINITY, last = 0): boolean =>
  first <= sequence && sequence <= last;

function ioComesTrue(
  conditional: Conditional,
  when: Extract<Condition, { kind: 'io' }>,
  fact: Observation,
): boolean {
  if (fact.kind === 'ioStarted') {
    const isOfThisSort = fact.role === 'acting' && fact.operation === when.operation;
    if (!isOfThisSort || !isNth(conditional, when)) return false;
    conditional.found = fact.io;
    return when.moment === 'started';
  }
  return fact.kind === ioFact(when) && 'io' in fact && fact.io === conditional.found;
}

function ioFact({ operation, moment }: Extract<Condition, { kind: 'io' }>): Observation['kind'] {
  if (moment === 'issued') return 'ioIssued';
  if (moment === 'completed') return 'ioCompleted';
  return operation === 'read' ? 'diskRead' : 'diskWritten';
}
