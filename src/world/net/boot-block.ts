// What a host hands its machine over when it boots: the page of the board's non-volatile memory, with the parameters of its program.

import { assert } from '../../base/assert.ts';
import type { PrngState } from '../../base/prng.ts';
import { type ClientConfig, type DiskConfig, SERVICE_PORT, VM_IP, VM_MAC } from '../base/config.ts';
import type { WordSource } from '../services/words.ts';
import { clientEndpoint, DISK_ENDPOINT, type Endpoint } from './ethernet.ts';

/**
 * The page stands at the top of RAM, and a1 has its address when the first instruction is executed. It keeps what the program
 * writes there when the host loses power, as the memory of a PC that has a battery. All are words of 32 bits, little end first, but
 * for addresses and ports, which lie as they do in packets. docs/programs.md has the tables.
 */
export const BOOT_BLOCK_BYTES = 4096;

const VERSION = 1;
/** "CLNT" and "DISK". */
const CLIENT_MAGIC = 0x544e_4c43;
const DISK_MAGIC = 0x4b53_4944;
/** Between what it is told and the sources of words there is room, from 0x80, for what a client's program wants to keep. */
const SOURCES_AT = 0x100;
const SOURCE_BYTES = 16;
const TICK_NS = 100;

const SOURCE_KINDS: Readonly<Record<WordSource['kind'], number>> = {
  constant: 0,
  drawn: 1,
  random: 2,
  client: 3,
  tag: 4,
  oneOf: 5,
};

/** What a client asks for: an operation's code on the wire, and the words that go with it. */
export interface Asking {
  code: number;
  words: readonly WordSource[];
}

/** How often a client asks, and when. */
export type Workload = Pick<
  ClientConfig,
  'requests' | 'startAfter' | 'thinkTime' | 'retryAfter' | 'afterPowerLoss'
>;

/** @param number the client's, from 1 @param noise where its draws begin */
export function clientBootBlock(
  client: Workload,
  number: number,
  { code, words }: Asking,
  noise: PrngState,
): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(BOOT_BLOCK_BYTES);
  const view = new DataView(page.buffer);
  const own = clientEndpoint(number);
  write(view, 0x00, [CLIENT_MAGIC, VERSION, number]);
  writeAddress(page, 0x0c, own);
  writeAddress(page, 0x14, { mac: VM_MAC, ip: VM_IP, port: SERVICE_PORT });
  page.set(VM_MAC, 0x1c);
  const start = Math.floor(client.startAfter / TICK_NS);
  write(view, 0x24, [
    client.requests,
    code,
    start % 2 ** 32,
    Math.floor(start / 2 ** 32),
    Math.floor(client.thinkTime / TICK_NS),
    Math.max(1, Math.floor(client.retryAfter / TICK_NS)),
    client.afterPowerLoss === 'beginAgain' ? 1 : 0,
    words.length,
  ]);
  write(view, 0x44, noise);
  writeSources(view, words);
  return page;
}

/** Each source of words takes 16 bytes; the values of which one is drawn stand behind them all. */
function writeSources(view: DataView, words: readonly WordSource[]): void {
  let table = SOURCES_AT + SOURCE_BYTES * words.length;
  words.forEach((source, n) => {
    const at = SOURCES_AT + SOURCE_BYTES * n;
    write(view, at, [SOURCE_KINDS[source.kind], ...parametersOf(source, table)]);
    if (source.kind !== 'oneOf') return;
    write(view, table, source.values);
    table += 4 * source.values.length;
  });
  assert(table <= BOOT_BLOCK_BYTES, `the words of a request need ${table} bytes of the boot block`);
}

function parametersOf(source: WordSource, table: number): readonly number[] {
  switch (source.kind) {
    case 'constant':
      return [source.value];
    case 'drawn':
      return [source.from, source.step, source.count];
    case 'random':
      return [0, 0, source.count];
    case 'oneOf':
      return [table, 0, source.values.length];
    default:
      return [];
  }
}

export type DiskParameters = Pick<DiskConfig, 'blocks' | 'fencing'>;

/** What the program of the disk is told. The block behind the data has the flags. */
export function diskBootBlock({ blocks, fencing }: DiskParameters): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(BOOT_BLOCK_BYTES);
  const view = new DataView(page.buffer);
  write(view, 0x00, [DISK_MAGIC, VERSION]);
  writeAddress(page, 0x08, DISK_ENDPOINT);
  write(view, 0x10, [blocks, fencing ? 1 : 0]);
  return page;
}

function write(view: DataView, at: number, words: readonly number[]): void {
  words.forEach((word, n) => {
    view.setUint32(at + 4 * n, word, true);
  });
}

/** 4 bytes of IP, then 2 of the port. */
function writeAddress(page: Uint8Array, at: number, { ip, port }: Endpoint): void {
  page.set(ip, at);
  page.set([port >> 8, port & 0xff], at + 4);
}
