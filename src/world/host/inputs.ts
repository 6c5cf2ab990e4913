// What enters a guest, between two instructions, and when it has to wait: packets, completions, ticks, bytes, and what is done to its VM.

import type { Arrival, Effect } from '../../ft/effects.ts';
import type { EntryBody } from '../../ft/entry.ts';
import { entered } from '../../ft/machine-events.ts';
import { isActing, runsByItself } from '../../ft/pair-end.ts';
import { mayEnter } from '../../ft/run-limit.ts';
import { inject } from '../../machine/machine.ts';
import type { Observer } from '../state/observation.ts';
import type { Dma, Host, World } from '../state/world.ts';
import { beginDma, isDmaOf, raiseDmaInterrupt } from './bounce-buffers.ts';
import { carryOut } from './effects.ts';
import { guestTicks } from './host-clock.ts';
import { momentOf } from './moment.ts';
import { settle } from './running.ts';

/** A machine that this host runs on its own account; a backup's takes nothing but its log. */
export const canBeInjected = (world: World, host: Host): boolean =>
  host.isAlive &&
  (isActing(host) || (host.replica.role === 'backup' && runsByItself(host, world.config.protocol))) &&
  host.machine.ending.kind === 'running';

/**
 * Something from outside enters the guest, between two instructions, and is logged where it did. While the machine
 * stands still it has to wait: it could not be logged.
 */
export function deliver(world: World, host: Host, arrival: Arrival, observe: Observer): void {
  if (isOver(host, arrival)) return;
  if (!mayEnter(host)) host.deferred.push(arrival);
  else goOn(world, host, enter(world, host, arrival, observe), observe);
}

/** Whether it is a second answer of the disk: the host had asked again before the first one came. */
const isOver = ({ replica }: Host, arrival: Arrival): boolean =>
  arrival.kind === 'diskCompletion' &&
  !replica.pendingIo.some(({ operation }) => operation.request === arrival.request);

/** Carries out what the protocol has the host do; what had to wait enters once it may, and the machine goes on. */
export function goOn(world: World, host: Host, effects: readonly Effect[], observe: Observer): void {
  carryOut(world, host, effects, observe);
  deliverDeferred(world, host, observe);
  settle(world, host);
}

/** Once the machine may run again what had to wait enters, in the order in which it came; until then it waits on. */
function deliverDeferred(world: World, host: Host, observe: Observer): void {
  for (const { isLanded, ...arrival } of host.deferred.splice(0)) {
    if (!isActing(host)) continue;
    if (isLanded) endDma(world, host, arrival as Dma, observe);
    else deliver(world, host, arrival, observe);
  }
}

function enter(world: World, host: Host, arrival: Arrival, observe: Observer): readonly Effect[] {
  if (isDmaOf(world, arrival)) {
    beginDma(world, host, arrival, observe);
    return [];
  }
  if (arrival.kind !== 'control') {
    inject(host.machine, arrival);
    host.isIdle = false;
  }
  return entered(host, world.config, bodyOf(world, host, arrival), momentOf(world, host));
}

/** What the log has to say of something that has entered the guest. */
const bodyOf = (world: World, host: Host, arrival: Arrival): EntryBody =>
  arrival.kind === 'timer' ? { kind: 'timer', time: guestTicks(world, host) } : arrival;

/** The device interrupts that has put data into running memory (§3.4); only now does anybody log what it has brought. */
export function endDma(world: World, host: Host, dma: Dma, observe: Observer): void {
  if (isOver(host, dma)) return;
  if (!mayEnter(host)) {
    host.deferred.push({ ...dma, isLanded: true });
    return;
  }
  raiseDmaInterrupt(host, dma);
  goOn(world, host, entered(host, world.config, dma, momentOf(world, host)), observe);
}
