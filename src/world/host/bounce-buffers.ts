// §3.4: bounce buffers keep devices out of memory while the guest runs: what arrives enters between two instructions (inputs.ts). Here is what happens without them.

import type { Arrival } from '../../ft/effects.ts';
import { inject } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after, microseconds } from '../../sim/time.ts';
import type { Observer } from '../state/observation.ts';
import { type Dma, type Host, instructionOf, type World } from '../state/world.ts';

/** How long a device's DMA into running memory takes before it interrupts, without bounce buffers. */
const DMA_TIME = microseconds(20);

/** §3.4: without bounce buffers a device puts its data into memory while the guest runs. */
export const isDmaOf = (world: World, arrival: Arrival): arrival is Dma =>
  !world.config.protocol.rules.bounceBuffers &&
  (arrival.kind === 'packet' || (arrival.kind === 'diskCompletion' && arrival.bytes !== undefined)) &&
  arrival.interrupt !== false;

/** The data is in memory at once; the guest runs on, and may see it. */
export function beginDma(world: World, host: Host, arrival: Dma, observe: Observer): void {
  inject(host.machine, { ...arrival, interrupt: false });
  const device = deviceOf(arrival);
  const instruction = instructionOf(host);
  observe({ at: world.now, kind: 'memoryChanged', host: host.id, device, instruction });
  const event = { kind: 'dmaDone' as const, host: host.id, injection: arrival, power: host.power };
  schedule(world.queue, after(world.now, DMA_TIME), event);
}

/** The device interrupts. */
export function raiseDmaInterrupt(host: Host, dma: Dma): void {
  inject(host.machine, { kind: 'deviceInterrupt', device: deviceOf(dma) });
  host.isIdle = false;
}

const deviceOf = ({ kind }: Dma): 'network' | 'disk' => (kind === 'packet' ? 'network' : 'disk');
