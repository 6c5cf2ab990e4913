// A machine copied to another host, as FT VMotion (§3.1) and checkpoints (§6) need it: what goes out, and what comes in.

import type { Effect } from '../../ft/effects.ts';
import type { Checkpoint, CheckpointMessage, MachineHandover, TransferMessage } from '../../ft/messages.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { applyBesideRam, type BesideRam, stateBesideRam } from '../../machine/machine.ts';
import { directionFrom } from '../../sim/link.ts';
import { after, later, type SimTime, scaled } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import type { HostId } from '../base/config.ts';
import { linkOf } from '../net/cables.ts';
import { createMedium } from '../net/medium.ts';
import { lengthOf } from '../net/messages.ts';
import { send } from '../net/network.ts';
import { install, takeChanges } from '../state/changed-pages.ts';
import type { Observer } from '../state/observation.ts';
import { copyPlain } from '../state/snapshot.ts';
import { blankMachine, type Host, type World } from '../state/world.ts';
import { guestTicks, setGuestClock } from './host-clock.ts';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** Pages share a message up to this many, so that heartbeats get in between. */
const PAGES_PER_MESSAGE = 16;

/** A message about a machine that is on its way, over the cable between two hosts. */
export function sendTransfer(
  world: World,
  from: Host,
  to: HostId,
  message: TransferMessage,
  observe: Observer,
): void {
  send(world, logCable(from.id, to), from.id, { kind: 'transfer', message }, observe);
}

/** When the last bit for a host has left. What is still waiting for the cable is not late. */
export function allSentTo(world: World, host: Host, to: HostId): SimTime {
  const link = linkOf(world, logCable(host.id, to));
  return later(link.freeAt[directionFrom(link, host.id)], world.now);
}

/** One round of FT VMotion: everything that has changed since the one before. */
export function copyRound(
  world: World,
  host: Host,
  { purpose, number, round, target }: EffectOf<'copyRound'>,
  observe: Observer,
): void {
  const { pages, blocks } = takeChanges(host);
  for (let i = 0; i === 0 || i < pages.length; i += PAGES_PER_MESSAGE) {
    const some = pages.slice(i, i + PAGES_PER_MESSAGE);
    const endsRound = i + PAGES_PER_MESSAGE >= pages.length;
    const message = { kind: 'pages' as const, purpose, number, round, before: i, pages: some, endsRound };
    sendTransfer(world, host, target, { ...message, blocks: endsRound ? blocks : [] }, observe);
  }
  const bytes = (pages.length * 4096 + blocks.length * 512) | 0;
  observe({ at: world.now, kind: 'cloneRound', host: host.id, target, round, pages: pages.length, bytes });
}

/** The VM stands still, and what is left of it follows. */
export function sendState(
  world: World,
  host: Host,
  { target, number, state }: EffectOf<'sendState'>,
  observe: Observer,
): void {
  const { pages, blocks, snapshot } = takeChanges(host);
  observe({ at: world.now, kind: 'clonePaused', host: host.id });
  const registers = stateBesideRam(snapshot);
  const whole: MachineHandover = { ...copyPlain(state), registers, guestTicks: guestTicks(world, host) };
  sendTransfer(world, host, target, { kind: 'state', number, pages, blocks, state: whole }, observe);
}

/** The source has let go of a VM: the target may begin, with what was typed and done to the VM meanwhile. */
export function sendGo(
  world: World,
  host: Host,
  { target, number }: EffectOf<'sendGo'>,
  observe: Observer,
): void {
  const deferred = host.deferred.filter(({ kind }) => kind === 'control' || kind === 'console');
  sendTransfer(world, host, target, { kind: 'go', number, deferred }, observe);
}

/** The rest of a machine has come: it is here with its clock. */
export function installMachine(world: World, host: Host, { registers, guestTicks }: MachineHandover): void {
  applyBesideRam(host.machine, registers as BesideRam);
  host.isIdle = false;
  host.isReading = null;
  host.stop = null;
  host.deferred = [];
  setGuestClock(world, host, guestTicks);
}

/** An empty machine stands here, and nothing waits for it. `disk`: so is the host's own disk. */
export function clearMachine(world: World, host: Host, { disk }: { disk: boolean }): void {
  host.machine = blankMachine(world.config);
  host.deferred = [];
  host.stop = null;
  host.isIdle = false;
  host.isReading = null;
  if (disk) clearDisk(world, host);
}

/** A host's own disk is empty. */
export function clearDisk({ config }: World, host: Host): void {
  if (host.disk) host.disk = createMedium(host.disk.id, { ...config.disk, contents: [] }, config.seed);
}

/** The epoch's changes are copied aside while the VM stands still. @returns them, and when that is done */
export function takeCheckpoint(
  world: World,
  host: Host,
  { generation, epoch, pendingIo, console }: EffectOf<'takeCheckpoint'>,
  observe: Observer,
): { checkpoint: Checkpoint; copiedAt: SimTime } {
  const { pages, blocks, snapshot } = takeChanges(host);
  const pause = scaled(world.config.replication.copyTimePerPage, pages.length);
  const checkpoint: Checkpoint = {
    kind: 'checkpoint',
    generation,
    epoch,
    pages,
    blocks,
    registers: stateBesideRam(snapshot),
    guestTicks: guestTicks(world, host),
    pendingIo: copyPlain(pendingIo) as PendingIo[],
    console,
  };
  const bytes = lengthOf({ kind: 'checkpoint', message: checkpoint });
  const taken = { kind: 'checkpointTaken' as const, host: host.id, epoch, pages: pages.length, bytes, pause };
  observe({ at: world.now, ...taken });
  return { checkpoint, copiedAt: after(world.now, pause) };
}

/** To the other half of the pair. */
export function sendCheckpoint(
  world: World,
  host: Host,
  message: CheckpointMessage,
  observe: Observer,
): void {
  if (host.peer === null) return;
  send(world, logCable(host.id, host.peer), host.id, { kind: 'checkpoint', message }, observe);
}

/** All of it or nothing: the backup's machine is what the primary's was at the end of an epoch. */
export function installCheckpoint(
  world: World,
  host: Host,
  { checkpoint: { epoch, pages, blocks, registers, guestTicks } }: EffectOf<'installCheckpoint'>,
  observe: Observer,
): void {
  install(host, pages, blocks);
  applyBesideRam(host.machine, registers as BesideRam);
  setGuestClock(world, host, guestTicks);
  observe({ at: world.now, kind: 'checkpointReceived', host: host.id, epoch });
}
