// What each pending event does when its time has come: a frame arrives, a timer is due, the disk has served, a fault strikes.

import { type DueTimer, receiveTimer } from '../ft/receive-timer.ts';
import { canBeInjected, deliver, endDma, goOn } from './host/inputs.ts';
import { mediumDone } from './host/media.ts';
import { momentOf } from './host/moment.ts';
import { enterPlain } from './host/plain-host.ts';
import { arrive, deliverGroup, deliverMessage } from './host/receiving.ts';
import { settle } from './host/running.ts';
import { isAnswered } from './host/storage.ts';
import type { Observer } from './state/observation.ts';
import { isPlain, type PlainHost } from './state/plain-host.ts';
import { type Computer, computerOf, type Host, isHost, type World, type WorldEvent } from './state/world.ts';
import { strike } from './strikes/strike.ts';
import { decide } from './vm/cluster.ts';
import { keystroke } from './vm/typing.ts';

/** What happens when a pending event's time has come. */
export function handleEvent(world: World, event: WorldEvent, observe: Observer): void {
  if (!('host' in event)) happen(world, event, observe);
  else happenAt(world, computerOf(world, event.host), event, observe);
}

type HostEvent = Extract<WorldEvent, { host: string }>;

/** An event of a computer: one that is paused finds it when it goes on. */
function happenAt(world: World, computer: Computer, event: HostEvent, observe: Observer): void {
  if (computer.isPaused) computer.stalled.push(event);
  else if (isHost(computer)) happenAtHost(world, computer, event, observe);
  else if (isPlain(computer)) happenAtPlain(world, computer, event);
}

function happenAtPlain(world: World, host: PlainHost, event: HostEvent): void {
  if (event.kind === 'floodOver') settle(world, host);
  else if (event.kind === 'guestTimer' && host.guestTimerSet === event.set)
    enterPlain(world, host, { kind: 'timer' });
}

function happenAtHost(world: World, host: Host, event: HostEvent, observe: Observer): void {
  const due = dueTimer(host, event);
  if (due !== undefined) {
    if (host.isAlive)
      goOn(world, host, receiveTimer(host, world.config, due, momentOf(world, host)), observe);
    return;
  }
  switch (event.kind) {
    case 'guestTimer':
      if (host.guestTimerSet === event.set && canBeInjected(world, host))
        deliver(world, host, { kind: 'timer' }, observe);
      break;
    case 'dmaDone':
      if (host.power === event.power && canBeInjected(world, host))
        endDma(world, host, event.injection, observe);
      break;
    case 'groupDue':
      if (host.groupSet === event.set) deliverGroup(world, host, observe);
      break;
    case 'clusterDecision':
      decide(world, host, event.generation, observe);
      break;
  }
}

/** The protocol's timer that is due with an event, if it is one of these, and was not set anew since. */
function dueTimer(host: Host, event: HostEvent): DueTimer | undefined {
  switch (event.kind) {
    case 'hostTimer':
      return host.timersSet[event.timer] === event.set ? { timer: event.timer } : undefined;
    case 'transferTimeout':
      return host.transferSet === event.set ? { timer: 'transfer', number: event.number } : undefined;
    case 'storageRetry':
      if (isAnswered(host, event.request)) return undefined;
      return { timer: 'storage', request: event.request, issue: event.issue };
    case 'epoch':
    case 'epochCopied':
      return host.epochSet === event.set ? { timer: event.kind } : undefined;
    default:
      return undefined;
  }
}

function happen(world: World, event: Exclude<WorldEvent, HostEvent>, observe: Observer): void {
  switch (event.kind) {
    case 'arrival':
      arrive(world, event, observe);
      break;
    case 'delivery':
      deliverMessage(world, event, observe);
      break;
    case 'mediumDone':
      mediumDone(world, event, observe);
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
