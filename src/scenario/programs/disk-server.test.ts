// The disk's program, rule by rule, on a bare machine: what it has its medium do, and what it answers when.
import { expect, test } from 'vitest';
import { hashMachine } from '../../machine/machine.ts';
import { DISK_ENDPOINT, parseUdp, storageEndpoint, udpFrame } from '../../world/net/ethernet.ts';
import {
  flagIn,
  STORAGE_FRAME_BYTES,
  type StorageRequest,
  storageFrame,
} from '../../world/net/storage-protocol.ts';
import {
  addressOf,
  answers,
  ask,
  BLOCKS,
  type Bytes,
  bootDisk,
  bytesOf,
  complete,
  completeAll,
  type DiskHost,
  data,
  datagram,
  ramBytes,
  receive,
  request,
  retired,
  settle,
  startDisk,
  statuses,
  wordAt,
} from '../testing/disk-host.ts';
import source from './disk-server.s?raw';

const SLOTS = 32;
const REMEMBERED = 64;
const FAIL_BOOT_BLOCK = 105;

/** What the medium has been asked for, as far as it matters here. */
const asked = (disk: DiskHost) =>
  disk.pending.map((operation) =>
    operation.kind === 'diskFlush'
      ? ['flush']
      : [operation.kind === 'diskRead' ? 'read' : 'write', operation.sector],
  );

/** A disk on which these hosts have got the flags of these generations. */
function withFlags(...flags: [host: number, generation: number][]): DiskHost {
  const disk = bootDisk();
  flags.forEach(([host, generation], n) => {
    ask(disk, { kind: 'testAndSet', host, generation, number: 1000 + n });
    completeAll(disk);
  });
  disk.frames = [];
  return disk;
}

/** The words of the flag block that say which generations hosts 1 to 4 have lost. */
const lostOn = (disk: DiskHost): number[] => [
  ...new Uint32Array(disk.blocks.get(BLOCKS)!.slice(0, 16).buffer),
];

test('lines fit beside an instruction, as those of the guests', () => {
  expect(source.split('\n').filter((line) => line.length >= 100 || /\t| $/.test(line))).toEqual([]);
});

// ---- Reading and writing ----

test('what has been written is read again, by whichever host', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'write', number: 7, generation: 3, block: 5, bytes: data(2), io: 99 });
  expect([disk.frames, asked(disk)]).toEqual([[], [['write', 5]]]);
  complete(disk);
  expect([disk.blocks.get(5), disk.blocks.get(6)]).toEqual([data(2).slice(0, 512), data(2).slice(512)]);
  const written = {
    kind: 'write',
    host: 1,
    number: 7,
    generation: 3,
    block: 5,
    blocks: 2,
    io: 99,
    status: 'done',
  };
  expect(answers(disk)).toEqual([written]);
  ask(disk, { kind: 'read', host: 4, number: 1, generation: 2, block: 5, blocks: 2, io: 5 });
  expect([disk.frames, asked(disk)]).toEqual([[], [['read', 5]]]);
  complete(disk);
  const read = {
    kind: 'read',
    host: 4,
    number: 1,
    generation: 2,
    block: 5,
    blocks: 2,
    io: 5,
    status: 'done',
  };
  expect(answers(disk)).toEqual([{ ...read, bytes: data(2) }]);
});

test('the medium writes from the buffer in which data came, and reads into the one from which they leave', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'write', number: 1, bytes: data(8) });
  ask(disk, { kind: 'read', number: 2, blocks: 8 });
  const places = disk.pending.map((operation) => ('memory' in operation ? operation.memory : []));
  const headers = 2 + 12 + 14 + 20 + 8 + 32;
  const slot = 4184;
  expect(places).toEqual([
    [{ address: addressOf(disk, 'receive_buffers') + headers, length: 4096 }],
    [{ address: addressOf(disk, 'transmit_buffers') + slot + headers, length: 4096 }],
  ]);
});

test('an answer with 8 blocks is as long as a frame may be, and has no UDP checksum', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'read', number: 2, block: BLOCKS - 8, blocks: 8 });
  complete(disk);
  const [frame] = disk.frames;
  expect(frame!.length).toBe(STORAGE_FRAME_BYTES);
  expect(frame!.slice(40, 42)).toEqual(Uint8Array.of(0, 0));
  expect(answers(disk)).toEqual([expect.objectContaining({ bytes: new Uint8Array(4096) })]);
});

test('a flush is passed on to the medium', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'flush', number: 2 });
  expect([disk.frames, asked(disk)]).toEqual([[], [['flush']]]);
  complete(disk);
  expect(statuses(disk)).toEqual([[1, 2, 'done']]);
});

test('answers go where the request came from, whichever host that is', () => {
  const disk = bootDisk();
  const stranger = { mac: Uint8Array.of(2, 9, 8, 7, 6, 5), ip: [10, 0, 1, 77] as const, port: 4321 };
  const words = [3, 2, 1, 1, 0, 0, 0, 0];
  receive(disk, udpFrame(stranger, DISK_ENDPOINT, bytesOf(words), true));
  complete(disk);
  expect(parseUdp(disk.frames[0]!)).toMatchObject({ from: DISK_ENDPOINT, to: stranger });
});

test.each(['read', 'write', 'flush'] as const)('when the medium fails, that is the answer: %s', (kind) => {
  const disk = bootDisk();
  ask(disk, { kind, number: 2, blocks: 1, ...(kind === 'write' ? { bytes: data(1) } : {}) });
  complete(disk, 0, false);
  const reply = answers(disk);
  expect(reply).toEqual([expect.objectContaining({ kind, number: 2, status: 'error' })]);
  expect(reply[0]).not.toHaveProperty('bytes');
});

test.each([
  [BLOCKS - 1, 1, 'done'],
  [BLOCKS - 8, 8, 'done'],
  [BLOCKS, 1, 'range'],
  [BLOCKS - 1, 2, 'range'],
  [BLOCKS - 7, 8, 'range'],
  [0xffff_ffff, 1, 'range'],
  [0xffff_fff8, 8, 'range'],
])('there are no blocks but those with data: %d, %d of them', (block, blocks, status) => {
  const disk = bootDisk();
  ask(disk, { kind: 'read', number: 1, block, blocks });
  ask(disk, { kind: 'write', number: 2, block, bytes: data(blocks) });
  expect(disk.pending.length).toBe(status === 'done' ? 2 : 0);
  completeAll(disk);
  expect(statuses(disk)).toEqual([
    [1, 1, status],
    [1, 2, status],
  ]);
});

// ---- What is no request ----

const words = (
  kind: number,
  fields: Partial<Record<'host' | 'generation' | 'blocks', number>> = {},
  more = 0,
) => [
  ...[kind, fields.host ?? 1, 5, fields.generation ?? 1, 0, fields.blocks ?? 0, 0, 0],
  ...new Array<number>(more).fill(0),
];

test.each([
  ['kind 0', words(0)],
  ['kind 5', words(5)],
  ['kind 255', words(255)],
  ['host 0', words(3, { host: 0 })],
  ['host 5', words(3, { host: 5 })],
  ['the greatest host', words(3, { host: 0xffff_ffff })],
  ['a read of no block', words(1)],
  ['a read of 9 blocks', words(1, { blocks: 9 })],
  ['a read with data', words(1, { blocks: 1 }, 1)],
  ['a write without data', words(2, { blocks: 1 })],
  ['a write of no block', words(2)],
  ['a write with a word less', words(2, { blocks: 2 }, 255)],
  ['a write with a word more', words(2, { blocks: 1 }, 129)],
  ['a write whose length overflows', words(2, { blocks: 0x80_0001 }, 128)],
  ['a flush with data', words(3, {}, 1)],
  ['a test-and-set with data', words(4, {}, 1)],
  ['a test-and-set of generation 0', words(4, { generation: 0 })],
  ['a test-and-set of a generation too great for a flag', words(4, { generation: 1 << 24 })],
])('malformed: %s', (_, sent) => {
  const disk = bootDisk();
  receive(disk, datagram(1, sent));
  expect(asked(disk)).toEqual([]);
  const answered = disk.frames
    .splice(0)
    .map((frame) => [...new Uint32Array(parseUdp(frame)!.payload.buffer)]);
  expect(answered).toEqual([[sent[0]! + 0x100, ...sent.slice(1, 7), 4]]);
  ask(disk, { kind: 'flush', number: 5 });
  completeAll(disk);
  expect(statuses(disk)).toEqual([[1, 5, 'done']]);
});

const otherwise = (change: (frame: Bytes) => void): Bytes => {
  const frame = storageFrame(request({ kind: 'read', blocks: 1 }));
  change(frame);
  return frame;
};

test.each([
  ['less than a header', datagram(1, words(3).slice(0, 7))],
  ['an answer: two disks would answer each other for ever', datagram(1, words(0x103))],
  ['an answer that cannot be', datagram(1, words(0xffff_ffff))],
  [
    'what is for another port',
    udpFrame(storageEndpoint(1), { ...DISK_ENDPOINT, port: 7002 }, bytesOf(words(3)), false),
  ],
  ['what is for another address', udpFrame(storageEndpoint(1), storageEndpoint(2), bytesOf(words(3)), false)],
  ['a wrong IP checksum', otherwise((frame) => frame.fill(1, 24, 25))],
  ['a wrong UDP checksum', otherwise((frame) => frame.fill(1, 40, 42))],
  ['a frame that is cut off', storageFrame(request({ kind: 'write', bytes: data(1) })).slice(0, -1)],
  ['no whole words', udpFrame(storageEndpoint(1), DISK_ENDPOINT, new Uint8Array(33).fill(1, 0, 1), false)],
])('ignored, and its buffer serves again: %s', (_, frame) => {
  const disk = bootDisk();
  for (let n = 0; n <= SLOTS; n++) receive(disk, frame);
  expect([disk.frames, disk.pending]).toEqual([[], []]);
  ask(disk, { kind: 'flush', number: 1 });
  expect(asked(disk)).toEqual([['flush']]);
});

// ---- Many at once ----

test('as many requests as there are slots are under way at once, and end in any order; one more is lost', () => {
  const disk = bootDisk();
  for (let number = 1; number <= SLOTS + 1; number++)
    ask(disk, {
      kind: 'write',
      host: 1 + (number % 4),
      number,
      block: number % BLOCKS,
      bytes: data(1, number),
    });
  expect(disk.pending.length).toBe(SLOTS);
  const order: number[] = [];
  for (let left = SLOTS; left > 0; left--) {
    const which = (left * 7) % left;
    const { request } = disk.pending[which]!;
    order.push(request);
    complete(disk, which);
  }
  // The first request of the medium was for the flags.
  expect(statuses(disk)).toEqual(order.map((number) => [1 + (number % 4), number, 'done']));
});

test('slots are used again and again, whatever happened in them', () => {
  const disk = bootDisk();
  for (let number = 1; number <= 5 * SLOTS; number++) {
    const block = number % (BLOCKS + 1);
    ask(disk, { kind: 'write', number, block, bytes: data(1, number) });
    ask(disk, { kind: 'read', number: 1_000_000 + number, block, blocks: 1 });
    receive(disk, datagram(1, words(9)));
    while (disk.pending.length > 0) complete(disk, disk.pending.length - 1, number % 7 !== 0);
    const kinds = disk.frames
      .splice(0)
      .map((frame) => new DataView(parseUdp(frame)!.payload.buffer).getUint32(0, true));
    expect(kinds.sort()).toEqual([0x101, 0x102, 0x109]);
  }
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((n) => wordAt(disk, 'slot_busy', n))).toEqual(new Array(8).fill(0));
});

// ---- The same request again ----

const KINDS: Partial<StorageRequest>[] = [
  { kind: 'read', blocks: 1 },
  { kind: 'write', bytes: data(1) },
  { kind: 'flush' },
  { kind: 'testAndSet' },
];

test.each(KINDS)('again while it is under way: nothing happens, $kind', (fields) => {
  const disk = bootDisk();
  for (let n = 0; n <= SLOTS; n++) ask(disk, { ...fields, number: 8 });
  expect(disk.pending.length).toBe(1);
  ask(disk, { ...fields, number: 8, host: 2, generation: 9 });
  expect(disk.pending.length).toBe(fields.kind === 'testAndSet' ? 1 : 2);
  completeAll(disk);
  expect(statuses(disk)).toEqual([
    [1, 8, 'done'],
    [2, 8, 'done'],
  ]);
});

test.each(KINDS.slice(1))('again when it is done: answered, and not done twice, $kind', (fields) => {
  const disk = bootDisk();
  ask(disk, { ...fields, number: 8 });
  completeAll(disk);
  const [first] = answers(disk);
  ask(disk, { ...fields, number: 8 });
  expect([disk.pending, answers(disk)]).toEqual([[], [first]]);
});

test('a read may be read again', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'read', number: 8, blocks: 1 });
  complete(disk);
  disk.blocks.set(0, data(1, 5));
  ask(disk, { kind: 'read', number: 8, blocks: 1 });
  completeAll(disk);
  expect(answers(disk).map(({ bytes }) => bytes)).toEqual([new Uint8Array(512), data(1, 5)]);
});

test('what came to nothing is not tried again under the same number', () => {
  const disk = bootDisk();
  for (const [number, kind] of [
    [1, 'write'],
    [2, 'testAndSet'],
  ] as const) {
    const fields = kind === 'write' ? { bytes: data(1) } : {};
    ask(disk, { kind, number, ...fields });
    complete(disk, 0, false);
    ask(disk, { kind, number, ...fields });
    expect([disk.pending, statuses(disk)]).toEqual([
      [],
      [
        [1, number, 'error'],
        [1, number, 'error'],
      ],
    ]);
  }
});

test('the last 64 of each host are remembered, in whatever order their numbers came', () => {
  const disk = bootDisk();
  const numbers = Array.from({ length: REMEMBERED + 1 }, (_, n) => 1000 - ((n * 37) % (REMEMBERED + 1)));
  const write = (host: number, number: number) => ask(disk, { kind: 'write', host, number, bytes: data(1) });
  for (const [n, number] of numbers.entries()) {
    write(1, number);
    // Another host remembers what the first has forgotten.
    write(2, numbers[REMEMBERED - n]!);
    completeAll(disk);
  }
  disk.frames = [];
  for (const number of numbers.slice(1)) write(1, number);
  expect([disk.pending, statuses(disk)]).toEqual([[], numbers.slice(1).map((number) => [1, number, 'done'])]);
  write(1, numbers[0]!);
  write(3, numbers[1]!);
  expect(disk.pending.length).toBe(2);
});

// ---- The fence ----

test.each<[string, number, number, string]>([
  ['of the generation that it lost', 2, 5, 'fenced'],
  ['of an earlier one', 2, 1, 'fenced'],
  ['of a later one', 2, 6, 'done'],
  ['of the winner', 1, 5, 'done'],
  ['of another loser', 4, 5, 'fenced'],
])('a host that has lost may not read or write: %s', (_, host, generation, status) => {
  const disk = withFlags([1, 5]);
  ask(disk, { kind: 'read', host, generation, number: 1, blocks: 1 });
  ask(disk, { kind: 'write', host, generation, number: 2, bytes: data(1) });
  ask(disk, { kind: 'flush', host, generation, number: 3 });
  expect(disk.pending.length).toBe(status === 'done' ? 3 : 1);
  completeAll(disk);
  const told = statuses(disk).sort(([, a], [, b]) => a - b);
  expect(told.map(([, , each]) => each)).toEqual([status, status, 'done']);
});

test('nobody is fenced before anybody has lost, or where there is no fence', () => {
  const before = bootDisk();
  const without = bootDisk({ parameters: { fencing: false } });
  ask(without, { kind: 'testAndSet', number: 1, generation: 5 });
  completeAll(without);
  for (const disk of [before, without]) {
    disk.frames = [];
    for (const generation of [0, 1, 5]) {
      ask(disk, { kind: 'read', host: 2, number: 10 + generation, generation, blocks: 1 });
      completeAll(disk);
    }
    expect(statuses(disk).map(([, , status]) => status)).toEqual(['done', 'done', 'done']);
  }
});

test('a loser that has its write on the medium when the flag is taken: the winner waits for that', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'write', host: 2, number: 1, bytes: data(1) });
  ask(disk, { kind: 'write', host: 1, number: 2, block: 1, bytes: data(1) });
  ask(disk, { kind: 'write', host: 2, number: 2, generation: 2, block: 2, bytes: data(1) });
  ask(disk, { kind: 'write', host: 3, number: 1, block: 3, bytes: data(1) });
  ask(disk, { kind: 'testAndSet', host: 1, number: 3 });
  ask(disk, { kind: 'testAndSet', host: 2, number: 3 });
  complete(disk, 4);
  expect([asked(disk), disk.frames]).toEqual([
    [
      ['write', 0],
      ['write', 1],
      ['write', 2],
      ['write', 3],
    ],
    [],
  ]);
  // From here on the loser is fenced off.
  ask(disk, { kind: 'write', host: 2, number: 4, bytes: data(1) });
  complete(disk, 0);
  expect(statuses(disk)).toEqual([
    [2, 4, 'fenced'],
    [2, 1, 'done'],
  ]);
  // Writes of the winner, and of hosts in a later generation, are nothing to wait for.
  complete(disk, 2);
  expect(statuses(disk)).toEqual([
    [3, 1, 'done'],
    [1, 3, 'done'],
    [2, 3, 'lost'],
  ]);
  expect(disk.pending.length).toBe(2);
});

test('without a fence the winner waits for nobody', () => {
  const disk = bootDisk({ parameters: { fencing: false } });
  ask(disk, { kind: 'write', host: 2, number: 1, bytes: data(1) });
  ask(disk, { kind: 'testAndSet', host: 1, number: 3 });
  complete(disk, 1);
  expect(statuses(disk)).toEqual([[1, 3, 'done']]);
});

test('a loser does not get what it began to read before the flag was taken', () => {
  const disk = bootDisk();
  for (const host of [1, 2]) ask(disk, { kind: 'read', host, number: 1, blocks: 1 });
  ask(disk, { kind: 'testAndSet', host: 1, number: 3 });
  complete(disk, 2);
  completeAll(disk);
  const told = answers(disk);
  expect(told.map(({ host, status }) => [host, status])).toEqual([
    [1, 'done'],
    [1, 'done'],
    [2, 'fenced'],
  ]);
  expect(told[2]).not.toHaveProperty('bytes');
});

// ---- Flags ----

test('the first that asks gets the flag, once it is on the medium, and is told so again', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'testAndSet', host: 2, generation: 70, number: 1 });
  expect([asked(disk), disk.frames]).toEqual([[['write', BLOCKS]], []]);
  complete(disk);
  expect(statuses(disk)).toEqual([[2, 1, 'done']]);
  expect([flagIn(disk.blocks.get(BLOCKS), 70), flagIn(disk.blocks.get(BLOCKS), 6)]).toEqual([2, undefined]);
  expect(lostOn(disk)).toEqual([70, 0, 70, 70]);
  ask(disk, { kind: 'testAndSet', host: 2, generation: 70, number: 2 });
  ask(disk, { kind: 'testAndSet', host: 1, generation: 70, number: 1 });
  expect([disk.pending, statuses(disk)]).toEqual([
    [],
    [
      [2, 2, 'done'],
      [1, 1, 'lost'],
    ],
  ]);
});

test('a flag makes room for that of the 64th generation behind, and an older one is not to be had any more', () => {
  const disk = withFlags([1, 3], [2, 67]);
  const block = disk.blocks.get(BLOCKS);
  expect([flagIn(block, 3), flagIn(block, 67)]).toEqual([undefined, 2]);
  expect(lostOn(disk)).toEqual([67, 3, 67, 67]);
  for (const host of [1, 2, 3]) ask(disk, { kind: 'testAndSet', host, generation: 3, number: 1 });
  expect([disk.pending, statuses(disk).map(([, , status]) => status)]).toEqual([
    [],
    ['lost', 'lost', 'lost'],
  ]);
});

test('who has lost a later generation has still lost it when an earlier flag is taken', () => {
  const disk = withFlags([1, 9], [2, 8]);
  expect(lostOn(disk)).toEqual([8, 9, 9, 9]);
});

test('the greatest generation that a flag can name', () => {
  const disk = withFlags([3, 0xff_ffff]);
  expect(flagIn(disk.blocks.get(BLOCKS), 0xff_ffff)).toBe(3);
});

test('who asks while a flag is being written waits, in order; nothing else does', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'testAndSet', host: 2, number: 1, generation: 1 });
  ask(disk, { kind: 'testAndSet', host: 1, number: 1, generation: 1 });
  ask(disk, { kind: 'testAndSet', host: 3, number: 1, generation: 2 });
  ask(disk, { kind: 'testAndSet', host: 4, number: 1, generation: 2 });
  ask(disk, { kind: 'testAndSet', host: 2, number: 2, generation: 1 });
  ask(disk, { kind: 'read', host: 1, number: 2, blocks: 1 });
  expect(asked(disk)).toEqual([
    ['write', BLOCKS],
    ['read', 0],
  ]);
  complete(disk);
  // The third gets to the medium, and those behind it wait again.
  expect(statuses(disk)).toEqual([
    [2, 1, 'done'],
    [1, 1, 'lost'],
  ]);
  expect(asked(disk)).toEqual([
    ['read', 0],
    ['write', BLOCKS],
  ]);
  complete(disk, 1);
  expect(statuses(disk)).toEqual([
    [3, 1, 'done'],
    [4, 1, 'lost'],
    [2, 2, 'done'],
  ]);
});

test('when the flag cannot be written it is free again, and all is as before', () => {
  const disk = withFlags([1, 3]);
  const before = disk.blocks.get(BLOCKS);
  ask(disk, { kind: 'testAndSet', host: 2, number: 1, generation: 67 });
  ask(disk, { kind: 'testAndSet', host: 1, number: 1, generation: 3 });
  complete(disk, 0, false);
  expect(statuses(disk)).toEqual([
    [2, 1, 'error'],
    [1, 1, 'done'],
  ]);
  // What is written next shows what the memory has.
  ask(disk, { kind: 'testAndSet', host: 1, number: 2, generation: 2 });
  complete(disk);
  const after = before!.slice();
  new Uint32Array(after.buffer).set([0, 3, 3, 3]);
  new Uint32Array(after.buffer)[64 + 2] = (2 << 8) | 1;
  expect(disk.blocks.get(BLOCKS)).toEqual(after);
  ask(disk, { kind: 'testAndSet', host: 4, number: 3, generation: 67 });
  complete(disk);
  expect(statuses(disk).at(-1)).toEqual([4, 3, 'done']);
});

test('nobody is fenced by a flag that could not be written', () => {
  const disk = bootDisk();
  ask(disk, { kind: 'testAndSet', host: 1, number: 1 });
  ask(disk, { kind: 'read', host: 2, number: 1, blocks: 1 });
  complete(disk, 0, false);
  ask(disk, { kind: 'write', host: 2, number: 2, bytes: data(1) });
  completeAll(disk);
  expect(statuses(disk)).toEqual([
    [1, 1, 'error'],
    [2, 1, 'done'],
    [2, 2, 'done'],
  ]);
});

test('two ask for a flag at one instant: the refusal of the second can be stepped to', () => {
  for (const [first, second] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const disk = bootDisk();
    ask(disk, { kind: 'testAndSet', host: first, number: 1 });
    ask(disk, { kind: 'testAndSet', host: second, number: 1 });
    expect(asked(disk)).toEqual([['write', BLOCKS]]);
    const seen: number[] = [];
    complete(disk, 0, true, 1);
    const labels = [
      'flag_written',
      'flag_won',
      'test_and_set',
      'flag_test',
      'flag_refused',
      'finish',
      'answer',
    ];
    const steps = new Map(labels.map((label) => [addressOf(disk, label), label]));
    while (disk.frames.length < 2) {
      const label = steps.get(disk.machine.cpu.pc);
      if (label !== undefined) seen.push(labels.indexOf(label));
      settle(disk, 1);
    }
    expect(seen.map((n) => labels[n])).toEqual([
      ...['flag_written', 'flag_won', 'finish', 'answer'],
      ...['test_and_set', 'flag_test', 'flag_refused', 'finish', 'answer'],
    ]);
    expect(statuses(disk)).toEqual([
      [first, 1, 'done'],
      [second, 1, 'lost'],
    ]);
  }
});

// ---- At the beginning ----

test('whatever comes before the flags are read waits, in order', () => {
  const disk = startDisk({ blocks: [[BLOCKS, flagBlock([0, 4, 0, 0], { 4: 1 })]] });
  settle(disk);
  expect(asked(disk)).toEqual([['read', BLOCKS]]);
  ask(disk, { kind: 'write', host: 2, number: 1, generation: 4, bytes: data(1) });
  ask(disk, { kind: 'testAndSet', host: 2, number: 2, generation: 4 });
  ask(disk, { kind: 'testAndSet', host: 2, number: 3, generation: 5 });
  ask(disk, { kind: 'write', host: 1, number: 1, generation: 4, bytes: data(1) });
  ask(disk, { kind: 'write', host: 1, number: 1, generation: 4, bytes: data(1) });
  expect([asked(disk).length, disk.frames]).toEqual([1, []]);
  complete(disk);
  expect(statuses(disk)).toEqual([
    [2, 1, 'fenced'],
    [2, 2, 'lost'],
  ]);
  expect(asked(disk)).toEqual([
    ['write', BLOCKS],
    ['write', 0],
  ]);
});

test('when the flags cannot be read all that wait are told so, and the next request tries again', () => {
  const disk = startDisk();
  settle(disk);
  ask(disk, { kind: 'read', number: 1, blocks: 1 });
  ask(disk, { kind: 'testAndSet', host: 2, number: 1 });
  complete(disk, 0, false);
  expect([disk.pending, statuses(disk)]).toEqual([
    [],
    [
      [1, 1, 'error'],
      [2, 1, 'error'],
    ],
  ]);
  ask(disk, { kind: 'read', number: 1, block: 3, blocks: 1 });
  ask(disk, { kind: 'write', number: 3, block: 4, bytes: data(1) });
  expect(asked(disk)).toEqual([['read', BLOCKS]]);
  complete(disk);
  expect(asked(disk)).toEqual([
    ['read', 3],
    ['write', 4],
  ]);
  completeAll(disk);
  expect(statuses(disk).map(([, , status]) => status)).toEqual(['done', 'done']);
});

/** A flag block. @param flags host by generation */
function flagBlock(lost: readonly number[], flags: Readonly<Record<number, number>>): Bytes {
  const block = new Uint32Array(128);
  block.set(lost);
  for (const [generation, host] of Object.entries(flags)) {
    block[64 + (Number(generation) % 64)] = (Number(generation) << 8) | host;
  }
  return new Uint8Array(block.buffer);
}

test('it ends, as failed, without the boot block of a disk', () => {
  for (const [offset, byte] of [
    [0, 0],
    [4, 2],
  ] as const) {
    const disk = startDisk();
    const { ram } = disk.machine;
    ram.bytes[ram.size - 4096 + offset] = byte;
    settle(disk);
    expect(disk.end).toEqual({ reason: 'exit', code: FAIL_BOOT_BLOCK });
  }
});

test('what it costs', () => {
  const disk = bootDisk();
  const cost = (fields: Partial<StorageRequest>): number => {
    const before = retired(disk);
    ask(disk, fields);
    completeAll(disk);
    return retired(disk) - before;
  };
  expect(ramBytes(disk)).toBeLessThan(320 * 1024);
  expect(cost({ kind: 'write', number: 1, bytes: data(8) })).toBeLessThanOrEqual(760);
  expect(cost({ kind: 'read', number: 2, blocks: 8 })).toBeLessThanOrEqual(760);
  expect(cost({ kind: 'testAndSet', number: 3 })).toBeLessThanOrEqual(1080);
});

test('the same requests lead to the same state', () => {
  const [one, other] = [withFlags([1, 2], [2, 3]), withFlags([1, 2], [2, 3])];
  expect(hashMachine(one.machine)).toBe(hashMachine(other.machine));
});
