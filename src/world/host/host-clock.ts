// A host's own clock, and the guest's that is made from it. No two hosts agree on the time.

import { timerDeadline } from '../../machine/devices/clint.ts';
import { dropOne, schedule } from '../../sim/event-queue.ts';
import { instantAt, justAfter, later, type SimTime } from '../../sim/time.ts';
import type { HostConfig } from '../base/config.ts';
import type { Computer, Host, World } from '../state/world.ts';

/** The guest's time base: 10 MHz, as on the board. */
const TICK_NS = 100;

/** What the host's clock shows at a simulated instant, in ticks. */
export function hostTicks(config: HostConfig, now: SimTime): number {
  const drifted = now + Math.floor((now * config.clockDriftPpm) / 1e6);
  return Math.floor((config.clockOffsetNs + drifted) / TICK_NS);
}

/** The first instant, not before `now`, at which the host's clock shows at least `ticks`. */
export function instantOfTicks(config: HostConfig, ticks: number, now: SimTime): SimTime {
  if (hostTicks(config, now) >= ticks) return now;
  const wanted = ticks * TICK_NS - config.clockOffsetNs;
  let at = later(now, instantAt(Math.floor((wanted * 1e6) / (1e6 + config.clockDriftPpm)) - TICK_NS));
  // The estimate is early, by a tick or so; the clock itself has the last word.
  while (hostTicks(config, at) < ticks) at = justAfter(at);
  return at;
}

/** What the guest's clock shows, in ticks. */
export const guestTicks = (world: World, host: Computer): number =>
  hostTicks(host.config, world.now) + host.guestClockOffset;

/** The guest's clock begins at zero, whatever its host's shows. */
export function startGuestClock(world: World, host: Computer): void {
  host.guestClockOffset = -hostTicks(host.config, world.now);
}

/**
 * A backup's idea of the guest's clock: what the log says it showed, going on at this host's pace. It never goes back,
 * so that a guest sees time run forward through a failover.
 */
export function followGuestClock(world: World, host: Host, ticks: number): void {
  host.guestClockOffset = Math.max(host.guestClockOffset, ticks - hostTicks(host.config, world.now));
}

/** A VM has come here with its clock. */
export function setGuestClock(world: World, host: Host, ticks: number): void {
  host.guestClockOffset = ticks - hostTicks(host.config, world.now);
}

/** The hypervisor's timer for the guest: due when the guest's clock passes what the guest wrote to mtimecmp. */
export function armGuestTimer(world: World, host: Computer): void {
  const deadline = timerDeadline(host.machine.clint);
  host.guestTimerSet++;
  // A guest that sets both halves of mtimecmp asks for a far future in between: such timers would add up.
  dropOne(world.queue, (event) => event.kind === 'guestTimer' && event.host === host.id);
  if (!Number.isFinite(deadline)) return;
  const at = instantOfTicks(host.config, deadline - host.guestClockOffset, world.now);
  schedule(world.queue, at, { kind: 'guestTimer', host: host.id, set: host.guestTimerSet });
}
