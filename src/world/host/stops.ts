// What a host does when its machine stops, for a reason that concerns the world.

import type { Effect } from '../../ft/effects.ts';
import { emitted, entered, fellAsleep, guestEnded, stopped } from '../../ft/machine-events.ts';
import { isActing, runsByItself } from '../../ft/pair-end.ts';
import { isExact } from '../../ft/replaying.ts';
import type { Emission, Stop } from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import type { Observer } from '../state/observation.ts';
import { isPlain } from '../state/plain-host.ts';
import { type Computer, type Host, isHost, type World } from '../state/world.ts';
import { ownValue } from './effects.ts';
import { armGuestTimer } from './host-clock.ts';
import { goOn } from './inputs.ts';
import { momentOf } from './moment.ts';
import { handlePlainStop } from './plain-host.ts';

export function handleStop(world: World, computer: Computer, stop: Stop, observe: Observer): void {
  if (isPlain(computer)) handlePlainStop(world, computer, stop, observe);
  else if (isHost(computer)) goOn(world, computer, effectsOf(world, computer, stop, observe), observe);
}

/** The machine's own disk has told the guest that it has no such sectors. */
function tellRefused(world: World, host: Host, emission: Emission, observe: Observer): void {
  if (emission.kind !== 'diskRefused' || !isActing(host)) return;
  const disk = host.disk?.id ?? world.disk.medium.id;
  const where = { disk, block: emission.sector, host: host.id };
  observe({ at: world.now, kind: 'diskFailed', ...where, reason: 'range' });
}

function effectsOf(world: World, host: Host, stop: Stop, observe: Observer): readonly Effect[] {
  const { config } = world;
  switch (stop.reason) {
    case 'clock':
    case 'entropy':
      return readNondeterministic(world, host, stop.reason);
    case 'emission':
      for (const emission of stop.emissions) tellRefused(world, host, emission, observe);
      return emitted(host, config, stop.emissions, momentOf(world, host));
    case 'timerSet':
      if (runsByItself(host, config.protocol)) armGuestTimer(world, host);
      return stopped(host, config, momentOf(world, host));
    case 'exit':
      return guestEnded(host, config, { reason: 'guestExit', code: stop.code }, momentOf(world, host));
    case 'stuck': {
      const { cause, pc: trappedAt } = stop.first;
      const ending = { reason: 'guestStuck', address: stop.pc, cause, trappedAt } as const;
      return guestEnded(host, config, ending, momentOf(world, host));
    }
    // Only a backup's host hears of it.
    case 'waiting':
      if (!isExact(host.replica, config.protocol)) host.isIdle = true;
      return fellAsleep(host, config, momentOf(world, host));
    case 'budget':
      return stopped(host, config, momentOf(world, host));
  }
}

/** §2.1: on the primary the hypervisor gives the value and logs it; on the backup the value is the log's. */
function readNondeterministic(world: World, host: Host, kind: 'clock' | 'entropy'): readonly Effect[] {
  const { config } = world;
  if (!runsByItself(host, config.protocol)) return stopped(host, config, momentOf(world, host, kind));
  const value = ownValue(world, host, kind);
  inject(host.machine, value);
  return entered(host, config, value, momentOf(world, host));
}
