// A world copied at an instant, to go back to. Machines share the pages of RAM that have not changed since.

import { type MachineSnapshot, restoreMachine, snapshotMachine } from '../machine/snapshot.ts';
import type { Host, World } from './world.ts';

type FrozenHost = Omit<Host, 'machine' | 'config'>;

export interface WorldSnapshot {
  world: Omit<World, 'hosts' | 'config'>;
  hosts: FrozenHost[];
  machines: MachineSnapshot[];
}

/**
 * A deep copy of plain data. What is frozen is shared, and so are typed arrays: outside of machines they are frames,
 * blocks and entries, which nothing changes once they are made.
 */
export function copyPlain<T>(value: T): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copyPlain(value[key]);
  return copy as T;
}

function freezeHost({ machine: _machine, config: _config, ...rest }: Host): FrozenHost {
  return copyPlain(rest);
}

export function snapshotWorld(world: World): WorldSnapshot {
  const { hosts, config: _config, ...rest } = world;
  return {
    world: copyPlain(rest),
    hosts: hosts.map(freezeHost),
    machines: hosts.map((host) => snapshotMachine(host.machine)),
  };
}

/** Puts the world back to where it was. The snapshot stays as it is. */
export function restoreWorld(world: World, snapshot: WorldSnapshot): void {
  Object.assign(world, copyPlain(snapshot.world));
  world.hosts.forEach((host, i) => {
    restoreMachine(host.machine, snapshot.machines[i] as MachineSnapshot);
    Object.assign(host, copyPlain(snapshot.hosts[i] as FrozenHost));
  });
}
