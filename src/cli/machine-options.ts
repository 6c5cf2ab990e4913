// The words behind `understudy machine`.

import { RAM_BYTES_MAX } from '../isa/image.ts';
import type { Engine } from '../machine/compiler/compiled-code.ts';
import { RAM_BYTES_MIN } from '../machine/machine.ts';
import { PAGE_BYTES } from '../machine/memory/ram.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import type { BareOptions } from './bare-machine.ts';
import { InputError, type Io, readFile } from './io.ts';

const INSTRUCTIONS_DEFAULT = 1_000_000_000;
const RAM_BYTES_DEFAULT = RAM_BYTES_MAX;

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

const SYNTAX = {
  operands: ['FILE'],
  options: {
    'max-instructions': 'value',
    engine: 'value',
    ram: 'value',
    dtb: 'value',
    bootargs: 'value',
    'stop-every': 'value',
    hash: 'flag',
    trace: 'flag',
    json: 'flag',
  },
} as const;

/** Reads the words; an InputError says what is wrong with them. */
export function machineOptions(io: Io, words: readonly string[]): MachineOptions {
  const given = parseArguments('machine', SYNTAX, words);
  const { operands, flags, values } = given;
  if (values.dtb !== undefined && values.bootargs !== undefined)
    throw refusal('--bootargs goes into the device tree that --dtb replaces: give one of them');
  return {
    file: operands[0] ?? '',
    most: countOf(given, 'max-instructions') ?? INSTRUCTIONS_DEFAULT,
    stopEvery: countOf(given, 'stop-every') ?? Number.POSITIVE_INFINITY,
    hash: flags.has('hash'),
    trace: flags.has('trace'),
    json: flags.has('json'),
    engine: engineOf(values.engine?.[0]),
    ramBytes: ramOf(values.ram?.[0]),
    deviceTree: values.dtb?.[0] === undefined ? undefined : deviceTreeIn(io, values.dtb[0]),
    bootArguments: values.bootargs?.[0],
  };
}

const refusal = (sentence: string): InputError => new InputError(`understudy machine: ${sentence}.`);

function countOf({ values }: Arguments, name: string): number | undefined {
  const text = values[name]?.[0];
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw refusal(`--${name} is "${text}", but has to be a whole number from 1 on`);
}

function engineOf(name = 'compiler'): Engine {
  if (name === 'interpreter' || name === 'compiler') return name;
  throw refusal(`--engine is "${name}"; there are interpreter and compiler`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 * 1024 };

function ramOf(text: string | undefined): number {
  if (text === undefined) return RAM_BYTES_DEFAULT;
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
