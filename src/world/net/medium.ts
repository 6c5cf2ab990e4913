// A medium: blocks, arms that serve one operation each, and what it cannot do. Of the disk's server, or of a host itself (§4.1).

import { hashHex, hashInto } from '../../base/hash.ts';
import { below, namedStream, type PrngState } from '../../base/prng.ts';
import { after, type Duration, instantAt, later, nanoseconds, type SimTime, START } from '../../sim/time.ts';
import { BLOCK_BYTES, blocksOf } from '../base/blocks.ts';
import type { HostId, MediumConfig } from '../base/config.ts';

/** What a medium cannot do. A full one can't write. */
export interface MediumImpairment {
  reads: boolean;
  writes: boolean;
  full: boolean;
}

export interface Medium {
  /** `disk` is that of the disk's server; a host's own is called after it. */
  id: string;
  /** Counts losses of power: what was being served before the last one is void. */
  epoch: number;
  failing: MediumImpairment;
  /** Blocks that were ever written. The others read as zeros. Behind the configured ones are those with a server's own notes. */
  blocks: Record<number, Uint8Array<ArrayBuffer>>;
  /** For whom a block was written last, and when. */
  writers: Record<number, { host: HostId; at: SimTime }>;
  /** When each of its independent arms has served what it was given. */
  freeAt: SimTime[];
  /** Makes service times differ. Nothing is drawn when they don't. */
  noise: PrngState;
}

/** What a machine or a host asks of its medium. `request` is its name for it. */
export type MediumOperation =
  | { kind: 'read'; request: number; block: number; blocks: number }
  | { kind: 'write'; request: number; block: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'flush'; request: number };

export interface MediumService {
  operation: MediumOperation;
  begins: SimTime;
  ends: SimTime;
  epoch: number;
}

/** What an operation came to. `why`: what the medium can't do. */
export interface MediumAnswer {
  request: number;
  ok: boolean;
  bytes?: Uint8Array<ArrayBuffer>;
  why?: 'error' | 'full';
}

const MILLION = 1_000_000;

const WELL: MediumImpairment = { reads: false, writes: false, full: false };

export function createMedium(id: string, config: MediumConfig, seed: number): Medium {
  const blocks: Record<number, Uint8Array<ArrayBuffer>> = {};
  for (const { block, bytes } of config.contents) {
    const contents = new Uint8Array(BLOCK_BYTES);
    contents.set(bytes.subarray(0, BLOCK_BYTES));
    blocks[block] = contents;
  }
  return {
    id,
    epoch: 0,
    failing: { ...WELL },
    blocks,
    writers: {},
    freeAt: idleArms(config),
    noise: namedStream(`disk ${id}`, seed),
  };
}

const idleArms = ({ parallel }: MediumConfig): SimTime[] => Array.from({ length: parallel }, () => START);

/**
 * An operation joins the queue of the arm that is free first.
 * @param time how long it takes, where that is not a matter of the medium's noise
 */
export function enqueue(
  medium: Medium,
  config: MediumConfig,
  operation: MediumOperation,
  now: SimTime,
  time: Duration = serviceTime(medium, config),
): MediumService {
  const free = Math.min(...medium.freeAt);
  const begins = later(instantAt(free), now);
  const ends = after(begins, time);
  medium.freeAt[medium.freeAt.indexOf(instantAt(free))] = ends;
  return { operation, begins, ends, epoch: medium.epoch };
}

function serviceTime({ noise }: Medium, { serviceTime, serviceNoisePpm }: MediumConfig): Duration {
  if (serviceNoisePpm === 0) return serviceTime;
  const ppm = below(noise, 2 * serviceNoisePpm + 1) - serviceNoisePpm;
  return nanoseconds(serviceTime + Math.round((serviceTime * ppm) / MILLION));
}

/**
 * Carries an operation out, all at once, at the end of its service. Blocks behind the configured ones are always well.
 * @returns null when power was lost since it began
 */
export function serve(
  medium: Medium,
  { blocks: size }: MediumConfig,
  { operation, epoch }: MediumService,
): MediumAnswer | null {
  if (epoch !== medium.epoch) return null;
  const { request } = operation;
  if (operation.kind === 'flush') return { request, ok: true };
  const why = operation.block < size ? whyNot(medium, operation.kind) : undefined;
  if (why !== undefined) return { request, ok: false, why };
  if (operation.kind === 'read')
    return { request, ok: true, bytes: readBlocks(medium, operation.block, operation.blocks) };
  const { block, bytes } = operation;
  for (let i = 0; i < blocksOf(bytes); i++)
    medium.blocks[block + i] = bytes.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES);
  return { request, ok: true };
}

function whyNot({ failing }: Medium, kind: 'read' | 'write'): MediumAnswer['why'] {
  if (kind === 'read') return failing.reads ? 'error' : undefined;
  if (failing.writes) return 'error';
  return failing.full ? 'full' : undefined;
}

function readBlocks(medium: Medium, block: number, blocks: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  for (let i = 0; i < blocks; i++) {
    const contents = medium.blocks[block + i];
    if (contents !== undefined) bytes.set(contents, i * BLOCK_BYTES);
  }
  return bytes;
}

/** Power is lost, and with it what was being served; the contents stay. */
export function losePower(medium: Medium, config: MediumConfig): void {
  medium.epoch++;
  medium.freeAt = idleArms(config);
}

/** From now on it can't do these either. */
export function impairMedium(medium: Medium, impairment: Partial<MediumImpairment>): void {
  medium.failing = { ...medium.failing, ...impairment };
}

/** It can do everything again. */
export const mendMedium = (medium: Medium): void => impairMedium(medium, WELL);

/** Hash of what is on it: a block that was never written counts as one of zeros. */
export function hashMedium(medium: Medium, { blocks }: MediumConfig): string {
  const words = new Uint32Array(blocks * 4);
  const zeros = new Uint8Array(BLOCK_BYTES);
  for (let block = 0; block < blocks; block++) hashInto(words, block * 4, medium.blocks[block] ?? zeros);
  return hashHex(new Uint8Array(words.buffer));
}
