// The programs of clients and of the disk's server, and the hosts they run on.

import { fromHex } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { type Image, RAM_BASE } from '../isa/image.ts';
import { nanoseconds } from '../sim/time.ts';
import type { ClientConfig, DiskConfig, PlainHostConfig } from '../world/base/config.ts';
import { clientId } from './checks.ts';
import { assemblePart, roomFault } from './guest.ts';
import { isCarried, type ProgramPart, programPart } from './program-part.ts';
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

const assembled = new Map<string, Result<Image>>();

/** A built-in program is assembled once: every world has them. */
function imageOf(part: ProgramPart, document: ScenarioDocument): Result<Image> {
  if (isCarried(part.carried)) return assemblePart(part, document);
  const known = assembled.get(part.file) ?? assemblePart(part, document);
  assembled.set(part.file, known);
  return known;
}

/** @param nth the host's place among all that are not the VM's, from 0 */
function plainHost(document: ScenarioDocument, id: string, nth: number): Result<PlainHostConfig> {
  const part = programPart(document, id);
  const image = imageOf(part, document);
  if (!image.ok) return image;
  const isOwnProgram = isCarried(part.carried);
  const ramBytes = ramFor(image.value, isOwnProgram ? ROOM : PAGE);
  const tooLarge = roomFault(image.value, ramBytes - PAGE, part.where);
  if (tooLarge !== undefined) return tooLarge;
  return ok({
    id,
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

export function clientConfigs(document: ScenarioDocument): Result<ClientConfig[]> {
  const configs: ClientConfig[] = [];
  for (const [index, client] of document.clients.entries()) {
    const host = plainHost(document, clientId(index), index + 1);
    if (!host.ok) return host;
    configs.push({
      ...host.value,
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

export function diskConfig(document: ScenarioDocument): Result<DiskConfig> {
  const { disk, rules } = document;
  const host = plainHost(document, 'disk', 0);
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
