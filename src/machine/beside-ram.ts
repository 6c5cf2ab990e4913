// Everything that a machine is besides its RAM, as one immutable plain value: taken for snapshots, sent to another host, put into a machine.
import { isSamePlain } from '../base/plain.ts';
import { watchTohost } from './machine-state.ts';
import { SINK } from './memory/decode-cache.ts';
import type { Machine } from './state.ts';

/** Registers, devices, and how the program ended. Plain data without caches: equal for equal states. */
export type BesideRam = Pick<
  Machine,
  'cpu' | 'otherHarts' | 'clint' | 'plic' | 'uart' | 'net' | 'disk' | 'ending' | 'tohost'
>;

/** A copy that nothing changes later. What is equal in `known`, an earlier one, is shared with it: most of it does not change. */
export function copyBesideRam(machine: Machine, known: BesideRam | null): BesideRam {
  const { cpu, otherHarts, clint, plic, uart, net, disk, ending, tohost } = machine;
  // What was written to x0 depends on the engine.
  cpu.x[SINK] = 0;
  return copyPlain({ cpu, otherHarts, clint, plic, uart, net, disk, ending, tohost }, known);
}

/** Puts a machine of the same configuration into this state; its RAM stays. */
export function applyBesideRam(machine: Machine, state: BesideRam): void {
  const { tohost, ending, ...parts } = state;
  restorePlain(machine, parts);
  machine.ending = ending;
  machine.firstTrap = null;
  Object.assign(machine.changes, { after: machine.cpu.instructions, count: 0 });
  watchTohost(machine, tohost);
}

const NUMBER_BYTES = 8;

/** Its size on a wire: typed arrays as they are, every other number and every list's length in 8 bytes. */
export function besideRamBytes(state: BesideRam): number {
  return bytesOf(state);
}

function bytesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? value.length : NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const length = Array.isArray(value) ? NUMBER_BYTES : 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), length);
}

function copyPlain<T>(value: T, known: unknown): T {
  if (isSamePlain(value, known)) return known as T;
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as T;
  const before = (known ?? {}) as Record<string, unknown>;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  for (const field in copy) copy[field] = copyPlain(copy[field], before[field]);
  return copy as T;
}

/** Gives `target`, of the same shape, the values of `source`. Typed arrays and records stay the same objects. */
function restorePlain(target: object, source: object): void {
  const fields = target as Record<string, unknown>;
  for (const [field, value] of Object.entries(source)) {
    if (ArrayBuffer.isView(value)) (fields[field] as Uint8Array).set(value as Uint8Array);
    else if (typeof value === 'object' && !Array.isArray(value)) restorePlain(fields[field] as object, value);
    else fields[field] = copyPlain(value, undefined);
  }
}
