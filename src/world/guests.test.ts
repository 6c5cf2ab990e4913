// The counter and the kernel on a bare machine.
import { describe, expect, it } from 'vitest';
import type { InstructionCount } from '../machine/boundary.ts';
import { inject, readMemory, run, runOtherHart, timerDeadline } from '../machine/machine.ts';
import counter from '../scenario/guests/counter.s?raw';
import { clientEndpoint, parseUdp, udpFrame, VM_ENDPOINT } from './net/ethernet.ts';
import {
  ask,
  blockWith,
  boot,
  clock,
  completeDisk,
  type EthernetFrame,
  type GuestHost,
  receive,
  replies,
  requestFrame,
  settle,
  TICK,
  tick,
  type,
  wordAt,
} from './testing/guest-host.ts';

const COUNTER_BLOCK = 7;
const INCREMENT = 1;
const READ = 2;
const TEN = { blocks: [[COUNTER_BLOCK, blockWith(10)]] } as { blocks: [number, EthernetFrame][] };

/** A counter that has read its block, in which stands 10. */
function bootCounter(): GuestHost {
  const host = boot(counter, TEN);
  completeDisk(host);
  return host;
}

describe('the counter', () => {
  it('starts by reading its block, and needs few instructions for it', () => {
    const host = boot(counter);
    expect(host.pending).toEqual([
      {
        kind: 'diskRead',
        request: expect.any(Number),
        sector: COUNTER_BLOCK,
        sectors: 1,
        memory: [{ address: expect.any(Number), length: 512 }],
      },
    ]);
    expect(host.machine.cpu.instructions).toBeLessThan(5000);
    expect(timerDeadline(host.machine.clint)).toBe(host.clockReads[0]! + TICK);
  });

  it('answers an increment when the new value is on the disk, with the time beside it', () => {
    const host = bootCounter();
    const before = host.machine.cpu.instructions;
    ask(host, 1, 1, INCREMENT);
    expect(replies(host)).toEqual([]);
    const stamp = host.clockReads.at(-1);
    const write = completeDisk(host);
    expect(write).toMatchObject({ kind: 'diskWrite', sector: COUNTER_BLOCK });
    const view = new DataView(host.blocks.get(COUNTER_BLOCK)!.buffer);
    expect([view.getUint32(0, true), Number(view.getBigUint64(4, true))]).toEqual([11, stamp]);
    expect(replies(host)).toEqual([[1, 1, 0, 11]]);
    expect(host.machine.cpu.instructions - before).toBeLessThan(1500);
  });

  it('has the new value in memory as soon as it takes a request', () => {
    const host = bootCounter();
    ask(host, 1, 1, INCREMENT);
    expect(wordAt(host, 'counter_value')).toBe(11);
    ask(host, 2, 1, READ);
    expect(replies(host)).toEqual([[2, 1, 0, 11]]);
  });

  it('does a request once, however often it comes', () => {
    const host = bootCounter();
    ask(host, 1, 1, INCREMENT);
    ask(host, 1, 1, INCREMENT);
    ask(host, 1, 2, INCREMENT);
    expect(host.pending.length).toBe(1);
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 1, 0, 11]]);
    ask(host, 1, 1, INCREMENT);
    expect(replies(host)).toEqual([[1, 1, 0, 11]]);
    for (const sequence of [2, 2, 1]) ask(host, 1, sequence, INCREMENT);
    expect(replies(host)).toEqual([]);
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 2, 0, 12]]);
    for (const sequence of [0, 1]) ask(host, 1, sequence, INCREMENT);
    ask(host, 2, 0, INCREMENT);
    expect([replies(host), host.pending]).toEqual([[], []]);
  });

  it('serves clients in the order of their arrival, one write at a time', () => {
    const host = bootCounter();
    for (const client of [3, 1, 8, 2, 5, 4, 7, 6]) ask(host, client, 1, INCREMENT);
    ask(host, 9, 1, INCREMENT);
    const served = [3, 1, 8, 2, 5, 4, 7, 6].map((client, i) => {
      expect(host.pending.length).toBe(1);
      completeDisk(host);
      return [client, 1, 0, 11 + i];
    });
    expect(replies(host)).toEqual(served);
    expect(host.pending).toEqual([]);
  });

  it('takes several packets at one interrupt', () => {
    const host = bootCounter();
    for (const client of [1, 2, 3])
      inject(host.machine, { kind: 'packet', bytes: requestFrame(client, 1, READ) });
    settle(host);
    expect(replies(host)).toEqual([1, 2, 3].map((client) => [client, 1, 0, 10]));
  });

  it('keeps requests until it knows its value', () => {
    const host = boot(counter, TEN);
    ask(host, 1, 1, INCREMENT);
    ask(host, 2, 1, READ);
    ask(host, 3, 1, 77);
    completeDisk(host);
    completeDisk(host);
    expect(replies(host)).toEqual([
      [1, 1, 0, 11],
      [2, 1, 0, 11],
      [3, 1, 1, 0],
    ]);
  });

  it('refuses an operation that it does not know', () => {
    const host = bootCounter();
    for (const [i, operation] of [0, 3, 256 + INCREMENT, 2 ** 32 - 1].entries())
      ask(host, 1, i + 1, operation);
    expect(replies(host)).toEqual([1, 2, 3, 4].map((sequence) => [1, sequence, 1, 0]));
  });

  it('says so when the disk fails, and goes on from the old value', () => {
    const host = bootCounter();
    ask(host, 1, 1, INCREMENT);
    ask(host, 2, 1, INCREMENT);
    completeDisk(host, false);
    completeDisk(host);
    expect(replies(host)).toEqual([
      [1, 1, 2, 0],
      [2, 1, 0, 11],
    ]);
  });

  it('tries the disk again when it could not read its value', () => {
    const host = boot(counter, TEN);
    for (const client of [1, 2]) ask(host, client, 1, INCREMENT);
    completeDisk(host, false);
    expect(replies(host)).toEqual([
      [1, 1, 2, 0],
      [2, 1, 2, 0],
    ]);
    ask(host, 1, 2, INCREMENT);
    expect(completeDisk(host).kind).toBe('diskRead');
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 2, 0, 11]]);
  });

  it('goes round its rings', () => {
    const host = bootCounter();
    for (let n = 1; n <= 300; n++) {
      ask(host, 1 + (n % 3), n, INCREMENT);
      completeDisk(host);
      expect(replies(host)).toEqual([[1 + (n % 3), n, 0, 10 + n]]);
    }
  });
});

/** The read request that every spoilt packet below is made from. */
const GOOD = requestFrame(1, 1, READ);

function changed(at: number, ...bytes: number[]): EthernetFrame {
  const frame = GOOD.slice();
  frame.set(bytes, at);
  return frame;
}

/** Changed where no checksum tells: that of IP is made right again, and UDP does without. */
function forged(at: number, ...bytes: number[]): EthernetFrame {
  const frame = changed(at, ...bytes);
  const view = new DataView(frame.buffer);
  view.setUint16(24, 0);
  let sum = 0;
  for (let i = 14; i < 34; i += 2) sum += view.getUint16(i);
  view.setUint16(24, ~((sum & 0xffff) + (sum >>> 16)));
  view.setUint16(40, 0);
  return frame;
}

const sent = (payload: EthernetFrame, to = VM_ENDPOINT) => udpFrame(clientEndpoint(1), to, payload);

describe('the kernel', () => {
  it.each<[string, EthernetFrame]>([
    ['nothing', new Uint8Array(0)],
    ['a frame that is cut off', forged(40).slice(0, -1)],
    ['ARP', changed(12, 0x08, 0x06)],
    ['a wrong IP checksum', changed(22, 63)],
    ['a wrong UDP checksum', changed(42, 2)],
    ['a header with options', forged(14, 0x46)],
    ['IPv6 in the place of IPv4', forged(14, 0x65)],
    ['TCP', forged(23, 6)],
    ['a fragment', forged(20, 0x20, 0)],
    ['a later fragment', forged(20, 0, 1)],
    ['an IP length that is too long', forged(16, 0, 40)],
    ['an IP length that is too short', forged(16, 0, 32)],
    ['a UDP length that is too short', forged(38, 0, 12)],
    ['a UDP length that is too long', forged(38, 0, 20)],
    ['a UDP length that is none', forged(38, 0, 4)],
    ['lengths of half a request', sent(Uint8Array.of(1, 0, 0, 0))],
    ['no whole number of words', sent(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 0, 0))],
    ['another address', forged(30, 10, 0, 0, 11)],
    ['another port', forged(36, 0x1b, 0x59)],
  ])('drops %s', (_, frame) => {
    const host = bootCounter();
    receive(host, frame);
    expect([replies(host), host.pending]).toEqual([[], []]);
    receive(host, GOOD);
    expect(replies(host)).toEqual([[1, 1, 0, 10]]);
  });

  it.each<[string, EthernetFrame]>([
    ['without a checksum', forged(40)],
    ['with whatever identification, and never to be fragmented', forged(18, 0xab, 0xcd, 0x40, 0)],
    ['in a frame that is padded', Uint8Array.from([...GOOD, ...new Uint8Array(10)])],
  ])('takes a datagram %s', (_, frame) => {
    const host = bootCounter();
    receive(host, frame);
    expect(replies(host)).toEqual([[1, 1, 0, 10]]);
  });

  it('lets a second hart sleep that the guest has no work for', () => {
    const host = boot(counter, { ...TEN, harts: 2 });
    const [other] = host.machine.otherHarts;
    runOtherHart(host.machine, 1000);
    expect(other?.waiting).toBe(true);
    completeDisk(host);
    receive(host, GOOD);
    expect(replies(host)).toEqual([[1, 1, 0, 10]]);
  });

  it('makes whole packets', () => {
    const host = bootCounter();
    receive(host, GOOD);
    const view = new DataView(host.frames[0]!.buffer);
    // Length, identification, "don't fragment", time to live and protocol; a UDP checksum.
    expect([16, 18, 20, 22].map((at) => view.getUint16(at))).toEqual([40, 0, 0x4000, 0x4011]);
    expect(view.getUint16(40)).not.toBe(0);
    expect(host.frames[0]!.length).toBe(54);
  });

  it('leaves what it interrupts as it was', () => {
    const host = bootCounter();
    const { x } = host.machine.cpu;
    const stack = x[2]!;
    for (let register = 1; register < 32; register++) x[register] = 0x1000 + register;
    x[2] = stack;
    const before = [...x.subarray(0, 32)];
    ask(host, 1, 1, INCREMENT);
    ask(host, 2, 1, INCREMENT);
    completeDisk(host);
    completeDisk(host);
    inject(host.machine, { kind: 'timer' });
    settle(host);
    expect(replies(host).length).toBe(2);
    expect([...x.subarray(0, 32)]).toEqual(before);
  });

  it('answers to where the request came from', () => {
    const host = bootCounter();
    const moved = { ...clientEndpoint(1), mac: Uint8Array.of(2, 9, 8, 7, 6, 5), port: 60_001 };
    receive(host, GOOD);
    receive(host, udpFrame(moved, VM_ENDPOINT, new Uint8Array(Uint32Array.of(1, READ).buffer)));
    expect(host.frames.map((frame) => parseUdp(frame)!.to)).toEqual([clientEndpoint(1), moved]);
    const [first, second] = host.frames.map((frame) => parseUdp(frame)!.payload);
    expect(second).toEqual(first);
  });

  it('ticks without drift, and leaves out ticks that it missed', () => {
    const host = bootCounter();
    const first = timerDeadline(host.machine.clint);
    const tickAt = (time: number) => {
      host.slept += time - clock(host);
      inject(host.machine, { kind: 'timer' });
      settle(host);
      return timerDeadline(host.machine.clint);
    };
    expect(tickAt(first + 25)).toBe(first + TICK);
    expect(tickAt(first + TICK)).toBe(first + 2 * TICK);
    tickAt(first + 9 * TICK + 5);
    expect(timerDeadline(host.machine.clint)).toBe(host.clockReads.at(-1)! + TICK);
    // The clock's lower half runs over while a tick is awaited, and while many are missed.
    const last = tickAt(2 ** 32 - TICK - 500);
    expect(last).toBeLessThan(2 ** 32);
    expect(tickAt(last)).toBe(last + TICK);
    expect(tickAt(last + TICK)).toBe(last + 2 * TICK);
    tickAt(2 ** 33 + TICK);
    expect(timerDeadline(host.machine.clint)).toBe(host.clockReads.at(-1)! + TICK);
    expect(wordAt(host, 'ticks')).toBe(7);
  });

  it('reads the clock again when its lower half runs over in between', () => {
    const host = bootCounter();
    const { machine } = host;
    inject(machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT) });
    for (const time of [2 ** 32 - 1, 2 ** 32, 2 ** 32, 2 ** 32 + 1, 2 ** 32 + 2, 2 ** 32 + 3]) {
      expect(run(machine, Number.MAX_SAFE_INTEGER as InstructionCount)).toEqual({ reason: 'clock' });
      inject(machine, { kind: 'clock', time });
    }
    settle(host);
    completeDisk(host);
    expect(new DataView(host.blocks.get(COUNTER_BLOCK)!.buffer).getBigUint64(4, true)).toBe(2n ** 32n + 2n);
  });

  it('ends the machine with the cause of a trap that it does not expect', () => {
    const host = boot('.include "kernel.s"\nservice_start: unimp\nservice_request: ret\n.bss\nbss_end:');
    expect(host.end).toEqual({ reason: 'exit', code: 2 });
  });

  it('has a bug: a client can make it write anywhere, and where there is no memory it dies of that', () => {
    const host = bootCounter();
    ask(host, 1, 1, 0xdead, 0);
    expect(host.end).toEqual({ reason: 'exit', code: 7 });
    expect(replies(host)).toEqual([]);
  });

  it('tells the service of each timer interrupt', () => {
    const host = boot(`
      .include "kernel.s"
      service_start: ret
      service_request: ret
      service_tick:
        lw t0, heard
        addi t0, t0, 1
        sw t0, heard, t1
        ret
      .bss
      heard: .zero 4
      bss_end:`);
    tick(host);
    tick(host);
    expect([wordAt(host, 'heard'), wordAt(host, 'ticks')]).toEqual([2, 2]);
  });

  it('ends the machine when somebody types and it has no console', () => {
    const host = boot(`
      .include "kernel.s"
      .equ UART_ENABLE, 0x10000001
      service_start:
        li   t0, UART_ENABLE
        li   t1, 1
        sb   t1, 0(t0)
        li   a0, 10
        j    external_enable
      service_request: ret
      .bss
      bss_end:`);
    type(host, 'x');
    expect(host.end).toEqual({ reason: 'exit', code: 104 });
  });

  it('hands the service the arguments of a request', () => {
    const host = boot(`
      .include "kernel.s"
      service_start: ret
      service_request:
        mv  a1, a3
        lw  t0, 0(a2)
        lw  t1, 4(a2)
        sub a2, t0, t1
        j   reply
      .bss
      bss_end:`);
    receive(host, sent(new Uint8Array(Uint32Array.of(1, 9, 50, 8).buffer)));
    expect(replies(host)).toEqual([[1, 1, 2, 42]]);
  });

  it('sends nothing while no transmit buffer is free, and collects those that have been sent', () => {
    const host = boot(`
      .include "kernel.s"
      service_start:                  # takes every buffer
        addi sp, sp, -16
        sw   ra, 12(sp)
        li   s0, 0
      1:
        jal  transmit_begin
        beqz a0, 2f
        addi s0, s0, 1
        li   t0, 1                    # ... and a1's bit in "numbers"
        sll  t0, t0, a1
        lw   t1, numbers
        or   t0, t0, t1
        sw   t0, numbers, t1
        j    1b
      2:
        sw   s0, taken, t0
        lw   ra, 12(sp)
        addi sp, sp, 16
        ret
      service_request:                # operation: how many buffers to send first
        addi sp, sp, -16
        sw   ra, 12(sp)
        sw   a0, 8(sp)
        sw   s0, 4(sp)
        mv   s0, a1
      3:
        beqz s0, 4f
        addi s0, s0, -1
        mv   a0, s0
        li   a1, 40
        jal  transmit
        j    3b
      4:
        lw   a0, 8(sp)
        li   a1, 0
        li   a2, 5
        jal  reply
        lw   ra, 12(sp)
        lw   s0, 4(sp)
        addi sp, sp, 16
        ret
      .bss
      taken:   .zero 4
      numbers: .zero 4
      bss_end:`);
    expect([wordAt(host, 'taken'), wordAt(host, 'numbers')]).toEqual([8, 0xff]);
    ask(host, 1, 1, 0);
    ask(host, 1, 1, 0);
    expect(host.frames).toEqual([]);
    ask(host, 1, 2, 2);
    expect(host.frames.splice(0, 2).map(({ length }) => length)).toEqual([28, 28]);
    expect(replies(host)).toEqual([[1, 2, 0, 5]]);
    ask(host, 2, 1, 0);
    expect(replies(host)).toEqual([[2, 1, 0, 5]]);
  });

  it('has four disk requests under way at once, which may end in any order', () => {
    const host = boot(`
      .include "kernel.s"
      service_start:                  # asks for sectors 1 to 5
        addi sp, sp, -16
        sw   ra, 12(sp)
        li   s0, 0
      1:
        addi a0, s0, 1
        slli a1, s0, 9
        la   t0, sectors
        add  a1, a1, t0
        la   a2, arrived
        jal  disk_read
        bltz a0, 2f
        addi s0, s0, 1
        j    1b
      2:
        sw   s0, started, t0
        lw   ra, 12(sp)
        addi sp, sp, 16
        ret
      arrived:                        # notes slot and status, and asks for sector 9 in its place
        lw   t0, log_length
        la   t1, log
        add  t1, t1, t0
        sb   a0, 0(t1)
        sb   a1, 1(t1)
        addi t0, t0, 2
        sw   t0, log_length, t1
        li   a0, 9
        la   a1, sectors
        la   a2, arrived
        j    disk_read
      service_request:
        ret
      .bss
      started:    .zero 4
      log_length: .zero 4
      log:        .zero 16
      sectors:    .zero 4 * 512
      bss_end:`);
    for (const sector of [1, 2, 3, 4]) host.blocks.set(sector, blockWith(100 + sector));
    expect(wordAt(host, 'started')).toBe(4);
    for (const [which, ok] of [
      [2, true],
      [0, false],
      [1, true],
    ] as const)
      completeDisk(host, ok, which);
    const { symbols } = host.image;
    expect([...readMemory(host.machine, symbols.get('log')!, 8)]).toEqual([2, 0, 0, 1, 3, 0, 0, 0]);
    const sectors = readMemory(host.machine, symbols.get('sectors')!, 2048);
    expect([0, 512, 1024, 1536].map((at) => sectors[at])).toEqual([0, 0, 103, 104]);
    expect(host.pending.map(({ sector }) => sector)).toEqual([2, 9, 9, 9]);
  });
});
