// The virtio transport, the network and the block device, by what VIRTIO 1.2 says of them, and what a driver may do wrong.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Injection } from '../boundary.ts';
import {
  hashMachine,
  inject,
  type Machine,
  machineFromSnapshot,
  receiveBuffers,
  restoreMachine,
  snapshotMachine,
} from '../machine.ts';
import * as driver from '../testing/test-driver.ts';
import { BUFFERS, bootWithDevice, DISK, get, NET, type Piece, STATUS, set } from '../testing/test-driver.ts';
import { boot } from '../testing/test-machine.ts';

const NEEDS_RESET = 64;
const seq = (length: number, from = 0) => Array.from({ length }, (_, i) => (from + i) & 0xff);

test('a device says what it is, what it offers, and how large its queues may be', () => {
  const machine = boot('nop');
  for (const [slot, id, features] of [
    [NET, 1, 0x1_0020],
    [DISK, 2, 0x246],
  ] as const) {
    expect([0, 4, 8, 0xfc].map((offset) => get(machine, slot, offset))).toEqual([0x7472_6976, 2, id, 0]);
    const offered = [0, 1, 2, 0xffff_ffff].map((half) => {
      set(machine, slot, 0x14, half);
      return get(machine, slot, 0x10);
    });
    expect(offered).toEqual([features, 1, 0, 0]);
    const sizes = [0, 1, 2].map((queue) => {
      set(machine, slot, 0x30, queue);
      return get(machine, slot, 0x34);
    });
    expect(sizes).toEqual(slot === NET ? [256, 256, 0] : [256, 0, 0]);
    expect(get(machine, slot, 0xb0)).toBe(0xffff_ffff);
  }
});

test('configuration space, at any size', () => {
  const machine = boot('nop', { mac: Uint8Array.of(1, 2, 3, 4, 5, 6), diskSectors: 0x12_3456_7890 });
  expect(seq(8).map((i) => get(machine, NET, 0x100 + i, 1))).toEqual([1, 2, 3, 4, 5, 6, 1, 0]);
  expect([get(machine, NET, 0x104, 2), get(machine, NET, 0x1f0)]).toEqual([0x0605, 0]);
  expect([0x100, 0x104, 0x108, 0x10c, 0x114].map((offset) => get(machine, DISK, offset))).toEqual([
    0x3456_7890, 0x12, 65536, 126, 512,
  ]);
});

test.each([
  ['nothing but VERSION_1', 0, 1, 11],
  ['what is offered', 0x1_0020, 1, 11],
  ['what is not offered', 0x2, 1, 3],
  ['a legacy driver', 0x20, 0, 3],
  ['unknown high bits', 0, 3, 3],
])('negotiation: %s', (_, low, high, status) => {
  expect(driver.negotiate(boot('nop'), NET, low, high)).toBe(status);
});

test('features stay as they are after FEATURES_OK', () => {
  const machine = boot('nop');
  driver.negotiate(machine, NET);
  set(machine, NET, 0x20, 3);
  set(machine, NET, STATUS, 15);
  expect(get(machine, NET, STATUS)).toBe(15);
});

test.each<[string, { size?: number; register?: number; value?: number }]>([
  ['a size that is no power of two', { size: 12 }],
  ['size zero', { size: 0 }],
  ['more than there may be', { size: 512 }],
  ['rings outside RAM', { register: 0x90, value: 0x1000 }],
  ['rings half outside RAM', { register: 0x80, value: 0x8000_ffc0 }],
  ['rings above 4 GiB', { register: 0xa4, value: 1 }],
])('a queue does not become ready: %s', (_, { size = 16, register, value = 0 }) => {
  const machine = boot('nop');
  driver.negotiate(machine, DISK);
  driver.setUpQueue(machine, DISK, 0, size);
  if (register !== undefined) {
    set(machine, DISK, 0x44, 0);
    set(machine, DISK, register, value);
    set(machine, DISK, 0x44, 1);
  }
  expect(get(machine, DISK, 0x44)).toBe(0);
});

test('a queue that is ready does not move', () => {
  const machine = bootWithDevice(DISK);
  set(machine, DISK, 0x80, 0);
  set(machine, DISK, 0x38, 4);
  const queue = machine.disk.transport.queues[0]!;
  expect([queue.descriptors, queue.size]).toEqual([0x8000_4000, 16]);
});

test('words only: other sizes read zero and write nothing', () => {
  const machine = bootWithDevice(NET);
  expect(get(machine, NET, STATUS, 1)).toBe(0);
  expect(get(machine, NET, STATUS)).toBe(15);
});

/** Sends frames, each in the pieces given as lengths, the header among them. */
function transmit(machine: Machine, ...chains: number[][]) {
  let at = BUFFERS;
  let head = 0;
  for (const lengths of chains) {
    const pieces = lengths.map((length): Piece => {
      const piece = { address: at, length };
      driver.put(machine, at, seq(length, at));
      at += length;
      return piece;
    });
    driver.offer(machine, 1, head, pieces);
    head += lengths.length;
  }
  return driver.notify(machine, NET, 1);
}

test.each([[[72]], [[12, 60]], [[10, 2, 60]], [[20, 52]], [[0, 12, 0, 30, 30]], [[1, 11, 1, 58, 1]]])(
  'a frame goes out, whatever the shape of its chain: %j',
  (lengths) => {
    const machine = bootWithDevice(NET);
    const emissions = transmit(machine, lengths);
    expect(emissions).toEqual([{ kind: 'packet', bytes: Uint8Array.from(seq(60, 12)) }]);
    expect(driver.usedBuffers(machine, 1)).toEqual([[0, 0]]);
  },
);

test('all available frames go out in order, with one interrupt, which is acknowledged', () => {
  const machine = bootWithDevice(NET);
  expect(transmit(machine, [72], [12, 60], [12, 100]).map((e) => e.kind)).toEqual([
    'packet',
    'packet',
    'packet',
  ]);
  expect(driver.usedBuffers(machine, 1)).toEqual([
    [0, 0],
    [1, 0],
    [3, 0],
  ]);
  expect([driver.interrupts(machine, NET), get(machine, NET, 0x60)]).toEqual([true, 1]);
  set(machine, NET, 0x64, 2);
  expect(driver.interrupts(machine, NET)).toBe(true);
  set(machine, NET, 0x64, 1);
  expect([driver.interrupts(machine, NET), get(machine, NET, 0x60)]).toEqual([false, 0]);
  expect(driver.notify(machine, NET, 1)).toEqual([]);
  expect(driver.interrupts(machine, NET)).toBe(false);
});

test('a driver that asks for silence gets it', () => {
  const machine = bootWithDevice(NET);
  driver.silence(machine, 1, true);
  expect(transmit(machine, [72]).length).toBe(1);
  expect([driver.interrupts(machine, NET), get(machine, NET, 0x60)]).toEqual([false, 0]);
  expect(driver.usedBuffers(machine, 1)).toEqual([[0, 0]]);
});

test('what is no frame is taken and goes nowhere', () => {
  const machine = bootWithDevice(NET);
  expect(transmit(machine, [12], [25], [12 + 1519])).toEqual([]);
  expect(driver.usedBuffers(machine, 1).length).toBe(3);
  expect(get(machine, NET, STATUS)).toBe(15);
});

test('a board whose network takes longer frames sends them', () => {
  const machine = bootWithDevice(NET, { frameBytesMax: 4170 });
  expect(transmit(machine, [12], [12 + 4170], [12 + 4171])).toEqual([
    { kind: 'packet', bytes: expect.objectContaining({ length: 4170 }) },
  ]);
  expect(hashMachine(boot('nop', { frameBytesMax: 1518 }))).toBe(hashMachine(boot('nop')));
  expect(hashMachine(boot('nop', { frameBytesMax: 1519 }))).not.toBe(hashMachine(boot('nop')));
});

test.each([1517, 1518.5, 65_554, Number.NaN])(
  'there is no board for frames of up to %d bytes',
  (frameBytesMax) => {
    expect(() => boot('nop', { frameBytesMax })).toThrow(
      `Frames of up to ${frameBytesMax} bytes: it must be a whole number from 1518 to 65553.`,
    );
  },
);

test('before DRIVER_OK, and for queues that are not there, a notification does nothing', () => {
  const machine = boot('nop');
  driver.negotiate(machine, NET);
  driver.setUpQueue(machine, NET, 1);
  expect(transmit(machine, [72])).toEqual([]);
  set(machine, NET, STATUS, 15);
  expect(driver.notify(machine, NET, 0)).toEqual([]);
  expect(driver.notify(machine, NET, 7)).toEqual([]);
  expect(driver.notify(machine, NET, 1).length).toBe(1);
});

const receiving = (lengths: number[]) => {
  const machine = bootWithDevice(NET);
  let address = BUFFERS;
  const pieces = lengths.map((length) => {
    const piece = { address, length, writable: true };
    address += 0x800;
    return piece;
  });
  driver.offer(machine, 0, 5, pieces);
  return machine;
};
const frame = (length: number) => ({ kind: 'packet', bytes: Uint8Array.from(seq(length, 7)) }) as const;

test('a frame that comes in fills the next buffer behind its header, and interrupts', () => {
  const machine = receiving([20, 100, 1400]);
  inject(machine, frame(200));
  const header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
  expect(driver.peek(machine, BUFFERS, 20)).toEqual([...header, ...seq(8, 7)]);
  expect(driver.peek(machine, BUFFERS + 0x800, 100)).toEqual(seq(100, 15));
  expect(driver.peek(machine, BUFFERS + 0x1000, 93)).toEqual([...seq(92, 115), 0]);
  expect(driver.usedBuffers(machine, 0)).toEqual([[5, 212]]);
  expect(driver.interrupts(machine, NET)).toBe(true);
});

test('a frame without a buffer, or too large for it, is dropped; the buffer stays', () => {
  const machine = receiving([100]);
  inject(machine, frame(89));
  expect(driver.usedBuffers(machine, 0)).toEqual([]);
  inject(machine, frame(88));
  expect(driver.usedBuffers(machine, 0)).toEqual([[5, 100]]);
  inject(machine, frame(60));
  expect(driver.usedBuffers(machine, 0).length).toBe(1);
  inject(boot('nop'), frame(60));
});

test('what a device writes takes the reservation of the same word, and of no other', () => {
  const machine = bootWithDevice(NET);
  for (const [address, length, isKept] of [
    [BUFFERS + 4, 3, true],
    [BUFFERS - 4, 4, true],
    [BUFFERS + 3, 1, false],
    [BUFFERS - 8, 64, false],
  ] as const) {
    machine.cpu.reservation = BUFFERS;
    driver.put(machine, address, seq(length));
    expect(machine.cpu.reservation).toBe(isKept ? BUFFERS : -1);
  }
});

test('the ring wraps, and so do its 16-bit indexes', () => {
  const machine = bootWithDevice(NET);
  const queue = machine.net.transport.queues[1]!;
  for (let round = 0; round < 40; round++) {
    expect(transmit(machine, [72]).length).toBe(1);
    expect(queue.nextUsed).toBe(round + 1);
  }
  for (const area of [queue.available, queue.used]) driver.put(machine, area + 2, [0xff, 0xff]);
  queue.nextAvailable = queue.nextUsed = 0xffff;
  expect(transmit(machine, [72]).length).toBe(1);
  expect([queue.nextAvailable, queue.nextUsed]).toEqual([0, 0]);
});

const ok = { address: BUFFERS, length: 72 };
test.each<[string, Piece[]]>([
  ['a descriptor behind the table', [{ ...ok, flags: 1, next: 16 }]],
  ['a loop', [{ ...ok, flags: 1, next: 0 }]],
  ['an indirect table', [{ ...ok, flags: 4 }]],
  ['memory outside RAM', [{ address: 0x1000_0000, length: 72 }]],
  ['memory half outside RAM', [{ address: 0x8000_fff0, length: 72 }]],
  ['a readable piece behind a writable one', [{ ...ok, writable: true }, ok]],
  ['too little for a header', [{ ...ok, length: 11 }]],
])('nonsense stops the device until it is reset: %s', (_, pieces) => {
  const machine = bootWithDevice(NET);
  driver.offer(machine, 1, 0, pieces);
  expect(driver.notify(machine, NET, 1)).toEqual([]);
  expect(get(machine, NET, STATUS)).toBe(15 | NEEDS_RESET);
  expect(get(machine, NET, 0x60)).toBe(2);
  expect(transmit(machine, [72])).toEqual([]);
  set(machine, NET, STATUS, 15);
  expect(get(machine, NET, STATUS)).toBe(15 | NEEDS_RESET);
  set(machine, NET, STATUS, 0);
  expect([get(machine, NET, STATUS), get(machine, NET, 0x60), driver.interrupts(machine, NET)]).toEqual([
    0,
    0,
    false,
  ]);
});

test('more chains than the queue has room for are nonsense, and so is a head outside it', () => {
  const machine = bootWithDevice(NET);
  driver.offer(machine, 1, 0, [ok]);
  driver.put(machine, machine.net.transport.queues[1]!.available + 2, [17, 0]);
  expect(driver.notify(machine, NET, 1)).toEqual([]);
  expect(get(machine, NET, STATUS) & NEEDS_RESET).toBe(NEEDS_RESET);
  const other = bootWithDevice(NET);
  driver.offer(other, 1, 0, [ok]);
  driver.put(other, other.net.transport.queues[1]!.available + 4, [16, 0]);
  driver.notify(other, NET, 1);
  expect(get(other, NET, STATUS) & NEEDS_RESET).toBe(NEEDS_RESET);
});

const announce = (machine: Machine, device: 'network' | 'disk') =>
  inject(machine, { kind: 'deviceInterrupt', device });

test('frames that come in quietly are there, and one interrupt tells of all of them', () => {
  const machine = receiving([100]);
  driver.offer(machine, 0, 7, [{ address: BUFFERS + 0x1000, length: 100, writable: true }]);
  announce(machine, 'network');
  inject(machine, { ...frame(60), interrupt: false });
  inject(machine, { ...frame(70), interrupt: false });
  expect(driver.peek(machine, BUFFERS + 12, 60)).toEqual(seq(60, 7));
  expect(driver.usedBuffers(machine, 0)).toEqual([
    [5, 72],
    [7, 82],
  ]);
  expect([driver.interrupts(machine, NET), get(machine, NET, 0x60)]).toEqual([false, 0]);
  set(machine, NET, 0x64, 0xffff_ffff);
  expect(driver.interrupts(machine, NET)).toBe(false);
  announce(machine, 'disk');
  expect(driver.interrupts(machine, NET)).toBe(false);
  announce(machine, 'network');
  expect([driver.interrupts(machine, NET), get(machine, NET, 0x60)]).toEqual([true, 1]);
  set(machine, NET, 0x64, 1);
  announce(machine, 'network');
  expect(driver.interrupts(machine, NET)).toBe(false);
});

test('a last frame that is dropped tells of those that came quietly before it: without a buffer, or room in it', () => {
  for (const length of [60, 101]) {
    const machine = receiving([100]);
    if (length > 60)
      driver.offer(machine, 0, 7, [{ address: BUFFERS + 0x1000, length: 100, writable: true }]);
    inject(machine, { ...frame(60), interrupt: false });
    inject(machine, frame(length));
    expect(driver.usedBuffers(machine, 0)).toEqual([[5, 72]]);
    expect(driver.interrupts(machine, NET)).toBe(true);
  }
});

test('the buffers that wait for frames can be counted; before there is a driver, as many as a ring may have', () => {
  const machine = receiving([100]);
  expect(receiveBuffers(machine)).toBe(1);
  driver.offer(machine, 0, 7, [{ address: BUFFERS + 0x1000, length: 100, writable: true }]);
  expect(receiveBuffers(machine)).toBe(2);
  inject(machine, frame(60));
  inject(machine, frame(60));
  expect(receiveBuffers(machine)).toBe(0);
  set(machine, NET, STATUS, 0);
  expect(receiveBuffers(machine)).toBe(256);
});

test('an interrupt for something else tells of what came in quietly, unless the driver does not want it', () => {
  for (const isSilent of [false, true]) {
    const machine = receiving([100]);
    driver.silence(machine, 1, isSilent);
    inject(machine, { ...frame(60), interrupt: false });
    transmit(machine, [72]);
    set(machine, NET, 0x64, 1);
    announce(machine, 'network');
    expect(driver.interrupts(machine, NET)).toBe(isSilent);
  }
});

test('a reset takes what the driver had not been told of', () => {
  const machine = receiving([100]);
  inject(machine, { ...frame(60), interrupt: false });
  set(machine, NET, STATUS, 0);
  announce(machine, 'network');
  expect(driver.interrupts(machine, NET)).toBe(false);
});

/** Offers a block request: header, data of the given length in one piece, status. */
function request(
  machine: Machine,
  head: number,
  type: number,
  sector: number,
  data: number,
  isRead: boolean,
) {
  const header = BUFFERS + 0x40 * head;
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint32(0, type, true);
  bytes.setBigUint64(8, BigInt(sector), true);
  driver.put(machine, header, new Uint8Array(bytes.buffer));
  driver.put(machine, header + 32, [0xee]);
  const pieces: Piece[] = [{ address: header, length: 16 }];
  if (data > 0) pieces.push({ address: 0x8000_a000 + 0x200 * head, length: data, writable: isRead });
  driver.offer(machine, 0, head, [...pieces, { address: header + 32, length: 1, writable: true }]);
  return driver.notify(machine, DISK, 0);
}
const statusOf = (machine: Machine, head: number) => driver.peek(machine, BUFFERS + 0x40 * head + 32, 1)[0];

test('a write is emitted with its data as it was, and ends when its completion comes', () => {
  const machine = bootWithDevice(DISK);
  driver.put(machine, 0x8000_a000, seq(1024));
  const emissions = request(machine, 0, 1, 62, 1024, false);
  expect(emissions).toEqual([
    {
      kind: 'diskWrite',
      request: 0,
      sector: 62,
      bytes: Uint8Array.from(seq(1024)),
      memory: [{ address: 0x8000_a000, length: 1024 }],
    },
  ]);
  driver.put(machine, 0x8000_a000, [99]);
  expect((emissions[0] as { bytes: Uint8Array }).bytes[0]).toBe(0);
  expect([driver.usedBuffers(machine, 0), statusOf(machine, 0)]).toEqual([[], 0xee]);
  inject(machine, { kind: 'diskCompletion', request: 0, ok: true });
  expect([driver.usedBuffers(machine, 0), statusOf(machine, 0)]).toEqual([[[0, 1]], 0]);
  expect(driver.interrupts(machine, DISK)).toBe(true);
});

test('a read copies the data when it is complete, out of order too; a failed one says so', () => {
  const machine = bootWithDevice(DISK);
  expect(request(machine, 0, 0, 3, 512, true)).toEqual([
    { kind: 'diskRead', request: 0, sector: 3, sectors: 1, memory: [{ address: 0x8000_a000, length: 512 }] },
  ]);
  expect(request(machine, 4, 0, 5, 512, true)).toEqual([
    { kind: 'diskRead', request: 1, sector: 5, sectors: 1, memory: [{ address: 0x8000_a800, length: 512 }] },
  ]);
  inject(machine, { kind: 'diskCompletion', request: 1, ok: true, bytes: Uint8Array.from(seq(512, 9)) });
  expect(driver.peek(machine, 0x8000_a800, 512)).toEqual(seq(512, 9));
  inject(machine, { kind: 'diskCompletion', request: 0, ok: false });
  expect(driver.usedBuffers(machine, 0)).toEqual([
    [4, 513],
    [0, 1],
  ]);
  expect([statusOf(machine, 4), statusOf(machine, 0)]).toEqual([0, 1]);
});

test('a flush is emitted; GET_ID answers at once; what is unknown is unsupported', () => {
  const machine = bootWithDevice(DISK);
  expect(request(machine, 0, 4, 0, 0, false)).toEqual([{ kind: 'diskFlush', request: 0 }]);
  expect(request(machine, 4, 8, 0, 20, true)).toEqual([]);
  expect(String.fromCharCode(...driver.peek(machine, 0x8000_a800, 10))).toBe('understudy');
  expect(request(machine, 8, 77, 0, 0, false)).toEqual([]);
  expect(driver.usedBuffers(machine, 0)).toEqual([
    [4, 21],
    [8, 1],
  ]);
  expect([statusOf(machine, 4), statusOf(machine, 8)]).toEqual([0, 2]);
});

test('a write names the memory behind its header, wherever the header ends', () => {
  const machine = bootWithDevice(DISK);
  driver.put(machine, BUFFERS, [1]);
  driver.offer(machine, 0, 0, [
    { address: BUFFERS, length: 10 },
    { address: BUFFERS + 10, length: 106 },
    { address: 0x8000_b000, length: 412 },
    { address: 0x8000_c000, length: 1, writable: true },
  ]);
  expect(driver.notify(machine, DISK, 0)).toMatchObject([
    {
      kind: 'diskWrite',
      memory: [
        { address: BUFFERS + 16, length: 100 },
        { address: 0x8000_b000, length: 412 },
      ],
    },
  ]);
});

test.each([
  ['behind the end of the disk', 1, 64, 512],
  ['over the end of the disk', 0, 63, 1024],
  ['far outside', 0, 2 ** 52, 512],
  ['half a sector', 1, 0, 256],
  ['no data', 0, 0, 0],
  ['an id too short', 8, 0, 19],
])('an I/O error, which whoever looks can see: %s', (_, type, sector, data) => {
  const machine = bootWithDevice(DISK);
  const told = type === 8 ? [] : [{ kind: 'diskRefused', sector }];
  expect(request(machine, 0, type, sector, data, type !== 1)).toEqual(told);
  expect([driver.usedBuffers(machine, 0), statusOf(machine, 0)]).toEqual([[[0, 1]], 1]);
});

test('the status may be the last byte of the data, and the header come in bytes', () => {
  const machine = bootWithDevice(DISK);
  const pieces: Piece[] = seq(8).map((i) => ({ address: BUFFERS + 2 * i, length: 2 }));
  driver.offer(machine, 0, 0, [
    ...pieces,
    { address: 0x8000_a000, length: 200, writable: true },
    { address: 0x8000_b000, length: 313, writable: true },
  ]);
  const memory = [
    { address: 0x8000_a000, length: 200 },
    { address: 0x8000_b000, length: 312 },
  ];
  expect(driver.notify(machine, DISK, 0)).toEqual([
    { kind: 'diskRead', request: 0, sector: 0, sectors: 1, memory },
  ]);
  inject(machine, { kind: 'diskCompletion', request: 0, ok: true, bytes: new Uint8Array(512).fill(5) });
  expect(driver.peek(machine, 0x8000_b000, 313)).toEqual([...new Array(312).fill(5), 0]);
  expect(driver.usedBuffers(machine, 0)).toEqual([[0, 513]]);
});

test.each<[string, Piece[]]>([
  ['no status', [{ address: BUFFERS, length: 16 }]],
  ['no header', [{ address: BUFFERS, length: 1, writable: true }]],
])('a block request with %s is nonsense', (_, pieces) => {
  const machine = bootWithDevice(DISK);
  driver.offer(machine, 0, 0, pieces);
  driver.notify(machine, DISK, 0);
  expect(get(machine, DISK, STATUS)).toBe(15 | NEEDS_RESET);
});

test('a reset forgets requests: their completions find nothing, and their numbers do not come again', () => {
  const machine = bootWithDevice(DISK);
  request(machine, 0, 4, 0, 0, false);
  driver.negotiate(machine, DISK);
  driver.put(machine, 0x8000_4400, new Array(0x800).fill(0));
  driver.setUpQueue(machine, DISK, 0);
  set(machine, DISK, STATUS, 15);
  const before = hashMachine(machine);
  inject(machine, { kind: 'diskCompletion', request: 0, ok: true });
  expect(hashMachine(machine)).toBe(before);
  expect(request(machine, 0, 4, 0, 0, false)).toEqual([{ kind: 'diskFlush', request: 1 }]);
});

test('a driver that offers a chain again and again before it is used is stopped', () => {
  const machine = bootWithDevice(DISK);
  for (let n = 0; n < 16; n++) expect(request(machine, 0, 4, 0, 0, false).length).toBe(1);
  expect(request(machine, 0, 4, 0, 0, false)).toEqual([]);
  expect(get(machine, DISK, STATUS)).toBe(15 | NEEDS_RESET);
});

test('whatever a driver writes, wherever, the machine stays in charge', () => {
  const write = fc.record({
    slot: fc.constantFrom(NET, DISK),
    offset: fc
      .nat(0x1f)
      .map((n) => 8 * n)
      .chain((n) => fc.constantFrom(n, n + 4)),
    value: fc.oneof(fc.nat(16), fc.integer(), fc.constantFrom(0x8000_4000, 0x8000_4400, 0x8000_4800, 15, 11)),
  });
  const poke = fc.record({ at: fc.nat(0x1fff), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), fc.array(poke, { maxLength: 60 }), (writes, pokes) => {
      const machines = [bootWithDevice(NET), bootWithDevice(DISK)];
      for (const machine of machines) {
        for (const { at, byte } of pokes) driver.put(machine, 0x8000_4000 + at, [byte]);
        for (const { slot, offset, value } of writes) set(machine, slot, offset, value);
        inject(machine, frame(60));
        for (let n = 0; n < 3; n++)
          inject(machine, { kind: 'diskCompletion', request: n, ok: true, bytes: new Uint8Array(512) });
      }
    }),
  );
});

test('put in quietly and announced at once is as good as put in', () => {
  const deliveries: fc.Arbitrary<Injection> = fc.oneof(
    fc.integer({ min: 14, max: 120 }).map(frame),
    fc.record({
      kind: fc.constant('diskCompletion' as const),
      request: fc.integer({ min: 0, max: 3 }),
      ok: fc.boolean(),
      bytes: fc.integer({ min: 0, max: 512 }).map((length) => Uint8Array.from(seq(length))),
    }),
  );
  const steps = fc.array(
    fc.record({ delivery: deliveries, isSilent: fc.boolean(), acknowledges: fc.boolean() }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(fc.constantFrom(NET, DISK), steps, (slot, deliveries) => {
      const aloud = bootWithDevice(slot);
      for (const head of [0, 4, 8]) {
        if (slot === NET) driver.offer(aloud, 0, head, [{ address: BUFFERS, length: 90, writable: true }]);
        else request(aloud, head, 0, 0, 512, true);
      }
      const quiet = machineFromSnapshot(snapshotMachine(aloud));
      for (const { delivery, isSilent, acknowledges } of deliveries) {
        for (const machine of [aloud, quiet]) {
          driver.silence(machine, 0, isSilent);
          if (acknowledges) set(machine, slot, 0x64, 1);
        }
        inject(aloud, delivery);
        inject(quiet, { ...delivery, interrupt: false } as Injection);
        const between = snapshotMachine(quiet);
        announce(quiet, slot === NET ? 'network' : 'disk');
        restoreMachine(quiet, between);
        announce(quiet, slot === NET ? 'network' : 'disk');
        expect(hashMachine(quiet)).toBe(hashMachine(aloud));
      }
    }),
  );
});
