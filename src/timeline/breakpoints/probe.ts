// Looks for breakpoints while a diversion goes through a stretch of a run: as little as the breakpoints need.

import { isActing } from '../../ft/end.ts';
import { accessOf } from '../../machine/cpu/accesses.ts';
import type { Machine, NoticedStore } from '../../machine/machine.ts';
import { unwatchCode, unwatchStores, watchCode, watchStores } from '../../machine/machine.ts';
import { type Duration, FOREVER, type SimTime } from '../../sim/time.ts';
import type { Tracer } from '../../world/advance.ts';
import type { Fact, Observation } from '../../world/state/observation.ts';
import { instantOf } from '../../world/state/pace.ts';
import { type Host, instructionOf, lookahead } from '../../world/state/world.ts';
import { advanceDiversion, type Diversion } from '../run/diversion.ts';
import { type Breakpoint, type Hit, isAbout, isOfMachine, type MachineBreakpoint } from './breakpoints.ts';
import { isTrue } from './evaluate.ts';
import { framesSent } from './frames.ts';

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
  const memories = diversion.world.hosts.map(() => ({ last: [], reading: [] }));
  const probe: Probe = {
    breakpoints,
    diversion,
    hits: [],
    entering: [],
    machines: diversion.world.hosts.map(({ machine }) => machine),
    memories,
    reads: numbersOf(breakpoints, ['memory']),
    states: numbersOf(breakpoints, ['register', 'condition']),
  };
  for (const host of diversion.world.hosts) lookAtState(probe, host, undefined, undefined);
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

/** Goes on towards an instant and appends what it hits. @returns how many stops and events it were */
export function advanceProbe(probe: Probe, until: SimTime): number {
  const { diversion, breakpoints, hits } = probe;
  const from = diversion.world.now;
  watchAll(probe);
  const begins: Tracer = (host, instruction, pc, word) => lookBefore(probe, host, instruction, pc, word);
  const retires: Tracer = (host, instruction, pc) => lookAfter(probe, host, instruction, pc);
  const happened = advanceDiversion(
    diversion,
    until,
    (fact) => {
      watchAll(probe);
      explain(probe, fact);
      // What enters a machine that does not execute is seen by no instruction.
      for (const host of diversion.world.hosts)
        if (!host.pace.isExecuting) lookAtState(probe, host, diversion.world.now, undefined);
      breakpoints.forEach((breakpoint, n) => {
        if (!isOfMachine(breakpoint) && isAbout(breakpoint, fact))
          hits.push({ breakpoint: n, at: fact.at, fact, ...placeOf(fact) });
      });
    },
    isTracing(probe)
      ? { host: (host) => breakpoints.some((each) => needsTrace(each) && isOf(each, host)), begins, retires }
      : undefined,
  );
  watchAll(probe);
  for (const host of diversion.world.hosts) {
    unwatchStores(host.machine);
    unwatchCode(host.machine);
    lookAtState(probe, host, undefined, undefined);
  }
  breakpoints.forEach((breakpoint, n) => {
    if (breakpoint.kind !== 'packet') return;
    for (const at of framesSent(diversion.world, breakpoint, from)) hits.push({ breakpoint: n, at });
  });
  return happened;
}

function placeOf(fact: Fact): Pick<Hit, 'host' | 'instruction'> {
  if (!('host' in fact)) return {};
  return { host: fact.host, ...('instruction' in fact ? { instruction: fact.instruction } : {}) };
}

const isOf = ({ of }: MachineBreakpoint, host: Host): boolean =>
  of === 'acting' ? isActing(host) : of === host.id;

/** Has stores and instructions noticed on the machines as they are now: a host may have got another one. */
function watchAll(probe: Probe): void {
  for (const host of probe.diversion.world.hosts) {
    const own = probe.breakpoints.filter(
      (each): each is MachineBreakpoint => isOfMachine(each) && (each.of === 'acting' || each.of === host.id),
    );
    noticeReplaced(probe, host, own);
    watchRanges(probe, host, own);
    const addresses = own.flatMap((each) => (each.kind === 'address' ? each.addresses : []));
    if (addresses.length > 0 && host.machine.watchedCode === null)
      watchCode(host.machine, addresses, () => lookAtCode(probe, host));
  }
}

/** A host that has got another machine has got all of its memory with it. */
function noticeReplaced(probe: Probe, host: Host, own: readonly MachineBreakpoint[]): void {
  const { machines, hits, diversion, breakpoints } = probe;
  const { hosts, now } = diversion.world;
  const index = hosts.indexOf(host);
  if (machines[index] === host.machine) return;
  machines[index] = host.machine;
  for (const each of own) {
    if (each.kind !== 'memory' || each.access === 'read' || !isOf(each, host)) continue;
    const breakpoint = breakpoints.indexOf(each);
    hits.push({ breakpoint, at: now, host: host.id, instruction: instructionOf(host), by: 'outside' });
  }
}

function watchRanges(probe: Probe, host: Host, own: readonly MachineBreakpoint[]): void {
  const ranges = own.filter((each) => each.kind === 'memory').filter(({ access }) => access !== 'read');
  if (ranges.length === 0 || host.machine.watched !== null) return;
  const from = Math.min(...ranges.map(({ address }) => address));
  const end = Math.max(...ranges.map(({ address, length }) => address + length));
  watchStores(host.machine, from, end - from, (store) => lookAtStore(probe, host, store));
}

/** By what an instruction stores it has retired; whatever else stores does so between two. */
function lookAtStore(probe: Probe, host: Host, store: NoticedStore): void {
  const { address, length, by, pc, hart } = store;
  const isOwn = hart === 0 && (by === 'instruction' || by === 'notification');
  const instruction = isOwn ? store.instructions + 1 : instructionOf(host);
  const at = isOwn ? instantOf(host.pace, instruction as never) : probe.diversion.world.now;
  probe.breakpoints.forEach((each, n) => {
    if (each.kind !== 'memory' || each.access === 'read' || !isOf(each, host)) return;
    if (address >= each.address + each.length || address + length <= each.address) return;
    const hit: Hit = { breakpoint: n, at, host: host.id, instruction, ...(isOwn ? { pc } : {}) };
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

function lookAtCode(probe: Probe, host: Host): void {
  const { pc } = host.machine.cpu;
  const instruction = instructionOf(host);
  probe.breakpoints.forEach((each, n) => {
    if (each.kind !== 'address' || !isOf(each, host) || !each.addresses.includes(pc)) return;
    const at = instantOf(host.pace, instruction);
    probe.hits.push({ breakpoint: n, at, host: host.id, instruction, pc });
  });
}

const memoryOf = ({ memories, diversion }: Probe, host: Host): Memory =>
  memories[diversion.world.hosts.indexOf(host)] as Memory;

function lookBefore(probe: Probe, host: Host, instruction: number, pc: number, word: number): void {
  for (const n of probe.reads) {
    const each = probe.breakpoints[n] as Extract<Breakpoint, { kind: 'memory' }>;
    const access = isOf(each, host) ? accessOf(word, host.machine.cpu) : null;
    const isHit =
      access?.reads === true &&
      access.address < each.address + each.length &&
      access.address + access.size > each.address;
    memoryOf(probe, host).reading[n] = isHit ? { instruction, pc } : undefined;
  }
  // What has entered the machine since it retired the last one.
  lookAtState(probe, host, undefined, pc);
}

function lookAfter(probe: Probe, host: Host, instruction: number, pc: number): void {
  for (const n of probe.reads) {
    const { reading } = memoryOf(probe, host);
    const found = reading[n];
    reading[n] = undefined;
    if (found?.instruction !== instruction) continue;
    const at = instantOf(host.pace, instruction as never);
    probe.hits.push({ breakpoint: n, at, host: host.id, instruction, pc: found.pc });
  }
  // A read of clock or entropy is told of before its value is there.
  if (instructionOf(host) === instruction) lookAtState(probe, host, undefined, pc);
}

/** Registers and conditions as they are now: `at` unless told when the machine came to its present count. */
function lookAtState(probe: Probe, host: Host, at: SimTime | undefined, pc: number | undefined): void {
  if (probe.states.length === 0) return;
  const instruction = instructionOf(host);
  const place = { host, time: at ?? instantOf(host.pace, instruction) };
  const { last } = memoryOf(probe, host);
  for (const n of probe.states) {
    const each = probe.breakpoints[n] as StateBreakpoint;
    if (!isOf(each, host)) continue;
    const before = last[n];
    const value = each.kind === 'condition' ? isTrue(each.condition, place) : registerIn(host, each.register);
    last[n] = value;
    if (before === undefined || before === value || !isWanted(each, value)) continue;
    const hit = { breakpoint: n, at: place.time, host: host.id, instruction };
    probe.hits.push(pc === undefined ? hit : { ...hit, pc });
  }
}

type StateBreakpoint = Extract<Breakpoint, { kind: 'register' | 'condition' }>;

const registerIn = ({ machine: { cpu } }: Host, register: number | 'pc'): number =>
  register === 'pc' ? cpu.pc : cpu.x[register]! >>> 0;

const isWanted = (breakpoint: StateBreakpoint, value: number | boolean): boolean =>
  breakpoint.kind === 'condition'
    ? value === true
    : breakpoint.equals === undefined || breakpoint.equals === value;
