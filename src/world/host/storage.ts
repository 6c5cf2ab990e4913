// A host's disk operations: handed to the disk's server or to its own medium, and handed over again without an answer.

import type { DeepReadonly } from '../../base/readonly.ts';
import { awaitsAnswer } from '../../ft/disk-io.ts';
import { issued } from '../../ft/machine-events.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { dropWhere, schedule } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { after, later, type SimTime } from '../../sim/time.ts';
import { linkOf } from '../net/cables.ts';
import { enqueue, type Medium, type MediumOperation } from '../net/medium.ts';
import { send } from '../net/network.ts';
import { flagRequest, forgetOrders, requestsFor, type StorageOrder } from '../net/storage-client.ts';
import { type StorageRequest, storageFrame } from '../net/storage-protocol.ts';
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
  if (host.disk === null) askDisk(world, host, orderOf(io), observe);
  else serveLater(world, host.disk, operationOf(io));
  const issue = ++host.issues;
  issued(host, request, issue);
  setRetry(world, host, request, issue);
}

/** What has no answer yet goes to the disk's server. */
function askDisk(world: World, host: Host, order: StorageOrder, observe: Observer): void {
  forgetOrders(host.storage, (io) =>
    host.replica.pendingIo.some(({ operation }) => operation.request === io),
  );
  const requests = requestsFor(host.storage, numberOf(world, host), host.replica.generation, order);
  for (const request of requests) sendToDisk(world, host, request, observe);
}

/** The host asks for the flag of a generation (§2.3). */
export function askForFlag(world: World, host: Host, generation: number, observe: Observer): void {
  sendToDisk(world, host, flagRequest(host.storage, numberOf(world, host), generation), observe);
}

/** By which the disk knows the host. */
const numberOf = ({ hosts }: World, host: Host): number => hosts.indexOf(host) + 1;

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
  return later(link.freeAt[directionFrom(link, host.id)], world.now);
}

/** An operation joins the queue of a host's own medium, unless it is there already: who has no answer yet may ask again. */
function serveLater(world: World, medium: Medium, operation: MediumOperation): void {
  const isUnderWay = world.queue.heap.some(
    ({ event }) =>
      event.kind === 'mediumDone' &&
      event.medium === medium.id &&
      event.service.epoch === medium.epoch &&
      event.service.operation.request === operation.request,
  );
  if (isUnderWay) return;
  const service = enqueue(medium, world.config.disk, operation, world.now);
  schedule(world.queue, service.ends, { kind: 'mediumDone', medium: medium.id, service });
}

/** Whether the answer is here, and waits only for the VM to run again. */
export const isAnswered = ({ deferred }: Host, request: number): boolean =>
  deferred.some((arrival) => arrival.kind === 'diskCompletion' && arrival.request === request);

function orderOf({ operation }: DeepReadonly<PendingIo>): StorageOrder {
  const { request: io } = operation;
  switch (operation.kind) {
    case 'diskRead':
      return { kind: 'read', io, block: operation.sector, blocks: operation.sectors };
    case 'diskWrite':
      return { kind: 'write', io, block: operation.sector, bytes: operation.bytes };
    case 'diskFlush':
      return { kind: 'flush', io };
  }
}

function operationOf(pending: DeepReadonly<PendingIo>): MediumOperation {
  const { io: request, ...order } = orderOf(pending);
  return { ...order, request } as MediumOperation;
}

function sendToDisk(world: World, host: Host, request: StorageRequest, observe: Observer): void {
  const bytes = storageFrame(request);
  send(world, `storage-${host.id}`, host.id, { kind: 'ethernet', bytes }, observe);
}
