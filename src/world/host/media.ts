// What happens when a medium has done an operation: the disk's server hears of it, or the host whose own it is.

import { hashHex } from '../../base/hash.ts';
import { blocksOf, firstWord } from '../base/blocks.ts';
import { type MediumAnswer, type MediumOperation, type MediumService, serve } from '../net/medium.ts';
import type { Fact, Observer } from '../state/observation.ts';
import type { Host, World, WorldEvent } from '../state/world.ts';
import { serverMediumDone } from './plain-host.ts';
import { completeIo } from './receiving.ts';

type Done = Extract<WorldEvent, { kind: 'mediumDone' }>;

export function mediumDone(world: World, event: Done, observe: Observer): void {
  const { medium, service } = event;
  const own = world.hosts.find(({ disk }) => disk?.id === medium);
  const computer = own ?? world.disk;
  if (computer.isPaused) computer.stalled.push(event);
  else if (!computer.isAlive) return;
  else if (own === undefined) serverMediumDone(world, service, observe);
  else ownMediumDone(world, own, service, observe);
}

/** §4.1: a host's own disk has done what the VM's machine asked for. */
function ownMediumDone(world: World, host: Host, service: MediumService, observe: Observer): void {
  const medium = host.disk;
  const answer = medium && serve(medium, world.config.disk, service);
  if (medium === null || answer === null) return;
  const { operation } = service;
  if (operation.kind === 'write' && answer.ok)
    for (let i = 0; i < blocksOf(operation.bytes); i++)
      medium.writers[operation.block + i] = { host: host.id, at: world.now };
  const fact = factOf(host, medium.id, operation, answer);
  if (fact) observe({ at: world.now, ...fact });
  const { request: io, ok, bytes } = answer;
  completeIo(world, host, { io, ok, ...(bytes ? { bytes } : {}) }, observe);
}

function factOf(
  { id: host, replica: { generation } }: Host,
  disk: string,
  operation: MediumOperation,
  { request: io, ok, bytes, why }: MediumAnswer,
): Fact | undefined {
  if (operation.kind === 'flush') return undefined;
  const { block } = operation;
  const place = { disk, block, host, io };
  if (!ok) return { kind: 'diskFailed', ...place, reason: why ?? 'error' };
  if (operation.kind === 'read')
    return {
      kind: 'diskRead',
      ...place,
      blocks: operation.blocks,
      digest: hashHex(bytes ?? new Uint8Array(0)),
    };
  const written = { blocks: blocksOf(operation.bytes), value: firstWord(operation.bytes), generation };
  return { kind: 'diskWritten', ...place, ...written, digest: hashHex(operation.bytes) };
}
