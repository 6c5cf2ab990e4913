// §3.3: what an administrator does to the VM: each is done at the primary, and its backup follows.

import type { LogEntry } from '../../ft/entry.ts';
import type { HostId } from '../base/config.ts';
import { changePace, deliver, settle } from '../host/hypervisor.ts';
import { type Refusal, refusal } from '../language/refusals.ts';
import type { Observer } from '../state/observation.ts';
import { type Arrival, type Host, hostOf, isActing, isRunning, type World } from '../state/world.ts';
import { abandon, backupIsQuiet, startMove } from './cloning.ts';
import { canTakeVm } from './cluster.ts';

/** The host whose VM acts for the world. */
export const actingHost = (world: World): Host | undefined =>
  world.hosts.find((host) => isRunning(host) && isActing(host) && host.replica.arbitration !== 'asking');

/** The VM is switched off on purpose: nobody is to take over. */
export function powerOff(world: World, observe: Observer): void {
  const host = actingHost(world);
  if (host === undefined) return;
  deliver(world, host, { kind: 'control', operation: 'powerOff', value: 0 }, observe);
}

/** On the primary, or on who is alone: the log has it, if there is one, so now it is done. */
export function carryOutControl(
  world: World,
  host: Host,
  { operation, value }: Extract<Arrival, { kind: 'control' }>,
  observe: Observer,
): void {
  if (operation === 'powerOff') beginPowerOff(world, host, observe);
  if (operation === 'share') setShare(world, host, value, observe);
}

/** From here on the VM executes nothing, and goes nowhere. */
function beginPowerOff(world: World, host: Host, observe: Observer): void {
  host.isPoweringOff = true;
  abandon(world, host, observe);
  settle(world, host);
  finishPowerOff(world, host, observe);
}

/** The primary is off once its backup knows; before that it would be taken for dead. */
export function finishPowerOff(world: World, host: Host, observe: Observer): void {
  const { replica } = host;
  if (!host.isPoweringOff || (replica.role === 'primary' && replica.sender.entries.length > 0)) return;
  switchOff(world, host, observe);
}

function switchOff(world: World, host: Host, observe: Observer): void {
  host.isPoweringOff = false;
  host.replica.role = 'halted';
  host.replica.haltReason = 'poweredOff';
  observe({ at: world.now, kind: 'poweredOff', host: host.id });
  observe({ at: world.now, kind: 'halted', host: host.id, reason: 'poweredOff' });
  abandon(world, host, observe);
  settle(world, host);
}

/** The VM's share of a CPU is changed. */
export function changeShare(world: World, percent: number, observe: Observer): void {
  const host = actingHost(world);
  if (host === undefined) return;
  deliver(world, host, { kind: 'control', operation: 'share', value: percent }, observe);
}

function setShare(world: World, host: Host, percent: number, observe: Observer): void {
  host.vmPercent = percent;
  changePace(world, host);
  observe({ at: world.now, kind: 'resourcesChanged', host: host.id, percent });
}

/** On the backup: what the log says was done to the VM. */
export function followControl(
  world: World,
  host: Host,
  entry: Extract<LogEntry, { kind: 'control' }>,
  observe: Observer,
): void {
  switch (entry.operation) {
    case 'powerOff':
      switchOff(world, host, observe);
      break;
    case 'share':
      setShare(world, host, entry.value, observe);
      break;
    case 'quiesce':
      backupIsQuiet(world, host, observe);
      break;
  }
}

/** The host whose machine would move. */
const moverOf = (world: World, machine: 'primary' | 'backup'): Host | undefined =>
  machine === 'primary'
    ? actingHost(world)
    : world.hosts.find((host) => isRunning(host) && host.replica.role === 'backup');

/** Why one machine of the pair can't move to a host just now; both on one host are refused (§3.3). */
export function migrationRefusal(
  world: World,
  machine: 'primary' | 'backup',
  to: HostId,
): Refusal | undefined {
  const host = moverOf(world, machine);
  const target = hostOf(world, to);
  if (host === undefined) return refusal(machine === 'primary' ? 'noVm' : 'noBackup');
  if (host.peer === to) return refusal('neverBoth', { host: to });
  if (host === target) return refusal('alreadyThere', { host: to, machine });
  // The two machines of a pair move one after the other, or neither would know where the other is.
  const busy = world.hosts.find(({ isAlive, transfer }) => isAlive && transfer !== null);
  if (busy !== undefined) return refusal('alreadyCopying', { host: busy.id });
  if (host.replica.arbitration === 'asking') return refusal('goingLive', { machine });
  return canTakeVm(world, host, target) ? undefined : refusal('cantTake', { host: to });
}

/** VMotion of one machine of the pair to another host, to which it may go. */
export function startMigration(
  world: World,
  machine: 'primary' | 'backup',
  to: HostId,
  observe: Observer,
): void {
  const host = moverOf(world, machine);
  if (host === undefined) return;
  observe({ at: world.now, kind: 'migrationStarted', machine, from: host.id, to });
  startMove(world, host, machine === 'primary' ? 'movePrimary' : 'moveBackup', hostOf(world, to), observe);
}
