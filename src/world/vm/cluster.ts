// §3.1: the cluster service, which knows every host's resources and access to storage, and picks one for a new backup.

import { sendVmTo } from '../../ft/host-events.ts';
import { logCable } from '../base/cables.ts';
import { decideLater } from '../host/backup-request.ts';
import { goOn } from '../host/inputs.ts';
import { linkOf } from '../net/cables.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, isRunning, type World } from '../state/world.ts';

/** The service answers. As long as no host fits it looks again and again; only the first time is worth telling. */
export function decide(world: World, host: Host, generation: number, observe: Observer): void {
  const { replica } = host;
  if (!isRunning(host) || replica.role !== 'solo' || replica.generation !== generation || host.transfer)
    return;
  const target = pickHost(world, host);
  if (target === undefined) {
    if (!host.isUnanswered) observe({ at: world.now, kind: 'noHostFits', host: host.id });
    host.isUnanswered = true;
    decideLater(world, host, world.config.cluster.retry);
    return;
  }
  host.isUnanswered = false;
  observe({ at: world.now, kind: 'backupChosen', host: host.id, target: target.id });
  goOn(world, host, sendVmTo(host, world.config, 'clone', target.id, world.now), observe);
}

/** The host with most CPU to spare, the first of those that are equal. */
function pickHost(world: World, source: Host): Host | undefined {
  let best: Host | undefined;
  for (const host of world.hosts) {
    if (canTakeVm(world, source, host) && (best === undefined || host.cpuPercent > best.cpuPercent))
      best = host;
  }
  return best;
}

/** Whether a host has power, runs nothing, reaches the storage and the LAN, and is reached from where the VM runs. */
export function canTakeVm(world: World, source: Host, host: Host): boolean {
  const { role, haltReason } = host.replica;
  const isFree = role === 'spare' || (role === 'halted' && haltReason === 'lostArbitration');
  if (!isRunning(host) || !isFree || host.incoming !== null) return false;
  const cables = [`storage-${host.id}`, `lan-${host.id}`, logCable(source.id, host.id)];
  return cables.every((id) => linkOf(world, id).cut.every((isCut) => !isCut));
}
