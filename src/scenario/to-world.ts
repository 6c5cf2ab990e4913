// From a document to the world that it describes.

import { fromHex } from '../base/bytes.ts';
import { hex } from '../base/hex.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Image } from '../isa/image.ts';
import { RAM_BASE } from '../isa/image.ts';
import { nanoseconds } from '../sim/time.ts';
import type { DiskConfig, HostConfig, LinkConfig, WorldConfig } from '../world/base/config.ts';
import { parseCommand, type ScriptedCommand } from '../world/language/faults.ts';
import { clientId, targetsOf } from './checks.ts';
import { fault } from './field-path.ts';
import { assembleGuest } from './guest.ts';
import type { ScenarioDocument } from './schema.ts';

const PICOSECONDS_IN_SECOND = 1e12;

/** How long an instruction takes at full speed. */
const picosecondsAt = (instructionsPerSecond: number): number =>
  Math.round(PICOSECONDS_IN_SECOND / instructionsPerSecond);

/**
 * What a world of this document is made from. `image` stands in for the document's guest program.
 * An error is one sentence: a mistake in the guest's source, or that RAM is too small for it.
 */
export function toWorldConfig(document: ScenarioDocument, image?: Image): Result<WorldConfig> {
  const guest = image ? ok(image) : assembleGuest(document);
  if (!guest.ok) return guest;
  const tooLarge = roomFault(document, guest.value);
  if (tooLarge !== undefined) return err(tooLarge);
  return ok({
    seed: document.seed,
    image: guest.value,
    service: document.guest.program,
    isOwnProgram: document.guest.source !== undefined || document.guest.elf !== undefined,
    ramBytes: document.machine.ramBytes,
    harts: document.machine.harts === 2 ? 2 : 1,
    replication: {
      mode: document.replication.mode,
      epoch: nanoseconds(document.replication.epochNs),
      copyTimePerPage: nanoseconds(document.replication.copyNsPerPage),
    },
    hosts: [...document.hosts, ...document.spares].map((host) => hostConfig(document, host)),
    links: {
      lan: linkConfig(document.links.lan),
      log: linkConfig(document.links.log),
      storage: linkConfig(document.links.storage),
    },
    disk: diskConfig(document),
    protocol: protocolConfig(document),
    clients: document.clients.map((client, index) => ({
      id: clientId(index),
      operation: client.operation,
      requests: client.requests,
      startAfter: nanoseconds(client.startNs),
      thinkTime: nanoseconds(client.thinkNs),
      retryAfter: nanoseconds(client.retryNs),
    })),
    commands: scriptedCommands(document),
    network: {
      groupPackets: document.network.groupPackets,
      groupWait: nanoseconds(document.network.groupNs),
    },
    cluster: {
      decision: nanoseconds(document.cluster.decisionNs),
      retry: nanoseconds(document.cluster.retryNs),
    },
    vmotion: document.vmotion,
  });
}

/** What `createMachine` would throw at, as a sentence for whoever wrote the document or the program. */
function roomFault({ machine }: ScenarioDocument, image: Image): string | undefined {
  const { base, entry, end } = image;
  const needed = Math.max(end, base + image.bytes.length) - RAM_BASE;
  if (base < RAM_BASE) return `The guest program stands at ${hex(base)}, and RAM begins at ${hex(RAM_BASE)}.`;
  if (needed > machine.ramBytes)
    return fault(['machine', 'ramBytes'], `is ${machine.ramBytes}, but the guest program takes ${needed}`)
      .message;
  if (entry % 4 === 0 && entry >= RAM_BASE && entry < RAM_BASE + machine.ramBytes) return undefined;
  return `The guest program begins at ${hex(entry)}, where no instruction can be.`;
}

function hostConfig({ machine }: ScenarioDocument, host: ScenarioDocument['spares'][number]): HostConfig {
  const { id, speedNoisePpm, clockOffsetNs, clockDriftPpm } = host;
  const instructionPicoseconds = picosecondsAt(machine.instructionsPerSecond);
  return { id, instructionPicoseconds, speedNoisePpm, clockOffsetNs, clockDriftPpm };
}

const linkConfig = (link: ScenarioDocument['links']['log']): LinkConfig => ({
  latency: nanoseconds(link.latencyNs),
  bitsPerSecond: link.bitsPerSecond,
});

function diskConfig({ disk, rules }: ScenarioDocument): DiskConfig {
  return {
    blocks: disk.blocks,
    contents: Object.entries(disk.contents).map(([block, hex]) => ({
      block: Number(block),
      bytes: checked(fromHex(hex)),
    })),
    serviceTime: nanoseconds(disk.serviceNs),
    testAndSetTime: nanoseconds(disk.testAndSetNs),
    retryAfter: nanoseconds(disk.retryNs),
    parallel: disk.parallel,
    serviceNoisePpm: disk.serviceNoisePpm,
    fencing: rules.fencing,
    isShared: disk.shared,
  };
}

function protocolConfig({
  rules,
  detector,
  log,
  machine,
  pacing,
  replication,
  disk,
}: ScenarioDocument): WorldConfig['protocol'] {
  return {
    mode: replication.mode,
    rules,
    heartbeatInterval: nanoseconds(detector.heartbeatNs),
    silenceTimeout: nanoseconds(detector.timeoutNs),
    arbitrationRetry: nanoseconds(detector.arbitrationRetryNs),
    retransmitTimeout: nanoseconds(log.retransmitNs),
    sendBufferBytes: log.sendBufferBytes,
    receiveBufferBytes: log.receiveBufferBytes,
    flushDelay: nanoseconds(log.flushNs),
    flushOutputs: log.flushOutputs,
    pacing: {
      interval: nanoseconds(pacing.intervalNs),
      lagThreshold: nanoseconds(pacing.lagNs),
      stepPercent: pacing.stepPercent,
      instructionPicoseconds: picosecondsAt(machine.instructionsPerSecond),
    },
    progressInterval: nanoseconds(log.progressNs),
    lastOutput: replication.lastOutput,
    isDiskShared: disk.shared,
    backupReads: replication.backupReads,
  };
}

function scriptedCommands(document: ScenarioDocument): ScriptedCommand[] {
  const targets = targetsOf(document);
  return document.commands.map((command) => checked(parseCommand(command, targets)));
}

/** `parseDocument` has made sure of it. */
function checked<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`Broken invariant: a document that was not checked. ${result.error}`);
  return result.value;
}
