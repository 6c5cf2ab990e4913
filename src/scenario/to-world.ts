// From a document to the world that it describes.

import { ok, type Result } from '../base/result.ts';
import type { Image } from '../isa/image.ts';
import { nanoseconds } from '../sim/time.ts';
import type { HostConfig, LinkConfig, WorldConfig } from '../world/base/config.ts';
import { parseCommand, type ScriptedCommand } from '../world/language/faults.ts';
import { targetsOf } from './checks.ts';
import { assembleGuest, roomFault } from './guest.ts';
import { clientConfigs, diskConfig } from './plain-hosts.ts';
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
  const tooLarge = roomFault(guest.value, document.machine.ramBytes, 'machine');
  if (tooLarge !== undefined) return tooLarge;
  const clients = clientConfigs(document);
  if (!clients.ok) return clients;
  const disk = diskConfig(document);
  if (!disk.ok) return disk;
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
    disk: disk.value,
    protocol: protocolConfig(document),
    clients: clients.value,
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

function hostConfig({ machine }: ScenarioDocument, host: ScenarioDocument['spares'][number]): HostConfig {
  const { id, speedNoisePpm, clockOffsetNs, clockDriftPpm } = host;
  const instructionPicoseconds = picosecondsAt(machine.instructionsPerSecond);
  return { id, instructionPicoseconds, speedNoisePpm, clockOffsetNs, clockDriftPpm };
}

const linkConfig = (link: ScenarioDocument['links']['log']): LinkConfig => ({
  latency: nanoseconds(link.latencyNs),
  bitsPerSecond: link.bitsPerSecond,
});

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
