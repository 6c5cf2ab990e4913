// What a client wants done: a frame on its cable, its timer set, and the world told.

import { dropOne, schedule } from '../../sim/event-queue.ts';
import type { Observer } from '../state/observation.ts';
import type { World } from '../state/world.ts';
import type { Client, ClientStep } from './client.ts';
import { send } from './network.ts';

/** Carries out what a client wants. */
export function doStep(world: World, client: Client, step: ClientStep, observe: Observer): void {
  if (step.fact) {
    stopTimer(world, client);
    observe({ at: world.now, ...step.fact });
  }
  if (step.frame)
    send(
      world,
      `lan-${client.config.id}`,
      client.config.id,
      { kind: 'ethernet', bytes: step.frame },
      observe,
    );
  if (step.timerAt !== undefined) {
    const set = stopTimer(world, client);
    schedule(world.queue, step.timerAt, { kind: 'clientTimer', client: client.config.id, set });
  }
}

/** @returns the number of the client's next timer */
function stopTimer({ queue }: World, client: Client): number {
  dropOne(queue, (event) => event.kind === 'clientTimer' && event.client === client.config.id);
  return ++client.timerSet;
}
