// For tests: the smallest world there is, with a guest that sleeps for ever.

import { ALL_RULES } from '../../ft/rules.ts';
import { flatImage, type Image } from '../../isa/image.ts';
import { microseconds, milliseconds, nanoseconds, type SimTime } from '../../sim/time.ts';
import type { ClientConfig, HostConfig, WorldConfig } from '../base/config.ts';

export const at = (ns: number): SimTime => ns as SimTime;

/** `wfi`, and back to it. */
export function sleeper(): Image {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x1050_0073, true);
  view.setUint32(4, 0xffdf_f06f, true);
  return flatImage(bytes);
}

export const hostConfig = (id: string, said: Partial<HostConfig> = {}): HostConfig => ({
  id,
  instructionPicoseconds: 50_000,
  speedNoisePpm: 20_000,
  clockOffsetNs: 0,
  clockDriftPpm: 0,
  ...said,
});

export const clientConfig = (id: string, said: Partial<ClientConfig> = {}): ClientConfig => ({
  id,
  operation: 'increment',
  requests: 3,
  startAfter: milliseconds(2),
  thinkTime: milliseconds(2),
  retryAfter: milliseconds(20),
  ...said,
});

export function worldConfig(said: Partial<WorldConfig> = {}): WorldConfig {
  return {
    seed: 1,
    image: sleeper(),
    service: 'counter',
    ramBytes: 64 * 1024,
    hosts: [hostConfig('A'), hostConfig('B')],
    links: {
      lan: { latency: microseconds(50), bitsPerSecond: 1e9 },
      log: { latency: microseconds(450), bitsPerSecond: 1e9 },
      storage: { latency: microseconds(20), bitsPerSecond: 4e9 },
    },
    disk: {
      blocks: 16,
      contents: [{ block: 7, bytes: Uint8Array.of(10, 0, 0, 0) }],
      serviceTime: microseconds(60),
      testAndSetTime: microseconds(500),
      retryAfter: milliseconds(50),
      parallel: 1,
      serviceNoisePpm: 0,
      fencing: true,
      isShared: true,
    },
    protocol: {
      mode: 'ft',
      rules: ALL_RULES,
      heartbeatInterval: milliseconds(1),
      silenceTimeout: milliseconds(10),
      arbitrationRetry: milliseconds(2),
      retransmitTimeout: milliseconds(2),
      sendBufferBytes: 65_536,
      receiveBufferBytes: 65_536,
      flushDelay: nanoseconds(0),
      flushOutputs: true,
      pacing: { interval: milliseconds(5), lagThreshold: milliseconds(8), stepPercent: 3 },
      lastOutput: 'drop',
      isDiskShared: true,
      backupReads: false,
    },
    clients: [clientConfig('client1'), clientConfig('client2', { startAfter: nanoseconds(3_000_000) })],
    commands: [],
    harts: 1,
    replication: { mode: 'ft', epoch: milliseconds(5), copyTimePerPage: microseconds(2) },
    network: { groupPackets: 1, groupWait: microseconds(50) },
    cluster: { decision: milliseconds(2), retry: milliseconds(10) },
    vmotion: { rounds: 8, finalPages: 8 },
    ...said,
  };
}
