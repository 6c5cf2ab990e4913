// Runs a world forward, exactly: the same instants and the same order however often somebody looks in between.

import { below } from '../base/prng.ts';
import { begin } from '../ft/host-events.ts';
import { countAfter, fewer, type InstructionCount, type Stop } from '../machine/boundary.ts';
import { type InstructionObserver, run, runOtherHart, runTraced } from '../machine/machine.ts';
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
import type { HostId } from './base/config.ts';
import { handleEvent } from './events.ts';
import { startGuestClock } from './host/host-clock.ts';
import { goOn } from './host/inputs.ts';
import { pairedFact } from './host/note-facts.ts';
import { runLimitOf } from './host/running.ts';
import { handleStop } from './host/stops.ts';
import type { Fault } from './language/faults.ts';
import { firstStep, isDone } from './net/client.ts';
import { doStep } from './net/client-steps.ts';
import type { Observer } from './state/observation.ts';
import { instantOf, instructionAt } from './state/pace.ts';
import { type Host, instructionOf, lookahead, type World, type WorldEvent } from './state/world.ts';
import { strike } from './strikes/failures.ts';
import { watching } from './strikes/watching.ts';

/** Sees each instruction that a host's machine retires: its number, counted from 1, its address and its word. */
export type Tracer = (host: Host, instruction: InstructionCount, pc: number, word: number) => void;

/** Who sees instructions, and of which machines: of all unless told. `begins` sees them before anything of them has happened. */
export interface Tracing {
  /** One host, or those for which this is true whenever they begin to run. */
  readonly host?: HostId | ((host: Host) => boolean);
  readonly begins?: Tracer;
  readonly retires?: Tracer;
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
  for (const client of world.clients) doStep(world, client, firstStep(client), observe);
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
  const fastest = Math.min(...world.config.hosts.map(({ instructionPicoseconds }) => instructionPicoseconds));
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
  const { observe, strikeDue } = watching(world, observer);
  let end = until;
  let ahead = first;
  // No machine has run further than this.
  let front = world.now;
  let happened = 0;
  for (;;) {
    if (happened >= most) end = front;
    const isAnyExecuting = world.hosts.some((host) => host.pace.isExecuting);
    const bound = isAnyExecuting ? after(world.now, ahead) : NEVER;
    const horizon = earlier(earlier(end, bound), nextAt(world.queue));
    if (horizon > front) front = horizon;
    for (const host of world.hosts) runMachine(world, host, horizon, tracing);
    const stopped = firstStopped(world);
    // A host's own event may be due before a stop of another's machine that has run ahead.
    if (stopped?.stop && stopped.stop.at <= horizon) {
      world.now = stopped.stop.at;
      const { stop } = stopped.stop;
      stopped.stop = null;
      handleStop(world, stopped, stop, observe);
      strikeDue(stopped.id);
      happened++;
    } else if (nextAt(world.queue) <= horizon) {
      world.now = horizon;
      const event = take(world.queue)?.event as WorldEvent;
      handleEvent(world, event, observe);
      // As with a stop, the other hosts' machines may be ahead of what this one does by itself.
      strikeDue('host' in event ? event.host : null);
      happened++;
    } else {
      world.now = horizon;
      if (horizon >= end) return happened;
      ahead = shorter(scaled(ahead, 4), furthest);
    }
  }
}

/** Stops go before events of the same instant, and in the order of the hosts. */
function firstStopped(world: World): Host | undefined {
  let first: Host | undefined;
  for (const host of world.hosts) {
    if (host.stop === null || host.isPaused) continue;
    if (first?.stop == null || host.stop.at < first.stop.at) first = host;
  }
  return first;
}

/** Executes what a machine does up to `horizon`. If it stops before, the host deals with that at the instant of the stop. */
function runMachine(world: World, host: Host, horizon: SimTime, tracing: Tracing | undefined): void {
  if (!host.pace.isExecuting || host.stop !== null) return;
  const limit = runLimitOf(world, host);
  if (limit === undefined) return;
  const reachable = instructionAt(host.pace, horizon);
  const target = fewer(limit, reachable);
  if (target <= instructionOf(host)) return;
  const stop = host.interleaving
    ? runBothHarts(host, host.interleaving, target, tracing)
    : runFirstHart(host, target, tracing);
  if (stop.reason === 'budget' && target < limit) return;
  if (stop.reason === 'waiting' && host.replica.role !== 'backup') {
    host.isIdle = true;
    host.pace.isExecuting = false;
    return;
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
}

function runFirstHart(host: Host, target: InstructionCount, tracing: Tracing | undefined): Stop {
  if (tracing === undefined || !isTraced(tracing, host)) return run(host.machine, target);
  const { begins, retires } = tracing;
  return runTraced(host.machine, target, tellOf(host, retires) ?? UNTOLD, tellOf(host, begins));
}

const isTraced = ({ host: whose = () => true }: Tracing, host: Host): boolean =>
  typeof whose === 'string' ? whose === host.id : whose(host);

const UNTOLD: InstructionObserver = () => {};

const tellOf = (host: Host, tracer: Tracer | undefined): InstructionObserver | undefined =>
  tracer && ((instruction, pc, word) => tracer(host, instruction, pc, word));

/** The harts take turns, at instruction numbers of the first that have nothing to do with how far anybody looks. */
function runBothHarts(
  host: Host,
  interleaving: NonNullable<Host['interleaving']>,
  target: InstructionCount,
  tracing: Tracing | undefined,
): Stop {
  for (;;) {
    const goal = fewer(target, interleaving.next);
    const stop = runFirstHart(host, goal, tracing);
    if (instructionOf(host) >= interleaving.next) {
      runOtherHart(host.machine, TURN_LEAST + below(interleaving.noise, TURN_SPREAD));
      interleaving.next = countAfter(interleaving.next, TURN_LEAST + below(interleaving.noise, TURN_SPREAD));
    }
    if (stop.reason !== 'budget' || instructionOf(host) >= target) return stop;
  }
}

/** Whether every client has had all its answers. A world without clients goes on for as long as it is told to. */
export const isFinished = (world: World): boolean => world.clients.length > 0 && world.clients.every(isDone);
