// The built-in scenarios, as data: what they say beyond the defaults. Their texts stand in the page's languages, by key.

import { FAILURE_SCENARIOS } from './failures.ts';
import { MECHANISM_SCENARIOS } from './mechanisms.ts';
import { RULE_SCENARIOS } from './rules.ts';

export interface BuiltIn {
  readonly id: string;
  /** Names the scenario's title and lesson in the locale files. */
  readonly titleKey: string;
  /** To be read by `parseDocument`, like anybody's. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Two clients that do the same, the second a millisecond later. */
const twoClients = (client: Readonly<Record<string, unknown>>) => [client, { ...client, startNs: 3_000_000 }];

/** In the order in which they are shown. */
const GUEST_SCENARIOS: readonly BuiltIn[] = [
  {
    id: 'counter',
    titleKey: 'scenario.counter',
    document: { id: 'counter', title: 'A counter that survives its host' },
  },
  {
    id: 'counter-without-output-rule',
    titleKey: 'scenario.counterWithoutOutputRule',
    document: {
      id: 'counter-without-output-rule',
      title: 'A counter whose answers do not wait for the backup',
      rules: { outputRule: false },
      // The backup is far away, as §5.1 has it, so that much is still under way when the primary dies.
      links: { log: { latencyNs: 4_000_000 } },
      log: { retransmitNs: 20_000_000 },
      detector: { timeoutNs: 20_000_000 },
    },
  },
  {
    id: 'counter-without-arbitration',
    titleKey: 'scenario.counterWithoutArbitration',
    document: {
      id: 'counter-without-arbitration',
      title: 'A counter with two live machines after a cut',
      rules: { arbitration: false },
    },
  },
  {
    id: 'key-value',
    titleKey: 'scenario.keyValue',
    document: {
      id: 'key-value',
      title: 'A key-value store with a log on the disk',
      guest: { program: 'key-value' },
      clients: twoClients({ operation: 'mix', requests: 60 }),
    },
  },
  {
    id: 'lease',
    titleKey: 'scenario.lease',
    document: {
      id: 'lease',
      title: 'A lease that only one client holds at a time',
      guest: { program: 'lease' },
      clients: twoClients({ operation: 'mix', requests: 60 }),
    },
  },
  {
    id: 'random',
    titleKey: 'scenario.random',
    document: {
      id: 'random',
      title: 'Random numbers and a clock, the same on both machines',
      guest: { program: 'random' },
      clients: [
        { operation: 'random', requests: 60 },
        { operation: 'clock', requests: 60 },
      ],
    },
  },
  {
    id: 'compute',
    titleKey: 'scenario.compute',
    document: {
      id: 'compute',
      title: 'A guest that never sleeps',
      guest: { program: 'compute' },
      clients: [
        { operation: 'progress', requests: 40 },
        { operation: 'result', requests: 40 },
      ],
    },
  },
  {
    id: 'shell',
    titleKey: 'scenario.shell',
    document: {
      id: 'shell',
      title: 'A shell on the console',
      guest: { program: 'shell' },
      clients: [],
      commands: [
        'type vm echo hello\\n @ 5ms',
        'type vm time\\n @ 60ms',
        'type vm count\\n @ 120ms',
        'type vm time\\n @ 180ms',
      ],
      untilNs: 250_000_000,
    },
  },
  {
    id: 'disk-reader',
    titleKey: 'scenario.diskReader',
    document: {
      id: 'disk-reader',
      title: 'A guest that reads the disk over and over',
      guest: { program: 'disk-reader' },
      disk: { contents: { '0': '01000000', '3': 'ffffffff', '7': '0a000000', '12': '00010000' } },
      clients: twoClients({ operation: 'sum', requests: 20, thinkNs: 5_000_000 }),
    },
  },
  {
    id: 'disk-writer',
    titleKey: 'scenario.diskWriter',
    document: {
      id: 'disk-writer',
      title: 'A guest that writes one block three times at once',
      guest: { program: 'disk-writer' },
      clients: twoClients({ operation: 'write', requests: 40 }),
    },
  },
  {
    id: 'bulk-receiver',
    titleKey: 'scenario.bulkReceiver',
    document: {
      id: 'bulk-receiver',
      title: 'Uploads, all of which pass through the log',
      guest: { program: 'bulk-receiver' },
      clients: twoClients({ operation: 'upload', requests: 60 }),
    },
  },
  {
    id: 'bulk-sender',
    titleKey: 'scenario.bulkSender',
    document: {
      id: 'bulk-sender',
      title: 'Downloads, of which the log needs to know next to nothing',
      guest: { program: 'bulk-sender' },
      clients: twoClients({ operation: 'download', requests: 60 }),
    },
  },
  {
    id: 'dma-poller',
    titleKey: 'scenario.dmaPoller',
    document: {
      id: 'dma-poller',
      title: 'A guest that looks for packets in memory',
      guest: { program: 'dma-poller' },
      clients: twoClients({ operation: 'increment', requests: 60 }),
    },
  },
  {
    id: 'racer',
    titleKey: 'scenario.racer',
    document: {
      id: 'racer',
      title: 'Two processors, whose race no log tells of',
      guest: { program: 'racer' },
      machine: { harts: 2 },
      clients: twoClients({ operation: 'read', requests: 60 }),
    },
  },
];

/** All that are built in. */
export const LIBRARY: readonly BuiltIn[] = [
  ...GUEST_SCENARIOS,
  ...MECHANISM_SCENARIOS,
  ...FAILURE_SCENARIOS,
  ...RULE_SCENARIOS,
];

/** The built-in scenario of an id, or undefined. */
export const builtIn = (id: string): BuiltIn | undefined => LIBRARY.find((scenario) => scenario.id === id);
