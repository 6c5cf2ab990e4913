// A host's disk operations on their way: what is asked again, and when; what joins the queue of a disk of its own, and what does not.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { linkOf } from '../net/cables.ts';
import { losePower } from '../net/medium.ts';
import { parseStorageRequest, type StorageRequest } from '../net/storage-protocol.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf, type WorldEvent } from '../state/world.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { isAnswered, issueIo } from './storage.ts';

type Operation = PendingIo['operation'];

const read = (request: number): Operation => ({
  kind: 'diskRead',
  request,
  sector: 7,
  sectors: 1,
  memory: [],
});
const write = (request: number, sectors = 1): Operation => ({
  kind: 'diskWrite',
  request,
  sector: 3,
  bytes: new Uint8Array(512 * sectors).fill(9),
  memory: [],
});
const flush = (request: number): Operation => ({ kind: 'diskFlush', request });

/** The time is 1 ms, and a retry is due 50 ms later. */
function fixture(isShared = true) {
  const base = worldConfig();
  const world = createWorld(worldConfig({ clients: [], disk: { ...base.disk, isShared } }));
  world.now = at(1_000_000);
  const facts: Observation[] = [];
  const a = hostOf(world, 'A');
  const b = hostOf(world, 'B');
  const events = <K extends WorldEvent['kind']>(kind: K) =>
    inOrder(world.queue).flatMap(({ at, event }) =>
      event.kind === kind ? [{ at, event: event as Extract<WorldEvent, { kind: K }> }] : [],
    );
  return {
    world,
    facts,
    a,
    b,
    /** Hands operations over, for the first time or again. */
    issue(host: Host, ...operations: Operation[]): void {
      for (const operation of operations) {
        const { pendingIo } = own(host).replica;
        let io = pendingIo.find((each) => each.operation.request === operation.request);
        if (io === undefined) {
          io = { operation, isGated: false, issued: true };
          pendingIo.push(io);
        }
        issueIo(world, host, io, false, (fact) => facts.push(fact));
      }
    },
    /** The guest has seen it completed. */
    end(host: Host, request: number): void {
      const { replica } = own(host);
      replica.pendingIo = replica.pendingIo.filter(({ operation }) => operation.request !== request);
    },
    retries: () => events('storageRetry').map(({ at, event }) => [at, event.host, event.request]),
    /** What is on its way to the disk's server. */
    asked: (): StorageRequest[] =>
      events('arrival').flatMap(({ event: { message } }) =>
        message.kind === 'ethernet' ? (parseStorageRequest(message.bytes) ?? []) : [],
      ),
    underWay: () =>
      events('mediumDone').map(({ at, event }) => [at, event.medium, event.service.operation.request]),
  };
}

describe('an operation without an answer is handed over again', () => {
  test('so much later, or after what has still to leave on the cable to the disk', () => {
    const { world, a, issue, retries } = fixture();
    const cable = linkOf(world, 'storage-A');
    const way = directionFrom(cable, 'A');
    issue(a, write(1, 8));
    const left = cable.freeAt[way];
    expect(left).toBeGreaterThan(1_000_000);
    expect(retries()).toEqual([[left + 50_000_000, 'A', 1]]);
  });

  test('from a disk of its own so much later, whatever waits for the cable', () => {
    const { world, a, issue, retries } = fixture(false);
    const cable = linkOf(world, 'storage-A');
    cable.freeAt[directionFrom(cable, 'A')] = at(9_000_000);
    issue(a, read(1));
    expect(retries()).toEqual([[51_000_000, 'A', 1]]);
  });

  test('once for each time that it was handed over, and not at all once it is answered', () => {
    const { a, b, issue, end, retries } = fixture(false);
    issue(b, read(1));
    issue(a, read(1), read(1), read(2));
    expect(retries().map(([, ...of]) => of)).toEqual([
      ['B', 1],
      ['A', 1],
      ['A', 2],
    ]);
    end(a, 1);
    end(b, 1);
    issue(a, read(3));
    // What has become of B's is B's to see.
    expect(retries().map(([, ...of]) => of)).toEqual([
      ['B', 1],
      ['A', 2],
      ['A', 3],
    ]);
  });

  test('under its old number, and what is no longer under way is forgotten', () => {
    const { a, issue, end, asked } = fixture();
    issue(a, read(1), write(2), read(1));
    expect(asked().map(({ number, io }) => [number, io])).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
    end(a, 2);
    issue(a, read(3));
    expect(a.storage.ordered.map(({ io }) => io)).toEqual([1, 3]);
  });
});

describe('the queue of a host’s own disk (§4.1)', () => {
  test('takes operations of each kind, as they are', () => {
    const { world, a, issue } = fixture(false);
    issue(a, read(1), write(2), flush(3));
    const operations = inOrder(world.queue).flatMap(({ event }) =>
      event.kind === 'mediumDone' ? [event.service.operation] : [],
    );
    expect(operations).toEqual([
      { kind: 'read', request: 1, block: 7, blocks: 1 },
      { kind: 'write', request: 2, block: 3, bytes: new Uint8Array(512).fill(9) },
      { kind: 'flush', request: 3 },
    ]);
  });

  test('takes none twice; that of the other host’s disk is another one', () => {
    const { a, b, issue, underWay } = fixture(false);
    issue(b, read(1));
    issue(a, read(1), read(2), read(1), read(2));
    expect(underWay()).toEqual([
      [1_060_000, 'disk-B', 1],
      [1_060_000, 'disk-A', 1],
      [1_120_000, 'disk-A', 2],
    ]);
  });

  test('takes it again after a loss of power, which has taken the queue along', () => {
    const { world, a, issue, underWay } = fixture(false);
    issue(a, read(1));
    losePower(a.disk as NonNullable<Host['disk']>, world.config.disk);
    issue(a, read(1), read(1));
    expect(underWay()).toHaveLength(2);
  });
});

test('an answer is here when it waits for the VM to run: its own, and nothing else', () => {
  const { a } = fixture();
  a.deferred.push({ kind: 'packet', bytes: new Uint8Array(60) });
  expect(isAnswered(a, 1)).toBe(false);
  a.deferred.push({ kind: 'diskCompletion', request: 2, ok: true });
  expect([1, 2].map((request) => isAnswered(a, request))).toEqual([false, true]);
});
