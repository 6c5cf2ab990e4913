// FT VMotion at its source (§3.1, §3.3): a machine's pages travel to another host while it runs, the last while it stands still.

import { issueReady } from '../../ft/disk-io.ts';
import type { Effect } from '../../ft/effects.ts';
import { startWatching } from '../../ft/failure-detection.ts';
import { isLastRound, type Purpose, type Transfer } from '../../ft/ft-vmotion.ts';
import type { MachineHandover, TransferMessage } from '../../ft/messages.ts';
import { createReplica } from '../../ft/replica.ts';
import { stateBesideRam } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { after, between, longer, NO_TIME, scaled, sum } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import { announceMac, execute } from '../host/effects.ts';
import { guestTicks } from '../host/host-clock.ts';
import { deliverDeferred, settle } from '../host/hypervisor.ts';
import { replay } from '../host/replay.ts';
import { linkOf } from '../net/cables.ts';
import { send } from '../net/network.ts';
import { changedSince, forgetCopied, takeChanges } from '../state/changed-pages.ts';
import type { Observer } from '../state/observation.ts';
import { copyPlain } from '../state/snapshot.ts';
import { blankMachine, type Host, type World } from '../state/world.ts';
import { requestBackup } from './cluster.ts';

/** Pages share a message up to this many, so that heartbeats get in between. */
const PAGES_PER_MESSAGE = 16;

/** A message about a machine that is on its way, over the cable between two hosts. */
export function post(
  world: World,
  from: Host,
  to: string,
  message: TransferMessage,
  observe: Observer,
): void {
  send(world, logCable(from.id, to), from.id, { kind: 'transfer', message }, observe);
}

/** A new backup is to be made on `target`: this VM is cloned to it. */
export function startClone(world: World, host: Host, target: Host, observe: Observer): void {
  const generation = host.replica.generation + 1;
  begin(world, host, 'clone', target, generation, observe);
  observe({ at: world.now, kind: 'cloneStarted', host: host.id, target: target.id, generation });
}

/** One machine of the pair is to be moved to `target`. */
export function startMove(
  world: World,
  host: Host,
  purpose: 'movePrimary' | 'moveBackup',
  target: Host,
  observe: Observer,
): void {
  begin(world, host, purpose, target, host.replica.generation, observe);
}

function begin(
  world: World,
  host: Host,
  purpose: Purpose,
  target: Host,
  generation: number,
  observe: Observer,
): void {
  host.transfer = {
    purpose,
    target: target.id,
    number: ++host.transfers,
    generation,
    round: 0,
    stage: 'copying',
    pausedAt: world.now,
  };
  forgetCopied(host);
  copyRound(world, host, host.transfer, observe);
}

/** One round: everything that has changed since the one before, while the VM goes on changing it. */
function copyRound(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  const { pages, blocks } = takeChanges(host);
  transfer.round++;
  const { purpose, number, round, target } = transfer;
  for (let i = 0; i === 0 || i < pages.length; i += PAGES_PER_MESSAGE) {
    const some = pages.slice(i, i + PAGES_PER_MESSAGE);
    const endsRound = i + PAGES_PER_MESSAGE >= pages.length;
    const message = { kind: 'pages' as const, purpose, number, round, before: i, pages: some, endsRound };
    post(world, host, target, { ...message, blocks: endsRound ? blocks : [] }, observe);
  }
  const bytes = (pages.length * 4096 + blocks.length * 512) | 0;
  observe({ at: world.now, kind: 'cloneRound', host: host.id, target, round, pages: pages.length, bytes });
  awaitAnswer(world, host, transfer);
}

/** Nothing heard of the target for as long as of a silent peer, after the last page has left: the transfer is given up. */
function awaitAnswer(world: World, host: Host, transfer: Transfer): void {
  const link = linkOf(world, logCable(host.id, transfer.target));
  const sent = link.freeAt[directionFrom(link, host.id)];
  const from = sent > world.now ? sent : world.now;
  const set = ++host.transferSet;
  const at = after(from, scaled(world.config.protocol.silenceTimeout, 2));
  schedule(world.queue, at, { kind: 'transferTimeout', host: host.id, number: transfer.number, set });
}

/** The target has a whole round. */
export function roundReceived(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  if (transfer.stage !== 'copying') return;
  if (host.replica.role === 'halted') {
    abandon(world, host, observe);
    return;
  }
  if (!isLastRound(world.config.vmotion, transfer, changedSince(host))) {
    copyRound(world, host, transfer, observe);
  } else if (transfer.purpose === 'clone') {
    handOver(world, host, transfer, observe);
  } else {
    quiesce(world, host, transfer, observe);
  }
}

/** §3.3: before a machine moves no disk operation may be under way. A backup has to ask its primary for that. */
function quiesce(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  transfer.stage = 'quiescing';
  awaitAnswer(world, host, transfer);
  const { generation } = host.replica;
  if (transfer.purpose === 'movePrimary') {
    host.replica.isQuiescing = true;
    handOverOnceQuiet(world, host, observe);
  } else if (host.peer !== null) {
    post(world, host, host.peer, { kind: 'quiesce', generation }, observe);
  }
}

const isQuiet = (host: Host): boolean => host.replica.pendingIo.every(({ issued }) => !issued);

/** The last operation may have completed. */
export function handOverOnceQuiet(world: World, host: Host, observe: Observer): void {
  const { transfer } = host;
  if (transfer?.stage !== 'quiescing' || transfer.purpose !== 'movePrimary' || !isQuiet(host)) return;
  observe({ at: world.now, kind: 'ioQuiesced', host: host.id });
  handOver(world, host, transfer, observe);
}

/** On a backup: the log says that no operation is under way at this instruction. */
export function backupIsQuiet(world: World, host: Host, observe: Observer): void {
  const { transfer } = host;
  if (transfer?.stage !== 'quiescing' || transfer.purpose !== 'moveBackup') return;
  handOver(world, host, transfer, observe);
}

/** The VM stands still, and what is left of it follows. */
function handOver(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  // A flag belongs to the host that has asked for it: who is about to go live decides that where it is.
  if (transfer.purpose !== 'clone' && host.replica.arbitration === 'asking') {
    abandon(world, host, observe);
    return;
  }
  const { pages, blocks, snapshot } = takeChanges(host);
  transfer.stage = 'paused';
  transfer.pausedAt = world.now;
  settle(world, host);
  observe({ at: world.now, kind: 'clonePaused', host: host.id });
  const isClone = transfer.purpose === 'clone';
  const state: MachineHandover = {
    purpose: transfer.purpose,
    generation: transfer.generation,
    peer: isClone ? host.id : (host.peer ?? ''),
    registers: stateBesideRam(snapshot),
    guestTicks: guestTicks(world, host),
    vmPercent: host.vmPercent,
    replica: isClone ? null : copyPlain(host.replica),
    pendingIo: copyPlain(host.replica.pendingIo),
  };
  const { number, target } = transfer;
  post(world, host, target, { kind: 'state', number, pages, blocks, state }, observe);
  awaitAnswer(world, host, transfer);
  if (isClone) becomePrimary(world, host, transfer, observe);
}

/**
 * From here on the target may be a backup that suspects this host, so this host is its primary, and must win the new
 * generation's flag before it goes on without it.
 */
function becomePrimary(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  const { pendingIo, console } = host.replica;
  const { protocol } = world.config;
  host.replica = {
    ...createReplica('primary', transfer.generation, protocol, world.now),
    pendingIo,
    console,
  };
  host.peer = transfer.target;
  const out: Effect[] = [];
  startWatching(host.replica, protocol, out);
  const link = linkOf(world, logCable(host.id, transfer.target));
  const leaves = link.freeAt[directionFrom(link, host.id)];
  const wait = sum(protocol.silenceTimeout, longer(NO_TIME, between(world.now, leaves)));
  out.push({ kind: 'setTimer', timer: 'silence', wait });
  execute(world, host, out, observe);
}

/** The target has everything. */
export function ready(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  if (transfer.stage !== 'paused') return;
  const { target, purpose, pausedAt, number } = transfer;
  host.transfer = null;
  forgetCopied(host);
  if (purpose === 'clone') {
    const pause = between(pausedAt, world.now);
    observe({ at: world.now, kind: 'cloneFinished', host: host.id, target, pause });
    announceMac(world, host, observe);
    settle(world, host);
    deliverDeferred(world, host, observe);
    return;
  }
  const deferred = host.deferred.filter(({ kind }) => kind === 'control' || kind === 'console');
  post(world, host, target, { kind: 'go', number, deferred }, observe);
  letGo(world, host);
}

/** The VM is somewhere else. */
export function letGo(world: World, host: Host): void {
  host.replica = createReplica('spare', host.replica.generation, world.config.protocol, world.now);
  host.machine = blankMachine(world.config);
  host.peer = null;
  host.deferred = [];
  host.stop = null;
  host.isIdle = false;
  settle(world, host);
}

/** No answer came in time. */
export function transferTimedOut(
  world: World,
  host: Host,
  number: number,
  set: number,
  observe: Observer,
): void {
  const { transfer, incoming } = host;
  if (host.transferSet !== set) return;
  if (incoming?.number === number && incoming !== null) {
    host.incoming = null;
    return;
  }
  // A clone that is paused is a primary already: its detector and the flag decide.
  if (transfer?.number !== number || (transfer.purpose === 'clone' && transfer.stage === 'paused')) return;
  abandon(world, host, observe);
}

/** The transfer comes to nothing; the VM goes on where it is. */
export function abandon(world: World, host: Host, observe: Observer): void {
  const { transfer } = host;
  if (transfer === null) return;
  const { target, number, purpose } = transfer;
  host.transfer = null;
  forgetCopied(host);
  observe({ at: world.now, kind: 'cloneAbandoned', host: host.id, target });
  post(world, host, target, { kind: 'cancel', number }, observe);
  endQuiescing(world, host, observe);
  if (purpose === 'moveBackup' && host.peer !== null)
    post(world, host, host.peer, { kind: 'resumeIo', generation: host.replica.generation }, observe);
  settle(world, host);
  deliverDeferred(world, host, observe);
  if (host.replica.role === 'backup') replay(world, host, observe);
  if (host.replica.role === 'solo' && !host.isPoweringOff) requestBackup(world, host, observe);
}

/**
 * The clone that this VM stands still for has come to nothing: its target was never heard of, and the flag has decided.
 * Who has won goes on, alone; who has lost is free to take a VM again.
 */
export function endDecidedClone(world: World, host: Host, observe: Observer): void {
  const { transfer, replica } = host;
  if (transfer?.purpose !== 'clone' || transfer.stage !== 'paused' || replica.role === 'primary') return;
  host.transfer = null;
  forgetCopied(host);
  observe({ at: world.now, kind: 'cloneAbandoned', host: host.id, target: transfer.target });
}

/** Disk operations may begin again. */
export function endQuiescing(world: World, host: Host, observe: Observer): void {
  if (!host.replica.isQuiescing) return;
  host.replica.isQuiescing = false;
  const out: Effect[] = [];
  issueReady(host.replica, world.config.protocol, out);
  execute(world, host, out, observe);
}

/** §3.3: on the primary, for a backup that is to be moved: the log says when no operation is under way. */
export function tellQuiet(world: World, host: Host, observe: Observer): void {
  if (
    !host.replica.isQuiescing ||
    host.transfer !== null ||
    host.replica.role !== 'primary' ||
    !isQuiet(host)
  )
    return;
  observe({ at: world.now, kind: 'ioQuiesced', host: host.id });
  host.deferred.push({ kind: 'control', operation: 'quiesce', value: 0 });
  deliverDeferred(world, host, observe);
}
