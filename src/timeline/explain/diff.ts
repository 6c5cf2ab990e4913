// Comparisons: two machines of a pair at one instruction number, two positions of a run, two runs played in step until they differ.

import { isSamePlain } from '../../base/plain.ts';
import { snapshotMachine } from '../../machine/machine.ts';
import { after, earlier, NEVER, type SimTime, START } from '../../sim/time.ts';
import type { Tracer } from '../../world/advance.ts';
import type { Observation } from '../../world/state/observation.ts';
import { eachFact } from '../run/derive-facts.ts';
import {
  advanceDiversion,
  type Diversion,
  divertTo,
  freeze,
  leadTo,
  machinesNow,
  strideOf,
  thaw,
} from '../run/diversion.ts';
import { divertToInstruction, machineAt } from '../run/machine-at.ts';
import type { Position, Run } from '../run/run.ts';
import { watchForUnequal } from './causes.ts';
import { findDifference, isSame, type MachineDifference } from './difference.ts';

const indexOf = (run: Run, host: string): number => run.world.computers.findIndex(({ id }) => id === host);

/**
 * What differs between two hosts' machines at one instruction number, with all that entered there, as far as the run has come now.
 * Undefined when one of them has not come so far, or has left it behind with another machine.
 */
export function* comparePair(
  run: Run,
  hosts: readonly [string, string],
  instruction: number,
): Generator<void, MachineDifference | undefined> {
  const { now } = run.world;
  const left = yield* machineAt(run, indexOf(run, hosts[0]), instruction, now);
  const right = yield* machineAt(run, indexOf(run, hosts[1]), instruction, now);
  return left && right && (yield* findDifference(left, right));
}

/** What each host's machine has become from one position to another. */
export function* compareStates(
  run: Run,
  from: Position,
  to: Position,
): Generator<void, { host: string; difference: MachineDifference }[]> {
  const before = machinesNow(yield* divertTo(run, from));
  const then = machinesNow(yield* divertTo(run, to));
  const parts: { host: string; difference: MachineDifference }[] = [];
  for (const [i, { id }] of run.world.computers.entries())
    parts.push({ host: id, difference: yield* findDifference(before[i]!, then[i]!) });
  return parts;
}

/** Where two machines first did not do the same. */
export interface FirstStep {
  /** The number of the first instruction that stands elsewhere, or leaves other registers behind. */
  instruction: number;
  left: number;
  right: number;
}

/** Where the log's first entry is at which the two machines of a pair are not equal any more. */
export interface Divergence {
  hosts: readonly [string, string];
  generation: number;
  sequence: number;
  /** The machines were equal at this instruction number, the last entry's before, and were not at that. */
  equalAt: number;
  unequalAt: number;
  at: number;
  first?: FirstStep;
  difference?: MachineDifference;
}

/**
 * The first entry, up to the present, behind which primary and backup were not in the same state, and the first instruction that they
 * executed differently, if that was between this entry and the one before. Undefined when there is none.
 */
export function* firstDivergence(run: Run): Generator<void, Divergence | undefined> {
  const found = yield* unequalEntry(run);
  if (found === undefined) return undefined;
  const { hosts, equalAt, unequalAt } = found;
  const { now } = run.world;
  const left = yield* stepsOf(run, indexOf(run, hosts[0]), equalAt, unequalAt, now);
  const right = yield* stepsOf(run, indexOf(run, hosts[1]), equalAt, unequalAt, now);
  const first = firstDifferent(left, right);
  const difference = yield* comparePair(run, hosts, unequalAt);
  return { ...found, ...(first ? { first } : {}), ...(difference ? { difference } : {}) };
}

function* unequalEntry(run: Run): Generator<void, Divergence | undefined> {
  const unequal = watchForUnequal();
  let equalAt = 0;
  let found: Divergence | undefined;
  yield* eachFact(run, (fact, number) => {
    if (found !== undefined) return;
    const pair = unequal(fact, number);
    if (pair === undefined) {
      if (fact.kind === 'paired' || fact.kind === 'replayed') equalAt = fact.instruction;
      return;
    }
    const [{ fact: original }, { fact: replayed }] = pair;
    const { generation, sequence, at } = replayed;
    const unequalAt = original.instruction;
    found = { hosts: [original.host, replayed.host], generation, sequence, equalAt, unequalAt, at };
  });
  return found;
}

/** Of instructions by number: where each stands, and the registers before it. */
type Steps = Map<number, { pc: number; registers: string }>;

const STRIDE = 2000;

/** No more instructions than this are looked at one by one. */
const STEPS_MAX = 1_000_000;

function* stepsOf(
  run: Run,
  hostIndex: number,
  from: number,
  to: number,
  limit: SimTime,
): Generator<void, Steps> {
  const diversion = yield* divertToInstruction(run, hostIndex, from, limit);
  const steps: Steps = new Map();
  const { world } = diversion;
  const host = world.computers[hostIndex]!;
  const begins = (_: unknown, instruction: number, pc: number): void => {
    if (instruction > to || steps.size >= STEPS_MAX) return;
    steps.set(instruction, { pc, registers: host.machine.cpu.x.subarray(1, 32).join() });
  };
  while (world.now < limit && host.machine.cpu.instructions < to && steps.size < STEPS_MAX) {
    advanceDiversion(diversion, earlier(after(world.now, strideOf(world, STRIDE)), limit), () => {}, {
      host: host.id,
      begins,
    });
    yield;
  }
  return steps;
}

/** What an instruction leaves behind shows before the next one. */
function firstDifferent(left: Steps, right: Steps): FirstStep | undefined {
  let before: FirstStep | undefined;
  for (const [instruction, here] of left) {
    const there = right.get(instruction);
    if (there === undefined) return undefined;
    if (here.pc !== there.pc) return { instruction, left: here.pc, right: there.pc };
    if (here.registers !== there.registers) return before ?? { instruction, left: here.pc, right: there.pc };
    before = { instruction, left: here.pc, right: there.pc };
  }
  return undefined;
}

/** Where two runs part. */
export interface Parting {
  at: number;
  /** The first facts that are not the same; one of them is missing when nothing corresponds to the other. */
  left?: Observation;
  right?: Observation;
  /** Hosts whose machines did not do the same until there. */
  hosts: { host: string; first?: FirstStep; difference: MachineDifference }[];
}

/**
 * Plays two runs in step from a common instant, until a fact of one is not a fact of the other, or to `until`. Undefined when they are the
 * same all the way.
 */
export function* comparePlays(
  left: Run,
  right: Run,
  until: SimTime,
  from: SimTime = START,
): Generator<void, Parting | undefined> {
  const diversions: [Diversion, Diversion] = [
    yield* divertTo(left, { at: from }),
    yield* divertTo(right, { at: from }),
  ];
  while (diversions[0].world.now < until) {
    const { now } = diversions[0].world;
    const next = earlier(after(now, strideOf(diversions[0].world, STRIDE)), until);
    const frozen = diversions.map(freeze);
    const here = yield* factsTo(diversions[0], next);
    const there = yield* factsTo(diversions[1], next);
    const index = here.findIndex((fact, i) => !isSamePlain(fact, there[i]));
    const at = index < 0 ? Math.min(here.length, there.length) : index;
    const parted = at < Math.max(here.length, there.length);
    if (parted) {
      diversions.forEach((diversion, i) => {
        thaw(diversion, frozen[i]!);
      });
      return yield* parting(diversions, here[at], there[at]);
    }
    yield;
  }
  return undefined;
}

function* factsTo(diversion: Diversion, instant: SimTime): Generator<void, Observation[]> {
  const facts: Observation[] = [];
  yield* leadTo(diversion, { at: instant }, (fact) => facts.push(fact));
  return facts;
}

function* parting(
  diversions: [Diversion, Diversion],
  left: Observation | undefined,
  right: Observation | undefined,
): Generator<void, Parting> {
  const at = earlier(left?.at ?? NEVER, right?.at ?? NEVER);
  const steps = [yield* traceTo(diversions[0], at), yield* traceTo(diversions[1], at)];
  const hosts: Parting['hosts'] = [];
  for (const [i, host] of diversions[0].world.computers.entries()) {
    const other = diversions[1].world.computers[i];
    if (other === undefined) continue;
    const difference = yield* findDifference(snapshotMachine(host.machine), snapshotMachine(other.machine));
    if (isSame(difference)) continue;
    const first = firstDifferent(steps[0]![i]!, steps[1]![i]!);
    hosts.push({ host: host.id, ...(first ? { first } : {}), difference });
  }
  return { at, ...(left ? { left } : {}), ...(right ? { right } : {}), hosts };
}

function* traceTo(diversion: Diversion, instant: SimTime): Generator<void, Steps[]> {
  const { world } = diversion;
  const { computers } = world;
  const steps = computers.map((): Steps => new Map());
  const begins: Tracer = (host, instruction, pc) => {
    const registers = host.machine.cpu.x.subarray(1, 32).join();
    steps[computers.indexOf(host)]!.set(instruction, { pc, registers });
  };
  while (world.now < instant) {
    yield;
    advanceDiversion(diversion, earlier(after(world.now, strideOf(world, STRIDE)), instant), () => {}, {
      begins,
    });
  }
  return steps;
}
