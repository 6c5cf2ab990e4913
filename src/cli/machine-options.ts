// The words behind `understudy machine`.

import { RAM_BYTES_MAX } from '../isa/image.ts';
import type { Engine } from '../machine/compiler/compiled-code.ts';
import { RAM_BYTES_MIN } from '../machine/machine.ts';
import { PAGE_BYTES } from '../machine/memory/ram.ts';
import type { Arguments } from './arguments.ts';
import type { BareOptions } from './bare-machine.ts';
import { InputError, type Io, readFile } from './io.ts';

export interface MachineOptions extends BareOptions {
  readonly file: string;
  /** It is stopped for good when it has retired so many instructions. */
  readonly most: number;
  /** It is stopped each time it has retired so many more, for a look at its state. */
  readonly stopEvery: number;
  /** The state hash is printed at each stop. */
  readonly hash: boolean;
  readonly trace: boolean;
  readonly json: boolean;
}

export const OPTIONS = {
  'max-instructions': { value: 'N', default: '1000000000', text: 'stop for good after so many' },
  engine: {
    value: 'interpreter|compiler',
    default: 'compiler',
    text: 'what executes the instructions; only speed depends on it',
  },
  ram: { value: '64K|16M|BYTES', default: '128M', text: 'a multiple of 4K from 64K to 128M' },
  dtb: { value: 'FILE', text: "the device tree in a1, instead of the board's own" },
  bootargs: { value: 'TEXT', text: "/chosen/bootargs in the board's own" },
  'stop-every': { value: 'N', text: 'stop each N instructions; with --hash, print it there too' },
  hash: { text: 'print INSTRUCTIONS HASH, the state hash, at the end' },
  trace: {
    text: 'a line on stderr for each instruction, interrupt and exception: its number, address, itself, and the registers it changed',
  },
  json: { text: 'as one JSON document' },
};

type Given = Arguments<typeof OPTIONS>;

/** What the words come to; an InputError says what is wrong with them. */
export function machineOptions(io: Io, given: Given): MachineOptions {
  const [dtb, bootargs] = [given.value('dtb'), given.value('bootargs')];
  if (dtb !== undefined && bootargs !== undefined)
    throw refusal('--bootargs goes into the device tree that --dtb replaces: give one of them');
  return {
    file: given.operands[0] ?? '',
    most: countOf(given, 'max-instructions') ?? Number.POSITIVE_INFINITY,
    stopEvery: countOf(given, 'stop-every') ?? Number.POSITIVE_INFINITY,
    hash: given.has('hash'),
    trace: given.has('trace'),
    json: given.has('json'),
    engine: engineOf(given.value('engine') ?? ''),
    ramBytes: ramOf(given.value('ram') ?? ''),
    deviceTree: dtb === undefined ? undefined : deviceTreeIn(io, dtb),
    bootArguments: bootargs,
  };
}

const refusal = (sentence: string): InputError => new InputError(`understudy machine: ${sentence}.`);

function countOf(given: Given, name: 'max-instructions' | 'stop-every'): number | undefined {
  const text = given.value(name);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw refusal(`--${name} is "${text}", but has to be a whole number from 1 on`);
}

function engineOf(name: string): Engine {
  if (name === 'interpreter' || name === 'compiler') return name;
  throw refusal(`--engine is "${name}"; there are interpreter and compiler`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 * 1024 };

function ramOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([KM]?)$/.exec(text) ?? [];
  const bytes = digits === undefined ? Number.NaN : Number(digits) * (UNITS[unit] ?? 1);
  if (bytes >= RAM_BYTES_MIN && bytes <= RAM_BYTES_MAX && bytes % PAGE_BYTES === 0) return bytes;
  throw refusal(
    `--ram is "${text}", but has to be a number of bytes, or of KiB as in 64K, or of MiB as in 16M: a multiple of 4K from 64K to 128M`,
  );
}

/** The magic number of a flattened device tree. */
const DEVICE_TREE_MAGIC = 0xd00d_feed;

function deviceTreeIn(io: Io, file: string): Uint8Array {
  const bytes = readFile(io, file);
  const magic = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (magic === DEVICE_TREE_MAGIC) return bytes;
  throw new InputError(`${file} is no device tree blob: it does not begin with d0 0d fe ed.`);
}
