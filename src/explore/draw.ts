// Draws random scenarios: a guest, parameters, and up to three failures, each with what puts it right again.

import { below, chance, namedStream, type PrngState } from '../base/prng.ts';
import { builtIn } from '../scenario/library/index.ts';

/** A scenario as somebody might have written it, for `parseDocument`. */
export type Drawn = Record<string, unknown>;

export const pick = <T>(noise: PrngState, choices: readonly T[]): T =>
  choices[below(noise, choices.length)] as T;

export const between = (noise: PrngState, least: number, most: number): number =>
  least + below(noise, most - least + 1);

/** Guests that clients talk to, which is how a run is known to be stuck. */
export const SOAK_GUESTS = [
  'counter',
  'counter',
  'key-value',
  'lease',
  'random',
  'compute',
  'disk-reader',
  'disk-writer',
  'bulk-receiver',
  'bulk-sender',
  'dma-poller',
] as const;

const MILLISECOND = 1_000_000;

/** Failures come so far apart that the pair is whole again in between: the paper promises to survive one at a time. */
const APART = 115 * MILLISECOND;
const REPAIRED_AFTER = 25 * MILLISECOND;

/**
 * A backup executes up to the last entry that it has, so a guest that never sleeps is a timer's period behind: that is no
 * reason to slow it down.
 */
const lagFor = (timerHz: number): number => Math.max(8 * MILLISECOND, Math.round(3e9 / timerHz));

/** The scenario of a number. The same seed and number give the same scenario. */
export function drawScenario(
  seed: number,
  number: number,
  rules: Readonly<Record<string, boolean>> = {},
): Drawn {
  const noise = namedStream(`soak ${number}`, seed);
  const guest = pick(noise, SOAK_GUESTS);
  const base = (builtIn(guest)?.document ?? {}) as Drawn;
  const isShared = chance(noise, 3, 4);
  const spares = between(noise, 0, 2);
  const logLatency = between(noise, 50, 600) * 1000;
  const timerHz = pick(noise, [50, 100, 250, 1000]);
  const failures = between(noise, 0, 3);
  const commands = drawCommands(noise, failures, spares);
  return {
    ...base,
    id: `soak-${number}`,
    title: `Soak ${seed}/${number}`,
    seed: below(noise, 0x1_0000_0000),
    guest: { ...(base.guest as object), timerHz },
    pacing: { lagNs: lagFor(timerHz) },
    // Slower ones can't keep up with what some guests have to do for each interrupt.
    machine: { instructionsPerSecond: pick(noise, [20_000_000, 50_000_000]) },
    links: {
      log: { latencyNs: logLatency, bitsPerSecond: pick(noise, [100_000_000, 1_000_000_000]) },
      lan: { latencyNs: between(noise, 20, 200) * 1000 },
      storage: { latencyNs: between(noise, 5, 100) * 1000 },
    },
    disk: {
      ...(base.disk as object),
      shared: isShared,
      parallel: pick(noise, [1, 1, 4]),
      serviceNoisePpm: pick(noise, [0, 300_000]),
    },
    log: {
      sendBufferBytes: pick(noise, [4_000, 65_536]),
      receiveBufferBytes: pick(noise, [4_000, 65_536]),
      flushNs: pick(noise, [0, 0, 300_000]),
    },
    replication: {
      backupReads: chance(noise, 1, 4),
      lastOutput: pick(noise, ['drop', 'send']),
    },
    network: { groupPackets: pick(noise, [1, 1, 3]) },
    spares: Array.from({ length: spares }, (_, i) => ({ id: 'CD'[i] })),
    clients: drawClients(noise, base, failures),
    commands,
    rules,
    untilNs: (failures + 1) * APART + 2_000 * MILLISECOND,
  };
}

/** As many requests as last through all failures, at the pace of the guest's own scenario. */
function drawClients(noise: PrngState, base: Drawn, failures: number): Drawn[] {
  const clients = (base.clients as Drawn[] | undefined) ?? [{}, { startNs: 3 * MILLISECOND }];
  return clients.map((client) => ({
    ...client,
    // Each of this guest's answers takes a look at the whole disk.
    requests: (base.id === 'disk-reader' ? 3 : 8 + failures * 10) + below(noise, 8),
    thinkNs: between(noise, 1, 8) * MILLISECOND,
  }));
}

function drawCommands(noise: PrngState, failures: number, spares: number): string[] {
  const hosts = ['A', 'B', 'C', 'D'].slice(0, 2 + spares);
  const commands: string[] = [];
  for (let i = 0; i < failures; i++) {
    const at = i * APART + between(noise, 1, 40 * 1000) * 1000;
    commands.push(...drawFailure(noise, hosts, at, failures === 1));
  }
  return commands;
}

const ms = (ns: number): string => `${ns}ns`;

/** A failure, and what puts it right. An only one may strike at an exact place instead of an instant. */
function drawFailure(noise: PrngState, hosts: readonly string[], at: number, isOnly: boolean): string[] {
  const host = pick(noise, hosts);
  const again = ms(at + REPAIRED_AFTER);
  const links = ['log', `log-${host}`, `storage-${host}`, `lan-${host}`];
  const when = isOnly && chance(noise, 1, 2) ? drawCondition(noise) : ms(at);
  switch (below(noise, 11)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return [`crash ${host} @ ${when}`, `repair ${host} @ ${again}`];
    case 4:
      return [`pause ${host} @ ${when}`, `resume ${host} @ ${again}`];
    case 5:
      return [`slow ${host} ${pick(noise, ['20%', '50%'])} @ ${ms(at)}`, `slow ${host} 100% @ ${again}`];
    case 6: {
      const link = pick(noise, links);
      const way = link === 'log' ? '' : pick(noise, ['', ' in', ' out']);
      return [`cut ${link}${way} @ ${ms(at)}`, `mend ${link} @ ${again}`];
    }
    case 7: {
      const link = pick(noise, ['lan', 'lan', 'log']);
      const more = link === 'lan' ? [`duplicate lan 5% @ ${ms(at)}`, `reorder lan 10% @ ${ms(at)}`] : [];
      return [
        `lose ${link} 10% @ ${ms(at)}`,
        `delay ${link} 1ms @ ${ms(at)}`,
        ...more,
        `mend ${link} @ ${again}`,
      ];
    }
    case 8:
      return drawTrouble(noise, 'disk', at, again);
    case 9:
      return drawTrouble(noise, pick(noise, ['client1', 'client2']), at, again);
    default:
      return [`migrate ${pick(noise, ['primary', 'backup'])} ${pick(noise, hosts)} @ ${ms(at)}`];
  }
}

/** What may happen to a host that is none of the VM's. */
function drawTrouble(noise: PrngState, host: string, at: number, again: string): string[] {
  switch (below(noise, 3)) {
    case 0:
      return [`pause ${host} @ ${ms(at)}`, `resume ${host} @ ${again}`];
    case 1:
      return [`slow ${host} ${pick(noise, ['1%', '20%'])} @ ${ms(at)}`, `slow ${host} 100% @ ${again}`];
    default:
      return [`crash ${host} @ ${ms(at)}`, `repair ${host} @ ${again}`];
  }
}

/** One of the exact places of the paper's protocol. */
function drawCondition(noise: PrngState): string {
  const n = between(noise, 1, 12);
  return pick(noise, [
    `when packet entry ${n} recorded`,
    `when packet entry ${n} sent`,
    `when packet entry ${n} received`,
    `when output entry ${n} received`,
    `when output entry ${n} acked`,
    `when output ${n} released`,
    `when request ${Math.min(n, 3)} of client1 answered`,
    `when entry ${n * 4} replayed`,
    `when write ${n} issued`,
    `when write ${n} done`,
  ]);
}
