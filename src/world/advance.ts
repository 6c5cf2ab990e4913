// Runs a world forward, exactly: the same instants and the same order however often somebody looks in between.

import { below } from '../base/prng.ts';
import { begin } from '../ft/host-events.ts';
import { countAfter, fewer, type InstructionCount, type Stop } from '../machine/boundary.ts';
import { type MachineObserver, run, runOtherHart, runTraced } from '../machine/machine.ts';
import { nextAt, take } from '../sim/event-queue.ts';
import {
  after,
  type Duration,
  earlier,
  NEVER,
  nanoseconds,
  type SimTime,
  scaled,
  shorter,
} from '../sim/time.ts';
import { handleEvent } from './events.ts';
import { startGuestClock } from './host/host-clock.ts';
import { goOn } from './host/inputs.ts';
import { pairedFact } from './host/note-facts.ts';
import { runLimitOf, settle } from './host/running.ts';
import { handleStop } from './host/stops.ts';
import type { Fault } from './language/faults.ts';
import type { Observer } from './state/observation.ts';
import { instantOf, instructionAt } from './state/pace.ts';
import { isDone } from './state/plain-host.ts';
import {
  type Computer,
  type Host,
  instructionOf,
  isHost,
  lookahead,
  type World,
  type WorldEvent,
} from './state/world.ts';
import { strike } from './strikes/strike.ts';
import { type Watch, watching } from './strikes/watching.ts';

/** Sees each instruction that a host's machine retires: its number, counted from 1, its address and its word. */
export type Tracer = (host: Computer, instruction: InstructionCount, pc: number, word: number) => void;

/** Who sees what machines do, and of which: of all unless told. `begins` sees instructions before anything of them has happened. */
export interface Tracing {
  /** One host, or those for which this is true whenever they begin to run. */
  readonly host?: string | ((host: Computer) => boolean);
  readonly begins?: Tracer;
  readonly retires?: Tracer;
  /** Sees interrupts and exceptions: after how many instructions, and at which address. */
  readonly traps?: (host: Computer, instruction: InstructionCount, pc: number) => void;
  /** Is told when a stop of this host has been dealt with, or (then of nobody) an event. Of all hosts. */
  readonly happened?: (host: Computer | null) => void;
}

/** Turns of the two harts of a machine: a different number of instructions each time, known to nobody. */
const TURN_LEAST = 16;
const TURN_SPREAD = 64;

/**
 * Where one is to be able to stop, no machine gets further ahead of the others than so many instructions, for each may be a stop: at first
 * very few, then four times as many each time that they have executed without one.
 */
const AHEAD_FIRST = 64;
const AHEAD_MAX = 4096;

/** Sets a new world going: the primary announces the VM, both hosts begin to watch each other, clients to ask. */
export function start(world: World, observer: Observer): void {
  const { observe, strikeDue } = watching(world, observer);
  observe({ at: world.now, kind: 'started' });
  const [primary, backup] = world.hosts as [Host, Host];
  if (backup.replica.role === 'backup') observe({ at: world.now, ...pairedFact(primary, backup, 1) });
  for (const host of world.hosts) {
    if (host.replica.role === 'spare') continue;
    startGuestClock(world, host);
    goOn(world, host, begin(host, world.config), observe);
  }
  for (const host of [...world.clients, world.disk]) {
    startGuestClock(world, host);
    settle(world, host);
  }
  strikeDue(null);
}

/** A command that is given by hand: behind everything else of this instant, as it will be when the run is made again from its commands. */
export function giveNow(world: World, fault: Fault, observer: Observer): void {
  const { observe, strikeDue } = watching(world, observer);
  strike(world, fault, observe);
  strikeDue(null);
}

/**
 * Runs to `until`, everything that happens at that instant included. A machine may run as far as nobody else can affect
 * it: to the next event, and no further than the shortest link is long.
 */
export function advance(world: World, until: SimTime, observer: Observer, trace?: Tracer | Tracing): void {
  const ahead = lookahead(world);
  runAhead(world, until, { first: ahead, most: ahead }, Number.POSITIVE_INFINITY, observer, trace);
}

/**
 * Runs towards `until`, and ends soon after it has dealt with so many stops and events, at the first instant that no machine has run
 * beyond: as exact a place as any, everything that happens at it included.
 * @returns how many stops and events it were
 */
export function advanceSome(
  world: World,
  until: SimTime,
  most: number,
  observer: Observer,
  trace?: Tracer | Tracing,
): number {
  const fastest = Math.min(...world.computers.map(({ config }) => config.instructionPicoseconds));
  const long = (instructions: number): Duration =>
    shorter(nanoseconds(Math.ceil((instructions * fastest) / 1000)), lookahead(world));
  const ahead = { first: long(AHEAD_FIRST), most: long(AHEAD_MAX) };
  return runAhead(world, until, ahead, most, observer, trace);
}

function runAhead(
  world: World,
  until: SimTime,
  { first, most: furthest }: { first: Duration; most: Duration },
  most: number,
  observer: Observer,
  trace: Tracer | Tracing | undefined,
): number {
  const tracing = typeof trace === 'function' ? { retires: trace } : trace;
  const watch = watching(world, observer);
  let end = until;
  let ahead = first;
  // No machine has run further than this.
  let front = world.now;
  let happened = 0;
  for (;;) {
    if (happened >= most) end = front;
    const isAnyExecuting = world.computers.some(({ pace }) => pace.isExecuting);
    const bound = isAnyExecuting ? after(world.now, ahead) : NEVER;
    const horizon = earlier(earlier(end, bound), nextAt(world.queue));
    if (horizon > front) front = horizon;
    for (const computer of world.computers) runMachine(world, computer, horizon, tracing);
    if (dealWithNext(world, horizon, watch, tracing)) happened++;
    else {
      world.now = horizon;
      if (horizon >= end) return happened;
      ahead = shorter(scaled(ahead, 4), furthest);
    }
  }
}

/** Deals with the first stop or event up to `horizon`, which all machines have come to. @returns whether there was one */
function dealWithNext(
  world: World,
  horizon: SimTime,
  { observe, strikeDue }: Watch,
  tracing: Tracing | undefined,
): boolean {
  const stopped = firstStopped(world);
  // A host's own event may be due before a stop of another's machine that has run ahead.
  if (stopped?.stop && stopped.stop.at <= horizon) {
    world.now = stopped.stop.at;
    const { stop } = stopped.stop;
    stopped.stop = null;
    handleStop(world, stopped, stop, observe);
    strikeDue(stopped.id);
    tracing?.happened?.(stopped);
    return true;
  }
  if (nextAt(world.queue) > horizon) return false;
  world.now = horizon;
  const event = take(world.queue)?.event as WorldEvent;
  handleEvent(world, event, observe);
  // As with a stop, the other hosts' machines may be ahead of what this one does by itself.
  strikeDue('host' in event ? event.host : null);
  tracing?.happened?.(null);
  return true;
}

/**
 * Makes one step of an instant, in a world in which all that came before it has happened: a machine executes an instruction, takes an
 * interrupt or traps; or a stop or an event is dealt with. They come in the order in which `advance` has them: at an instant machines
 * execute first, in the order of the hosts, then the first stop is dealt with, and so on; then come events. So step by step, or on from
 * any step by `advance`, is the same run.
 * @returns false when everything that happens at this instant has happened
 */
export function stepInstant(world: World, instant: SimTime, observer: Observer, tracing?: Tracing): boolean {
  world.now = instant;
  for (const computer of world.computers) if (runMachine(world, computer, instant, tracing, 1)) return true;
  return dealWithNext(world, instant, watching(world, observer), tracing);
}

/** Whether everything that happens at an instant has happened: nothing is left for `stepInstant`. */
export const isInstantOver = (world: World, instant: SimTime): boolean =>
  nextAt(world.queue) > instant &&
  world.computers.every((computer) => targetOf(world, computer, instant) === undefined) &&
  (firstStopped(world)?.stop?.at ?? NEVER) > instant;

/** Stops go before events of the same instant, and in the order of the hosts. */
function firstStopped(world: World): Computer | undefined {
  let first: Computer | undefined;
  for (const host of world.computers) {
    if (host.stop === null || host.isPaused) continue;
    if (first?.stop == null || host.stop.at < first.stop.at) first = host;
  }
  return first;
}

/** How far a machine executes up to `horizon`, and how far it might; undefined when it executes nothing more. */
function targetOf(world: World, host: Computer, horizon: SimTime) {
  if (!host.pace.isExecuting || host.stop !== null) return undefined;
  const limit = runLimitOf(world, host);
  if (limit === undefined) return undefined;
  const reachable = instructionAt(host.pace, horizon);
  const target = fewer(limit, reachable);
  return target <= instructionOf(host) ? undefined : { target, limit };
}

/**
 * Executes what a machine does up to `horizon`, or so many steps of it. If it stops before, the host deals with that at the instant of
 * the stop.
 * @returns whether there was anything to execute
 */
function runMachine(
  world: World,
  host: Computer,
  horizon: SimTime,
  tracing: Tracing | undefined,
  most = Number.POSITIVE_INFINITY,
): boolean {
  const way = targetOf(world, host, horizon);
  if (way === undefined) return false;
  const { target, limit } = way;
  const stop =
    isHost(host) && host.interleaving
      ? runBothHarts(host, host.interleaving, target, tracing, most)
      : runFirstHart(host, target, tracing, most);
  if (stop.reason === 'budget' && instructionOf(host) < limit) return true;
  if (stop.reason === 'waiting' && !(isHost(host) && host.replica.role === 'backup')) {
    host.isIdle = true;
    host.pace.isExecuting = false;
    return true;
  }
  // A read of the clock takes its instruction's time, and so does finding out that there is nothing to execute.
  const isBefore =
    stop.reason === 'clock' ||
    stop.reason === 'entropy' ||
    stop.reason === 'stuck' ||
    stop.reason === 'waiting';
  const count = countAfter(instructionOf(host), isBefore ? 1 : 0);
  host.stop = { at: instantOf(host.pace, count), stop };
  host.pace.isExecuting = host.pace.isExecuting && stop.reason !== 'waiting';
  return true;
}

function runFirstHart(
  host: Computer,
  target: InstructionCount,
  tracing: Tracing | undefined,
  most: number,
): Stop {
  const observer = tracing !== undefined && isTraced(tracing, host) ? observerOf(host, tracing) : undefined;
  if (observer === undefined && most === Number.POSITIVE_INFINITY) return run(host.machine, target);
  return runTraced(host.machine, target, observer ?? {}, most);
}

const isTraced = ({ host: whose = () => true, begins, retires, traps }: Tracing, host: Computer): boolean =>
  (begins ?? retires ?? traps) !== undefined && (typeof whose === 'string' ? whose === host.id : whose(host));

const observerOf = (host: Computer, { begins, retires, traps }: Tracing): MachineObserver => ({
  begins: begins && ((instruction, pc, word) => begins(host, instruction, pc, word)),
  retires: retires && ((instruction, pc, word) => retires(host, instruction, pc, word)),
  traps: traps && ((instruction, pc) => traps(host, instruction, pc)),
});

/** The harts take turns, at instruction numbers of the first that have nothing to do with how far anybody looks. */
function runBothHarts(
  host: Host,
  interleaving: NonNullable<Host['interleaving']>,
  target: InstructionCount,
  tracing: Tracing | undefined,
  most: number,
): Stop {
  for (;;) {
    const goal = fewer(target, interleaving.next);
    const stop = runFirstHart(host, goal, tracing, most);
    if (instructionOf(host) >= interleaving.next) {
      runOtherHart(host.machine, TURN_LEAST + below(interleaving.noise, TURN_SPREAD));
      interleaving.next = countAfter(interleaving.next, TURN_LEAST + below(interleaving.noise, TURN_SPREAD));
    }
    if (stop.reason !== 'budget' || instructionOf(host) >= target || most === 1) return stop;
  }
}

const VM_ENDS: readonly string[] = ['guestExit', 'guestStuck', 'poweredOff'];

/** Whether the VM has ended for good, and runs nowhere: nobody can bring it back. */
export const isVmOver = ({ hosts }: World): boolean =>
  hosts.some(({ replica: { role, haltReason = '' } }) => role === 'halted' && VM_ENDS.includes(haltReason)) &&
  hosts.every(({ isAlive, replica: { role } }) => !isAlive || role === 'halted' || role === 'spare');

/** Whether every client has had all its answers. A world without clients goes on for as long as it is told to. */
export const isFinished = (world: World): boolean => world.clients.length > 0 && world.clients.every(isDone);
