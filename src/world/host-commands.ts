// Carries out what the protocol asks of its host.

import type { Command, Note, TimerName } from '../ft/commands.ts';
import { messageLength } from '../ft/logging-channel.ts';
import type { HeldOutput, PendingIo } from '../ft/replica.ts';
import { schedule } from '../sim/event-queue.ts';
import { directionFrom } from '../sim/link.ts';
import { after, type Duration, type SimTime } from '../sim/time.ts';
import { VM_MAC } from './config.ts';
import { announcement } from './ethernet.ts';
import { armGuestTimer } from './host-clock.ts';
import type { StorageRequest } from './messages.ts';
import { send } from './network.ts';
import type { Fact, Observer } from './observation.ts';
import { outputFacts } from './output-facts.ts';
import { type Host, instructionOf, linkOf, type World } from './world.ts';

/** Executes the commands in order. Afterwards `out` is spent. */
export function execute(world: World, host: Host, out: readonly Command[], observe: Observer): void {
  for (const command of out) executeOne(world, host, command, observe);
}

function executeOne(world: World, host: Host, command: Command, observe: Observer): void {
  const at = world.now;
  switch (command.kind) {
    case 'send': {
      const { message } = command;
      send(world, 'log', host.id, { kind: 'channel', message });
      const range = message.kind === 'entries' ? { first: message.first, last: message.last } : {};
      observe({
        at,
        kind: 'sent',
        host: host.id,
        message: message.kind,
        bytes: messageLength(message),
        ...range,
      });
      break;
    }
    case 'setTimer':
      setTimer(world, host, command.timer, command.wait);
      break;
    case 'releaseOutput':
      release(world, host, command.held, observe);
      break;
    case 'dropOutput':
      observe({ at, kind: 'outputDropped', host: host.id, output: outputFacts(world, command.held) });
      break;
    case 'testAndSet': {
      const { generation } = command;
      sendToDisk(world, host, { kind: 'testAndSet', host: host.id, generation });
      observe({ at, kind: 'testAndSetSent', host: host.id, generation });
      break;
    }
    case 'issueIo':
      issue(world, host, command.io);
      break;
    case 'announceMac':
      announceMac(world, host, observe);
      break;
    case 'takeOverClock':
      armGuestTimer(world, host);
      break;
    case 'note':
      tell(world, host, command.note, observe);
      break;
  }
}

function setTimer(world: World, host: Host, timer: TimerName, wait: Duration): void {
  const set = ++host.timersSet[timer];
  const from = timer === 'retransmit' ? allSent(world, host) : world.now;
  schedule(world.queue, after(from, wait), { kind: 'hostTimer', host: host.id, timer, set });
}

/** When the last bit for the peer has left. Entries that are still waiting for the cable are not late: sent again, they would only wait longer. */
function allSent(world: World, host: Host): SimTime {
  const log = linkOf(world, 'log');
  const freeAt = log.freeAt[directionFrom(log, host.id)];
  return freeAt > world.now ? freeAt : world.now;
}

/** An output leaves the host. */
function release(world: World, host: Host, held: HeldOutput, observe: Observer): void {
  const { output } = held;
  const { role, sender } = host.replica;
  observe({
    at: world.now,
    kind: 'outputReleased',
    host: host.id,
    output: outputFacts(world, held),
    waited: world.now - held.producedAt,
    acked: sender.ackedThrough,
    isProtected: role === 'primary',
  });
  if (output.kind === 'packet') {
    send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: output.bytes });
  } else if (output.kind === 'diskWrite') {
    const io = host.replica.pendingIo.find((pending) => pending.operation.request === output.request);
    if (io) issue(world, host, io);
  }
}

/** The hypervisor hands a disk operation to the storage. */
function issue(world: World, host: Host, io: PendingIo): void {
  io.issued = true;
  sendToDisk(world, host, storageRequest(host, io));
  const at = after(world.now, world.config.disk.retryAfter);
  schedule(world.queue, at, { kind: 'storageRetry', host: host.id, request: io.operation.request });
}

/** No answer came for an operation: it is sent again. Doing it twice changes nothing. */
export function retryIo(world: World, host: Host, request: number): void {
  const io = host.replica.pendingIo.find((pending) => pending.operation.request === request);
  if (host.isAlive && host.replica.role !== 'halted' && io?.issued) issue(world, host, io);
}

function storageRequest(host: Host, io: PendingIo): StorageRequest {
  const { operation } = io;
  const { request } = operation;
  switch (operation.kind) {
    case 'diskRead':
      return { kind: 'read', host: host.id, request, block: operation.sector, blocks: operation.sectors };
    case 'diskWrite': {
      const { generation } = host.replica;
      return {
        kind: 'write',
        host: host.id,
        request,
        generation,
        block: operation.sector,
        bytes: operation.bytes,
      };
    }
    case 'diskFlush':
      return { kind: 'flush', host: host.id, request };
  }
}

function sendToDisk(world: World, host: Host, request: StorageRequest): void {
  send(world, `storage-${host.id}`, host.id, { kind: 'storage', request });
}

/** §2.3: switches learn where the VM is from a frame that bears its MAC. */
export function announceMac(world: World, host: Host, observe: Observer): void {
  send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: announcement(VM_MAC) });
  observe({ at: world.now, kind: 'macAnnounced', host: host.id });
}

function tell(world: World, host: Host, note: Note, observe: Observer): void {
  observe({ at: world.now, ...factOf(world, host, note) });
}

/** The protocol's note with what only the host knows: who it is, where its machine is. */
function factOf(world: World, host: Host, note: Note): Fact {
  const { id } = host;
  switch (note.kind) {
    case 'outputHeld':
      return { kind: 'outputHeld', host: id, output: outputFacts(world, note.held) };
    case 'suspected':
      return { kind: 'suspected', host: id, of: host.peer, silence: note.silence };
    case 'wentLive': {
      const silence = world.now - host.replica.lastHeard;
      return { kind: 'wentLive', host: id, instruction: instructionOf(host), silence };
    }
    case 'diverged':
      return { ...note, host: id, instruction: instructionOf(host) };
    default:
      return { ...note, host: id };
  }
}
