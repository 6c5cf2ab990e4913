// What the paper's mechanisms are for: each at work, mostly on the guest of the built-in counter, with what puts it to work.

import type { BuiltIn } from './index.ts';

const MILLISECOND = 1_000_000;

/** The second begins a millisecond later. */
const twoClients = (client: Readonly<Record<string, unknown>>) => [
  client,
  { ...client, startNs: 3 * MILLISECOND },
];

/** The alternatives that §6 compares with are told apart by one switch: the rest is the same for all. */
const COMPARED = {
  disk: { shared: false },
  clients: twoClients({ requests: 40 }),
  commands: ['crash A @ 60ms'],
  untilNs: 300 * MILLISECOND,
};

/** In the order of the paper's sections. */
export const MECHANISM_SCENARIOS: readonly BuiltIn[] = [
  {
    id: 'four-failures',
    titleKey: 'scenario.fourFailures',
    document: {
      id: 'four-failures',
      title: 'Four failures in a row',
      spares: [{ id: 'C' }, { id: 'D', clockOffsetNs: -2_000_000 }],
      clients: twoClients({ requests: 90 }),
      commands: [
        'crash A @ 10ms',
        'repair A @ 25ms',
        'crash B @ 45ms',
        'repair B @ 60ms',
        'crash C @ 80ms',
        'crash A @ 115ms',
      ],
      untilNs: 600 * MILLISECOND,
    },
  },
  {
    id: 'slow-backup',
    titleKey: 'scenario.slowBackup',
    document: {
      id: 'slow-backup',
      title: 'A slow backup that its primary waits for',
      guest: { program: 'compute' },
      clients: twoClients({ operation: 'progress', requests: 90 }),
      commands: ['slow B 80% @ 20ms', 'slow B 100% @ 200ms'],
      untilNs: 500 * MILLISECOND,
    },
  },
  {
    id: 'move-the-primary',
    titleKey: 'scenario.moveThePrimary',
    document: {
      id: 'move-the-primary',
      title: 'A primary that moves to another host',
      spares: [{ id: 'C' }],
      clients: twoClients({ requests: 40 }),
      commands: ['migrate primary C @ 30ms', 'crash C @ 80ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    id: 'move-the-backup',
    titleKey: 'scenario.moveTheBackup',
    document: {
      id: 'move-the-backup',
      title: 'A backup that moves to another host',
      spares: [{ id: 'C' }],
      clients: twoClients({ requests: 40 }),
      commands: ['migrate backup C @ 30ms', 'crash A @ 80ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    id: 'power-off',
    titleKey: 'scenario.powerOff',
    document: {
      id: 'power-off',
      title: 'A machine that is switched off on purpose',
      clients: twoClients({ requests: 40 }),
      commands: ['poweroff vm @ 40ms'],
      untilNs: 120 * MILLISECOND,
    },
  },
  {
    id: 'own-disks',
    titleKey: 'scenario.ownDisks',
    document: {
      id: 'own-disks',
      title: 'A disk for each machine',
      disk: { shared: false },
      spares: [{ id: 'C' }],
      clients: twoClients({ requests: 60 }),
      commands: ['crash A @ 40ms', 'crash B @ 120ms'],
      untilNs: 400 * MILLISECOND,
    },
  },
  {
    id: 'far-backup',
    titleKey: 'scenario.farBackup',
    document: {
      id: 'far-backup',
      title: 'A backup in another city',
      disk: { shared: false },
      links: { log: { latencyNs: 9 * MILLISECOND, bitsPerSecond: 100_000_000 } },
      log: { retransmitNs: 40 * MILLISECOND },
      detector: { timeoutNs: 60 * MILLISECOND },
      // The lag cannot be less than the way to the backup and back.
      pacing: { lagNs: 40 * MILLISECOND },
      clients: twoClients({ requests: 12, retryNs: 60 * MILLISECOND }),
      commands: ['crash A @ 150ms'],
      untilNs: 500 * MILLISECOND,
    },
  },
  {
    id: 'backup-reads',
    titleKey: 'scenario.backupReads',
    document: {
      id: 'backup-reads',
      title: 'A backup that reads the disk itself',
      guest: { program: 'disk-reader' },
      replication: { backupReads: true },
      disk: {
        parallel: 8,
        contents: { '0': '01000000', '3': 'ffffffff', '7': '0a000000', '12': '00010000' },
      },
      clients: twoClients({ operation: 'sum', requests: 12 }),
      commands: ['crash A @ 40ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    id: 'unprotected',
    titleKey: 'scenario.unprotected',
    document: {
      ...COMPARED,
      id: 'unprotected',
      title: 'A counter with nobody to stand in for it',
      replication: { mode: 'none' },
    },
  },
  {
    id: 'checkpoints',
    titleKey: 'scenario.checkpoints',
    document: {
      ...COMPARED,
      id: 'checkpoints',
      title: 'A counter that is copied over and over',
      replication: { mode: 'checkpoint' },
    },
  },
  {
    id: 'shipped-operations',
    titleKey: 'scenario.shippedOperations',
    document: {
      ...COMPARED,
      id: 'shipped-operations',
      title: 'A counter whose backup is told the requests',
      replication: { mode: 'operations' },
    },
  },
];
