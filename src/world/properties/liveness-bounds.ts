// How long clients, disk operations and outputs may have to wait in a world where nothing fails: from its parameters alone.

import { BLOCK_BYTES } from '../base/blocks.ts';
import type { LinkConfig, WorldConfig } from '../base/config.ts';
import { serviceOf } from '../services/index.ts';
import type { Effort } from '../services/service.ts';

/** In nanoseconds. */
export interface Bounds {
  /** From a request to its answer; null where nobody can say what a request costs the guest. */
  request: number | null;
  /** Between two completions, while disk operations are under way. */
  disk: number;
  /** Between two outputs that leave, while some are held. */
  gate: number;
}

/** Everything may take so many times what it takes at its worst by this file's reckoning: queues form in many places at once. */
const SAFETY = 4;

/** The longest frame on a cable, with all that is around it; what an entry weighs besides what it carries. */
const FRAME_BYTES = 1_600;
const ENTRY_BYTES = 200;
/** How often a frame may be sent before its answer comes, by a client that waits twice as long each time. */
const COPIES = 6;
/** What a guest executes for a request besides what its service says: interrupts, checksums, ticks of its timer meanwhile. */
const INSTRUCTIONS = 30_000;
const LITTLE: Effort = { instructions: 0, operations: 0 };
/** Pacing leaves a machine a tenth of its CPU (§3.2). */
const PACED = 10;
/** The most operations that a guest may have under way: as many as its queue has descriptors. */
const OPERATIONS = 256;
/** A checkpoint carries at most this many pages, but for a guest that changes its whole memory. */
const CHECKPOINT_PAGES = 64;
const PAGE_BYTES = 4_096;

/** The bounds of a world. */
export function boundsOf(config: WorldConfig): Bounds {
  const gate = SAFETY * gateTime(config);
  const operations = OPERATIONS * operationTime(config) + config.disk.retryAfter + flagsTime(config);
  const disk = SAFETY * operations + gate;
  return { request: requestBound(config), disk, gate };
}

/** Until a client of a world in which nothing fails has all its answers; null where nobody can say. */
export function workloadBound(config: WorldConfig): number | null {
  const request = requestBound(config);
  if (request === null) return null;
  return Math.max(
    0,
    ...config.clients.map(
      ({ startAfter, requests, thinkTime }) => startAfter + requests * (request + thinkTime),
    ),
  );
}

const transmission = ({ bitsPerSecond }: LinkConfig, bytes: number): number =>
  (bytes * 8 * 1e9) / bitsPerSecond;

/** One operation on the disk, which has to do with no other, there and back. */
function operationTime({ disk, links: { storage } }: WorldConfig): number {
  const service = disk.serviceTime * (1 + disk.serviceNoisePpm / 1e6);
  return service + 2 * storage.latency + transmission(storage, 2 * FRAME_BYTES);
}

/** The server of a shared disk reads who has which flag before it serves anybody. */
const flagsTime = ({ disk: { isShared, testAndSetTime } }: WorldConfig): number =>
  isShared ? testAndSetTime : 0;

/** From an output to its acknowledgement, behind all that the buffers hold; and what replaces a backup that is taken for dead. */
function gateTime(config: WorldConfig): number {
  const { protocol, links, replication } = config;
  if (replication.mode === 'none') return 0;
  const { sendBufferBytes, receiveBufferBytes, pacing, flushDelay, retransmitTimeout } = protocol;
  const log =
    2 * links.log.latency + transmission(links.log, sendBufferBytes + receiveBufferBytes + FRAME_BYTES);
  const waits = flushDelay + 2 * retransmitTimeout + 2 * pacing.lagThreshold + 20 * pacing.interval;
  return log + waits + checkpointTime(config) + arbitrationTime(config);
}

function checkpointTime({ replication, links, ramBytes }: WorldConfig): number {
  if (replication.mode !== 'checkpoint') return 0;
  const pages = Math.min(ramBytes / PAGE_BYTES, CHECKPOINT_PAGES);
  const copies = pages * replication.copyTimePerPage;
  return 2 * (replication.epoch + copies + transmission(links.log, pages * PAGE_BYTES) + links.log.latency);
}

/** Until somebody who suspects the other without reason has the flag. */
function arbitrationTime({ protocol, disk, hosts, links: { storage } }: WorldConfig): number {
  const question = 2 * storage.latency + transmission(storage, OPERATIONS * FRAME_BYTES);
  return protocol.silenceTimeout + protocol.arbitrationRetry + question + hosts.length * disk.testAndSetTime;
}

/** All clients ask at once, and each of them is served last. */
function requestBound(config: WorldConfig): number | null {
  if (config.isOwnProgram || config.disk.isOwnProgram || config.clients.some((each) => each.isOwnProgram))
    return null;
  const effort = serviceOf(config.service).effort?.(config) ?? LITTLE;
  const { clients, links, network, hosts } = config;
  const count = clients.length;
  const { operations } = effort;
  const instruction = Math.max(
    ...hosts.map((host) => (host.instructionPicoseconds / 1_000) * (1 + host.speedNoisePpm / 1e6)),
  );
  const lan = 4 * links.lan.latency + transmission(links.lan, 2 * count * COPIES * FRAME_BYTES);
  const guest = count * (INSTRUCTIONS + effort.instructions) * instruction * PACED;
  const disk = flagsTime(config) + count * operations * operationTime(config);
  // Each operation may be an output, which is released before the next is begun.
  const logged = COPIES * FRAME_BYTES + operations * (BLOCK_BYTES + ENTRY_BYTES) + 10 * ENTRY_BYTES;
  const log =
    count * (transmission(links.log, logged) + operations * (2 * links.log.latency + checkpointTime(config)));
  const waits = lan + network.groupWait + guest + disk + log + 2 * gateTime(config);
  return SAFETY * waits + COPIES * Math.max(...clients.map(({ retryAfter }) => retryAfter), 0);
}
