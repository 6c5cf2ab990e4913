// A host's disk operations: handed to the shared storage or to its own disk, and handed over again without an answer.

import type { DeepReadonly } from '../../base/readonly.ts';
import { awaitsAnswer } from '../../ft/disk-io.ts';
import { issued } from '../../ft/machine-events.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { dropWhere, schedule } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { after, type SimTime } from '../../sim/time.ts';
import { linkOf } from '../net/cables.ts';
import { type DiskServer, enqueue } from '../net/disk-server.ts';
import { answers, isSameRequest, type StorageRequest } from '../net/messages.ts';
import { send } from '../net/network.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World, WorldEvent } from '../state/world.ts';

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
  const issue = ++host.issues;
  issued(host, request, issue);
  setRetry(world, host, request, issue);
}

/** The operation is handed over again once that is late. Retries of what has had its answer are no longer wanted: they would add up. */
function setRetry(world: World, host: Host, request: number, issue: number): void {
  dropWhere(
    world.queue,
    (event) =>
      event.kind === 'storageRetry' &&
      event.host === host.id &&
      !awaitsAnswer(host.replica, event.request, event.issue),
  );
  const sent = host.disk === null ? allSentToDisk(world, host) : world.now;
  const at = after(sent, world.config.disk.retryAfter);
  schedule(world.queue, at, { kind: 'storageRetry', host: host.id, request, issue });
}

/** When the last bit for the shared disk has left. What still waits for its cable is not late: sent again, it would only wait longer. */
export function allSentToDisk(world: World, host: Host): SimTime {
  const link = linkOf(world, `storage-${host.id}`);
  const freeAt = link.freeAt[directionFrom(link, host.id)];
  return freeAt > world.now ? freeAt : world.now;
}

/** A request joins the queue of a disk, unless it is there already: who has no answer yet may ask again. */
export function serveLater(world: World, disk: DiskServer, request: StorageRequest): void {
  if (world.queue.heap.some(({ event }) => isUnderWay(world, disk, request, event))) return;
  const service = enqueue(disk, request, world.now);
  if (service) schedule(world.queue, service.ends, { kind: 'diskService', disk: disk.id, service });
}

/** Whether an event is that very request being served, or its answer, which still waits for the cable. */
function isUnderWay(world: World, disk: DiskServer, request: StorageRequest, event: WorldEvent): boolean {
  if (event.kind === 'diskService') {
    const { service } = event;
    return event.disk === disk.id && service.epoch === disk.epoch && isSameRequest(service.request, request);
  }
  if (event.kind !== 'arrival' || event.message.kind !== 'storageReply') return false;
  const isItsOwn = event.link === `storage-${request.host}` && event.leavesAt > world.now;
  return isItsOwn && answers(event.message.reply, request);
}

/** Whether the answer is here, and waits only for the VM to run again. */
export const isAnswered = ({ deferred }: Host, request: number): boolean =>
  deferred.some((arrival) => arrival.kind === 'diskCompletion' && arrival.request === request);

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
