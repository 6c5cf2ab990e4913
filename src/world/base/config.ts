// Everything a world is made from: values only, so that the same configuration gives the same run.

import type { VmotionConfig } from '../../ft/ft-vmotion.ts';
import type { ProtocolConfig, ReplicationMode } from '../../ft/replica.ts';
import type { Image } from '../../isa/image.ts';
import type { Duration } from '../../sim/time.ts';
import type { ScriptedCommand } from '../language/faults.ts';

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

/** A host that runs one program of its own, which nobody records: a client, or the disk's server. */
export interface PlainHostConfig extends HostConfig {
  image: Image;
  /** Somebody wrote or brought the program. */
  isOwnProgram: boolean;
  ramBytes: number;
}

export interface ClientConfig extends PlainHostConfig {
  id: ClientId;
  /** One of the service's operations, by name. */
  operation: string;
  /** How many requests it makes in all. */
  requests: number;
  startAfter: Duration;
  /** Mean pause between an answer and the next request; each is drawn from half to one and a half of it. */
  thinkTime: Duration;
  /** Without an answer for this long it sends the request again; then it waits twice as long, and so on. */
  retryAfter: Duration;
  /** Back after a loss of power it makes the requests that were left, or all of them once more; none under a number it has used. */
  afterPowerLoss: 'goOn' | 'beginAgain';
}

/** Blocks, and how long they take: of the disk's server, or of a host itself (§4.1). */
export interface MediumConfig {
  blocks: number;
  contents: { block: number; bytes: Uint8Array<ArrayBuffer> }[];
  serviceTime: Duration;
  /** How many requests are served at once, each by an arm of its own. */
  parallel: number;
  /** How much shorter or longer a service may be than `serviceTime`, in parts per million. */
  serviceNoisePpm: number;
}

export interface DiskConfig extends MediumConfig, PlainHostConfig {
  /** How long the block that has the flags takes. */
  testAndSetTime: Duration;
  /** An operation without an answer for this long is sent again by the host: the storage may be out of reach. */
  retryAfter: Duration;
  /** Writes of a machine that has lost its arbitration are refused. */
  fencing: boolean;
  /** One disk for all hosts (§2.3); otherwise each has its own (§4.1), and this one only has the flags. */
  isShared: boolean;
}

export interface WorldConfig {
  seed: number;
  image: Image;
  /** What the image is to its clients: the name of a service (services/index.ts). */
  service: string;
  /** Somebody wrote or brought the program: nobody knows what a request costs it. */
  isOwnProgram: boolean;
  ramBytes: number;
  /** Two make the machine break the paper's condition of a single processor (§1): their interleaving is in no log. */
  harts: 1 | 2;
  replication: ReplicationConfig;
  /** The first runs the primary, the second the backup, the others are spare. */
  hosts: HostConfig[];
  links: { lan: LinkConfig; log: LinkConfig; storage: LinkConfig };
  disk: DiskConfig;
  protocol: ProtocolConfig;
  clients: ClientConfig[];
  commands: ScriptedCommand[];
  network: NetworkConfig;
  cluster: ClusterConfig;
  vmotion: VmotionConfig;
}

export interface ReplicationConfig {
  /**
   * `ft`: the paper's. Baselines of §6: `none`; `checkpoint`: the backup gets the pages that each epoch has changed, and
   * outputs wait for that; `operations`: the backup gets the clients' requests and runs on its own.
   */
  mode: ReplicationMode;
  /** Length of an epoch of checkpointing. */
  epoch: Duration;
  /** How long the VM stands still for each page that a checkpoint copies. */
  copyTimePerPage: Duration;
}

/** §3.5: packets that share an interrupt. */
export interface NetworkConfig {
  groupPackets: number;
  groupWait: Duration;
}

/** The service that knows the hosts and picks one for a new backup (§3.1). */
export interface ClusterConfig {
  decision: Duration;
  retry: Duration;
}

/** The program that a computer runs: the VM's hosts all the same one. */
export function programOf({ image, clients, disk }: WorldConfig, id: string): Image {
  return [...clients, disk].find((plain) => plain.id === id)?.image ?? image;
}

/** The programs of the hosts that run one of their own, by the hosts' ids. */
export const plainPrograms = ({ clients, disk }: WorldConfig): Record<string, Image> =>
  Object.fromEntries([...clients, disk].map(({ id, image }) => [id, image]));

/** The VM's addresses, the same on whichever host it runs. Its clients know them as one knows a server's. */
export const VM_MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);
export const VM_IP = [10, 0, 0, 10] as const;
export const SERVICE_PORT = 7000;
