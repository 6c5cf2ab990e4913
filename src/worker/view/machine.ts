// One part of a computer's machine, for the inspector: registers, memory, source, calls, devices, the log beside it.

import { toHex } from '../../base/bytes.ts';
import { hex } from '../../base/hex.ts';
import { encodeEntry } from '../../ft/entry.ts';
import { RAM_BASE, sourceLineAt } from '../../isa/image.ts';
import { REGISTER_NAMES } from '../../isa/registers.ts';
import type { Cpu } from '../../machine/cpu/cpu.ts';
import { readMemory } from '../../machine/machine.ts';
import { CONTROL_REGISTERS } from '../../timeline/breakpoints/expression.ts';
import { linesWithCode } from '../../timeline/breakpoints/lines.ts';
import { callStackOf } from '../../timeline/explain/inspect/call-stack.ts';
import { devicesOf } from '../../timeline/explain/inspect/devices.ts';
import { type QueueView, virtqueuesOf } from '../../timeline/explain/inspect/virtqueues.ts';
import { divertTo } from '../../timeline/run/diversion.ts';
import { comparePositions, positionOf } from '../../timeline/run/run.ts';
import { type Computer, type Host, instructionOf, isHost } from '../../world/state/world.ts';
import { positionFrom } from '../navigation.ts';
import type { Opened } from '../opened.ts';
import { asTask, type Task } from '../task.ts';
import type { DeviceFact, LogEntryView, MachineQuery, MachineView, RegisterView } from '../time-views.ts';
import { addressOf } from './address.ts';
import { viewEntries } from './detail.ts';
import { dataBegin, type Program } from './program.ts';

const MEMORY_BYTES = 256;
const LOG_ENTRIES = 12;

/** @returns undefined when it was told to stop */
export function* viewMachine(opened: Opened, query: MachineQuery): Task<MachineView | undefined> {
  const { run } = opened;
  const index = Math.max(
    0,
    run.world.computers.findIndex(({ id }) => id === query.host),
  );
  const host = run.world.computers[index] as Computer;
  const program = opened.programs.of(host.id);
  const { machine } = host;
  const view: MachineView = { host: host.id, instruction: instructionOf(host), pc: machine.cpu.pc >>> 0 };
  switch (query.part) {
    case 'registers':
    case 'memory': {
      const values = (of: Computer): MachineView['before'] & object =>
        query.part === 'registers'
          ? { registers: registersOf(of.machine.cpu) }
          : memoryAt(program, of, query.place ?? '');
      const { since } = query;
      const before = since && positionFrom(since);
      if (before === undefined || before.at > run.reached || comparePositions(before, positionOf(run)) === 0)
        return { ...view, ...values(host) };
      const diversion = yield* asTask(divertTo(run, before));
      if (diversion === undefined) return undefined;
      return { ...view, ...values(host), before: values(diversion.world.computers[index] as Computer) };
    }
    case 'source':
      return { ...view, ...sourceAt(program, view.pc, query.place ?? '') };
    case 'devices':
      return { ...view, devices: deviceFacts(host) };
    case 'log':
      return { ...view, log: isHost(host) ? logOf(host) : [] };
    case 'calls': {
      const stack = yield* asTask(callStackOf(run, index));
      if (stack === undefined) return undefined;
      const { listing } = program;
      const named = (address: number) => {
        const name = listing.place(address);
        return name === undefined ? { address } : { address, name };
      };
      const frames = stack.frames.map(({ returnsTo, kind, isGuess }) => ({
        ...named(returnsTo),
        kind,
        isGuess: isGuess === true,
      }));
      const here = { ...named(stack.pc), kind: 'here' as const, isGuess: false };
      return { ...view, calls: { frames: [here, ...frames], since: stack.since } };
    }
  }
}

function registersOf(cpu: Cpu): RegisterView[] {
  const general = REGISTER_NAMES.map((name, i) => ({ name, value: (cpu.x[i] ?? 0) >>> 0, isControl: false }));
  const fields = cpu as unknown as Readonly<Record<string, unknown>>;
  const control = CONTROL_REGISTERS.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'number' ? [{ name, value: value >>> 0, isControl: true }] : [];
  });
  return [{ name: 'pc', value: cpu.pc >>> 0, isControl: false }, ...general.slice(1), ...control];
}

function memoryAt(program: Program, { machine }: Computer, text: string): Partial<MachineView> {
  const { image } = program;
  const start = dataBegin(program);
  const place = text.trim() === '' ? { address: start } : addressOf(image, text);
  if ('error' in place) return { error: place.error };
  const address = (place.address & ~15) >>> 0;
  const end = RAM_BASE + machine.ram.bytes.length;
  if (address < RAM_BASE || address >= end)
    return { error: `${hex(place.address)} is outside of RAM, which is ${hex(RAM_BASE)} to ${hex(end - 1)}` };
  const bytes = readMemory(machine, address, Math.min(MEMORY_BYTES, end - address));
  const label = labelAt(image.symbols, place.address);
  return { memory: { address, hex: toHex(bytes), ...(label === undefined ? {} : { label }) } };
}

/** The label at or before an address, of code or data, and how far it is from there. */
function labelAt(symbols: ReadonlyMap<string, number>, address: number): string | undefined {
  let best: readonly [string, number] | undefined;
  for (const [name, at] of symbols)
    if (at >= RAM_BASE && at <= address && (best === undefined || at > best[1])) best = [name, at];
  if (best === undefined) return undefined;
  return best[1] === address ? best[0] : `${best[0]} + ${address - best[1]}`;
}

/** A file of the source as a whole: the one that is asked for, or that the machine stands in. */
function sourceAt({ image, listing }: Program, pc: number, asked: string): Partial<MachineView> {
  const here = sourceLineAt(image.lines, pc);
  const files = image.lines.files.filter((file) => listing.lines(file) !== undefined);
  const file = files.find((each) => each === asked) ?? here?.file ?? files[0];
  const texts = file === undefined ? undefined : listing.lines(file);
  if (file === undefined || texts === undefined) return {};
  const code = linesWithCode(image, file);
  const lines = texts.map((text, i) => ({
    number: i + 1,
    text,
    isHere: file === here?.file && i + 1 === here.line,
    isCode: code.has(i + 1),
  }));
  return { source: { file, files, lines } };
}

function deviceFacts({ machine }: Computer): DeviceFact[] {
  const { plic, clint, uart, transports, requests, interrupts, areInterruptsOn, isWaiting } =
    devicesOf(machine);
  const on = (words: readonly (readonly [string, boolean])[]) =>
    words.flatMap(([word, is]) => (is ? [word] : [])).join(', ') || '–';
  return [
    {
      device: 'CPU',
      name: 'interrupts',
      value: on([
        ['on', areInterruptsOn],
        ['WFI', isWaiting],
      ]),
    },
    ...interrupts.map(({ name, isEnabled, isPending }) => ({
      device: 'CPU',
      name,
      value: on([
        ['enabled', isEnabled],
        ['pending', isPending],
      ]),
    })),
    { device: 'CLINT', name: 'mtimecmp', value: clint.deadline === null ? '–' : String(clint.deadline) },
    { device: 'PLIC', name: 'threshold', value: String(plic.threshold) },
    ...plic.sources.map(({ source, device, priority, isEnabled, isPending, isInService, isRaised }) => ({
      device: 'PLIC',
      name: `${source} ${device}`,
      value: `${priority} · ${on([
        ['enabled', isEnabled],
        ['pending', isPending],
        ['in service', isInService],
        ['raised', isRaised],
      ])}`,
    })),
    { device: 'UART', name: 'received', value: uart.received.length === 0 ? '–' : uart.received.join(' ') },
    ...transports.map(({ device, status, isInterrupting }) => ({
      device: `virtio ${device}`,
      name: 'status',
      value: [...status, ...(isInterrupting ? ['interrupting'] : [])].join(', ') || '–',
    })),
    ...virtqueuesOf(machine).flatMap(queueFacts),
    ...requests.map(({ request, head }) => ({
      device: 'virtio disk',
      name: `request ${request}`,
      value: `descriptor ${head}`,
    })),
  ];
}

function queueFacts({
  device,
  name,
  isReady,
  size,
  offered,
  taken,
  givenBack,
  waiting,
  underWay,
}: QueueView): DeviceFact[] {
  if (!isReady) return [];
  const chain = ({ head, descriptors }: QueueView['waiting'][number]) =>
    `${head}: ${descriptors.map(({ address, length, isWritable }) => `${hex(address)}+${length}${isWritable ? ' w' : ''}`).join(' → ')}`;
  const value = `${size} · ${offered} offered · ${taken} taken · ${givenBack} given back`;
  return [
    { device: `virtio ${device}`, name, value },
    ...underWay
      .slice(0, 4)
      .map((each) => ({ device: `virtio ${device}`, name: `${name}: under way`, value: chain(each) })),
    ...waiting
      .slice(0, 2)
      .map((each) => ({ device: `virtio ${device}`, name: `${name}: waiting`, value: chain(each) })),
  ];
}

/** What stands in the buffer beside the machine: not acknowledged on the primary, not replayed on the backup. */
function logOf({ replica }: Host): LogEntryView[] {
  const { sender, receiver } = replica;
  const all =
    replica.role === 'backup'
      ? receiver.entries.slice(0, LOG_ENTRIES).map(encodeEntry)
      : sender.entries.slice(0, LOG_ENTRIES).map(({ bytes }) => bytes);
  return all.flatMap((encoded) => viewEntries(new Uint8Array(encoded)));
}
