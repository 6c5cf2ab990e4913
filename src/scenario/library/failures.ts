// Failures and how they end: those that the paper's design survives, and those that it was not made for.

import type { BuiltIn } from './index.ts';

const MILLISECOND = 1_000_000;

/** The second begins a millisecond later. */
const twoClients = (client: Readonly<Record<string, unknown>>) => [
  client,
  { ...client, startNs: 3 * MILLISECOND },
];

const SOME = twoClients({ requests: 40 });

/** The survived ones first. */
export const FAILURE_SCENARIOS: readonly BuiltIn[] = [
  {
    id: 'asleep-and-replaced',
    titleKey: 'scenario.asleepAndReplaced',
    document: {
      id: 'asleep-and-replaced',
      title: 'A primary that wakes up and finds itself replaced',
      clients: SOME,
      commands: ['pause A @ 30ms', 'resume A @ 70ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    id: 'flag-out-of-reach',
    titleKey: 'scenario.flagOutOfReach',
    document: {
      id: 'flag-out-of-reach',
      title: 'A backup that cannot reach the flag',
      clients: SOME,
      commands: ['crash A @ 30ms', 'cut storage-B @ when B suspects', 'mend storage-B @ 90ms'],
      untilNs: 400 * MILLISECOND,
    },
  },
  {
    id: 'disk-server-restarts',
    titleKey: 'scenario.diskServerRestarts',
    document: {
      id: 'disk-server-restarts',
      title: 'A disk server that loses power for a while',
      clients: SOME,
      commands: ['crash disk @ 30ms', 'repair disk @ 60ms', 'crash A @ 120ms'],
      untilNs: 400 * MILLISECOND,
    },
  },
  {
    id: 'lossy-lan',
    titleKey: 'scenario.lossyLan',
    document: {
      id: 'lossy-lan',
      title: 'A LAN that loses, doubles and shuffles frames',
      clients: SOME,
      commands: [
        'lose lan 3% @ 10ms',
        'duplicate lan 10% @ 10ms',
        'reorder lan 10% @ 10ms',
        'crash A @ 60ms',
        'mend lan @ 150ms',
      ],
      untilNs: 500 * MILLISECOND,
    },
  },
  {
    id: 'poison',
    titleKey: 'scenario.poison',
    document: {
      id: 'poison',
      title: 'A request that no guest survives',
      clients: SOME,
      commands: ['poison client1 @ 40ms'],
      untilNs: 120 * MILLISECOND,
    },
  },
  {
    id: 'flipped-bit',
    titleKey: 'scenario.flippedBit',
    document: {
      id: 'flipped-bit',
      title: 'A bit that flips in the primary’s memory',
      clients: SOME,
      // The counter itself: 16 more, or 16 less.
      commands: ['flip A 0x8000620c.4 @ 30ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    id: 'both-hosts-lost',
    titleKey: 'scenario.bothHostsLost',
    document: {
      id: 'both-hosts-lost',
      title: 'Both hosts at once',
      clients: SOME,
      commands: ['crash hosts @ 40ms'],
      untilNs: 120 * MILLISECOND,
    },
  },
  {
    id: 'two-processors',
    titleKey: 'scenario.twoProcessors',
    document: {
      id: 'two-processors',
      title: 'Two processors, and the primary dies',
      guest: { program: 'racer' },
      machine: { harts: 2 },
      clients: twoClients({ operation: 'read', requests: 40 }),
      commands: ['crash A @ 60ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
];
