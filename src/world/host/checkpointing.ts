// A baseline (§6): the backup gets the pages that each epoch has changed, and the epoch's outputs wait for that.

import { keepForConsole } from '../../ft/console-outputs.ts';
import type { Effect } from '../../ft/effects.ts';
import { heard } from '../../ft/failure-detection.ts';
import type { CheckpointMessage } from '../../ft/messages.ts';
import { releaseEpoch } from '../../ft/output-rule.ts';
import { applyBesideRam, type BesideRam, stateBesideRam } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after, scaled } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import { lengthOf } from '../net/messages.ts';
import { send } from '../net/network.ts';
import { install, takeChanges } from '../state/changed-pages.ts';
import type { Observer } from '../state/observation.ts';
import { copyPlain } from '../state/snapshot.ts';
import { type Host, instructionOf, type World } from '../state/world.ts';
import { execute } from './effects.ts';
import { guestTicks, setGuestClock } from './host-clock.ts';
import { deliverDeferred, settle } from './hypervisor.ts';

/** The first epoch begins. Both machines were made from the same image, so only what changes has to travel. */
export function startEpochs(world: World, host: Host): void {
  if (world.config.replication.mode !== 'checkpoint' || host.replica.role !== 'primary') return;
  takeChanges(host);
  endEpochLater(world, host);
}

function endEpochLater(world: World, host: Host): void {
  const set = ++host.epochSet;
  schedule(world.queue, after(world.now, world.config.replication.epoch), {
    kind: 'epoch',
    host: host.id,
    set,
  });
}

/** The epoch ends: the VM stands still while what it has changed is copied aside, and then runs on, ahead of the backup. */
export function endEpoch(world: World, host: Host, observe: Observer): void {
  const { replica } = host;
  if (replica.role !== 'primary' || host.peer === null || replica.arbitration !== 'none') return;
  const { pages, blocks, snapshot } = takeChanges(host);
  const { epoch, generation } = replica;
  const pause = scaled(world.config.replication.copyTimePerPage, pages.length);
  const message: CheckpointMessage = {
    kind: 'checkpoint',
    generation,
    epoch,
    pages,
    blocks,
    registers: stateBesideRam(snapshot),
    guestTicks: guestTicks(world, host),
    pendingIo: copyPlain(replica.pendingIo),
    console: replica.gate.filter(({ output }) => output.kind === 'console'),
  };
  replica.epoch++;
  host.isCopying = true;
  settle(world, host);
  const bytes = lengthOf({ kind: 'checkpoint', message });
  observe({
    at: world.now,
    kind: 'checkpointTaken',
    host: host.id,
    epoch,
    pages: pages.length,
    bytes,
    pause,
  });
  send(world, logCable(host.id, host.peer), host.id, { kind: 'checkpoint', message }, observe);
  schedule(world.queue, after(world.now, pause), { kind: 'epochCopied', host: host.id, set: host.epochSet });
}

/** The pages are copied aside: the next epoch begins. */
export function epochCopied(world: World, host: Host, observe: Observer): void {
  host.isCopying = false;
  settle(world, host);
  deliverDeferred(world, host, observe);
  if (host.replica.role === 'primary') endEpochLater(world, host);
}

/** A checkpoint, or the word that it has arrived. */
export function receiveCheckpoint(
  world: World,
  host: Host,
  from: string,
  message: CheckpointMessage,
  observe: Observer,
): void {
  const { replica } = host;
  const { protocol } = world.config;
  if (message.generation !== replica.generation || from !== host.peer) return;
  const out: Effect[] = [];
  heard(replica, protocol, world.now, out);
  if (message.kind === 'checkpointReceived') {
    if (replica.role === 'primary') releaseEpoch(replica, message.epoch, out);
  } else if (replica.role === 'backup' && replica.arbitration === 'none') {
    takeCheckpoint(world, host, message, observe);
    const { generation, epoch } = message;
    const reply: CheckpointMessage = { kind: 'checkpointReceived', generation, epoch };
    send(world, logCable(host.id, from), host.id, { kind: 'checkpoint', message: reply }, observe);
  }
  execute(world, host, out, observe);
  settle(world, host);
}

/** All of it or nothing: the backup's machine is what the primary's was at the end of an epoch. */
function takeCheckpoint(
  world: World,
  host: Host,
  message: Extract<CheckpointMessage, { kind: 'checkpoint' }>,
  observe: Observer,
): void {
  const { epoch, pages, blocks, registers, pendingIo, console } = message;
  install(host, pages, blocks);
  applyBesideRam(host.machine, registers as BesideRam);
  setGuestClock(world, host, message.guestTicks);
  host.replica.epoch = epoch;
  host.replica.pendingIo = copyPlain(pendingIo).map((io) => ({ ...io, issued: false }));
  for (const held of console) keepForConsole(host.replica, held);
  observe({ at: world.now, kind: 'checkpointReceived', host: host.id, epoch });
}

/** A backup goes live from its last checkpoint: what the primary did since then is undone. */
export function tellRollback(world: World, host: Host, observe: Observer): void {
  if (world.config.replication.mode !== 'checkpoint') return;
  const { epoch } = host.replica;
  const instruction = instructionOf(host);
  observe({ at: world.now, kind: 'rolledBack', host: host.id, epoch, instruction });
}
