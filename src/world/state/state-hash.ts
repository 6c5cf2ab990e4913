// One hash of the whole state of a world, the same wherever and however it was reached.

import { hashHex } from '../../base/hash.ts';
import { hashMachine } from '../../machine/machine.ts';
import { inOrder } from '../../sim/event-queue.ts';
import type { Host, World } from './world.ts';

/**
 * Plain data as text, keys sorted, typed arrays as their hash. Two values have the same text if and only if they are
 * equal (but for collisions of the hash).
 */
function canonical(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (ArrayBuffer.isView(value))
    return `"${hashHex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const known = frozenTexts.get(value);
  if (known !== undefined) return known;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonical(member)}`;
  }
  text = `{${text}}`;
  if (Object.isFrozen(value)) frozenTexts.set(value, text);
  return text;
}

/** A full log has thousands of records that never change, and every frame that stands still has a hash. */
const frozenTexts = new WeakMap<object, string>();

const quotedKeys = new Map<string, string>();

function quoted(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = JSON.stringify(key);
    if (quotedKeys.size < QUOTED_MAX) quotedKeys.set(key, text);
  }
  return text;
}

/** Names of fields are few; a disk's blocks are not. */
const QUOTED_MAX = 1024;

/** Hash of everything that the world's future depends on, as 32 hex digits. */
export function hashWorld(world: World): string {
  const { hosts: _hosts, clients: _clients, disk: _disk, computers, config: _config, queue, ...rest } = world;
  const text = canonical({
    ...rest,
    // The heap's shape and the running numbers depend on the way here; the order of the events does not.
    queue: inOrder(queue).map(({ at, rank, event }) => ({ at, rank, event })),
    computers: computers.map(({ machine, config: _ofComputer, ...rest }) => ({
      ...rest,
      ...('copied' in rest ? { copied: (rest as Host).copied?.hash } : {}),
      machine: hashMachine(machine),
    })),
  });
  return hashHex(new TextEncoder().encode(text));
}
