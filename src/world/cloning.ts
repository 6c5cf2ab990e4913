// FT VMotion on the hosts (§3.1, §3.3): a machine's pages travel to another host while it runs, the last while it stands still.

import type { Command } from '../ft/commands.ts';
import { issueReady } from '../ft/disk-io.ts';
import { startWatching } from '../ft/failure-detection.ts';
import {
  type BlockCopy,
  isLastRound,
  type MachineHandover,
  type PageCopy,
  type Purpose,
  type Transfer,
  type TransferMessage,
} from '../ft/ft-vmotion.ts';
import { announce } from '../ft/going-live.ts';
import { acknowledge } from '../ft/logging-channel.ts';
import { createReplica, type Replica } from '../ft/replica.ts';
import {
  applyBesideRam,
  type BesideRam,
  differingPages,
  hashMachine,
  type MachineSnapshot,
  pageOf,
  snapshotMachine,
  stateBesideRam,
  writePage,
} from '../machine/machine.ts';
import { schedule } from '../sim/event-queue.ts';
import { directionFrom } from '../sim/link.ts';
import { after, between, type Duration } from '../sim/time.ts';
import { requestBackup } from './cluster.ts';
import { createDiskServer } from './disk-server.ts';
import { guestTicks, setGuestClock } from './host-clock.ts';
import { announceMac, execute } from './host-commands.ts';
import { deliverDeferred, settle } from './hypervisor.ts';
import { send } from './network.ts';
import type { Observer } from './observation.ts';
import { replay } from './replay.ts';
import { copyPlain } from './snapshot.ts';
import {
  blankMachine,
  type Host,
  hostOf,
  instructionOf,
  isActing,
  linkOf,
  logCable,
  type World,
} from './world.ts';

/** Pages share a message up to this many, so that heartbeats get in between. */
const PAGES_PER_MESSAGE = 16;

function post(world: World, from: Host, to: string, message: TransferMessage, observe: Observer): void {
  send(world, logCable(from.id, to), from.id, { kind: 'transfer', message }, observe);
}

// ---- At the source ---------------------------------------------------------------------------------------------

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
  host.copied = null;
  host.copiedBlocks = null;
  copyRound(world, host, host.transfer, observe);
}

/** What has changed since it was last copied, and the memory as it is now becomes what is. */
export function takeChanges(host: Host): {
  pages: PageCopy[];
  blocks: BlockCopy[];
  snapshot: MachineSnapshot;
} {
  const snapshot = snapshotMachine(host.machine);
  const numbers = differingPages(host.copied?.snapshot ?? null, snapshot);
  const pages = numbers.map((page) => ({ page, bytes: pageOf(snapshot, page) }));
  const blocks = changedBlocks(host);
  // Frozen, it is shared by copies of the world instead of being copied with it.
  host.copied = { snapshot: Object.freeze(snapshot), hash: hashMachine(host.machine) };
  host.copiedBlocks = host.disk === null ? null : Object.freeze({ ...host.disk.blocks });
  return { pages, blocks, snapshot };
}

function changedBlocks({ disk, copiedBlocks }: Host): BlockCopy[] {
  if (disk === null) return [];
  return Object.entries(disk.blocks)
    .filter(([block, bytes]) => copiedBlocks?.[Number(block)] !== bytes)
    .map(([block, bytes]) => ({ block: Number(block), bytes }));
}

/** One round: everything that has changed since the one before, while the VM goes on changing it. */
function copyRound(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  const { pages, blocks } = takeChanges(host);
  transfer.round++;
  const { purpose, number, round, target } = transfer;
  for (let i = 0; i === 0 || i < pages.length; i += PAGES_PER_MESSAGE) {
    const some = pages.slice(i, i + PAGES_PER_MESSAGE);
    const endsRound = i + PAGES_PER_MESSAGE >= pages.length;
    const message = { kind: 'pages' as const, purpose, number, round, pages: some, blocks, endsRound };
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
  const at = after(from, (2 * world.config.protocol.silenceTimeout) as Duration);
  schedule(world.queue, at, { kind: 'transferTimeout', host: host.id, number: transfer.number, set });
}

/** The target has a whole round. */
function roundReceived(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  if (transfer.stage !== 'copying') return;
  if (host.replica.role === 'halted') {
    abandon(world, host, observe);
    return;
  }
  const changed = differingPages(host.copied?.snapshot ?? null, snapshotMachine(host.machine)).length;
  if (!isLastRound(world.config.vmotion, transfer, changed + changedBlocks(host).length)) {
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
  const { pendingIo } = host.replica;
  const { protocol } = world.config;
  host.replica = { ...createReplica('primary', transfer.generation, protocol, world.now), pendingIo };
  host.peer = transfer.target;
  const out: Command[] = [];
  startWatching(host.replica, protocol, out);
  const link = linkOf(world, logCable(host.id, transfer.target));
  const leaves = link.freeAt[directionFrom(link, host.id)];
  const wait = (protocol.silenceTimeout + Math.max(0, leaves - world.now)) as Duration;
  out.push({ kind: 'setTimer', timer: 'silence', wait });
  execute(world, host, out, observe);
}

/** The target has everything. */
function ready(world: World, host: Host, transfer: Transfer, observe: Observer): void {
  if (transfer.stage !== 'paused') return;
  const { target, purpose, pausedAt, number } = transfer;
  host.transfer = null;
  host.copied = null;
  host.copiedBlocks = null;
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
  host.copied = null;
  host.copiedBlocks = null;
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
  host.copied = null;
  host.copiedBlocks = null;
  observe({ at: world.now, kind: 'cloneAbandoned', host: host.id, target: transfer.target });
}

/** Disk operations may begin again. */
function endQuiescing(world: World, host: Host, observe: Observer): void {
  if (!host.replica.isQuiescing) return;
  host.replica.isQuiescing = false;
  const out: Command[] = [];
  issueReady(host.replica, world.config.protocol, out);
  execute(world, host, out, observe);
}

// ---- At the target ---------------------------------------------------------------------------------------------

function receivePages(
  world: World,
  host: Host,
  from: Host,
  message: Extract<TransferMessage, { kind: 'pages' }>,
  observe: Observer,
): void {
  const { purpose, number, round, pages, blocks, endsRound } = message;
  if (host.incoming === null || host.incoming.number !== number || host.incoming.from !== from.id) {
    if (round !== 1 || (host.replica.role !== 'spare' && host.replica.role !== 'halted')) return;
    host.incoming = { purpose, from: from.id, number, isComplete: false };
    host.machine = blankMachine(world.config);
    host.replica = createReplica('spare', host.replica.generation, world.config.protocol, world.now);
    if (host.disk)
      host.disk = createDiskServer(host.disk.id, { ...world.config.disk, contents: [] }, world.config.seed);
  }
  install(host, pages, blocks);
  expectMore(world, host, number);
  if (endsRound) post(world, host, from.id, { kind: 'roundReceived', number, round }, observe);
}

/** Pages and blocks of another host's machine become this one's. */
export function install(host: Host, pages: PageCopy[], blocks: BlockCopy[]): void {
  for (const { page, bytes } of pages) writePage(host.machine, page, bytes);
  for (const { block, bytes } of blocks) if (host.disk) host.disk.blocks[block] = bytes;
}

function expectMore(world: World, host: Host, number: number): void {
  const set = ++host.transferSet;
  const at = after(world.now, (4 * world.config.protocol.silenceTimeout) as Duration);
  schedule(world.queue, at, { kind: 'transferTimeout', host: host.id, number, set });
}

function receiveState(
  world: World,
  host: Host,
  from: Host,
  message: Extract<TransferMessage, { kind: 'state' }>,
  observe: Observer,
): void {
  const { number, pages, blocks, state } = message;
  if (host.incoming?.number !== number || host.incoming.from !== from.id) return;
  install(host, pages, blocks);
  applyBesideRam(host.machine, state.registers as BesideRam);
  host.vmPercent = state.vmPercent;
  host.isIdle = false;
  host.isReading = null;
  host.stop = null;
  host.deferred = [];
  setGuestClock(world, host, state.guestTicks);
  post(world, host, from.id, { kind: 'ready', number }, observe);
  if (state.purpose === 'clone') {
    host.incoming = null;
    becomeBackup(world, host, from, state, observe);
    return;
  }
  host.incoming.isComplete = true;
  host.peer = state.peer;
  host.replica = { ...copyPlain(state.replica as Replica), role: 'spare' };
  host.handover = state;
  expectMore(world, host, number);
}

/** The clone is whole: this host is the backup of the generation that begins here. */
function becomeBackup(world: World, host: Host, from: Host, state: MachineHandover, observe: Observer): void {
  const { protocol } = world.config;
  const { generation } = state;
  const pendingIo = copyPlain(state.pendingIo).map((io) => ({ ...io, issued: false }));
  host.replica = { ...createReplica('backup', generation, protocol, world.now), pendingIo };
  host.replica.receiver.barrier = instructionOf(host);
  host.peer = from.id;
  observe({
    at: world.now,
    kind: 'paired',
    generation,
    primary: from.id,
    backup: host.id,
    instruction: instructionOf(host),
    primaryState: hashMachine(from.machine),
    backupState: hashMachine(host.machine),
  });
  const out: Command[] = [];
  startWatching(host.replica, protocol, out);
  acknowledge(host.replica, out);
  issueReady(host.replica, protocol, out);
  execute(world, host, out, observe);
  settle(world, host);
}

/** §3.3: the source has let go. The machine goes on here, and the other half of the pair hears of it. */
function takeOver(
  world: World,
  host: Host,
  { number, deferred }: Extract<TransferMessage, { kind: 'go' }>,
  observe: Observer,
): void {
  const { incoming, handover } = host;
  if (incoming?.number !== number || !incoming.isComplete || handover === null) return;
  const { protocol } = world.config;
  const isPrimary = incoming.purpose === 'movePrimary';
  const from = incoming.from;
  host.incoming = null;
  host.handover = null;
  host.deferred = copyPlain(deferred);
  host.replica.role = (handover.replica as Replica).role;
  host.replica.isQuiescing = false;
  // A generation's flag belongs to the host that has won it: elsewhere a VM that runs alone needs another.
  if (host.replica.role === 'solo') host.replica.generation++;
  host.replica.lastHeard = world.now;
  const out: Command[] = [];
  if (host.peer !== null && host.peer !== '') {
    const { generation } = host.replica;
    post(world, host, host.peer, { kind: 'moved', generation }, observe);
    startWatching(host.replica, protocol, out);
    if (isPrimary) resumeSending(host, out);
    else acknowledge(host.replica, out);
  } else host.peer = null;
  if (isPrimary) {
    out.push({ kind: 'takeOverClock' });
    announce(protocol, out);
  }
  issueReady(host.replica, protocol, out);
  if (!isPrimary && host.peer !== null)
    post(world, host, host.peer, { kind: 'resumeIo', generation: host.replica.generation }, observe);
  execute(world, host, out, observe);
  const machine = isPrimary ? 'primary' : 'backup';
  observe({ at: world.now, kind: 'migrationFinished', machine, from, to: host.id });
  settle(world, host);
  if (host.replica.role === 'backup') replay(world, host, observe);
  else deliverDeferred(world, host, observe);
  if (host.replica.role === 'solo') requestBackup(world, host, observe);
}

/** What was not acknowledged may have been lost between the two places: it is sent again. */
function resumeSending(host: Host, out: Command[]): void {
  const { sender } = host.replica;
  sender.nextToSend = sender.ackedThrough + 1;
  sender.inFlight = 0;
  sender.waitingForAck = false;
  sender.isFlushDue = false;
  out.push({ kind: 'setTimer', timer: 'flush', wait: 0 as Duration });
}

// ---- Messages --------------------------------------------------------------------------------------------------

/** A message about a machine that is on its way. */
export function receiveTransfer(
  world: World,
  host: Host,
  fromId: string,
  message: TransferMessage,
  observe: Observer,
): void {
  const from = hostOf(world, fromId);
  const { transfer } = host;
  const isMine = 'number' in message && transfer?.number === message.number && transfer.target === fromId;
  switch (message.kind) {
    case 'pages':
      receivePages(world, host, from, message, observe);
      break;
    case 'roundReceived':
      if (isMine) roundReceived(world, host, transfer, observe);
      break;
    case 'state':
      receiveState(world, host, from, message, observe);
      break;
    case 'ready':
      if (isMine) ready(world, host, transfer, observe);
      break;
    case 'go':
      if (host.incoming?.from === fromId) takeOver(world, host, message, observe);
      break;
    case 'cancel':
      if (host.incoming?.number === message.number && host.incoming.from === fromId) host.incoming = null;
      break;
    case 'moved':
      if (message.generation === host.replica.generation && host.peer !== null) host.peer = fromId;
      break;
    case 'quiesce':
      if (message.generation === host.replica.generation && isActing(host)) {
        host.replica.isQuiescing = true;
        tellQuiet(world, host, observe);
      }
      break;
    case 'resumeIo':
      if (message.generation === host.replica.generation) endQuiescing(world, host, observe);
      break;
  }
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
