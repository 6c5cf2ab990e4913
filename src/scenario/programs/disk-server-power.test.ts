// The disk's program loses power at every instruction: what was answered is true for ever, what was not is done whole or not at all.
import { expect, test } from 'vitest';
import { hashHex } from '../../base/hash.ts';
import { inject } from '../../machine/machine.ts';
import { flagIn, type StorageRequest, storageFrame } from '../../world/net/storage-protocol.ts';
import {
  answers,
  ask,
  BLOCKS,
  type Bytes,
  bootDisk,
  carryOut,
  complete,
  completeAll,
  type DiskHost,
  data,
  request,
  settle,
  statuses,
} from '../testing/disk-host.ts';

type Told = [host: number, number: number, status: string];

/** What is left when power goes: what the medium has, and what hosts were told. */
interface Moment {
  blocks: Map<number, Bytes>;
  told: readonly Told[];
}

/**
 * Lets a disk serve requests that come at one instant, with a medium that is done `delay` instructions after it was asked, or once the
 * disk waits for it.
 * @returns the moments behind every instruction; where the medium is busy two, for it may be done at once or never
 */
function momentsOf(disk: DiskHost, requests: readonly Partial<StorageRequest>[], delay: number): Moment[] {
  const moments: Moment[] = [];
  let told: readonly Told[] = [];
  let due = Number.POSITIVE_INFINITY;
  for (const each of requests) inject(disk.machine, { kind: 'packet', bytes: storageFrame(request(each)) });
  for (let instructions = 0; ; instructions++) {
    const state = settle(disk, 1);
    if (disk.frames.length > 0) told = [...told, ...statuses(disk)];
    moments.push({ blocks: new Map(disk.blocks), told });
    if (disk.pending.length === 0) {
      if (state === 'waits') return moments;
      continue;
    }
    const done = { ...disk, blocks: new Map(disk.blocks) };
    for (const operation of disk.pending) carryOut(done, operation);
    moments.push({ blocks: done.blocks, told });
    due = Math.min(due, instructions + delay);
    if (state === 'stopped' && instructions < due) continue;
    complete(disk, 0, true, 0);
    due = Number.POSITIVE_INFINITY;
  }
}

/** Power is back: the memory is gone, and what follows is a matter of the medium alone. So each medium is tried once. */
function onceForEach<T>(moments: readonly Moment[], tried: (disk: DiskHost) => T): (moment: Moment) => T {
  const results = new Map<string, T>();
  for (const { blocks } of moments) {
    const key = keyOf(blocks);
    if (results.has(key)) continue;
    const disk = bootDisk({ blocks });
    results.set(key, tried(disk));
  }
  return ({ blocks }) => results.get(keyOf(blocks)) as T;
}

const keyOf = (blocks: ReadonlyMap<number, Bytes>): string =>
  [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([block, bytes]) => `${block} ${hashHex(bytes)}`)
    .join();

const OLD = data(2, 3);
const NEW = data(2, 4);
const halves = (bytes: Bytes): Bytes[] => [bytes.slice(0, 512), bytes.slice(512)];
const heldBy = ({ blocks }: Pick<DiskHost, 'blocks'>): Bytes[] => [blocks.get(4)!, blocks.get(5)!];

/** Which of the two are in both blocks. */
function nameOf(held: readonly Bytes[]): string {
  const hashes = held.map(hashHex).join();
  if (hashes === halves(OLD).map(hashHex).join()) return 'old';
  return hashes === halves(NEW).map(hashHex).join() ? 'new' : 'torn';
}

test.each([0, 100])(
  'a write: blocks are as before or after, and after if that was told; medium takes %d',
  (delay) => {
    const write: Partial<StorageRequest> = { kind: 'write', number: 9, block: 4, bytes: NEW };
    const before = bootDisk({ blocks: halves(OLD).map((bytes, n) => [4 + n, bytes]) });
    const moments = momentsOf(before, [write], delay);
    expect(moments.length).toBeGreaterThan(700);
    const found = onceForEach(moments, (disk) => {
      const held = heldBy(disk);
      ask(disk, { kind: 'read', host: 2, number: 1, block: 4, blocks: 2 });
      complete(disk);
      expect(answers(disk)[0]).toMatchObject({
        status: 'done',
        bytes: Uint8Array.of(...held[0]!, ...held[1]!),
      });
      // The host that has no answer asks again.
      ask(disk, write);
      completeAll(disk);
      expect([statuses(disk), heldBy(disk)]).toEqual([[[1, 9, 'done']], halves(NEW)]);
      return nameOf(held);
    });
    const outcomes = new Set<string>();
    for (const moment of moments) {
      outcomes.add(`${moment.told.length > 0 ? 'told' : 'untold'} ${found(moment)}`);
    }
    expect([...outcomes].sort()).toEqual(['told new', 'untold new', 'untold old']);
  },
);

const question = (host: number): Partial<StorageRequest> => ({
  kind: 'testAndSet',
  host,
  generation: 3,
  number: host + 10,
});

/** What each host is told when both ask in this order, and afterwards once more. */
function asking(disk: DiskHost, order: readonly number[]): Map<number, string> {
  for (const host of order) ask(disk, question(host));
  completeAll(disk);
  const told = new Map(statuses(disk).map(([host, , status]) => [host, status]));
  const [winner] = order.filter((host) => told.get(host) === 'done');
  expect([told.size, flagIn(disk.blocks.get(BLOCKS), 3)]).toEqual([2, winner]);
  for (const host of order) ask(disk, { ...question(host), number: 90 });
  expect(statuses(disk)).toEqual(order.map((host) => [host, 90, told.get(host)]));
  const loser = order.find((host) => host !== winner)!;
  ask(disk, { kind: 'write', host: loser, number: 91, generation: 3, bytes: data(1) });
  expect(statuses(disk)).toEqual([[loser, 91, 'fenced']]);
  return told;
}

test.each<[number, number, number]>([
  [1, 2, 0],
  [2, 1, 0],
  [1, 2, 200],
])(
  '%d and %d race for a flag: both learn one winner, who is told so again; medium takes %d',
  (first, second, delay) => {
    const moments = momentsOf(bootDisk(), [question(first), question(second)], delay);
    expect(moments.length).toBeGreaterThan(1400);
    const orders = [
      [first, second],
      [second, first],
    ];
    const outcomes = new Set<string>();
    for (const order of orders) {
      const found = onceForEach(moments, (disk) => asking(disk, order));
      for (const moment of moments) {
        const after = found(moment);
        const onMedium = flagIn(moment.blocks.get(BLOCKS), 3);
        expect(after.get(onMedium ?? order[0]!)).toBe('done');
        // Nobody was told anything else before.
        for (const [host, , status] of moment.told) expect(status).toBe(after.get(host));
        outcomes.add(`${onMedium ?? 'nobody'} ${moment.told.length}`);
      }
    }
    expect([...outcomes].sort()).toEqual([`${first} 0`, `${first} 1`, `${first} 2`, 'nobody 0']);
  },
);
