// What a medium has done: for whom it was written, what is told of it, and whose machine hears of it.

import { describe, expect, test } from 'vitest';
import { hashHex } from '../../base/hash.ts';
import { own } from '../../ft/own.ts';
import type { PendingIo } from '../../ft/replica.ts';
import { impairMedium, losePower, type Medium, type MediumOperation } from '../net/medium.ts';
import type { StorageRequest } from '../net/storage-protocol.ts';
import { noteAsked } from '../net/storage-seen.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf } from '../state/world.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { mediumDone } from './media.ts';

const two = new Uint8Array(1024).fill(6);
const write: MediumOperation = { kind: 'write', request: 1, block: 3, bytes: two };
const read: MediumOperation = { kind: 'read', request: 2, block: 7, blocks: 1 };
const flush: MediumOperation = { kind: 'flush', request: 3 };

/** At 1 µs. Each operation is the next that a medium has done. */
function fixture(isShared: boolean) {
  const world = createWorld(worldConfig({ clients: [], disk: { ...worldConfig().disk, isShared } }));
  world.now = at(1000);
  const a = hostOf(world, 'A');
  const facts: Observation[] = [];
  const does = (medium: Medium, operation: MediumOperation, epoch = medium.epoch): Observation[] => {
    facts.length = 0;
    const service = { operation, begins: at(0), ends: at(1000), epoch };
    mediumDone(world, { kind: 'mediumDone', medium: medium.id, service }, (fact) => facts.push(fact));
    return facts.filter(({ kind }) => kind.startsWith('disk'));
  };
  return { world, a, does, facts };
}

describe('a host’s own disk (§4.1)', () => {
  /** A has these operations under way. */
  function owning() {
    const made = fixture(false);
    const operations: PendingIo['operation'][] = [
      { kind: 'diskWrite', request: 1, sector: 3, bytes: two, memory: [] },
      { kind: 'diskRead', request: 2, sector: 7, sectors: 1, memory: [] },
      { kind: 'diskFlush', request: 3 },
    ];
    for (const operation of operations)
      own(made.a).replica.pendingIo.push({ operation, isGated: false, issued: true });
    const disk = made.a.disk as NonNullable<Host['disk']>;
    const left = () => made.a.replica.pendingIo.map(({ operation }) => operation.request);
    return { ...made, disk, left };
  }
  const told = { at: 1000, disk: 'disk-A', host: 'A' };

  test('has done what its machine asked for, and the guest hears of it', () => {
    const { a, disk, does, left } = owning();
    const content = disk.blocks[7] as Uint8Array<ArrayBuffer>;
    expect(does(disk, write)).toEqual([
      {
        ...told,
        kind: 'diskWritten',
        block: 3,
        io: 1,
        blocks: 2,
        value: 0x0606_0606,
        generation: 1,
        digest: hashHex(two),
      },
    ]);
    expect(disk.writers).toEqual({ 3: { host: 'A', at: 1000 }, 4: { host: 'A', at: 1000 } });
    expect(does(disk, read)).toEqual([
      { ...told, kind: 'diskRead', block: 7, io: 2, blocks: 1, digest: hashHex(content) },
    ]);
    expect(does(disk, flush)).toEqual([]);
    expect([left(), disk.writers[7], a.replica.sender.entries.length]).toEqual([[], undefined, 3]);
  });

  test('says why it could not, and nothing was written', () => {
    const { disk, does, left } = owning();
    impairMedium(disk, { full: true, reads: true });
    expect(does(disk, write)).toEqual([{ ...told, kind: 'diskFailed', block: 3, io: 1, reason: 'full' }]);
    expect(does(disk, read)).toEqual([{ ...told, kind: 'diskFailed', block: 7, io: 2, reason: 'error' }]);
    expect([disk.writers, left()]).toEqual([{}, [3]]);
  });

  test('has done nothing of what a loss of power took along, nor of a host without power', () => {
    const { world, a, disk, does, left } = owning();
    losePower(disk, world.config.disk);
    expect(does(disk, write, 0)).toEqual([]);
    a.isAlive = false;
    expect(does(disk, write)).toEqual([]);
    expect([left(), disk.blocks[3]]).toEqual([[1, 2, 3], undefined]);
  });

  test('is found by a host that was paused when it goes on', () => {
    const { a, disk, does, left } = owning();
    a.isPaused = true;
    expect(does(disk, write)).toEqual([]);
    expect([a.stalled.map(({ kind }) => kind), left()]).toEqual([['mediumDone'], [1, 2, 3]]);
  });
});

describe('the medium of the disk’s server', () => {
  const asked: StorageRequest = {
    kind: 'write',
    host: 1,
    number: 1,
    generation: 1,
    block: 3,
    blocks: 2,
    io: 9,
    bytes: two,
  };

  test('is written for who asked for just that', () => {
    const { world, does } = fixture(true);
    const { disk } = world;
    expect(does(disk.medium, { ...write, block: 5 })).toEqual([]);
    expect(disk.medium.writers).toEqual({});
    noteAsked(disk.seen, world.hosts, asked);
    expect(does(disk.medium, write)).toMatchObject([{ kind: 'diskWritten', host: 'A', block: 3, io: 9 }]);
    expect(disk.medium.writers).toEqual({ 3: { host: 'A', at: 1000 }, 4: { host: 'A', at: 1000 } });
  });

  test('is not written where it failed, and its machine hears of it all the same', () => {
    const { world, does } = fixture(true);
    const { disk } = world;
    noteAsked(disk.seen, world.hosts, asked);
    impairMedium(disk.medium, { writes: true });
    disk.isIdle = true;
    expect(does(disk.medium, write)).toMatchObject([{ kind: 'diskFailed', host: 'A', reason: 'error' }]);
    expect([disk.medium.writers, disk.isIdle]).toEqual([{}, false]);
  });

  test('tells its machine nothing of what was under way when power was lost', () => {
    const { world, does } = fixture(true);
    const { disk } = world;
    losePower(disk.medium, disk.config);
    disk.isIdle = true;
    expect(does(disk.medium, write, 0)).toEqual([]);
    expect([disk.isIdle, disk.medium.blocks[3]]).toEqual([true, undefined]);
  });
});
