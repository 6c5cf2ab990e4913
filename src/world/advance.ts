// Runs a world forward, exactly: the same instants and the same order however often somebody looks in between.

import type { Command } from '../ft/commands.ts';
import { startWatching } from '../ft/failure-detection.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import { run, runTraced } from '../machine/machine.ts';
import { nextAt, take } from '../sim/event-queue.ts';
import { after, earlier, NEVER, type SimTime } from '../sim/time.ts';
import { firstStep, isDone } from './client.ts';
import { doStep, handleEvent } from './events.ts';
import { startGuestClock } from './host-clock.ts';
import { announceMac, execute } from './host-commands.ts';
import { handleStop, runLimit, settle } from './hypervisor.ts';
import type { Observer } from './observation.ts';
import { instantOf, instructionAt } from './pace.ts';
import { type Host, instructionOf, lookahead, type World, type WorldEvent } from './world.ts';

/** Sees each instruction that a host's machine retires: its number, counted from 1, and its address. */
export type Tracer = (host: Host, instruction: InstructionCount, pc: number) => void;

/** Sets a new world going: the primary announces the VM, both hosts begin to watch each other, clients to ask. */
export function start(world: World, observe: Observer): void {
  observe({ at: world.now, kind: 'started' });
  for (const host of world.hosts) {
    const out: Command[] = [];
    startWatching(world.config.protocol, out);
    execute(world, host, out, observe);
    startGuestClock(world, host);
    if (host.replica.role === 'primary') announceMac(world, host, observe);
    settle(world, host);
  }
  for (const client of world.clients) doStep(world, client, firstStep(client), observe);
}

/**
 * Runs to `until`, everything that happens at that instant included. A machine may run as far as nobody else can affect
 * it: to the next event, and no further than the shortest link is long.
 */
export function advance(world: World, until: SimTime, observe: Observer, trace?: Tracer): void {
  const ahead = lookahead(world);
  for (;;) {
    const isAnyExecuting = world.hosts.some((host) => host.pace.isExecuting);
    const bound = isAnyExecuting ? after(world.now, ahead) : NEVER;
    const horizon = earlier(earlier(until, bound), nextAt(world.queue));
    for (const host of world.hosts) runMachine(host, horizon, trace);
    const stopped = firstStopped(world);
    if (stopped?.stop) {
      world.now = stopped.stop.at;
      const { stop } = stopped.stop;
      stopped.stop = null;
      handleStop(world, stopped, stop, observe);
    } else if (nextAt(world.queue) <= horizon) {
      world.now = horizon;
      handleEvent(world, take(world.queue)?.event as WorldEvent, observe);
    } else {
      world.now = horizon;
      if (horizon >= until) return;
    }
  }
}

/** Stops go before events of the same instant, and in the order of the hosts. */
function firstStopped(world: World): Host | undefined {
  let first: Host | undefined;
  for (const host of world.hosts) {
    if (host.stop !== null && (first?.stop == null || host.stop.at < first.stop.at)) first = host;
  }
  return first;
}

/** Executes what a machine does up to `horizon`. If it stops before, the host deals with that at the instant of the stop. */
function runMachine(host: Host, horizon: SimTime, trace: Tracer | undefined): void {
  const limit = runLimit(host);
  if (!host.pace.isExecuting || host.stop !== null || limit === undefined) return;
  const reachable = instructionAt(host.pace, horizon);
  const target = (limit < reachable ? limit : reachable) as InstructionCount;
  if (target <= instructionOf(host)) return;
  const stop = trace
    ? runTraced(host.machine, target, (instruction, pc) => trace(host, instruction, pc))
    : run(host.machine, target);
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
  const count = (instructionOf(host) + (isBefore ? 1 : 0)) as InstructionCount;
  host.stop = { at: instantOf(host.pace, count), stop };
  host.pace.isExecuting = host.pace.isExecuting && stop.reason !== 'waiting';
}

/** Whether every client has had all its answers. */
export const isFinished = (world: World): boolean => world.clients.every(isDone);
