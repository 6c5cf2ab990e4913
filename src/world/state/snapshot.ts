// A world copied at an instant, to go back to. Machines share the pages of RAM that have not changed since.

import { pageBytesBeyond } from '../../machine/memory/snapshot-bytes.ts';
import {
  type MachineSnapshot,
  restoreMachine,
  snapshotMachine,
  squeezeSnapshot,
} from '../../machine/snapshot.ts';
import { copyPlain, copyPlainBeside, packPlain, plainBytesBeyond } from '../base/plain-copy.ts';
import type { Computer } from './computer.ts';
import type { World } from './world.ts';

export { copyPlain, copyPlainBeside, packPlain, plainBytesBeyond };

type FrozenComputer = Omit<Computer, 'machine' | 'config'>;

/** Immutable, and only to be put back: long lists, and all of one that is packed, are kept in another form. Shares with the snapshot that it was taken after what is equal in both. */
export interface WorldSnapshot {
  world: Omit<World, 'hosts' | 'clients' | 'disk' | 'computers' | 'config'>;
  computers: FrozenComputer[];
  machines: MachineSnapshot[];
}

const withoutMachine = ({ machine: _machine, config: _config, ...rest }: Computer): FrozenComputer => rest;

/** The world now. Costs what has changed since `before`, if that is given. */
export function snapshotWorld(world: World, before?: WorldSnapshot): WorldSnapshot {
  const { hosts: _hosts, clients: _clients, disk: _disk, computers, config: _config, ...rest } = world;
  return {
    world: copyPlainBeside(rest, before?.world),
    computers: copyPlainBeside(computers.map(withoutMachine), before?.computers),
    machines: computers.map(({ machine }) => snapshotMachine(machine)),
  };
}

/** The same snapshot in less memory; still shares with `next`, which was taken after it, what is large and equal in both; and needs `first`, a packed one that is kept. */
export function packWorld(
  { world, computers, machines }: WorldSnapshot,
  next: WorldSnapshot,
  first?: WorldSnapshot,
): WorldSnapshot {
  machines.forEach((machine, i) => {
    squeezeSnapshot(machine, next.machines[i] as MachineSnapshot);
  });
  return {
    world: packPlain(world, next.world, first?.world),
    computers: packPlain(computers, next.computers, first?.computers),
    machines,
  };
}

/** Puts the world back to where it was. The snapshot stays as it is. */
export function restoreWorld(world: World, snapshot: WorldSnapshot): void {
  Object.assign(world, copyPlain(snapshot.world));
  const computers = copyPlain(snapshot.computers);
  world.computers.forEach((computer, i) => {
    restoreMachine(computer.machine, snapshot.machines[i] as MachineSnapshot);
    Object.assign(computer, computers[i]);
  });
}

/** How much memory a snapshot takes, in bytes, where `before` is held anyway. Not too low. */
export function snapshotBytes(snapshot: WorldSnapshot, before: WorldSnapshot | null): number {
  let bytes =
    plainBytesBeyond(snapshot.world, before?.world) + plainBytesBeyond(snapshot.computers, before?.computers);
  snapshot.machines.forEach((machine, i) => {
    const known = before?.machines[i] ?? null;
    bytes += pageBytesBeyond(machine, known) + plainBytesBeyond(machine.registers, known?.registers);
  });
  return bytes;
}
