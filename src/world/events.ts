// What each pending event does when its time has come: a frame arrives, a timer is due, the disk has served, a fault strikes.

import { endDma } from './host/bounce-buffers.ts';
import { endEpoch, epochCopied } from './host/checkpointing.ts';
import { retryIo } from './host/effects.ts';
import { deliver } from './host/hypervisor.ts';
import { arrive, canBeInjected, deliverGroup, receiveMessage, served } from './host/receiving.ts';
import { onHostTimer } from './host/timers.ts';
import { type Client, onTimer } from './net/client.ts';
import { doStep } from './net/client-steps.ts';
import type { Observer } from './state/observation.ts';
import { type Host, hostOf, type World, type WorldEvent } from './state/world.ts';
import { strike } from './strikes/failures.ts';
import { transferTimedOut } from './vm/cloning.ts';
import { decide } from './vm/cluster.ts';
import { keystroke } from './vm/typing.ts';

/** What happens when a pending event's time has come. */
export function handleEvent(world: World, event: WorldEvent, observe: Observer): void {
  const host = 'host' in event ? hostOf(world, event.host) : undefined;
  if (host?.isPaused) {
    host.stalled.push(event);
    return;
  }
  happen(world, event, host, observe);
}

function happen(world: World, event: WorldEvent, host: Host | undefined, observe: Observer): void {
  switch (event.kind) {
    case 'arrival':
      arrive(world, event, observe);
      break;
    case 'delivery':
      receiveMessage(world, event, observe);
      break;
    case 'hostTimer':
      if (host?.isAlive && host.timersSet[event.timer] === event.set)
        onHostTimer(world, host, event.timer, observe);
      break;
    case 'guestTimer':
      if (host && host.guestTimerSet === event.set && canBeInjected(world, host))
        deliver(world, host, { kind: 'timer' }, observe);
      break;
    case 'dmaDone':
      if (host && host.power === event.power && canBeInjected(world, host))
        endDma(world, host, event.injection, observe);
      break;
    case 'groupDue':
      if (host && host.groupSet === event.set) deliverGroup(world, host, observe);
      break;
    case 'storageRetry':
      if (host) retryIo(world, host, event, observe);
      break;
    case 'clusterDecision':
      if (host) decide(world, host, event.generation, observe);
      break;
    case 'transferTimeout':
      if (host?.isAlive) transferTimedOut(world, host, event.number, event.set, observe);
      break;
    case 'diskService':
      served(world, event.disk, event.service, observe);
      break;
    case 'clientTimer': {
      const client = world.clients.find(({ config }) => config.id === event.client) as Client;
      if (client.timerSet === event.set) doStep(world, client, onTimer(client, world.now), observe);
      break;
    }
    case 'epoch':
      if (host?.isAlive && host.epochSet === event.set) endEpoch(world, host, observe);
      break;
    case 'epochCopied':
      if (host?.isAlive && host.epochSet === event.set) epochCopied(world, host, observe);
      break;
    case 'keystroke':
      keystroke(world, observe);
      break;
    case 'strike':
      strike(world, event.fault, observe);
      break;
    case 'command':
      strike(world, event.command, observe);
      break;
  }
}
