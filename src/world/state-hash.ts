// One hash of the whole state of a world, the same wherever and however it was reached.

import { hashHex } from '../base/hash.ts';
import { hashMachine } from '../machine/machine.ts';
import { inOrder } from '../sim/event-queue.ts';
import type { World } from './world.ts';

/**
 * Plain data as text, keys sorted, typed arrays as their hash. Two values have the same text if and only if they are
 * equal (but for collisions of the hash).
 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (ArrayBuffer.isView(value))
    return `"${hashHex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

/** Hash of everything that the world's future depends on, as 32 hex digits. */
export function hashWorld(world: World): string {
  const { hosts, config: _config, queue, ...rest } = world;
  const text = canonical({
    ...rest,
    // The heap's shape and the running numbers depend on the way here; the order of the events does not.
    queue: inOrder(queue).map(({ at, rank, event }) => ({ at, rank, event })),
    hosts: hosts.map(({ machine, config: _hostConfig, copied, ...host }) => ({
      ...host,
      copied: copied?.hash,
      machine: hashMachine(machine),
    })),
  });
  return hashHex(new TextEncoder().encode(text));
}
