// The programs of clients and of the disk's server, and the hosts they run on.

import { fromHex } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { type Image, RAM_BASE } from '../isa/image.ts';
import { nanoseconds } from '../sim/time.ts';
import type { ClientConfig, DiskConfig, PlainHostConfig } from '../world/base/config.ts';
import { clientId } from './checks.ts';
import { assembleSource, readCarried, roomFault } from './guest.ts';
import { includeKernel, kernelFiles } from './guests/index.ts';
import clientSource from './programs/client.s?raw';
import diskServerSource from './programs/disk-server.s?raw';
import type { ScenarioDocument } from './schema.ts';

const PAGE = 4096;
const RAM_LEAST = 64 * 1024;
const RAM_MOST = 16 * 1024 * 1024;
/** What a program that somebody wrote or brought has beside itself. */
const ROOM = 1024 * 1024;

/** 200 million instructions a second: what clients and the disk compute takes no time that anybody would notice. */
const INSTRUCTION_PICOSECONDS = 5_000;
const SPEED_NOISE_PPM = 20_000;
/** No two clocks agree: each host's is so much ahead of the one before, and so much faster. */
const CLOCK_OFFSET_NS = 1_300_000;
const CLOCK_DRIFT_PPM = 3;

const CLIENT_FILE = 'client.s';
const DISK_SERVER_FILE = 'disk-server.s';

/** The texts of the programs that come with Understudy, by the names that line tables have. */
export const programSources: Readonly<Record<string, string>> = {
  [CLIENT_FILE]: clientSource,
  [DISK_SERVER_FILE]: diskServerSource,
};

const assembled = new Map<string, Result<Image>>();

/** Assembled once: every world has them. */
function builtIn(file: string): Result<Image> {
  const known =
    assembled.get(file) ?? assembleSource(programSources[file] as string, { file, include: includeKernel });
  assembled.set(file, known);
  return known;
}

interface Carried {
  source?: string;
  elf?: string;
}

/**
 * The texts that a client's or the disk's program is assembled from, by the names that its line table has, and of these the one that is its
 * own: the others are the kernel's. Undefined for any other host.
 */
export function plainSources(
  { clients, disk }: Pick<ScenarioDocument, 'clients' | 'disk'>,
  id: string,
): { files: Record<string, string>; own: string } | undefined {
  const index = clients.findIndex((_, i) => clientId(i) === id);
  if (id !== 'disk' && index < 0) return undefined;
  const [{ source }, where, file] =
    id === 'disk'
      ? ([disk, 'disk', DISK_SERVER_FILE] as const)
      : ([clients[index] as Carried, `clients[${index}]`, CLIENT_FILE] as const);
  const own = source ?? (programSources[file] as string);
  const name = source === undefined ? file : `${where}.source`;
  return { files: { ...kernelFiles(), [name]: own }, own };
}

/** The program that a part of a document carries, or the one that comes with Understudy. */
function imageOf({ source, elf }: Carried, where: string, file: string): Result<Image> {
  if (elf !== undefined) return readCarried(elf, `${where}.elf`);
  return source === undefined
    ? builtIn(file)
    : assembleSource(source, { file: `${where}.source`, include: includeKernel });
}

/** @param nth the host's place among all that are not the VM's, from 0 */
function plainHost(carried: Carried, where: string, file: string, nth: number): Result<PlainHostConfig> {
  const image = imageOf(carried, where, file);
  if (!image.ok) return image;
  const isOwnProgram = carried.source !== undefined || carried.elf !== undefined;
  const ramBytes = ramFor(image.value, isOwnProgram ? ROOM : PAGE);
  const tooLarge = roomFault(image.value, ramBytes - PAGE, where);
  if (tooLarge !== undefined) return tooLarge;
  return ok({
    id: where,
    image: image.value,
    isOwnProgram,
    ramBytes,
    instructionPicoseconds: INSTRUCTION_PICOSECONDS,
    speedNoisePpm: SPEED_NOISE_PPM,
    clockOffsetNs: CLOCK_OFFSET_NS * (nth + 1),
    clockDriftPpm: CLOCK_DRIFT_PPM * (nth + 1),
  });
}

/** The program, and behind it `room`, in which the page at the top is. */
function ramFor({ base, bytes, end }: Image, room: number): number {
  const needed = Math.max(end, base + bytes.length) - RAM_BASE + room;
  return Math.min(RAM_MOST, Math.max(RAM_LEAST, Math.ceil(needed / PAGE) * PAGE));
}

export function clientConfigs({ clients }: ScenarioDocument): Result<ClientConfig[]> {
  const configs: ClientConfig[] = [];
  for (const [index, client] of clients.entries()) {
    const host = plainHost(client, `clients[${index}]`, CLIENT_FILE, index + 1);
    if (!host.ok) return host;
    configs.push({
      ...host.value,
      id: clientId(index),
      operation: client.operation,
      requests: client.requests,
      startAfter: nanoseconds(client.startNs),
      thinkTime: nanoseconds(client.thinkNs),
      retryAfter: nanoseconds(client.retryNs),
      afterPowerLoss: client.afterPowerLoss,
    });
  }
  return ok(configs);
}

export function diskConfig({ disk, rules }: ScenarioDocument): Result<DiskConfig> {
  const host = plainHost(disk, 'disk', DISK_SERVER_FILE, 0);
  if (!host.ok) return host;
  return ok({
    ...host.value,
    blocks: disk.blocks,
    contents: Object.entries(disk.contents).map(([block, hex]) => ({
      block: Number(block),
      bytes: checkedHex(hex),
    })),
    serviceTime: nanoseconds(disk.serviceNs),
    testAndSetTime: nanoseconds(disk.testAndSetNs),
    retryAfter: nanoseconds(disk.retryNs),
    parallel: disk.parallel,
    serviceNoisePpm: disk.serviceNoisePpm,
    fencing: rules.fencing,
    isShared: disk.shared,
  });
}

/** `parseDocument` has made sure of it. */
function checkedHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(hex);
  if (!bytes.ok) throw new Error(`Broken invariant: a document that was not checked. ${bytes.error}`);
  return bytes.value;
}
