// For tests: the smallest world there is, with a guest that sleeps for ever.

import { ALL_RULES } from '../../ft/rules.ts';
import { flatImage, type Image, RAM_BASE } from '../../isa/image.ts';
import { microseconds, milliseconds, nanoseconds, type SimTime } from '../../sim/time.ts';
import type { ClientConfig, HostConfig, PlainHostConfig, WorldConfig } from '../base/config.ts';
import { clientProgram, diskServer } from './programs.ts';

export const at = (ns: number): SimTime => ns as SimTime;

/** An image of these instructions. */
export function program(...words: readonly number[]): Image {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, n) => {
    view.setUint32(4 * n, word, true);
  });
  return flatImage(bytes);
}

/** `wfi`, and back to it. */
const SLEEP = [0x1050_0073, 0xffdf_f06f];
/** `lui t0, 0x10000`: the UART. */
const UART_IN_T0 = 0x1000_02b7;
/** `li t1, 1; sb t1, 2(t0)`: its FIFO is on. */
const FIFO_ON = [0x0010_0313, 0x0062_8123];

export const sleeper = (): Image => program(...SLEEP);

/** Lets the UART keep 16 bytes, and sleeps: it never reads one. */
export const deaf = (): Image => program(UART_IN_T0, ...FIFO_ON, ...SLEEP);

/**
 * Reads a byte of the UART now and then, as slow programs do: `li t2, 2000; addi t2, t2, -1; bnez t2, . - 4; lbu t3, 0(t0); j . - 16`, with the FIFO on.
 */
export const slowReader = (): Image =>
  program(UART_IN_T0, ...FIFO_ON, 0x7d00_0393, 0xfff3_8393, 0xfe03_9ee3, 0x0002_ce03, 0xff1f_f06f);

export const hostConfig = (id: string, said: Partial<HostConfig> = {}): HostConfig => ({
  id,
  instructionPicoseconds: 50_000,
  speedNoisePpm: 20_000,
  clockOffsetNs: 0,
  clockDriftPpm: 0,
  ...said,
});

/** Clients and the disk run at 200 million instructions a second. */
const plainHost = (id: string, image: Image): PlainHostConfig => ({
  ...hostConfig(id, { instructionPicoseconds: 5_000 }),
  image,
  isOwnProgram: false,
  ramBytes: Math.max(64 * 1024, Math.ceil((image.end - RAM_BASE) / 4096 + 1) * 4096),
});

export const clientConfig = (id: string, said: Partial<ClientConfig> = {}): ClientConfig => ({
  ...plainHost(id, clientProgram()),
  id,
  operation: 'increment',
  requests: 3,
  startAfter: milliseconds(2),
  thinkTime: milliseconds(2),
  retryAfter: milliseconds(20),
  afterPowerLoss: 'goOn',
  ...said,
});

export function worldConfig(said: Partial<WorldConfig> = {}): WorldConfig {
  return {
    seed: 1,
    image: sleeper(),
    service: 'counter',
    isOwnProgram: true,
    ramBytes: 64 * 1024,
    hosts: [hostConfig('A'), hostConfig('B')],
    links: {
      lan: { latency: microseconds(50), bitsPerSecond: 1e9 },
      log: { latency: microseconds(450), bitsPerSecond: 1e9 },
      storage: { latency: microseconds(20), bitsPerSecond: 4e9 },
    },
    disk: {
      ...plainHost('disk', diskServer()),
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
      pacing: {
        interval: milliseconds(5),
        lagThreshold: milliseconds(8),
        stepPercent: 3,
        instructionPicoseconds: 50_000,
      },
      progressInterval: milliseconds(1),
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
