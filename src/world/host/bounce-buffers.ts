// §3.4: bounce buffers keep devices out of memory while the guest runs. Here is what happens without them.

import type { Effect } from '../../ft/effects.ts';
import type { EntryBody } from '../../ft/entry.ts';
import type { Injection } from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after, microseconds } from '../../sim/time.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, instructionOf, type World } from '../state/world.ts';
import { execute } from './effects.ts';
import { completeIo, log, mustWait, settle } from './hypervisor.ts';

/** How long a device's DMA into running memory takes before it interrupts, without bounce buffers. */
const DMA_TIME = microseconds(20);

/** §3.4: without bounce buffers a device puts its data into memory while the guest runs. */
export const isDmaOf = (world: World, arrival: Injection): boolean =>
  !world.config.protocol.rules.bounceBuffers &&
  (arrival.kind === 'packet' || (arrival.kind === 'diskCompletion' && arrival.bytes !== undefined)) &&
  arrival.interrupt !== false;

/** The data is in memory at once; the guest runs on, and may see it. */
export function beginDma(world: World, host: Host, arrival: Injection, observe: Observer): void {
  inject(host.machine, { ...arrival, interrupt: false } as Injection);
  const device = arrival.kind === 'packet' ? 'network' : 'disk';
  const instruction = instructionOf(host);
  observe({ at: world.now, kind: 'memoryChanged', host: host.id, device, instruction });
  const event = { kind: 'dmaDone' as const, host: host.id, injection: arrival, power: host.power };
  schedule(world.queue, after(world.now, DMA_TIME), event);
}

/** The device interrupts; only now does anybody log what it has brought. */
export function endDma(world: World, host: Host, injection: Injection, observe: Observer): void {
  if (mustWait(host)) {
    host.deferred.push(injection);
    return;
  }
  const out: Effect[] = [];
  const device = injection.kind === 'packet' ? 'network' : 'disk';
  inject(host.machine, { kind: 'deviceInterrupt', device });
  host.isIdle = false;
  if (injection.kind === 'diskCompletion') completeIo(world, host, injection, out, observe);
  log(world, host, injection as EntryBody, out, observe);
  execute(world, host, out, observe);
  settle(world, host);
}
