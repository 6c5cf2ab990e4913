// §3.3: what an administrator asks of the VM, and why it is refused: each is done at the primary, and its backup follows (ft/power-off.ts).

import { sendVmTo } from '../../ft/host-events.ts';
import { isActing } from '../../ft/pair-end.ts';
import type { HostId } from '../base/config.ts';
import { deliver, goOn } from '../host/inputs.ts';
import { type Refusal, refusal } from '../language/refusals.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, hostOf, isRunning, type World } from '../state/world.ts';
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

/** The VM's share of a CPU is changed. */
export function changeShare(world: World, percent: number, observe: Observer): void {
  const host = actingHost(world);
  if (host === undefined) return;
  deliver(world, host, { kind: 'control', operation: 'share', value: percent }, observe);
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
  const busy = world.hosts.find(({ transfer }) => transfer !== null);
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
  const purpose = machine === 'primary' ? 'movePrimary' : 'moveBackup';
  goOn(world, host, sendVmTo(host, world.config, purpose, to, world.now), observe);
}
