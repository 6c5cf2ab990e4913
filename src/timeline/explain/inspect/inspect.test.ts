// Inspecting: frames, entries, queues, devices and calls, decoded, say what was encoded and what was done.
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../base/run-to-completion.ts';
import type { LogEntry } from '../../../ft/entry.ts';
import { encodeEntry } from '../../../ft/entry.ts';
import { configOf } from '../../../scenario/testing/story.ts';
import type { SimTime } from '../../../sim/time.ts';
import {
  announcement,
  clientEndpoint,
  encodeRequest,
  udpFrame,
  VM_ENDPOINT,
} from '../../../world/net/ethernet.ts';
import { createRun, type Run, runOn } from '../../run/run.ts';
import { seekPlace, stepInstruction } from '../../run/step.ts';
import { arriveAt, type CallTrace, callStackOf, noteCall } from './call-stack.ts';
import { devicesOf } from './devices.ts';
import { entriesOf, layersOf } from './packets.ts';
import { virtqueuesOf } from './virtqueues.ts';

const END = 12_000_000 as SimTime;
const request = udpFrame(
  clientEndpoint(1),
  VM_ENDPOINT,
  encodeRequest({ sequence: 7, operation: 2, arguments: [9] }),
);

describe('a frame', () => {
  const fieldOf = (frame: Uint8Array<ArrayBuffer>, layer: string, field: string) =>
    layersOf(frame)
      .find(({ name }) => name === layer)
      ?.fields.find(({ name }) => name === field)?.value;

  test('is Ethernet, IPv4, UDP and a request, each byte in one layer', () => {
    const layers = layersOf(request);
    expect(layers.map(({ name }) => name)).toEqual(['Ethernet', 'IPv4', 'UDP', 'request']);
    let at = 0;
    for (const { offset, length } of layers) {
      expect(offset).toBe(at);
      at += length;
    }
    expect(at).toBe(request.length);
    expect(fieldOf(request, 'Ethernet', 'source')).toBe('02:00:00:00:00:01');
    expect(fieldOf(request, 'IPv4', 'destination')).toBe('10.0.0.10');
    expect(fieldOf(request, 'UDP', 'destination port')).toBe('7000');
    expect([fieldOf(request, 'request', 'sequence'), fieldOf(request, 'request', 'operation')]).toEqual([
      '7',
      '2',
    ]);
    expect(fieldOf(request, 'request', 'argument 1')).toBe('9');
  });

  test('may be an announcement, damaged, or nothing', () => {
    expect(layersOf(announcement(VM_ENDPOINT.mac)).map(({ name }) => name)).toEqual(['Ethernet', 'RARP']);
    const damaged = request.slice();
    damaged[50]! ^= 1;
    expect(layersOf(damaged).map(({ name }) => name)).toEqual(['Ethernet', 'IPv4', 'UDP', 'data']);
    expect(layersOf(request.slice(0, 30)).map(({ name }) => name)).toEqual(['Ethernet', 'data']);
    expect(layersOf(new Uint8Array(0))).toEqual([{ name: 'data', offset: 0, length: 0, fields: [] }]);
  });
});

test('entries of the log, one behind the other', () => {
  const entries = [
    { kind: 'clock', time: 123_456, sequence: 4, instruction: 1000 },
    { kind: 'packet', bytes: request, sequence: 5, instruction: 1001 },
    { kind: 'diskCompletion', request: 3, ok: false, sequence: 6, instruction: 1002 },
  ] as unknown as LogEntry[];
  const bytes = Uint8Array.from(entries.flatMap((entry) => [...encodeEntry(entry)]));
  const views = entriesOf(bytes);
  expect(views.map(({ kind, sequence, instruction }) => [kind, sequence, instruction])).toEqual([
    ['clock', 4, 1000],
    ['packet', 5, 1001],
    ['diskCompletion', 6, 1002],
  ]);
  expect(views.reduce((sum, view) => sum + view.bytes, 0)).toBe(bytes.length);
  expect(views[0]?.fields.find(({ name }) => name === 'time')).toMatchObject({ value: '123456', offset: 20 });
  expect(views[1]?.layers?.at(-1)?.name).toBe('request');
  expect(views[2]?.fields.find(({ name }) => name === 'flag')?.value).toBe('failed');
});

describe('a machine of a run', () => {
  const run = createRun(configOf());
  runOn(run, END);
  const { machine } = run.world.hosts[0]!;

  test('has queues that its driver has set up: buffers wait for packets, and what was sent was given back', () => {
    const [receive, transmit, requests] = virtqueuesOf(machine);
    expect([receive, transmit, requests].map((queue) => queue?.isReady)).toEqual([true, true, true]);
    expect(receive!.waiting.length).toBe((receive!.offered - receive!.taken) & 0xffff);
    expect(receive!.waiting.length).toBeGreaterThan(0);
    for (const { descriptors, isBroken } of receive!.waiting) {
      expect(isBroken).toBe(false);
      expect(descriptors.every(({ isWritable, length }) => isWritable && length > 0)).toBe(true);
    }
    expect(transmit!.waiting).toEqual([]);
    expect(transmit!.givenBack).toBeGreaterThan(0);
    expect(receive!.recent[0]!.written).toBeGreaterThan(12 + 42);
    expect(requests!.underWay.length).toBe(machine.disk.outstanding.length);
  });

  test('has devices whose drivers are at work', () => {
    const devices = devicesOf(machine);
    expect(devices.transports.map(({ status }) => status)).toEqual(
      Array(2).fill(['acknowledge', 'driver', 'features ok', 'driver ok']),
    );
    expect(devices.plic.sources.find(({ device }) => device === 'network')).toMatchObject({
      isEnabled: true,
    });
    expect(devices.clint.deadline).toBeGreaterThan(0);
    expect(devices.interrupts.find(({ name }) => name === 'external')?.isEnabled).toBe(true);
    expect(JSON.parse(JSON.stringify(devices))).toEqual(devices);
  });

  test('has a stack of calls, the innermost first', () => {
    const other = createRun(configOf());
    seekPlace(other, 1, { instruction: 5000, changes: 0 }, END);
    const machineOf = ({ world }: Run) => world.hosts[1]!.machine;
    expect(machineOf(other).cpu.instructions).toBe(5000);
    // On to the next call.
    for (let isCall = false; !isCall; ) {
      const { pc } = machineOf(other).cpu;
      stepInstruction(other, 1, 1);
      const { x, pc: to } = machineOf(other).cpu;
      isCall = x[1]! >>> 0 === pc + 4 && to !== pc + 4;
    }
    const stack = runToCompletion(callStackOf(other, 1));
    const { cpu } = machineOf(other);
    expect(stack.pc).toBe(cpu.pc);
    expect(stack.frames.length).toBeGreaterThan(1);
    // Nothing was called since: the return address is still in ra.
    expect(stack.frames[0]).toMatchObject({ kind: 'call', returnsTo: cpu.x[1]! >>> 0 });
    expect(stack.name?.startsWith(`${stack.frames[0]?.name}`)).toBe(true);
    expect(stack.frames.at(-1)?.name).toBeTruthy();
  });
});

test('calls, returns past several frames, traps and their return', () => {
  const trace: CallTrace = { frames: [], last: null };
  const traps = { mtvec: 0x900, mepc: 0x304 };
  const [jal, ret, nop, mret] = [0x000000ef, 0x00008067, 0x13, 0x30200073];
  const depths = (
    [
      [0x100, jal],
      [0x200, nop],
      [0x204, jal],
      [0x300, nop],
      [0x900, nop],
      [0x904, mret],
      [0x304, ret],
      [0x208, jal],
      [0x300, ret],
    ] as const
  ).map(([pc, word]) => {
    noteCall(trace, pc, word, traps);
    return trace.frames.length;
  });
  expect(depths).toEqual([0, 1, 1, 2, 3, 3, 2, 1, 2]);
  arriveAt(trace, 0x104, traps);
  expect(trace.frames).toEqual([]);
});
