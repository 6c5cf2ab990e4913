// A world copied at an instant, to go back to. Machines share the pages of RAM that have not changed since.

import { type MachineSnapshot, restoreMachine, snapshotMachine } from '../machine/snapshot.ts';
import { pageBytesBeyond } from '../machine/snapshot-bytes.ts';
import type { Host, World } from './world.ts';

type FrozenHost = Omit<Host, 'machine' | 'config'>;

/** Immutable. Shares with the snapshot that it was taken after what is equal in both. */
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

/**
 * A copy that nobody will change, of plain data. Every part that is equal to the same part of `before`, an earlier such copy,
 * is that part itself.
 */
export function copyPlainBeside<T>(value: T, before: unknown): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) {
    const known = Array.isArray(before) ? before : [];
    const copy = value.map((element, i) => copyPlainBeside(element, known[i]));
    const isSame = copy.length === known.length && copy.every((element, i) => Object.is(element, known[i]));
    return (isSame ? known : copy) as T;
  }
  return copyRecordBeside(value as Record<string, unknown>, before) as T;
}

/** Equal records have their fields in the same order too: it may matter to who goes through them. */
function copyRecordBeside(value: Record<string, unknown>, before: unknown): Record<string, unknown> {
  const isRecord = typeof before === 'object' && before !== null;
  const known = (isRecord ? before : {}) as Record<string, unknown>;
  const names = Object.keys(known);
  const copy: Record<string, unknown> = {};
  let count = 0;
  let isSame = isRecord;
  for (const key in value) {
    const part = copyPlainBeside(value[key], known[key]);
    isSame &&= names[count++] === key && Object.is(part, known[key]);
    copy[key] = part;
  }
  return isSame && count === names.length ? known : copy;
}

const withoutMachine = ({ machine: _machine, config: _config, ...rest }: Host): FrozenHost => rest;

/** The world now. Costs what has changed since `before`, if that is given. */
export function snapshotWorld(world: World, before?: WorldSnapshot): WorldSnapshot {
  const { hosts, config: _config, ...rest } = world;
  return {
    world: copyPlainBeside(rest, before?.world),
    hosts: copyPlainBeside(hosts.map(withoutMachine), before?.hosts),
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

/** Estimates, for an engine of 64 bits: of an object, of one of its fields, of a number that is no small integer. */
const OBJECT_BYTES = 32;
const FIELD_BYTES = 8;
const NUMBER_BYTES = 16;
const ARRAY_BYTES = 160;

/** How much memory a snapshot takes, in bytes, where `before` is held anyway. Not too low. */
export function snapshotBytes(snapshot: WorldSnapshot, before: WorldSnapshot | null): number {
  let bytes = plainBytesBeyond([snapshot.world, snapshot.hosts], [before?.world, before?.hosts]);
  snapshot.machines.forEach((machine, i) => {
    const known = before?.machines[i] ?? null;
    bytes += pageBytesBeyond(machine, known) + plainBytesBeyond(machine.registers, known?.registers);
  });
  return bytes;
}

/** Bytes of the parts of plain data that are not the very same in `before`. Its strings are never made anew by copying. */
export function plainBytesBeyond(value: unknown, before: unknown): number {
  if (value === before) return 0;
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 2 ** 30 ? 0 : NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return ARRAY_BYTES + value.byteLength;
  const known = (before ?? {}) as Record<string, unknown>;
  let bytes = OBJECT_BYTES;
  for (const key in value)
    bytes += FIELD_BYTES + plainBytesBeyond((value as Record<string, unknown>)[key], known[key]);
  return bytes;
}
