// Comparisons: two machines of a pair at one instruction number, two instants of a run, two runs played in step until they differ.

import { after, earlier, type SimTime, START } from '../sim/time.ts';
import { snapshotMachine } from '../world/look.ts';
import type { Observation } from '../world/observation.ts';
import { eachFact } from './again.ts';
import { differenceOf, isSame, type MachineDifference } from './difference.ts';
import { latestSnapshot } from './history.ts';
import { machineAt, scoutToInstruction } from './machine-at.ts';
import type { Run } from './run.ts';
import { advanceScout, freeze, machinesNow, type Scout, scoutAt, strideOf, thaw } from './scout.ts';

const indexOf = (run: Run, host: string): number => run.world.hosts.findIndex(({ id }) => id === host);

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
  return left && right && differenceOf(left, right);
}

/** What each host's machine has become from one instant to another. */
export function compareInstants(
  run: Run,
  from: SimTime,
  to: SimTime,
): { host: string; difference: MachineDifference }[] {
  const [before, then] = [from, to].map((instant) => machinesAt(run, instant));
  return run.world.hosts.map(({ id }, i) => ({ host: id, difference: differenceOf(before![i]!, then![i]!) }));
}

function machinesAt(run: Run, instant: SimTime) {
  const scout = scoutAt(run, latestSnapshot(run, instant) ?? run.snapshots[0]!);
  advanceScout(scout, instant, () => {});
  return machinesNow(scout);
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
  const found = unequalEntry(run);
  if (found === undefined) return undefined;
  const { hosts, equalAt, unequalAt } = found;
  const { now } = run.world;
  const left = yield* stepsOf(run, indexOf(run, hosts[0]), equalAt, unequalAt, now);
  const right = yield* stepsOf(run, indexOf(run, hosts[1]), equalAt, unequalAt, now);
  const first = firstDifferent(left, right);
  const difference = yield* comparePair(run, hosts, unequalAt);
  return { ...found, ...(first ? { first } : {}), ...(difference ? { difference } : {}) };
}

function unequalEntry(run: Run): Divergence | undefined {
  const recorded = new Map<string, Extract<Observation, { kind: 'recorded' }>>();
  let equalAt = 0;
  let found: Divergence | undefined;
  eachFact(run, (fact) => {
    if (fact.kind === 'paired') equalAt = fact.instruction;
    if (fact.kind === 'recorded') recorded.set(`${fact.generation} ${fact.sequence}`, fact);
    if (fact.kind !== 'replayed' || found !== undefined) return;
    const { generation, sequence, host, at } = fact;
    const original = recorded.get(`${generation} ${sequence}`);
    recorded.delete(`${generation} ${sequence}`);
    if (original === undefined) return;
    if (original.state === fact.state) equalAt = fact.instruction;
    else
      found = {
        hosts: [original.host, host],
        generation,
        sequence,
        equalAt,
        unequalAt: original.instruction,
        at,
      };
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
  const scout = yield* scoutToInstruction(run, hostIndex, from, limit);
  const steps: Steps = new Map();
  const { world } = scout;
  const host = world.hosts[hostIndex]!;
  const begins = (_: unknown, instruction: number, pc: number): void => {
    if (instruction > to || steps.size >= STEPS_MAX) return;
    steps.set(instruction, { pc, registers: host.machine.cpu.x.subarray(1, 32).join() });
  };
  while (world.now < limit && host.machine.cpu.instructions < to && steps.size < STEPS_MAX) {
    advanceScout(scout, earlier(after(world.now, strideOf(world, STRIDE)), limit), () => {}, {
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
  const scouts = [left, right].map((run) => {
    const scout = scoutAt(run, latestSnapshot(run, from) ?? run.snapshots[0]!);
    advanceScout(scout, from, () => {});
    return scout;
  }) as [Scout, Scout];
  while (scouts[0].world.now < until) {
    const { now } = scouts[0].world;
    const next = earlier(after(now, strideOf(scouts[0].world, STRIDE)), until);
    const frozen = scouts.map(freeze);
    const [here, there] = scouts.map((scout) => factsTo(scout, next));
    const index = here!.findIndex((fact, i) => JSON.stringify(fact) !== JSON.stringify(there![i]));
    const at = index < 0 ? Math.min(here!.length, there!.length) : index;
    const parted = at < Math.max(here!.length, there!.length);
    if (parted) {
      scouts.forEach((scout, i) => {
        thaw(scout, frozen[i]!);
      });
      return parting(scouts, here![at], there![at]);
    }
    yield;
  }
  return undefined;
}

function factsTo(scout: Scout, instant: SimTime): Observation[] {
  const facts: Observation[] = [];
  advanceScout(scout, instant, (fact) => facts.push(fact));
  return facts;
}

function parting(
  scouts: [Scout, Scout],
  left: Observation | undefined,
  right: Observation | undefined,
): Parting {
  const at = Math.min(left?.at ?? Number.POSITIVE_INFINITY, right?.at ?? Number.POSITIVE_INFINITY) as SimTime;
  const steps = scouts.map((scout) => traceTo(scout, at));
  const hosts: Parting['hosts'] = [];
  scouts[0].world.hosts.forEach((host, i) => {
    const other = scouts[1].world.hosts[i];
    if (other === undefined) return;
    const difference = differenceOf(snapshotMachine(host.machine), snapshotMachine(other.machine));
    if (isSame(difference)) return;
    const first = firstDifferent(steps[0]![i]!, steps[1]![i]!);
    hosts.push({ host: host.id, ...(first ? { first } : {}), difference });
  });
  return { at, ...(left ? { left } : {}), ...(right ? { right } : {}), hosts };
}

function traceTo(scout: Scout, instant: SimTime): Steps[] {
  const { hosts } = scout.world;
  const steps = hosts.map((): Steps => new Map());
  advanceScout(scout, instant, () => {}, {
    begins: (host, instruction, pc) => {
      const registers = host.machine.cpu.x.subarray(1, 32).join();
      steps[hosts.indexOf(host)]!.set(instruction, { pc, registers });
    },
  });
  return steps;
}

/** A comparison to its end. */
export function finish<T>(comparing: Generator<void, T>): T {
  for (;;) {
    const { done, value } = comparing.next();
    if (done) return value as T;
  }
}
