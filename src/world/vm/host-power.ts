// What happens to a host as a computer: it loses power, comes back, stands still for a while, or gets slow.

import { lostPower, repaired } from '../../ft/host-events.ts';
import { schedule } from '../../sim/event-queue.ts';
import { NEVER } from '../../sim/time.ts';
import { startGuestClock } from '../host/host-clock.ts';
import { changePace, settle } from '../host/running.ts';
import { clearDisk, clearMachine } from '../host/vm-copies.ts';
import { noteBoot } from '../net/exchanges.ts';
import { losePower } from '../net/medium.ts';
import { emptyTransmitters } from '../net/network.ts';
import { noteOutage } from '../net/storage-seen.ts';
import { createScreen } from '../net/terminal.ts';
import type { Fact, Observer } from '../state/observation.ts';
import { bootedAgain, isDisk, isPlain, type PlainHost } from '../state/plain-host.ts';
import { type Computer, type Host, isHost, type World } from '../state/world.ts';

/** It loses power, and with it everything that it had not sent yet. */
export function crashComputer(world: World, computer: Computer, observe: Observer): void {
  computer.isAlive = false;
  computer.isPaused = false;
  computer.stalled = [];
  computer.lastOutage = { from: world.now, to: NEVER };
  emptyTransmitters(world, computer.id);
  computer.pace.isExecuting = false;
  computer.stop = null;
  if (isHost(computer)) {
    if (computer.disk) losePower(computer.disk, world.config.disk);
    lostPower(computer);
  } else if (isDisk(computer)) {
    losePower(computer.medium, computer.config);
    noteOutage(computer.seen);
  }
  observe({ at: world.now, ...crashed(computer) });
}

/** It is repaired and has power again. */
export function repairComputer(world: World, computer: Computer, observe: Observer): void {
  computer.isAlive = true;
  computer.power++;
  if (computer.lastOutage !== null) computer.lastOutage = { ...computer.lastOutage, to: world.now };
  computer.guestTimerSet++;
  if (isHost(computer)) empty(world, computer);
  else if (isPlain(computer)) boot(world, computer);
  observe({ at: world.now, ...repairedFact(computer) });
}

function crashed(computer: Computer): Fact {
  if (isHost(computer)) return { kind: 'hostCrashed', host: computer.id };
  return isDisk(computer) ? { kind: 'diskCrashed' } : { kind: 'clientCrashed', client: computer.id };
}

function repairedFact(computer: Computer): Fact {
  if (isHost(computer)) return { kind: 'hostRepaired', host: computer.id };
  return isDisk(computer) ? { kind: 'diskRepaired' } : { kind: 'clientRepaired', client: computer.id };
}

/** A host of the VM has nothing when it is back: the cluster service may use it. */
function empty(world: World, host: Host): void {
  for (const timer in host.timersSet) host.timersSet[timer as keyof Host['timersSet']]++;
  host.groupSet++;
  host.group = [];
  clearMachine(world, host, { disk: false });
  repaired(host, world.config, world.now);
  settle(world, host);
  if (host.disk === null) return;
  const { epoch } = host.disk;
  clearDisk(world, host);
  // What the old disk was about to serve is not this one's.
  host.disk.epoch = epoch;
}

/** A plain host's program begins anew. Of its memory only the page with the battery is left. */
function boot(world: World, host: PlainHost): void {
  host.machine = bootedAgain(host);
  host.isIdle = false;
  host.screen = createScreen();
  if (host.kind === 'client') noteBoot(host);
  startGuestClock(world, host);
  settle(world, host);
}

/** The host stands still: neither its machine nor its hypervisor does anything. Nobody else can tell that from a crash. */
export function pauseComputer(world: World, host: Computer, observe: Observer): void {
  host.isPaused = true;
  settle(world, host);
  observe({ at: world.now, kind: 'hostPaused', host: host.id });
}

/** The host goes on, and finds what has come meanwhile. */
export function resumeComputer(world: World, host: Computer, observe: Observer): void {
  host.isPaused = false;
  observe({ at: world.now, kind: 'hostResumed', host: host.id });
  if (host.stop !== null && host.stop.at < world.now) host.stop.at = world.now;
  for (const event of host.stalled.splice(0)) schedule(world.queue, world.now, event);
  settle(world, host);
}

/** The host has only part of its CPU's speed for its VM: others use it too. 100 is all of it. */
export function slowComputer(world: World, host: Computer, percent: number, observe: Observer): void {
  host.cpuPercent = percent;
  changePace(world, host);
  observe({ at: world.now, kind: 'hostSlowed', host: host.id, percent });
}
