// Looks for breakpoints while a diversion goes through a stretch of a run: as little as the breakpoints need.

import { isActing } from '../../ft/pair-end.ts';
import { countAfter, instructionCount } from '../../machine/boundary.ts';
import { accessOf } from '../../machine/cpu/accesses.ts';
import type { Machine, NoticedStore } from '../../machine/machine.ts';
import { changesOf, unwatchCode, unwatchStores, watchCode, watchStores } from '../../machine/machine.ts';
import { type Duration, FOREVER, type SimTime } from '../../sim/time.ts';
import type { Tracing } from '../../world/advance.ts';
import type { Fact, Observation } from '../../world/state/observation.ts';
import { instantOf } from '../../world/state/pace.ts';
import { type Computer, instructionOf, isHost, lookahead } from '../../world/state/world.ts';
import { advanceDiversion, type Diversion, stepDiversion } from '../run/diversion.ts';
import { type Breakpoint, type Hit, isAbout, isOfMachine, type MachineBreakpoint } from './breakpoints.ts';
import { type EvaluationContext, isTrue } from './evaluate.ts';
import { framesSent, framesSentAt } from './frames.ts';

/** What is remembered of one machine between two looks at it. */
interface Memory {
  /** By breakpoint: the register's last value, or whether the condition was true; undefined before the first look. */
  last: (number | boolean | undefined)[];
  /** By breakpoint: the instruction that is about to read, and where it stands. */
  reading: ({ instruction: number; pc: number } | undefined)[];
}

export interface Probe {
  readonly breakpoints: readonly Breakpoint[];
  readonly diversion: Diversion;
  /** In the order in which they were found. */
  readonly hits: Hit[];
  /** Of these the instruction that they are about is next: the run stands before it. */
  readonly nexts: WeakSet<Hit>;
  /** Stores by what entered a machine at this instant: the fact that follows tells what it was. */
  entering: Hit[];
  /** By host: its machine when it was last looked at. */
  readonly machines: Machine[];
  /** By host. */
  readonly memories: Memory[];
  /** Which breakpoints need a look at every instruction: at what it reads, and at what it leaves behind. */
  readonly reads: readonly number[];
  readonly states: readonly number[];
}

/** A probe at a diversion, which must not have been moved since it was made; it knows what is true there. */
export function createProbe(diversion: Diversion, breakpoints: readonly Breakpoint[]): Probe {
  const memories = diversion.world.computers.map(() => ({ last: [], reading: [] }));
  const probe: Probe = {
    breakpoints,
    diversion,
    hits: [],
    nexts: new WeakSet(),
    entering: [],
    machines: diversion.world.computers.map(({ machine }) => machine),
    memories,
    reads: numbersOf(breakpoints, ['memory']),
    states: numbersOf(breakpoints, ['register', 'condition']),
  };
  for (const host of diversion.world.computers) lookAtState(probe, host, diversion.world.now, undefined);
  probe.hits.length = 0;
  return probe;
}

/** Stores and instructions at an address are noticed by the machine itself. */
const needsTrace = (breakpoint: Breakpoint): breakpoint is MachineBreakpoint =>
  isOfMachine(breakpoint) &&
  breakpoint.kind !== 'address' &&
  !(breakpoint.kind === 'memory' && breakpoint.access === 'write');

const numbersOf = (breakpoints: readonly Breakpoint[], kinds: readonly Breakpoint['kind'][]): number[] =>
  [...breakpoints.keys()].filter((n) => needsTrace(breakpoints[n]!) && kinds.includes(breakpoints[n]!.kind));

/** Whether machines are run instruction by instruction, which takes some fifty times as long. */
export const isTracing = ({ reads, states }: Probe): boolean => reads.length + states.length > 0;

/** The longest stride that a probe may take at once: frames have to be looked at before they have arrived. */
export const strideMax = ({ breakpoints, diversion }: Probe): Duration =>
  breakpoints.some(({ kind }) => kind === 'packet') ? lookahead(diversion.world) : FOREVER;

/** Goes on towards an instant and appends what it hits, each with its instant. @returns how many stops and events it were */
export function advanceProbe(probe: Probe, until: SimTime): number {
  const { diversion, breakpoints, hits } = probe;
  const from = diversion.world.now;
  watchAll(probe);
  const happened = advanceDiversion(diversion, until, (fact) => see(probe, fact), tracingOf(probe));
  unwatchAll(probe);
  breakpoints.forEach((breakpoint, n) => {
    if (breakpoint.kind !== 'packet') return;
    for (const at of framesSent(diversion.world, breakpoint, from)) hits.push({ breakpoint: n, at });
  });
  return happened;
}

/** What is hit in an instant: after so many of its steps. */
export interface StepHit {
  readonly step: number;
  /** The machine stands before the instruction that it is about. */
  readonly isNext: boolean;
  readonly hit: Hit;
}

/**
 * Goes through an instant step by step, from after so many of its steps on: the diversion stands there, or, at none, where all has happened
 * that came before the instant.
 * @returns what is hit, in order, and how many steps the instant has
 */
export function stepThrough(
  probe: Probe,
  instant: SimTime,
  made: number,
): { hits: StepHit[]; steps: number } {
  const { diversion, breakpoints } = probe;
  const found: StepHit[] = [];
  const frames = (): number[] =>
    breakpoints.map((each) => (each.kind === 'packet' ? framesSentAt(diversion.world, each, instant) : 0));
  const tracing = tracingOf(probe);
  let steps = made;
  watchAll(probe);
  for (let sent = frames(); ; steps++) {
    const isMade = stepDiversion(diversion, instant, (fact) => see(probe, fact), tracing);
    const now = frames();
    for (const [n, count] of now.entries())
      if (count > (sent[n] as number)) probe.hits.push({ breakpoint: n, at: instant });
    sent = now;
    for (const hit of probe.hits.splice(0)) {
      const isNext = probe.nexts.has(hit);
      found.push({ step: isNext ? steps : steps + 1, isNext, hit: { ...hit, at: instant } });
    }
    if (!isMade) break;
  }
  unwatchAll(probe);
  return { hits: found, steps };
}

function tracingOf(probe: Probe): Tracing {
  const happened = (host: Computer | null): void => lookAfterwards(probe, host);
  if (!isTracing(probe)) return { happened };
  const { breakpoints } = probe;
  return {
    happened,
    host: (host) => breakpoints.some((each) => needsTrace(each) && isOf(each, host)),
    begins: (host, instruction, pc, word) => lookBefore(probe, host, instruction, pc, word),
    retires: (host, instruction, pc) => lookAfter(probe, host, instruction, pc),
    traps: (host, instruction, pc) =>
      lookAtState(probe, host, instantOf(host.pace, countAfter(instruction, 1)), pc),
  };
}

/** A stop of a host has been dealt with, or an event: then of every host. */
function lookAfterwards(probe: Probe, host: Computer | null): void {
  const { computers, now } = probe.diversion.world;
  watchAll(probe);
  for (const each of computers) {
    if (host !== null && each !== host) continue;
    lookAtRead(probe, each);
    lookAtState(probe, each, now, undefined);
  }
}

function see(probe: Probe, fact: Observation): void {
  watchAll(probe);
  explain(probe, fact);
  probe.breakpoints.forEach((breakpoint, n) => {
    if (!isOfMachine(breakpoint) && isAbout(breakpoint, fact))
      probe.hits.push({ breakpoint: n, at: fact.at, fact, ...placeOf(fact) });
  });
}

function unwatchAll({ diversion }: Probe): void {
  for (const { machine } of diversion.world.computers) {
    unwatchStores(machine);
    unwatchCode(machine);
  }
}

function placeOf(fact: Fact): Pick<Hit, 'host' | 'instruction'> {
  if (!('host' in fact)) return {};
  return { host: fact.host, ...('instruction' in fact ? { instruction: fact.instruction } : {}) };
}

const isOf = ({ of }: MachineBreakpoint, host: Computer): boolean =>
  of === 'acting' ? isHost(host) && isActing(host) : of === host.id;

/** Has stores and instructions noticed on the machines as they are now: a host may have got another one. */
function watchAll(probe: Probe): void {
  for (const host of probe.diversion.world.computers) {
    const own = probe.breakpoints.filter(
      (each): each is MachineBreakpoint =>
        isOfMachine(each) && (each.of === host.id || (each.of === 'acting' && isHost(host))),
    );
    noticeReplaced(probe, host, own);
    watchRanges(probe, host, own);
    const addresses = own.flatMap((each) => (each.kind === 'address' ? each.addresses : []));
    if (addresses.length > 0 && host.machine.watchedCode === null)
      watchCode(host.machine, addresses, () => lookAtCode(probe, host));
  }
}

/** A host that has got another machine has got all of its memory with it. */
function noticeReplaced(probe: Probe, host: Computer, own: readonly MachineBreakpoint[]): void {
  const { machines, hits, diversion, breakpoints } = probe;
  const { computers, now } = diversion.world;
  const index = computers.indexOf(host);
  if (machines[index] === host.machine) return;
  machines[index] = host.machine;
  for (const each of own) {
    if (each.kind !== 'memory' || each.access === 'read' || !isOf(each, host)) continue;
    const breakpoint = breakpoints.indexOf(each);
    hits.push({ breakpoint, at: now, host: host.id, instruction: instructionOf(host), by: 'outside' });
  }
}

function watchRanges(probe: Probe, host: Computer, own: readonly MachineBreakpoint[]): void {
  const ranges = own.filter((each) => each.kind === 'memory').filter(({ access }) => access !== 'read');
  if (ranges.length === 0 || host.machine.watched !== null) return;
  const from = Math.min(...ranges.map(({ address }) => address));
  const end = Math.max(...ranges.map(({ address, length }) => address + length));
  watchStores(host.machine, from, end - from, (store) => lookAtStore(probe, host, store));
}

/** By what an instruction stores it has retired; whatever else stores does so between two. */
function lookAtStore(probe: Probe, host: Computer, store: NoticedStore): void {
  const { address, length, by, pc, hart } = store;
  const isOwn = hart === 0 && (by === 'instruction' || by === 'notification');
  const instruction = isOwn ? store.instructions + 1 : instructionOf(host);
  const at = isOwn ? instantOf(host.pace, instructionCount(instruction)) : probe.diversion.world.now;
  probe.breakpoints.forEach((each, n) => {
    if (each.kind !== 'memory' || each.access === 'read' || !isOf(each, host)) return;
    if (address >= each.address + each.length || address + length <= each.address) return;
    const state = isOwn ? { host: host.id, instruction } : stateOf(host, instruction);
    const hit: Hit = { breakpoint: n, at, ...state, ...(isOwn ? { pc } : {}) };
    if (by !== 'instruction') hit.by = by;
    if (!isOwn) probe.entering.push(hit);
    probe.hits.push(hit);
  });
}

const EXPLAINING: readonly Fact['kind'][] = ['recorded', 'replayed', 'memoryChanged', 'bitFlipped'];

function explain(probe: Probe, fact: Observation): void {
  if (!('host' in fact) || !EXPLAINING.includes(fact.kind)) return;
  for (const hit of probe.entering) if (hit.at === fact.at && hit.host === fact.host) hit.fact ??= fact;
  probe.entering = probe.entering.filter((hit) => hit.at === fact.at && hit.fact === undefined);
}

function lookAtCode(probe: Probe, host: Computer): void {
  const { pc } = host.machine.cpu;
  const instruction = instructionOf(host);
  probe.breakpoints.forEach((each, n) => {
    if (each.kind !== 'address' || !isOf(each, host) || !each.addresses.includes(pc)) return;
    // It retires at this instant, if it does.
    const at = instantOf(host.pace, countAfter(instruction, 1));
    const hit = { breakpoint: n, at, ...stateOf(host, instruction), pc };
    probe.nexts.add(hit);
    probe.hits.push(hit);
  });
}

const memoryOf = ({ memories, diversion }: Probe, host: Computer): Memory =>
  memories[diversion.world.computers.indexOf(host)] as Memory;

function lookBefore(probe: Probe, host: Computer, instruction: number, pc: number, word: number): void {
  for (const n of probe.reads) {
    const each = probe.breakpoints[n] as Extract<Breakpoint, { kind: 'memory' }>;
    const access = isOf(each, host) ? accessOf(word, host.machine.cpu) : null;
    const isHit =
      access?.reads === true &&
      access.address < each.address + each.length &&
      access.address + access.size > each.address;
    memoryOf(probe, host).reading[n] = isHit ? { instruction, pc } : undefined;
  }
}

function lookAfter(probe: Probe, host: Computer, instruction: number, pc: number): void {
  // A read of clock or entropy is told of before its value is there.
  if (instructionOf(host) !== instruction) return;
  lookAtRead(probe, host);
  lookAtState(probe, host, instantOf(host.pace, instructionCount(instruction)), pc);
}

/** What the instruction that has just retired has read. */
function lookAtRead(probe: Probe, host: Computer): void {
  const instruction = instructionOf(host);
  for (const n of probe.reads) {
    const { reading } = memoryOf(probe, host);
    const found = reading[n];
    if (found?.instruction !== instruction) continue;
    reading[n] = undefined;
    const at = instantOf(host.pace, instruction);
    probe.hits.push({ breakpoint: n, at, host: host.id, instruction, pc: found.pc });
  }
}

/** Registers and conditions as they have become at this instant, by the instruction at `pc` if by any. */
function lookAtState(probe: Probe, host: Computer, at: SimTime, pc: number | undefined): void {
  if (probe.states.length === 0) return;
  const instruction = instructionOf(host);
  // Since when the machine is as it is, not when somebody looks.
  const context = { host, time: instantOf(host.pace, instruction) };
  const { last } = memoryOf(probe, host);
  for (const n of probe.states) {
    const each = probe.breakpoints[n] as StateBreakpoint;
    const before = last[n];
    last[n] = isOf(each, host) ? watchedValue(each, context) : undefined;
    const value = last[n];
    if (before === undefined || value === undefined || before === value || !isWanted(each, value)) continue;
    const hit = { breakpoint: n, at, ...stateOf(host, instruction) };
    probe.hits.push(pc === undefined ? hit : { ...hit, pc });
  }
}

const watchedValue = (breakpoint: StateBreakpoint, context: EvaluationContext): number | boolean =>
  breakpoint.kind === 'condition'
    ? isTrue(breakpoint.condition, context)
    : registerIn(context.host, breakpoint.register);

function stateOf(host: Computer, instruction: number): Pick<Hit, 'host' | 'instruction' | 'changes'> {
  const changes = changesOf(host.machine);
  return { host: host.id, instruction, ...(changes === 0 ? {} : { changes }) };
}

type StateBreakpoint = Extract<Breakpoint, { kind: 'register' | 'condition' }>;

const registerIn = ({ machine: { cpu } }: Computer, register: number | 'pc'): number =>
  register === 'pc' ? cpu.pc : cpu.x[register]! >>> 0;

const isWanted = (breakpoint: StateBreakpoint, value: number | boolean): boolean =>
  breakpoint.kind === 'condition'
    ? value === true
    : breakpoint.equals === undefined || breakpoint.equals === value;
