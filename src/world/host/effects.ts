// Carries out what the protocol asks of its host.

import { releaseGatedWrite } from '../../ft/disk-io.ts';
import type { Effect, Note, TimerName } from '../../ft/effects.ts';
import { messageLength, type PairMessage } from '../../ft/messages.ts';
import type { HeldOutput, PendingIo } from '../../ft/replica.ts';
import { schedule } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { after, type Duration, type SimTime } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import { type HostId, VM_MAC } from '../base/config.ts';
import { linkOf } from '../net/cables.ts';
import { type DiskServer, enqueue } from '../net/disk-server.ts';
import { announcement } from '../net/ethernet.ts';
import type { StorageRequest } from '../net/messages.ts';
import { send } from '../net/network.ts';
import type { Fact, Observer } from '../state/observation.ts';
import { outputFacts } from '../state/output-facts.ts';
import { type Host, instructionOf, type World } from '../state/world.ts';
import { requestBackup } from '../vm/cluster.ts';
import { tellRollback } from './checkpointing.ts';
import { armGuestTimer } from './host-clock.ts';
import { changePace, positionOf } from './hypervisor.ts';

/** Executes the commands in order. Afterwards `out` is spent. */
export function execute(world: World, host: Host, out: Effect[], observe: Observer): void {
  // The list may grow while it is worked off.
  for (const command of out) executeOne(world, host, command, out, observe);
}

function executeOne(world: World, host: Host, command: Effect, out: Effect[], observe: Observer): void {
  const at = world.now;
  switch (command.kind) {
    case 'send': {
      const { message } = command;
      if (host.peer !== null) sendToPeer(world, host, host.peer, message, observe);
      break;
    }
    case 'setTimer':
      setTimer(world, host, command.timer, command.wait);
      break;
    case 'releaseOutput':
      release(world, host, command.held, out, observe);
      break;
    case 'dropOutput':
      observe({ at, kind: 'outputDropped', host: host.id, output: outputFacts(world, command.held) });
      break;
    case 'testAndSet': {
      const { generation } = command;
      sendToDisk(world, host, { kind: 'testAndSet', host: host.id, generation }, observe);
      observe({ at, kind: 'testAndSetSent', host: host.id, generation });
      break;
    }
    case 'issueIo':
      issue(world, host, command.io, command.again, observe);
      break;
    case 'completeIo': {
      const { ok = false, bytes } = command.io.own ?? {};
      const { request } = command.io.operation;
      host.deferred.push({ kind: 'diskCompletion', request, ok, ...(bytes ? { bytes } : {}) });
      break;
    }
    case 'requestBackup':
      requestBackup(world, host, observe);
      break;
    case 'changePace':
      changePace(world, host);
      break;
    case 'announceMac':
      announceMac(world, host, observe);
      break;
    case 'takeOverClock':
      tellRollback(world, host, observe);
      armGuestTimer(world, host);
      break;
    case 'takeOverKeyboard':
      typeAgain(world);
      break;
    case 'note':
      tell(world, host, command.note, observe);
      break;
  }
}

/** Another machine acts for the VM: what the one before was given and this one has not had follows as if it were typed now. */
function typeAgain({ keyboard, queue, now }: World): void {
  if (keyboard.isTyping || keyboard.typed.length === 0) return;
  keyboard.isTyping = true;
  schedule(queue, now, { kind: 'keystroke' });
}

function setTimer(world: World, host: Host, timer: TimerName, wait: Duration): void {
  const set = ++host.timersSet[timer];
  const from = timer === 'retransmit' ? allSent(world, host) : world.now;
  schedule(world.queue, after(from, wait), { kind: 'hostTimer', host: host.id, timer, set });
}

/** When the last bit for the peer has left. Entries that are still waiting for the cable are not late: sent again, they would only wait longer. */
function allSent(world: World, host: Host): SimTime {
  if (host.peer === null) return world.now;
  const log = linkOf(world, logCable(host.id, host.peer));
  const freeAt = log.freeAt[directionFrom(log, host.id)];
  return freeAt > world.now ? freeAt : world.now;
}

/** An output leaves the host. */
function release(world: World, host: Host, held: HeldOutput, out: Effect[], observe: Observer): void {
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
    send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: output.bytes }, observe);
  } else if (output.kind === 'diskWrite') {
    releaseGatedWrite(host.replica, world.config.protocol, output.request, out);
  }
}

/** The hypervisor hands a disk operation to the storage. */
function issue(world: World, host: Host, io: PendingIo, again: boolean, observe: Observer): void {
  const { request } = io.operation;
  observe({ at: world.now, kind: 'ioIssued', host: host.id, io: request, again });
  const order = storageRequest(host, io);
  if (host.disk === null) sendToDisk(world, host, order, observe);
  else serveLater(world, host.disk, order);
  const at = after(world.now, world.config.disk.retryAfter);
  const issue = ++host.issues;
  io.issue = issue;
  schedule(world.queue, at, { kind: 'storageRetry', host: host.id, request, issue });
}

/** A request joins the queue of a disk. */
export function serveLater(world: World, disk: DiskServer, request: StorageRequest): void {
  const service = enqueue(disk, request, world.now);
  if (service) schedule(world.queue, service.ends, { kind: 'diskService', disk: disk.id, service });
}

/** No answer came for an operation: it is sent again. Doing it twice changes nothing. */
export function retryIo(
  world: World,
  host: Host,
  { request, issue: number }: { request: number; issue: number },
  observe: Observer,
): void {
  const { role, pendingIo } = host.replica;
  const io = pendingIo.find((pending) => pending.operation.request === request);
  const isLate = io?.issued && io.own === undefined && io.issue === number;
  if (host.isAlive && role !== 'halted' && role !== 'spare' && isLate) issue(world, host, io, true, observe);
}

function storageRequest(host: Host, io: PendingIo): StorageRequest {
  const { operation } = io;
  const { request } = operation;
  switch (operation.kind) {
    case 'diskRead':
      return {
        kind: 'read',
        host: host.id,
        request,
        generation: host.replica.generation,
        block: operation.sector,
        blocks: operation.sectors,
      };
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

function sendToDisk(world: World, host: Host, request: StorageRequest, observe: Observer): void {
  send(world, `storage-${host.id}`, host.id, { kind: 'storage', request }, observe);
}

/** A message of the protocol goes to the other half of the pair. */
function sendToPeer(world: World, host: Host, peer: HostId, message: PairMessage, observe: Observer): void {
  const { generation } = message;
  const bytes = messageLength(message);
  const range =
    message.kind === 'entries'
      ? { first: message.first, last: message.last }
      : message.kind === 'ack'
        ? { last: message.through }
        : {};
  observe({
    at: world.now,
    kind: 'sent',
    host: host.id,
    message: message.kind,
    bytes,
    generation,
    ...range,
  });
  send(world, logCable(host.id, peer), host.id, { kind: 'channel', message }, observe);
}

/** §2.3: switches learn where the VM is from a frame that bears its MAC. */
export function announceMac(world: World, host: Host, observe: Observer): void {
  send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: announcement(VM_MAC) }, observe);
  observe({ at: world.now, kind: 'macAnnounced', host: host.id });
}

function tell(world: World, host: Host, note: Note, observe: Observer): void {
  observe({ at: world.now, ...factOf(world, host, note) });
}

/** The protocol's note with what only the host knows: who it is, where its machine is. */
function factOf(world: World, host: Host, note: Note): Fact {
  const { id } = host;
  const { generation } = host.replica;
  switch (note.kind) {
    case 'outputHeld':
      return { kind: 'outputHeld', host: id, output: outputFacts(world, note.held) };
    case 'acked':
      return { ...note, host: id, generation };
    case 'received':
      return { ...note, host: id, generation, instruction: positionOf(world, host) };
    case 'suspected':
      return { kind: 'suspected', host: id, of: host.peer ?? '', silence: note.silence };
    case 'wentSolo':
      return { kind: 'wentSolo', host: id, generation };
    case 'wentLive': {
      const { receiver, lastHeard } = host.replica;
      return {
        kind: 'wentLive',
        host: id,
        generation,
        instruction: instructionOf(host),
        silence: world.now - lastHeard,
        received: receiver.receivedThrough,
        consumed: receiver.consumedThrough,
      };
    }
    case 'diverged':
      return { ...note, host: id, instruction: instructionOf(host) };
    default:
      return { ...note, host: id };
  }
}
