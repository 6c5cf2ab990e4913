// What is seen of the disk from outside: what it was asked, what its medium did and for whom, and where it says what is not so.

import { describe, expect, test } from 'vitest';
import { hashHex } from '../../base/hash.ts';
import { replyFrame, storageReply } from '../testing/storage.ts';
import type { MediumAnswer, MediumOperation } from './medium.ts';
import type { StorageReply, StorageRequest } from './storage-protocol.ts';
import {
  createStorageSeen,
  noteAnswered,
  noteAsked,
  noteDone,
  noteDropped,
  noteOutage,
  type StorageSeen,
} from './storage-seen.ts';

const HOSTS = [{ id: 'A' }, { id: 'B' }];
const SIZE = 16;
const block = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(512).fill(value);

const write = { kind: 'write', host: 1, number: 1, generation: 5, block: 3, blocks: 1, io: 9 } as const;
const read = { ...write, kind: 'read' } as const;
const onMedium = (bytes = block(2), first = 3): MediumOperation => ({
  kind: 'write',
  request: 0,
  block: first,
  bytes,
});
const readMedium: MediumOperation = { kind: 'read', request: 0, block: 3, blocks: 1 };

const asked = (...requests: StorageRequest[]): StorageSeen => {
  const seen = createStorageSeen();
  for (const request of requests) noteAsked(seen, HOSTS, request);
  return seen;
};
const did = (seen: StorageSeen, operation: MediumOperation, said: Partial<MediumAnswer> = {}) =>
  noteDone(seen, operation, { request: 0, ok: true, ...said }, SIZE);
const says = (seen: StorageSeen, said: Partial<StorageReply>, winner?: string) =>
  noteAnswered(seen, HOSTS, storageReply({ ...write, ...said }), winner);

test('a write is its host’s, and says what is written', () => {
  const seen = asked({ ...write, bytes: block(2) });
  const digest = hashHex(block(2));
  const place = { disk: 'disk', block: 3, host: 'A', io: 9 };
  expect(did(seen, onMedium())).toEqual({
    host: 'A',
    fact: { kind: 'diskWritten', ...place, blocks: 1, value: 0x0202_0202, generation: 5, digest },
  });
  expect(says(seen, {})).toBeUndefined();
  expect(seen.asked).toEqual([]);
});

test('a read is its host’s, and says what was read', () => {
  const seen = asked(read);
  const digest = hashHex(block(7));
  expect(did(seen, readMedium, { bytes: block(7) })?.fact).toEqual({
    kind: 'diskRead',
    disk: 'disk',
    block: 3,
    blocks: 1,
    host: 'A',
    io: 9,
    digest,
  });
  expect(says(seen, { kind: 'read', bytes: block(7) })).toBeUndefined();
});

test('a request that comes again before its answer is the same one', () => {
  const seen = asked({ ...write, bytes: block(2) }, { ...write, bytes: block(2) });
  expect(seen.asked).toHaveLength(1);
  noteAsked(seen, HOSTS, { ...write, host: 2, bytes: block(2) });
  noteAsked(seen, HOSTS, { ...write, number: 2, bytes: block(2) });
  noteAsked(seen, HOSTS, { ...write, host: 3, bytes: block(2) });
  expect(seen.asked.map(({ host, number }) => `${host} ${number}`)).toEqual(['A 1', 'B 1', 'A 2']);
});

test('what the medium does is done for who asked for just that, and not for who asked for something like it', () => {
  const other = block(2);
  other[511] = 3;
  const seen = asked(
    { ...write, bytes: block(2) },
    { ...write, number: 2, io: 10, bytes: other },
    { ...read, number: 3, io: 11, blocks: 2 },
    { ...read, number: 4, io: 12 },
  );
  const ios = [
    did(seen, onMedium(other)),
    did(seen, readMedium, { bytes: other }),
    did(seen, onMedium()),
    did(seen, { ...readMedium, blocks: 2 }, { bytes: new Uint8Array(1024) }),
  ].map((done) => done?.fact);
  expect(ios).toMatchObject([{ io: 10 }, { io: 12 }, { io: 9 }, { io: 11 }]);
});

test('an answer that nobody waits for leaves what others wait for', () => {
  const seen = asked({ ...write, bytes: block(2) });
  expect([says(seen, { number: 7 }), says(seen, { host: 2 }), says(seen, { host: 3 })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(seen.asked).toHaveLength(1);
});

test('a flush that is said to be done is believed', () => {
  const flush = { ...write, kind: 'flush', block: 0, blocks: 0 } as const;
  expect(says(asked(flush), flush)).toBeUndefined();
});

test('what the medium cannot do is told as that', () => {
  const place = { disk: 'disk', block: 3, host: 'A', io: 9 };
  const failed = did(asked({ ...write, bytes: block(2) }), onMedium(), { ok: false, why: 'full' });
  expect(failed?.fact).toEqual({ kind: 'diskFailed', ...place, reason: 'full' });
  expect(did(asked(read), readMedium, { ok: false, why: 'error' })?.fact).toMatchObject({ reason: 'error' });
});

test('what concerns no data is not told: the block of the flags, a flush, reads that nobody asked for', () => {
  const seen = asked();
  expect(did(seen, onMedium(block(1), SIZE))).toBeUndefined();
  expect(did(seen, { kind: 'flush', request: 0 })).toBeUndefined();
  expect(did(seen, readMedium, { bytes: block(1) })).toBeUndefined();
});

test('what the disk refuses is told of its answer', () => {
  const place = { disk: 'disk', block: 3, host: 'A', io: 9 };
  expect(says(asked({ ...write, bytes: block(2) }), { status: 'fenced' })).toEqual({
    kind: 'diskFenced',
    ...place,
  });
  expect(says(asked(read), { kind: 'read', status: 'range' })).toEqual({
    kind: 'diskFailed',
    ...place,
    reason: 'range',
  });
  expect(says(asked(read), { kind: 'read', status: 'error' })).toBeUndefined();
  expect(says(asked(), { status: 'fenced' })).toBeUndefined();
});

test('who asks for a flag is told whether it is its own', () => {
  const flag = { ...write, kind: 'testAndSet', block: 0, blocks: 0 } as const;
  const { generation } = flag;
  const told = { kind: 'flagAnswered', disk: 'disk', host: 'A', generation };
  expect(says(asked(flag), flag, 'A')).toEqual({ ...told, isWon: true });
  expect(says(asked(flag), { ...flag, status: 'lost' }, 'B')).toEqual({ ...told, isWon: false });
  expect(says(asked(flag), { ...flag, status: 'error' }, 'B')).toBeUndefined();
});

describe('a disk that misbehaves is told of once:', () => {
  const how = (kind: string) => ({ kind: 'misbehaved', host: 'disk', how: kind });

  test.each<[string, MediumOperation]>([
    ['with other data', onMedium(block(3))],
    ['elsewhere', onMedium(block(2), 4)],
    ['of more', onMedium(new Uint8Array(1024).fill(2))],
  ])('it writes what nobody asked for, %s', (_, operation) => {
    const seen = asked({ ...write, bytes: block(2) });
    expect(did(seen, operation)?.fact).toEqual(how('unasked'));
    expect(did(seen, operation)).toBeUndefined();
  });

  test('it does a write twice', () => {
    const seen = asked({ ...write, bytes: block(2) });
    did(seen, onMedium());
    expect(did(seen, onMedium())?.fact).toEqual(how('unasked'));
  });

  test('it says that a write is done which is not', () => {
    const seen = asked({ ...write, bytes: block(2) }, { ...write, number: 2, bytes: block(2) });
    expect([says(seen, {}), says(seen, { number: 2 })]).toEqual([how('undone'), undefined]);
  });

  test('it gives the flag to one who does not have it', () => {
    const flag = { ...write, kind: 'testAndSet', block: 0, blocks: 0 } as const;
    expect(says(asked(flag), flag, 'B')).toEqual(how('undone'));
    expect(says(asked(flag), flag, undefined)).toEqual(how('undone'));
    expect(says(asked(flag), flag, 'A')).toMatchObject({ kind: 'flagAnswered' });
  });

  test('it answers a read with other data', () => {
    const seen = asked(read, { ...read, number: 2 });
    for (let i = 0; i < 2; i++) did(seen, readMedium, { bytes: block(7) });
    const altered = { kind: 'read', bytes: block(8) } as const;
    expect([says(seen, altered), says(seen, { ...altered, number: 2 })]).toEqual([how('altered'), undefined]);
  });
});

test('a write that comes again after a loss of power is done again, which is nobody’s fault', () => {
  const seen = asked({ ...write, bytes: block(2) });
  did(seen, onMedium());
  noteOutage(seen);
  expect(seen.asked).toEqual([]);
  noteAsked(seen, HOSTS, { ...write, bytes: block(2) });
  expect(did(seen, onMedium())?.fact).toMatchObject({ kind: 'diskWritten', host: 'A', io: 9 });
});

test('a disk that never answers does not fill the memory', () => {
  const seen = createStorageSeen();
  for (let number = 1; number <= 300; number++) noteAsked(seen, HOSTS, { ...read, number });
  expect(seen.asked.map(({ number }) => number).slice(0, 2)).toEqual([45, 46]);
  expect(seen.asked).toHaveLength(256);
});

test('nor does one that carries everything out', () => {
  const seen = createStorageSeen();
  for (let number = 1; number <= 300; number++) {
    noteAsked(seen, HOSTS, { ...read, number });
    did(seen, readMedium, { bytes: block(1) });
    says(seen, { kind: 'read', number, bytes: block(1) });
  }
  expect([seen.asked.length, seen.done.length, seen.told]).toEqual([0, 256, []]);
});

test('what finds no room on the cable is a flood where it answers nobody; told of once', () => {
  const seen = asked(write);
  const drop = (number: number) => noteDropped(seen, HOSTS, replyFrame({ ...write, number }));
  expect(drop(1)).toBeNull();
  expect(drop(2)).toEqual([{ kind: 'misbehaved', host: 'disk', how: 'flood' }]);
  expect(drop(3)).toEqual([]);
  expect(seen.asked).toHaveLength(1);
});
