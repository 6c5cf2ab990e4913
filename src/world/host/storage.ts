// A host's disk operations: handed to the shared storage or to its own disk, and handed over again without an answer.

import type { DeepReadonly } from '../../base/readonly.ts';
import { numberIssue } from '../../ft/disk-io.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after } from '../../sim/time.ts';
import { type DiskServer, enqueue } from '../net/disk-server.ts';
import type { StorageRequest } from '../net/messages.ts';
import { send } from '../net/network.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World } from '../state/world.ts';

/** The hypervisor hands a disk operation to the storage. */
export function issueIo(
  world: World,
  host: Host,
  io: DeepReadonly<PendingIo>,
  again: boolean,
  observe: Observer,
): void {
  const { request } = io.operation;
  observe({ at: world.now, kind: 'ioIssued', host: host.id, io: request, again });
  const order = storageRequest(host, io);
  if (host.disk === null) sendToDisk(world, host, order, observe);
  else serveLater(world, host.disk, order);
  const at = after(world.now, world.config.disk.retryAfter);
  const issue = ++host.issues;
  numberIssue(io, issue);
  schedule(world.queue, at, { kind: 'storageRetry', host: host.id, request, issue });
}

/** A request joins the queue of a disk. */
export function serveLater(world: World, disk: DiskServer, request: StorageRequest): void {
  const service = enqueue(disk, request, world.now);
  if (service) schedule(world.queue, service.ends, { kind: 'diskService', disk: disk.id, service });
}

function storageRequest(host: Host, io: DeepReadonly<PendingIo>): StorageRequest {
  const { operation } = io;
  const { request } = operation;
  switch (operation.kind) {
    case 'diskRead':
      return {
        kind: 'read',
        host: host.id,
        request,
        generation: host.replica.generation,
        block: operation.sector,
        blocks: operation.sectors,
      };
    case 'diskWrite': {
      const { generation } = host.replica;
      return {
        kind: 'write',
        host: host.id,
        request,
        generation,
        block: operation.sector,
        bytes: operation.bytes,
      };
    }
    case 'diskFlush':
      return { kind: 'flush', host: host.id, request };
  }
}

export function sendToDisk(world: World, host: Host, request: StorageRequest, observe: Observer): void {
  send(world, `storage-${host.id}`, host.id, { kind: 'storage', request }, observe);
}
