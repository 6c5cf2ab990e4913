// FT VMotion at its target (§3.1, §3.3): the pages and at last the rest of a machine arrive, and it goes on here.

import { issueReady } from '../../ft/disk-io.ts';
import type { Effect } from '../../ft/effects.ts';
import { startWatching } from '../../ft/failure-detection.ts';
import { announce } from '../../ft/going-live.ts';
import { acknowledge } from '../../ft/logging-channel.ts';
import type { MachineHandover, TransferMessage } from '../../ft/messages.ts';
import { createReplica, type Replica } from '../../ft/replica.ts';
import { applyBesideRam, type BesideRam, hashMachine } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after, NO_TIME, scaled } from '../../sim/time.ts';
import { execute } from '../host/effects.ts';
import { setGuestClock } from '../host/host-clock.ts';
import { deliverDeferred, settle } from '../host/hypervisor.ts';
import { replay } from '../host/replay.ts';
import { createDiskServer } from '../net/disk-server.ts';
import { install } from '../state/changed-pages.ts';
import type { Observer } from '../state/observation.ts';
import { copyPlain } from '../state/snapshot.ts';
import { blankMachine, type Host, instructionOf, type World } from '../state/world.ts';
import { post } from './cloning.ts';
import { requestBackup } from './cluster.ts';

export function receivePages(
  world: World,
  host: Host,
  from: Host,
  message: Extract<TransferMessage, { kind: 'pages' }>,
  observe: Observer,
): void {
  const { purpose, number, round, before, pages, blocks, endsRound } = message;
  if (host.incoming === null || host.incoming.number !== number || host.incoming.from !== from.id) {
    if (round !== 1 || before !== 0 || (host.replica.role !== 'spare' && host.replica.role !== 'halted'))
      return;
    host.incoming = { purpose, from: from.id, number, pages: 0, isComplete: false };
    host.machine = blankMachine(world.config);
    host.replica = createReplica('spare', host.replica.generation, world.config.protocol, world.now);
    if (host.disk)
      host.disk = createDiskServer(host.disk.id, { ...world.config.disk, contents: [] }, world.config.seed);
  }
  // A message before this one was lost: the source gets no answer, and gives the transfer up.
  if (before !== 0 && before !== host.incoming.pages) return;
  host.incoming.pages = before + pages.length;
  install(host, pages, blocks);
  expectMore(world, host, number);
  if (endsRound) post(world, host, from.id, { kind: 'roundReceived', number, round }, observe);
}

function expectMore(world: World, host: Host, number: number): void {
  const set = ++host.transferSet;
  const at = after(world.now, scaled(world.config.protocol.silenceTimeout, 4));
  schedule(world.queue, at, { kind: 'transferTimeout', host: host.id, number, set });
}

export function receiveState(
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
  const out: Effect[] = [];
  startWatching(host.replica, protocol, out);
  acknowledge(host.replica, out);
  issueReady(host.replica, protocol, out);
  execute(world, host, out, observe);
  settle(world, host);
}

/** §3.3: the source has let go. The machine goes on here, and the other half of the pair hears of it. */
export function takeOver(
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
  // What a backup was carrying out itself where it came from, it has to carry out here.
  for (const io of host.replica.pendingIo) if (io.own === undefined) io.issued = false;
  // A generation's flag belongs to the host that has won it: elsewhere a VM that runs alone needs another.
  if (host.replica.role === 'solo') host.replica.generation++;
  host.replica.lastHeard = world.now;
  const out: Effect[] = [];
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
function resumeSending(host: Host, out: Effect[]): void {
  const { sender } = host.replica;
  sender.nextToSend = sender.ackedThrough + 1;
  sender.inFlight = 0;
  sender.waitingForAck = false;
  sender.isFlushDue = false;
  out.push({ kind: 'setTimer', timer: 'flush', wait: NO_TIME });
}
