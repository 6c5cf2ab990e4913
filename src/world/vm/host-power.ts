// What happens to a host as a computer: it loses power, comes back, stands still for a while, or gets slow.

import { lostPower, repaired } from '../../ft/host-events.ts';
import { schedule } from '../../sim/event-queue.ts';
import { NEVER } from '../../sim/time.ts';
import { changePace, settle } from '../host/running.ts';
import { clearDisk, clearMachine } from '../host/vm-copies.ts';
import { crashDisk } from '../net/disk-server.ts';
import { emptyTransmitters } from '../net/network.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World } from '../state/world.ts';

/** The host loses power, and with it everything that it had not sent yet. */
export function crashHost(world: World, host: Host, observe: Observer): void {
  host.isAlive = false;
  host.isPaused = false;
  host.stalled = [];
  host.lastOutage = { from: world.now, to: NEVER };
  emptyTransmitters(world, host.id);
  if (host.disk) crashDisk(host.disk);
  host.pace.isExecuting = false;
  host.stop = null;
  lostPower(host);
  observe({ at: world.now, kind: 'hostCrashed', host: host.id });
}

/** The host is repaired and has power again: it is empty, and the cluster service may use it. */
export function repairHost(world: World, host: Host, observe: Observer): void {
  host.isAlive = true;
  host.power++;
  if (host.lastOutage !== null) host.lastOutage = { ...host.lastOutage, to: world.now };
  for (const timer in host.timersSet) host.timersSet[timer as keyof Host['timersSet']]++;
  host.guestTimerSet++;
  host.groupSet++;
  host.group = [];
  clearMachine(world, host, { disk: false });
  repaired(host, world.config, world.now);
  settle(world, host);
  if (host.disk) {
    const { epoch } = host.disk;
    clearDisk(world, host);
    // What the old disk was about to serve is not this one's.
    host.disk.epoch = epoch;
  }
  observe({ at: world.now, kind: 'hostRepaired', host: host.id });
}

/** The host stands still: neither its machine nor its hypervisor does anything. Nobody else can tell that from a crash. */
export function pauseHost(world: World, host: Host, observe: Observer): void {
  host.isPaused = true;
  settle(world, host);
  observe({ at: world.now, kind: 'hostPaused', host: host.id });
}

/** The host goes on, and finds what has come meanwhile. */
export function resumeHost(world: World, host: Host, observe: Observer): void {
  host.isPaused = false;
  observe({ at: world.now, kind: 'hostResumed', host: host.id });
  if (host.stop !== null && host.stop.at < world.now) host.stop.at = world.now;
  for (const event of host.stalled.splice(0)) schedule(world.queue, world.now, event);
  settle(world, host);
}

/** The host has only part of its CPU's speed for its VM: others use it too. 100 is all of it. */
export function slowHost(world: World, host: Host, percent: number, observe: Observer): void {
  host.cpuPercent = percent;
  changePace(world, host);
  observe({ at: world.now, kind: 'hostSlowed', host: host.id, percent });
}
