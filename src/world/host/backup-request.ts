// §3.1: a VM that runs alone asks the cluster service for a host on which its new backup can run. The answer takes a while.

import { schedule } from '../../sim/event-queue.ts';
import { after, type Duration } from '../../sim/time.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World } from '../state/world.ts';

export function requestBackup(world: World, host: Host, observe: Observer): void {
  if (world.config.hosts.length < 2 || world.config.replication.mode !== 'ft') return;
  observe({ at: world.now, kind: 'backupRequested', host: host.id });
  decideLater(world, host, world.config.cluster.decision);
}

/** The service answers, or looks again, after so long. */
export function decideLater(world: World, host: Host, wait: Duration): void {
  const { generation } = host.replica;
  schedule(world.queue, after(world.now, wait), { kind: 'clusterDecision', host: host.id, generation });
}
