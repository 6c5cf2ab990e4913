// The state hash: 128 bits over everything that a later instruction can depend on, kept page by page for RAM.
import { hashHex, hashInto } from '../base/hash.ts';
import { SINK } from './memory/decode-cache.ts';
import { emptyPageSet, isZeroPage, PAGE_BYTES, PAGE_SHIFT } from './memory/ram.ts';
import type { Machine } from './state.ts';

const WORDS = 4;

/** The hash of each page, all zero for a page that is, and their sum (word by word, so that a page's part can be taken out again). */
export interface RamHash {
  readonly ofPage: Uint32Array;
  readonly sum: Uint32Array;
}

/** The hash of memory that is all zero. */
export function createRamHash(ramBytes: number): RamHash {
  return { ofPage: new Uint32Array(WORDS * (ramBytes >> PAGE_SHIFT)), sum: new Uint32Array(WORDS) };
}

/**
 * The machine's state as 32 hex digits. Equal for equal states: caches, the way the run was cut and what was observed leave no trace
 * in it. Costs the pages written since the last call.
 */
export function hashMachine(machine: Machine): string {
  updateRamHash(machine);
  const { cpu, otherHarts, clint, plic, uart, net, disk, ending, config } = machine;
  cpu.x[SINK] = 0;
  let length = 0;
  for (const part of [cpu, clint, plic, uart, net, disk, ending, config, ...otherHarts])
    length = appendPlain(length, part);
  length = append(length, machine.tohost);
  for (const word of machine.ramHash.sum) length = append(length, word);
  return hashHex(new Uint8Array(numbers.buffer, 0, length * Float64Array.BYTES_PER_ELEMENT));
}

function updateRamHash({ ram, ramHash }: Machine): void {
  const { unhashed } = ram;
  for (let n = 0; n < unhashed.count; n++) {
    const page = unhashed.pages[n]!;
    const at = WORDS * page;
    for (let w = 0; w < WORDS; w++) ramHash.sum[w]! -= ramHash.ofPage[at + w]!;
    const bytes = ram.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    // The page's number is the seed: two pages that change places change the sum.
    if (isZeroPage(ram, page)) ramHash.ofPage.fill(0, at, at + WORDS);
    else hashInto(ramHash.ofPage, at, bytes, page + 1);
    for (let w = 0; w < WORDS; w++) ramHash.sum[w]! += ramHash.ofPage[at + w]!;
  }
  emptyPageSet(ram, unhashed);
}

/** The numbers being hashed. Kept between calls so that a hash allocates nothing; no call sees another's. */
let numbers = new Float64Array(1024);

function append(length: number, number: number): number {
  if (length === numbers.length) {
    const longer = new Float64Array(2 * length);
    longer.set(numbers);
    numbers = longer;
  }
  // Adding 0 makes -0 the 0 that it equals.
  numbers[length] = number + 0;
  return length + 1;
}

/** Appends a plain value: its numbers in the order of its fields, lists with their length in front. @returns the new length */
function appendPlain(length: number, value: unknown): number {
  if (typeof value === 'number') return append(length, value);
  if (typeof value === 'boolean') return append(length, value ? 1 : 0);
  let end = length;
  if (typeof value === 'string') {
    end = append(end, value.length);
    for (let i = 0; i < value.length; i++) end = append(end, value.charCodeAt(i));
  } else if (ArrayBuffer.isView(value)) {
    for (const number of value as Uint8Array) end = append(end, number);
  } else if (Array.isArray(value)) {
    end = append(end, value.length);
    for (const item of value) end = appendPlain(end, item);
  } else {
    const record = value as Record<string, unknown>;
    for (const field in record) end = appendPlain(end, record[field]);
  }
  return end;
}
