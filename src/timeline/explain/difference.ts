// What differs between two machines, byte by byte and register by register.

import { plainDifferences } from '../../base/plain.ts';
import { RAM_BASE } from '../../isa/image.ts';
import { REGISTER_NAMES } from '../../isa/registers.ts';
import type { BesideRam, MachineSnapshot } from '../../machine/machine.ts';
import { differingPages, pageOf } from '../../machine/machine.ts';

export interface MachineDifference {
  /** Registers, pc and control registers. All values are unsigned. */
  registers: { name: string; left: number; right: number }[];
  /** Bytes that differ, as runs in ascending order; at most `RANGES_MAX` of them, `bytes` is how many bytes there are in all. */
  memory: { address: number; length: number }[];
  bytes: number;
  /** What else differs: fields of devices, by their path. */
  devices: string[];
}

export const RANGES_MAX = 256;

const PAGE_BYTES = 4096;

/** Runs of differing bytes with fewer equal ones than this between them are shown as one. */
const GAP = 4;

/** So many pages between two chances to stop: a few milliseconds. */
const SLICE_PAGES = 256;

/** Yields now and then, for all of memory may differ. */
export function* findDifference(
  left: MachineSnapshot,
  right: MachineSnapshot,
): Generator<void, MachineDifference> {
  return { ...(yield* memoryOf(left, right)), ...besideRam(left.registers, right.registers) };
}

export const isSame = ({ registers, bytes, devices }: MachineDifference): boolean =>
  registers.length === 0 && bytes === 0 && devices.length === 0;

function* memoryOf(
  left: MachineSnapshot,
  right: MachineSnapshot,
): Generator<void, Pick<MachineDifference, 'memory' | 'bytes'>> {
  const memory: { address: number; length: number }[] = [];
  let bytes = 0;
  let pages = 0;
  for (const page of differingPages(left, right)) {
    if (++pages % SLICE_PAGES === 0) yield;
    const [here, there] = [pageOf(left, page), pageOf(right, page)];
    for (let i = 0; i < PAGE_BYTES; i++) {
      if (here[i] === there[i]) continue;
      bytes++;
      const address = RAM_BASE + page * PAGE_BYTES + i;
      const last = memory.at(-1);
      if (last !== undefined && address - (last.address + last.length) < GAP)
        last.length = address + 1 - last.address;
      else if (memory.length < RANGES_MAX) memory.push({ address, length: 1 });
    }
  }
  return { memory, bytes };
}

type Fields = Readonly<Record<string, unknown>>;

function besideRam(left: BesideRam, right: BesideRam): Pick<MachineDifference, 'registers' | 'devices'> {
  const registers: MachineDifference['registers'] = [];
  REGISTER_NAMES.forEach((name, n) => {
    const [here, there] = [left.cpu.x[n]! >>> 0, right.cpu.x[n]! >>> 0];
    if (n > 0 && here !== there) registers.push({ name, left: here, right: there });
  });
  const [here, there] = [left.cpu, right.cpu] as unknown as [Fields, Fields];
  for (const name of Object.keys(here)) {
    const [a, b] = [here[name], there[name]];
    if (typeof a === 'number' && typeof b === 'number' && a !== b)
      registers.push({ name, left: a, right: b });
  }
  const { cpu: _cpu, ...others } = left;
  const { cpu: _other, ...rest } = right;
  return { registers, devices: plainDifferences(others, rest).map(({ path }) => path) };
}
