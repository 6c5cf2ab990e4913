// Everything a world is made from: values only, so that the same configuration gives the same run.

import type { ProtocolConfig } from '../ft/replica.ts';
import type { Image } from '../machine/image.ts';
import type { Duration } from '../sim/time.ts';
import type { TimedCommand } from './faults.ts';

export type HostId = string;
export type ClientId = string;

export interface HostConfig {
  id: HostId;
  /** Time of one guest instruction, in picoseconds. */
  instructionPicoseconds: number;
  /** How far a stretch of execution may be slower or faster than that, in parts per million. No two CPUs are alike. */
  speedNoisePpm: number;
  /** What this host's clock shows when the run begins, in nanoseconds, and how much too fast it is. */
  clockOffsetNs: number;
  clockDriftPpm: number;
}

export interface LinkConfig {
  /** One way. At least a microsecond: it bounds how far hosts may run before they hear of each other. */
  latency: Duration;
  bitsPerSecond: number;
}

export interface ClientConfig {
  id: ClientId;
  /** One of the service's operations, by name. */
  operation: string;
  /** How many requests it makes in all. */
  requests: number;
  startAfter: Duration;
  /** Mean pause between an answer and the next request; each is drawn from half to one and a half of it. */
  thinkTime: Duration;
  /** Without an answer for this long it sends the request again. */
  retryAfter: Duration;
}

export interface DiskConfig {
  blocks: number;
  contents: { block: number; bytes: Uint8Array<ArrayBuffer> }[];
  serviceTime: Duration;
  testAndSetTime: Duration;
  /** An operation without an answer for this long is sent again by the host: the storage may be out of reach. */
  retryAfter: Duration;
}

export interface WorldConfig {
  seed: number;
  image: Image;
  /** What the image is to its clients: the name of a service (services/index.ts). */
  service: string;
  ramBytes: number;
  /** The first is the primary, the second the backup. */
  hosts: [HostConfig, HostConfig];
  links: { lan: LinkConfig; log: LinkConfig; storage: LinkConfig };
  disk: DiskConfig;
  protocol: ProtocolConfig;
  clients: ClientConfig[];
  commands: TimedCommand[];
}

/** The VM's addresses, the same on whichever host it runs. Its clients know them as one knows a server's. */
export const VM_MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);
export const VM_IP = [10, 0, 0, 10] as const;
export const SERVICE_PORT = 7000;
export const BLOCK_BYTES = 512;
