// Draws random scenarios in which nothing fails, with some parameters at their limits: whoever waits must get what it waits for.

import { below, chance, namedStream, type PrngState } from '../base/prng.ts';
import { serviceOf } from '../world/services/index.ts';
import { between, type Drawn, pick, SOAK_GUESTS } from './draw.ts';

const MICROSECOND = 1_000;
const MILLISECOND = 1_000_000;
const SECOND = 1_000_000_000;

/** Each parameter is at a limit in one of so many scenarios. */
const RARE = 6;

/** A field that is left out has its default. */
const seldom = <T>(noise: PrngState, limits: readonly T[]): T | undefined =>
  chance(noise, 1, RARE) ? pick(noise, limits) : undefined;

const link = (noise: PrngState): Drawn => ({
  latencyNs: seldom(noise, [MICROSECOND, 5 * MILLISECOND, 100 * MILLISECOND]),
  bitsPerSecond: seldom(noise, [100_000, 1_000_000, 4_000_000, 1_000_000_000_000]),
});

/** The scenario of a number. The same seed and number give the same scenario. It may contradict itself, and is refused then. */
export function drawAtLimits(seed: number, number: number): Drawn {
  const noise = namedStream(`limits ${number}`, seed);
  const program = pick(noise, SOAK_GUESTS);
  const blocks = seldom(noise, [1, 2, 7, 8, 12, 300]) ?? 64;
  const mode = pick(noise, ['ft', 'ft', 'ft', 'none', 'checkpoint', 'operations']);
  return withoutGaps({
    id: `limits-${number}`,
    title: `Limits ${seed}/${number}`,
    seed: below(noise, 0x1_0000_0000),
    guest: { program, timerHz: seldom(noise, [1, 10, 1_000, 10_000]) },
    machine: { instructionsPerSecond: seldom(noise, [1_000_000, 5_000_000, 200_000_000]) },
    hosts: [
      { speedNoisePpm: seldom(noise, [0, 500_000]), clockDriftPpm: seldom(noise, [-1_000, 1_000]) },
      { speedNoisePpm: seldom(noise, [0, 500_000]), clockDriftPpm: seldom(noise, [-1_000, 1_000]) },
    ],
    links: { lan: link(noise), log: link(noise), storage: link(noise) },
    disk: {
      blocks,
      contents: {},
      serviceNs: seldom(noise, [MICROSECOND, 5 * MILLISECOND, 50 * MILLISECOND]),
      testAndSetNs: seldom(noise, [MICROSECOND, 100 * MILLISECOND]),
      retryNs: seldom(noise, [100 * MICROSECOND, 2 * MILLISECOND, 300 * MILLISECOND]),
      parallel: seldom(noise, [1, 16]),
      serviceNoisePpm: seldom(noise, [500_000]),
      shared: mode !== 'operations' && chance(noise, 3, 4),
    },
    log: {
      sendBufferBytes: seldom(noise, [1_000, 4_000, 1_000_000]),
      receiveBufferBytes: seldom(noise, [1_000, 4_000, 1_000_000]),
      retransmitNs: seldom(noise, [50 * MICROSECOND, 300 * MILLISECOND]),
      flushNs: seldom(noise, [MILLISECOND, 50 * MILLISECOND]),
      flushOutputs: seldom(noise, [false]),
    },
    detector: {
      heartbeatNs: seldom(noise, [10 * MICROSECOND, 5 * MILLISECOND, 100 * MILLISECOND]),
      timeoutNs: seldom(noise, [2 * MILLISECOND, 300 * MILLISECOND]),
      arbitrationRetryNs: seldom(noise, [10 * MICROSECOND, 100 * MILLISECOND]),
    },
    replication: {
      mode,
      backupReads: mode === 'ft' && chance(noise, 1, 5),
      epochNs: seldom(noise, [100 * MICROSECOND, 100 * MILLISECOND]),
      copyNsPerPage: seldom(noise, [0, MILLISECOND]),
      lastOutput: pick(noise, ['drop', 'send']),
    },
    pacing: {
      intervalNs: seldom(noise, [100 * MICROSECOND, 100 * MILLISECOND]),
      lagNs: seldom(noise, [100 * MICROSECOND, SECOND]),
      stepPercent: seldom(noise, [1, 50]),
    },
    network: {
      groupPackets: seldom(noise, [2, 9, 64]),
      groupNs: seldom(noise, [0, 20 * MILLISECOND, 300 * MILLISECOND]),
    },
    spares: chance(noise, 1, 3) ? [{ id: 'C' }] : [],
    clients: drawClients(noise, program),
    untilNs: 300 * SECOND,
  });
}

function drawClients(noise: PrngState, program: string): Drawn[] {
  const operations = Object.keys(serviceOf(program).operations);
  return Array.from({ length: pick(noise, [1, 1, 2, 8]) }, () => ({
    operation: pick(noise, operations),
    requests: between(noise, 1, 6),
    startNs: seldom(noise, [0]) ?? between(noise, 0, 5) * MILLISECOND,
    thinkNs: seldom(noise, [0, 100 * MILLISECOND]),
    retryNs: seldom(noise, [10 * MICROSECOND, MILLISECOND, SECOND]),
  }));
}

const withoutGaps = (drawn: Drawn): Drawn => JSON.parse(JSON.stringify(drawn)) as Drawn;
